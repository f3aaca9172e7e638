// SPDX-License-Identifier: Apache-2.0
// envelope.ts - what stands inside the sealed file of a report.
//
// Source: docs/formats.md, leman/envelope/1. Written and read piece by piece, so
// that 100 MiB of files need no more memory than 1 MiB.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { Json, Problem, jsonCount, jsonObject, jsonRead, jsonText, jsonWrite } from './json';
import { recipientPoint } from './keylist';
import { BlobSink, Bytes, Source, Tick, blobDigest, bytesOf, streamOf } from './stream';

const KIND = 'leman/envelope/1';
const MAGIC = utf8ToBytes('leman-envelope/1');
const MANIFEST_MAX = 256 << 10;
export const MESSAGE_MAX = 1 << 20, FILES_MAX = 100, CONTENT_MAX = 100 << 20, CLAIM_MAX = 4096;

export interface Sum { sha256: string; size: number }
export interface FileEntry extends Sum { name: string }
export interface KeysRef { digest: string; owner: string; version: number }
export interface Manifest {
	claims: { [name: string]: string };
	created: number;
	files: FileEntry[];
	keys: KeysRef;
	message: Sum;
	reply: string | null;
	report: string;
}
export interface Draft {
	claims: { [name: string]: string };
	message: string;
	files: { name: string; blob: Blob }[];
}

const size16 = [16, 64, 256, 1024, 4096].map((kib) => kib << 10);

// The size that n bytes are filled up to.
export function paddedSize(n: number): number {
	const small = size16.find((s) => n <= s);
	if (small !== undefined)
		return small;
	const e = 31 - Math.clz32(n), s = 32 - Math.clz32(e), unit = 2 ** (e - s);
	return Math.ceil(n / unit) * unit;
}

// A name that may stand in a manifest. A browser hands out names without folders;
// what else is refused there becomes "_".
export function fileName(name: string): string {
	let good = name.replace(/[\x00-\x1f\x7f-\x9f/\\\ud800-\udfff]/gu, '_');
	while (utf8ToBytes(good).length > 255)
		good = [...good].slice(0, -1).join('');
	return good === '' || good === '.' || good === '..' ? '_' : good;
}

function manifestWrite(m: Manifest): Uint8Array {
	const { claims, created, keys, message, reply, report } = m;
	return utf8ToBytes(jsonWrite({
		claims, created, files: m.files.map(({ name, sha256, size }) => ({ name, sha256, size })),
		keys: { digest: keys.digest, owner: keys.owner, version: keys.version }, kind: KIND,
		message: { sha256: message.sha256, size: message.size }, reply, report,
	}));
}

function sumRead(v: { [key: string]: Json }, most: number): Sum {
	return { sha256: jsonText(v['sha256'], /^[0-9a-f]{64}$/), size: jsonCount(v['size'], 0, most) };
}

function manifestRead(text: string): Manifest {
	const o = jsonObject(jsonRead(text),
		['claims', 'created', 'files', 'keys', 'kind', 'message', 'reply', 'report']);
	const keys = jsonObject(o['keys'], ['digest', 'owner', 'version']);
	if (o['kind'] !== KIND || !Array.isArray(o['files']) || o['files'].length > FILES_MAX)
		throw new Error('kind or files is wrong');
	const claims = jsonObject(o['claims'], Object.keys(o['claims'] as object)) as { [name: string]: string };
	for (const [name, value] of Object.entries(claims))
		if (!/^[a-z_]{1,32}$/.test(name) || utf8ToBytes(jsonText(value, /[^]/)).length > CLAIM_MAX)
			throw new Error('a claim is wrong');
	const files = o['files'].map((f) => {
		const v = jsonObject(f, ['name', 'sha256', 'size']), name = jsonText(v['name'], /./);
		if (name !== fileName(name))
			throw new Error("a file's name is wrong");
		return { name, ...sumRead(v, CONTENT_MAX) };
	});
	const message = sumRead(jsonObject(o['message'], ['sha256', 'size']), MESSAGE_MAX);
	const reply = o['reply'] === null ? null : jsonText(o['reply'], /^age1/);
	if (Object.keys(claims).length > 16 || files.reduce((n, f) => n + f.size, message.size) > CONTENT_MAX)
		throw new Error('too many claims, or too many bytes');
	if (reply !== null)
		recipientPoint(reply);
	return {
		claims, created: jsonCount(o['created'], 0, 2 ** 40), files, message, reply,
		keys: {
			digest: jsonText(keys['digest'], /^[0-9a-f]{64}$/), version: jsonCount(keys['version'], 1, 2 ** 31),
			owner: jsonText(keys['owner'], /^[a-z0-9][a-z0-9-]{0,62}$/),
		},
		report: jsonText(o['report'], /^[a-z2-7]{26}$/),
	};
}

// A file's bytes once more, which must be those whose digest the manifest has.
async function* again(file: { name: string; blob: Blob }, entry: FileEntry): AsyncGenerator<Uint8Array> {
	const hash = sha256.create();
	let n = 0;
	for await (const b of bytesOf(file.blob.stream())) {
		hash.update(b);
		n += b.length;
		yield b;
	}
	if (n !== entry.size || bytesToHex(hash.digest()) !== entry.sha256)
		throw new Problem('file-changed', file.name);
}

async function* plaintext(draft: Draft, m: Manifest, head: Uint8Array, fill: number): AsyncGenerator<Uint8Array> {
	yield head;
	yield utf8ToBytes(draft.message);
	for (const [i, file] of draft.files.entries())
		yield* again(file, m.files[i] as FileEntry);
	for (const zero = new Uint8Array(64 << 10); fill > 0; fill -= zero.length)
		yield zero.subarray(0, Math.min(fill, zero.length));
}

// The plaintext of a report as a stream of size bytes. Files are read twice: first,
// with tick, for their digests. Fails with a Problem for a file that cannot be read.
export async function envelopeWrite(draft: Draft, about: { keys: KeysRef; report: string; reply: string | null; created: number },
	tick: Tick): Promise<{ stream: ReadableStream<Uint8Array>; size: number }> {
	const text = utf8ToBytes(draft.message), files: FileEntry[] = [];
	let done = 0;
	for (const { name, blob } of draft.files) {
		const before = done;
		const sha = await blobDigest(blob, (n) => tick(done = before + n)).catch((e: unknown) => {
			throw e instanceof DOMException && e.name !== 'AbortError' ? new Problem('file-unread', name) : e;
		});
		files.push({ name, sha256: sha, size: blob.size });
	}
	const m: Manifest = {
		...about, claims: draft.claims, files, message: { sha256: bytesToHex(sha256(text)), size: text.length },
	};
	const manifest = manifestWrite(m), length = new Uint8Array(4);
	new DataView(length.buffer).setUint32(0, manifest.length);
	const head = concatBytes(MAGIC, length, manifest);
	const used = files.reduce((n, f) => n + f.size, head.length + text.length), size = paddedSize(used);
	return { stream: streamOf(plaintext(draft, m, head, size - used)), size };
}

export interface Opened { manifest: Manifest; message: string; files: { entry: FileEntry; blob: Blob }[] }

async function sumCheck(from: Source, sum: Sum): Promise<Blob> {
	const sink = new BlobSink();
	await from.pass(sum.size, (b) => sink.take(b));
	const got = sink.end();
	if (got.size !== sum.size || got.sha256 !== sum.sha256)
		throw new Problem('bad-envelope');
	return got.blob;
}

async function envelopeRest(from: Source): Promise<Opened> {
	const length = await from.exactly(4), n = length.length < 4 ? 0 : new DataView(length.buffer).getUint32(0);
	let manifest: Manifest;
	try {
		if (n > MANIFEST_MAX)
			throw new Error('the manifest is too long');
		manifest = manifestRead(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await from.exactly(n)));
	} catch {
		throw new Problem('bad-envelope');
	}
	const text = await sumCheck(from, manifest.message), files: Opened['files'] = [];
	for (const entry of manifest.files)
		files.push({ entry, blob: await sumCheck(from, entry) });
	const used = from.taken;
	let zero = true;
	await from.pass(Infinity, (b) => { zero &&= b.every((x) => x === 0); });
	if (!zero || from.taken !== paddedSize(used))
		throw new Problem('bad-envelope');
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	try {
		return { manifest, message: decoder.decode(await text.arrayBuffer()), files };
	} catch {
		throw new Problem('bad-envelope');
	}
}

// Reads all of it before anything is handed out. A file that is no envelope, made
// with age alone, comes back as it is.
export async function envelopeRead(stream: ReadableStream<Uint8Array>): Promise<Opened | Blob> {
	const from = new Source(bytesOf(stream)), magic: Bytes = await from.exactly(MAGIC.length);
	if (magic.length === MAGIC.length && magic.every((b, i) => b === MAGIC[i]))
		return envelopeRest(from);
	const sink = new BlobSink();
	sink.take(magic);
	await from.pass(Infinity, (b) => sink.take(b));
	return sink.end().blob;
}

// SPDX-License-Identifier: Apache-2.0
// seal.ts - age files to X25519 recipients, whose number does not show.
//
// Source: C2SP age v1; docs/formats.md, Recipients.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64nopad } from '@scure/base';
import { Decrypter, Encrypter, Stanza } from 'age-encryption';
import { Problem } from './json';
import { recipientPoint } from './keylist';
import { BlobSink, Pause, Tick, bytesOf, streamOf } from './stream';

const INFO = utf8ToBytes('age-encryption.org/v1/X25519');
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----', ARMOR_END = '-----END AGE ENCRYPTED FILE-----';

function stanza(point: Uint8Array, fileKey: Uint8Array): Stanza {
	const secret = x25519.utils.randomSecretKey(), share = x25519.getPublicKey(secret);
	const shared = x25519.getSharedSecret(secret, point);
	const key = hkdf(sha256, shared, concatBytes(share, point), INFO, 32);
	const body = chacha20poly1305(key, new Uint8Array(12)).encrypt(fileKey);
	secret.fill(0), shared.fill(0), key.fill(0);
	return new Stanza(['X25519', base64nopad.encode(share)], body);
}

// Nobody's: a point and bytes as random as those of a true one.
function decoy(): Stanza {
	const share = x25519.getPublicKey(x25519.utils.randomSecretKey());
	return new Stanza(['X25519', base64nopad.encode(share)], randomBytes(32));
}

// Fisher and Yates; each order is as likely as any other.
function shuffle<T>(all: T[]): T[] {
	for (let i = all.length - 1; i > 0; i--) {
		const n = i + 1, fair = 256 - 256 % n;
		let r;
		do
			r = randomBytes(1)[0] as number;
		while (r >= fair);
		r %= n;
		[all[i], all[r]] = [all[r] as T, all[i] as T];
	}
	return all;
}

// All recipients at once, and decoys up to 4, 8 or 16 stanzas, in random order.
class Hidden {
	private readonly points: Uint8Array[];
	constructor(recipients: string[]) {
		this.points = recipients.map(recipientPoint);
	}
	wrapFileKey(fileKey: Uint8Array): Stanza[] {
		const room = [4, 8, 16].find((n) => n >= this.points.length);
		if (room === undefined || this.points.length === 0)
			throw new Error('1 to 16 recipients are sealed to');
		const all = this.points.map((p) => stanza(p, fileKey));
		while (all.length < room)
			all.push(decoy());
		return shuffle(all);
	}
}

export interface Sealed { blob: Blob; sha256: string; size: number }

// tick gets the bytes sealed so far, and throws to end the work.
export async function seal(plain: ReadableStream<Uint8Array>, recipients: string[], tick: Tick): Promise<Sealed> {
	const encrypter = new Encrypter(), sink = new BlobSink(), pause = new Pause();
	encrypter.addRecipient(new Hidden(recipients));
	for await (const b of bytesOf(await encrypter.encrypt(plain))) {
		sink.take(b);
		tick(sink.size);
		await pause.now();
	}
	return sink.end();
}

// The lines of an armored file as bytes; strict as RFC 7468 3 has it.
async function* armorOff(text: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
	const decoder = new TextDecoder('latin1');
	const bad = () => new Problem('bad-armor');
	let rest = '', begun = false, ended = false, short = false;
	for await (const b of text) {
		const lines = (rest + decoder.decode(b, { stream: true })).split('\n');
		rest = lines.pop() as string;
		let whole = '';
		for (const raw of lines) {
			const line = raw.replace(/\r$/, '');
			if (!begun || ended) {
				if (line.trim() !== '' && (begun || line.trim() !== ARMOR))
					throw bad();
				begun ||= line.trim() === ARMOR;
			} else if (line === ARMOR_END) {
				ended = true;
			} else if (short || line.length > 64 || line === '') {
				throw bad();
			} else {
				short = line.length < 64 || line.endsWith('=');
				whole += line;
			}
		}
		if (whole !== '')
			yield Uint8Array.from(atob(whole), (c) => c.charCodeAt(0));
	}
	if (!begun || (!ended && rest.trim() !== ARMOR_END) || (ended && rest.trim() !== ''))
		throw bad();
}

export async function isArmored(blob: Blob): Promise<boolean> {
	return (await blob.slice(0, 128).text()).trimStart().startsWith('-----BEGIN');
}

// The plaintext, which is whole only when the stream has ended without an error.
// take sees the sealed bytes as they pass.
export async function open(sealed: Blob, identities: string[], take: (b: Uint8Array) => void): Promise<ReadableStream<Uint8Array>> {
	async function* seen(): AsyncGenerator<Uint8Array> {
		for await (const b of bytesOf(sealed.stream())) {
			take(b);
			yield b;
		}
	}
	const decrypter = new Decrypter();
	for (const identity of identities)
		decrypter.addIdentity(identity);
	try {
		return await decrypter.decrypt(streamOf(await isArmored(sealed) ? armorOff(seen()) : seen()));
	} catch (e) {
		throw e instanceof Error && e.message.startsWith('no identity matched') ? new Problem('not-for-you')
			: e instanceof Problem ? e : new Problem('bad-sealed');
	}
}

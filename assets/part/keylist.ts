// SPDX-License-Identifier: Apache-2.0
// keylist.ts - who can read what is sealed to an owner, and who says so.
//
// Source: docs/formats.md, leman/key-list/1.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64, bech32 } from '@scure/base';
import { Json, Problem, jsonCount, jsonObject, jsonRead, jsonText, jsonWrite } from './json';

const KIND = 'leman/key-list/1';
const DAY = 86400;
export const VALID_MAX = 731 * DAY;

export interface Recipient { age: string; label: string }
export interface KeyList {
	from: number;
	until: number;
	key: Uint8Array;
	owner: string;
	previous: string | null;
	recipients: Recipient[];
	version: number;
	text: string;    // what was signed
	digest: string;
}

// The public point of an X25519 recipient, "age1...".
export function recipientPoint(age: string): Uint8Array {
	const { prefix, bytes } = bech32.decodeToBytes(age);
	if (prefix !== 'age' || bytes.length !== 32)
		throw new Error('not an X25519 recipient of age');
	return bytes;
}

function recipients(v: Json | undefined): Recipient[] {
	if (!Array.isArray(v) || v.length < 2 || v.length > 16)
		throw new Error('2 to 16 recipients are missing');
	const all = v.map((r) => {
		const { age, label } = jsonObject(r, ['age', 'label']);
		recipientPoint(jsonText(age, /^age1/));
		return { age: age as string, label: jsonText(label, /^[^\x00-\x1f\x7f-\x9f]{1,64}$/u) };
	});
	if (new Set(all.map((r) => r.age)).size !== all.length)
		throw new Error('a recipient stands there twice');
	return all;
}

export function keyListDigest(text: string): string {
	return bytesToHex(sha256(utf8ToBytes(text)));
}

export function keyListRead(text: string): KeyList {
	try {
		const o = jsonObject(jsonRead(text),
			['from', 'key', 'kind', 'owner', 'previous', 'recipients', 'until', 'version']);
		const from = jsonCount(o['from'], 0, 2 ** 40), version = jsonCount(o['version'], 1, 2 ** 31);
		const key = base64.decode(jsonText(o['key'], /^.{44}$/));
		const previous = o['previous'] === null ? null : jsonText(o['previous'], /^[0-9a-f]{64}$/);
		if (o['kind'] !== KIND || key.length !== 32 || (previous === null) !== (version === 1))
			throw new Error('kind, key or previous is wrong');
		return {
			from, until: jsonCount(o['until'], from + 1, from + VALID_MAX), key, previous, version,
			owner: jsonText(o['owner'], /^[a-z0-9][a-z0-9-]{0,62}$/), recipients: recipients(o['recipients']),
			text, digest: keyListDigest(text),
		};
	} catch {
		throw new Problem('bad-list');
	}
}

function signed(text: string): Uint8Array {
	return utf8ToBytes(`${KIND}\n${text}`);
}

// The list before is needed but for the first: its key signs the next.
export function keyListCheck(list: KeyList, signature: string, before: KeyList | null): void {
	const signer = list.version === 1 ? list : before;
	let good = false;
	if (signer === null || (before !== null && (before.digest !== list.previous
		|| before.owner !== list.owner || before.version !== list.version - 1)))
		throw new Problem('bad-chain');
	try {
		good = ed25519.verify(base64.decode(signature), signed(list.text), signer.key, { zip215: false });
	} catch { /* not base64, or not of that length: as bad as a wrong one */ }
	if (!good)
		throw new Problem('bad-signature');
}

export function keyListIsValid(list: KeyList, now: number): boolean {
	return now >= list.from && now < list.until;
}

// The first list of an owner; seed is its Ed25519 key.
export function keyListMake(owner: string, all: Recipient[], seed: Uint8Array, from: number, until: number):
	{ list: KeyList; signature: string } {
	const key = base64.encode(ed25519.getPublicKey(seed));
	const list = keyListRead(jsonWrite({
		from, key, kind: KIND, owner, previous: null,
		recipients: all.map(({ age, label }) => ({ age, label })), until, version: 1,
	}));
	return { list, signature: base64.encode(ed25519.sign(signed(list.text), seed)) };
}

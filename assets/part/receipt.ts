// SPDX-License-Identifier: Apache-2.0
// receipt.ts - what the server says it was given, and whether it signed that.
//
// Source: docs/formats.md, leman/receipt/1; C2SP signed-note.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import { Problem } from './json';

export interface Receipt { report: string; owner: string; version: number; keys: string; received: string; size: number; sha256: string }

const form = new RegExp([
	'^leman/receipt/1', 'report ([a-z2-7]{26})', 'owner ([a-z0-9-]+)', 'keys ([0-9]+) ([0-9a-f]{64})',
	'received ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)', 'size ([0-9]+)', 'sha256 ([0-9a-f]{64})', '$',
].join('\n'));

export function receiptRead(note: string): Receipt {
	const end = note.lastIndexOf('\n\n'), found = form.exec(note.slice(0, end + 1));
	if (end === -1 || found === null)
		throw new Problem('bad-receipt');
	const [, report, owner, version, keys, received, size, sum] = found as unknown as string[];
	return { report, owner, version: Number(version), keys, received, size: Number(size), sha256: sum } as Receipt;
}

// key: the instance's, "name+id+base64" as the notes of C2SP have it.
export function receiptCheck(note: string, key: string): void {
	const end = note.lastIndexOf('\n\n'), text = utf8ToBytes(note.slice(0, end + 1));
	const [name = '', , ...rest] = key.split('+'), typed = base64.decode(rest.join('+'));
	const id = sha256(concatBytes(utf8ToBytes(`${name}\n`), typed)).subarray(0, 4);
	const good = typed[0] === 1 && note.slice(end + 2).split('\n').some((line) => {
		const [dash, by, sum] = line.split(' ');
		try {
			const bytes = dash === '\u2014' && by === name ? base64.decode(sum ?? '') : new Uint8Array(0);
			return bytes.length === 68 && id.every((b, i) => b === bytes[i])
				&& ed25519.verify(bytes.subarray(4), text, typed.subarray(1), { zip215: false });
		} catch {
			return false;
		}
	});
	if (!good)
		throw new Problem('bad-receipt');
}

// SPDX-License-Identifier: Apache-2.0
// identity.ts - the file by which an owner's member opens reports.
//
// Source: docs/formats.md, Identity file; C2SP age v1, the scrypt recipient.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { concatBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64, base64nopad } from '@scure/base';
import { Decrypter, Encrypter, Stanza, armor, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Problem } from './json';

const LABEL = utf8ToBytes('age-encryption.org/v1/scrypt');
const WORK = 18, WORK_MAX = 20;  // a file that asks for more would hold the page up for minutes

// The share done, from 0 to 1: a passphrase takes a second or two on purpose.
export type Progress = (share: number) => void;

async function stretch(passphrase: string, salt: Uint8Array, work: number, progress: Progress): Promise<Uint8Array> {
	return scryptAsync(utf8ToBytes(passphrase), concatBytes(LABEL, salt),
		{ N: 2 ** work, r: 8, p: 1, dkLen: 32, onProgress: progress, asyncTick: 20, maxmem: 2 ** 30 + 2 ** 12 });
}

// As age-encryption's own, but it lets the page draw meanwhile.
class Locking {
	constructor(private readonly passphrase: string, private readonly progress: Progress) {}

	async wrapFileKey(fileKey: Uint8Array): Promise<Stanza[]> {
		const salt = randomBytes(16), key = await stretch(this.passphrase, salt, WORK, this.progress);
		const body = chacha20poly1305(key, new Uint8Array(12)).encrypt(fileKey);
		key.fill(0);
		return [new Stanza(['scrypt', base64nopad.encode(salt), `${WORK}`], body)];
	}

	async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
		const [kind, salt, work] = stanzas[0]?.args ?? [], body = stanzas[0]?.body;
		if (stanzas.length !== 1 || kind !== 'scrypt' || salt === undefined || body?.length !== 32
			|| !/^[1-9][0-9]?$/.test(work ?? '') || Number(work) > WORK_MAX)
			throw new Problem('not-identity');
		const key = await stretch(this.passphrase, base64nopad.decode(salt), Number(work), this.progress);
		try {
			return chacha20poly1305(key, new Uint8Array(12)).decrypt(body);
		} catch {
			throw new Problem('wrong-passphrase');
		} finally {
			key.fill(0);
		}
	}
}

export interface Identity { secret: string; recipient: string }

export async function identityMake(): Promise<Identity> {
	const secret = await generateX25519Identity();
	return { secret, recipient: await identityToRecipient(secret) };
}

export function identityText(of: Identity, name: string, ownerKey: Uint8Array | null): string {
	return `# leman identity: ${name}\n# public key: ${of.recipient}\n`
		+ (ownerKey ? `# owner key: ${base64.encode(ownerKey)}\n` : '') + `${of.secret}\n`;
}

export interface IdentityFile { name: string; secrets: string[] }

export function identityRead(text: string): IdentityFile {
	const lines = text.split(/\r?\n/).map((l) => l.trim());
	const secrets = lines.filter((l) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(l));
	if (secrets.length === 0 || lines.some((l) => l !== '' && !l.startsWith('#') && !secrets.includes(l)))
		throw new Problem('not-identity');
	return { name: /^# leman identity: (.*)$/m.exec(text)?.[1]?.trim() ?? '', secrets };
}

export async function identityLock(text: string, passphrase: string, progress: Progress): Promise<string> {
	const encrypter = new Encrypter(), plain = utf8ToBytes(text);
	encrypter.addRecipient(new Locking(passphrase, progress));
	const file = armor.encode(await encrypter.encrypt(plain));
	plain.fill(0);
	return file;
}

// What an identity file looks like from outside.
export type Lock = 'locked' | 'plain' | 'other';
export function identityLook(file: Uint8Array): Lock {
	const head = new TextDecoder('latin1').decode(file.subarray(0, 4096)).trimStart();
	return /^-----BEGIN AGE|^age-encryption\.org\/v1\n/.test(head) ? 'locked'
		: /^(#|AGE-SECRET-KEY-1)/.test(head) ? 'plain' : 'other';
}

// Fails with the Problem wrong-passphrase, or not-identity for another file.
export async function identityUnlock(file: Uint8Array, passphrase: string, progress: Progress): Promise<IdentityFile> {
	const decoder = new TextDecoder('utf-8', { fatal: true }), decrypter = new Decrypter();
	try {
		const look = identityLook(file);
		if (look === 'plain')
			return identityRead(decoder.decode(file));
		const bytes = file[0] === 0x61 ? file : armor.decode(decoder.decode(file));
		decrypter.addIdentity(new Locking(passphrase, progress));
		const plain = await decrypter.decrypt(bytes), text = decoder.decode(plain);
		plain.fill(0);
		return identityRead(text);
	} catch (e) {
		throw e instanceof Problem ? e : new Problem('not-identity');
	}
}

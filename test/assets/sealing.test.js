// SPDX-License-Identifier: Apache-2.0
// Files that go both ways between the browser's part, age and leman.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { LEMAN, bytesOf, folder, library as l, never, problem, run, streamOf } from './library.js';

const ids = await Promise.all(Array.from({ length: 9 }, () => l.identityMake()));
const file = (name, content) => { writeFileSync(join(folder, name), content, { mode: 0o600 }); return join(folder, name); };
const secrets = ids.map((id, i) => file(`id-${i}`, `${id.secret}\n`));
const sizes = [0, 1, 65535, 65536, 65537, 300_000];
const filled = (n) => Uint8Array.from({ length: n }, (_, i) => i * 7 & 255);

async function opened(sealed, secret) {
	const plain = await l.open(new Blob([sealed]), [secret], never), sink = new l.BlobSink();
	for await (const b of l.bytesOf(plain))
		sink.take(b);
	return bytesOf(sink.end().blob);
}

const openers = [
	['age', (id, sealed) => run('age', ['-d', '-i', id, sealed], { maxBuffer: 1 << 24 })],
	['leman open', (id, sealed) => run(LEMAN, ['open', '-i', id, sealed], { maxBuffer: 1 << 24 })],
];

for (const [name, open] of openers)
	test(`what is sealed here opens with ${name}, for each recipient`, async (t) => {
		for (const n of sizes) {
			const to = ids.slice(0, n % 2 === 0 ? 2 : 5), sealed = await l.seal(streamOf(filled(n)), to.map((i) => i.recipient), never);
			const path = file('sealed.age', await bytesOf(sealed.blob));
			for (let i = 0; i < to.length; i++) {
				const plain = open(secrets[i], path);
				if (plain === null)
					return t.skip(`${name} is not here`);
				assert.ok(plain.equals(filled(n)), `${n} bytes, recipient ${i}`);
			}
		}
	});

test('what age and leman seal opens here, armored or not', async (t) => {
	for (const [name, ...args] of [['age', '-r'], ['age', '-a', '-r'], [LEMAN, 'seal', '-r'], [LEMAN, 'seal', '-a', '-r']])
		for (const n of sizes) {
			const sealed = run(name, [...args, ids[0].recipient, '-r', ids[1].recipient], { input: filled(n), maxBuffer: 1 << 24 });
			if (sealed === null)
				return t.skip(`${name} is not here`);
			assert.deepEqual(await opened(sealed, ids[1].secret), filled(n), `${name} ${args.join(' ')}, ${n} bytes`);
		}
});

const headerOf = async (sealed) => {
	let seen;
	const d = new Decrypter();
	d.addIdentity({ unwrapFileKey: (stanzas) => { seen = stanzas; return null; } });
	await d.decrypt(await bytesOf(sealed.blob)).catch(never);
	return seen;
};

test('the number of recipients is hidden, and their order', async () => {
	for (const [n, room] of [[1, 4], [2, 4], [4, 4], [5, 8], [8, 8], [9, 16]]) {
		const stanzas = await headerOf(await l.seal(streamOf(filled(1)), ids.slice(0, n).map((i) => i.recipient), never));
		assert.equal(stanzas.length, room, `${n} recipients`);
		assert.ok(stanzas.every((s) => s.args.length === 2 && s.args[0] === 'X25519' && s.args[1].length === 43 && s.body.length === 32));
		assert.equal(new Set(stanzas.map((s) => s.args[1])).size, room);
	}
	const at = new Set();
	for (let i = 0; i < 40; i++) {
		const stanzas = await headerOf(await l.seal(streamOf(filled(1)), ids.slice(0, 2).map((id) => id.recipient), never));
		const d = new Decrypter();
		d.addIdentity(ids[0].secret);
		for (const [k, s] of stanzas.entries())
			if (await d.identities[0].unwrapFileKey([s]) !== null)
				at.add(k);
	}
	assert.deepEqual([...at].sort(), [0, 1, 2, 3], 'the first recipient stands anywhere');
});

test('sealed files that are not as they must be', async () => {
	const sealed = await bytesOf((await l.seal(streamOf(filled(70_000)), [ids[0].recipient], never)).blob);
	const flip = (at) => { const b = sealed.slice(); b[at < 0 ? b.length + at : at] ^= 1; return b; };
	assert.equal(await problem(() => opened(sealed, ids[1].secret)), 'not-for-you');
	for (const [what, bytes] of [['not age', filled(100)], ['empty', filled(0)], ['another version', flip(20)]])
		assert.equal(await problem(() => opened(bytes, ids[0].secret)), 'bad-sealed', what);
	for (const [what, bytes] of [['changed in the first chunk', flip(1000)], ['changed at the end', flip(-1)], ['cut', sealed.subarray(0, -1)], ['cut at a chunk', sealed.subarray(0, sealed.length - 4480)], ['longer', new Uint8Array([...sealed, 0])]])
		await assert.rejects(opened(bytes, ids[0].secret), what);
});

test('armor is read strictly', async () => {
	const { armor } = await import('age-encryption');
	const text = armor.encode(await bytesOf((await l.seal(streamOf(filled(500)), [ids[0].recipient], never)).blob));
	const rows = [
		['as it is', text, 'none'], ['CRLF', text.replaceAll('\n', '\r\n'), 'none'], ['blanks around', `\n \n${text}\n\n`, 'none'], ['without the last line feed', text.trimEnd(), 'none'],
		['no end', text.replace(/-----END.*\n/, ''), 'bad'], ['something after it', `${text}x\n`, 'bad'], ['a short line', text.replace(/(.{63}).\n/, '$1\n'), 'bad'], ['a long line', text.replace('\n', '\n').replace(/(.{64})\n(.)/, '$1$2\n'), 'bad'],
		['a line in two', text.replace(/\n(.{60})(.{4})\n/, '\n$1\n$2\n'), 'bad'], ['an empty line', text.replace(/(.{64}\n)/, '$1\n'), 'bad'], ['another label', text.replace('BEGIN AGE', 'BEGIN PGP'), 'bad'], ['not base64', text.replace(/\n./, '\n!'), 'bad'],
	];
	for (const [what, armored, expected] of rows)
		assert.equal(await opened(armored, ids[0].secret).then(() => 'none', () => 'bad'), expected, what);
});

test('stopping ends the work at once', async () => {
	let ticks = 0;
	const stop = () => { if (++ticks === 3) throw new l.Problem('cancelled'); };
	assert.equal(await problem(() => l.seal(streamOf(filled(10_000_000)), [ids[0].recipient], stop)), 'cancelled');
	assert.equal(ticks, 3);
});

test('identity files lock and unlock, here and with leman', async (t) => {
	const text = l.identityText(ids[0], 'acme team', new Uint8Array(32).fill(1)), phrase = 'correct horse bättery';
	assert.match(text, /^# leman identity: acme team\n# public key: age1\w+\n# owner key: [A-Za-z0-9+/]{43}=\nAGE-SECRET-KEY-1\w{58}\n$/);
	let progress = 0;
	const locked = await l.identityLock(text, phrase, (share) => { progress = share; });
	assert.equal(progress, 1);
	assert.match(locked, /^-----BEGIN AGE ENCRYPTED FILE-----\n/);
	assert.equal(l.identityLook(Buffer.from(locked)), 'locked');
	assert.deepEqual(await l.identityUnlock(Buffer.from(locked), phrase, never), { name: 'acme team', secrets: [ids[0].secret] });
	assert.equal(await problem(() => l.identityUnlock(Buffer.from(locked), 'another one', never)), 'wrong-passphrase');
	assert.deepEqual((await l.identityUnlock(Buffer.from(text), '', never)).secrets, [ids[0].secret], 'one that is not locked');
	for (const bad of ['', 'hello', '# a comment\n', 'AGE-SECRET-KEY-1SHORT\n', `${text}and more\n`, locked.replace('BEGIN AGE', 'BEGIN PGP'), locked.slice(0, 200)])
		assert.equal(await problem(() => l.identityUnlock(Buffer.from(bad), phrase, never)), 'not-identity', bad);
	assert.equal(await problem(() => l.identityUnlock(Buffer.from('age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 21\nAAAA\n--- AAAA\n'), phrase, never)), 'not-identity', 'too much work');
	const env = { ...process.env, LEMAN_PASSPHRASE: phrase }, theirs = run(LEMAN, ['seal', '-p', '-a'], { input: text, env });
	if (theirs === null)
		return t.skip('leman is not here');
	assert.deepEqual((await l.identityUnlock(theirs, phrase, never)).secrets, [ids[0].secret]);
	assert.equal(run(LEMAN, ['open', '-p', file('locked.age', locked)], { env }).toString(), text);
	const sealed = await l.seal(streamOf(filled(10)), [ids[0].recipient], never);
	assert.ok(run(LEMAN, ['open', '-i', join(folder, 'locked.age'), file('s.age', await bytesOf(sealed.blob))], { env }).equals(filled(10)));
});

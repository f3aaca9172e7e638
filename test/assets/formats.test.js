// SPDX-License-Identifier: Apache-2.0
// What the browser's part reads and writes: docs/formats.md, row by row.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { bytesOf, library as l, never, problem, streamOf } from './library.js';

const utf8 = (s) => new TextEncoder().encode(s);
const sha256 = (b) => createHash('sha256').update(b).digest('hex');
const seed = new Uint8Array(32).fill(7), other = new Uint8Array(32).fill(8);
const team = await l.identityMake(), recovery = await l.identityMake();
const recipients = [{ age: team.recipient, label: 'team' }, { age: recovery.recipient, label: 'recovery' }];
const first = l.keyListMake('acme', recipients, seed, 1795392000, 1795392000 + 700 * 86400);

test('canonical JSON: what is refused, and what is the same', () => {
	for (const good of ['{"a":1,"b":[true,null,"x"]}', '[]', '""', '{"\u20ac":0,"\ud83d\ude00":1,"\ufb33":2}', '"\\u000f\\n\\"\u2028"', '-5', '9007199254740991'])
		assert.equal(l.jsonWrite(l.jsonRead(good)), good, good);
	for (const bad of ['{"b":1,"a":2}', '{"a":1,"a":1}', '{"a": 1}', '1.5', '1e3', '-0', '9007199254740993', '"\\u00e9"', '"\\ud800"', '{"a":1}\n', '', '{"\ufb33":2,"\ud83d\ude00":1}'])
		assert.throws(() => l.jsonRead(bad), bad);
});

test('a key list that is made is read, and its signature is good', () => {
	const { list, signature } = first;
	assert.equal(list.digest, sha256(list.text));
	assert.deepEqual(JSON.parse(list.text).recipients, recipients);
	l.keyListCheck(list, signature, null);
	assert.equal(l.keyListIsValid(list, list.from), true);
	assert.equal(l.keyListIsValid(list, list.from - 1), false);
	assert.equal(l.keyListIsValid(list, list.until), false);
});

test('key lists that are not as they must be', async () => {
	const made = JSON.parse(first.list.text);
	const rows = [
		['another kind', { kind: 'leman/key-list/2' }], ['a name in capitals', { owner: 'Acme' }], ['a name with - first', { owner: '-acme' }],
		['one recipient', { recipients: [recipients[0]] }], ['twice the same', { recipients: [recipients[0], { ...recipients[0], label: 'x' }] }],
		['17 of them', { recipients: Array(17).fill(recipients[0]) }], ['a broken recipient', { recipients: [recipients[0], { age: `${recovery.recipient.slice(0, -1)}b`, label: 'x' }] }],
		['a recipient in capitals', { recipients: [recipients[0], { age: recovery.recipient.toUpperCase(), label: 'x' }] }],
		['no label', { recipients: [recipients[0], { age: recovery.recipient, label: '' }] }], ['a label of two lines', { recipients: [recipients[0], { age: recovery.recipient, label: 'a\nb' }] }],
		['until before from', { until: made.from }], ['too long valid', { until: made.from + 731 * 86400 + 1 }], ['version 0', { version: 0 }],
		['a first list with one before', { previous: 'a'.repeat(64) }], ['a later list without', { version: 2 }], ['a short key', { key: 'AAAA' }], ['a field more', { more: 1 }],
	];
	for (const [what, change] of rows)
		assert.equal(await problem(() => l.keyListRead(l.jsonWrite({ ...made, ...change }))), 'bad-list', what);
	assert.equal(await problem(() => l.keyListRead(`${first.list.text} `)), 'bad-list', 'a blank after it');
	assert.equal(await problem(() => l.keyListRead(l.jsonWrite(made))), 'none');
});

test('who may sign a key list', async () => {
	const { list, signature } = first, foreign = l.keyListMake('acme', recipients, other, list.from, list.until);
	assert.equal(await problem(() => l.keyListCheck(list, foreign.signature, null)), 'bad-signature', 'another key');
	assert.equal(await problem(() => l.keyListCheck(list, 'AAAA', null)), 'bad-signature', 'a short one');
	assert.equal(await problem(() => l.keyListCheck(list, '?', null)), 'bad-signature', 'not base64');
	// a second list, under a new key, signed by that key alone
	const next = l.keyListRead(l.jsonWrite({ ...JSON.parse(foreign.list.text), version: 2, previous: list.digest }));
	assert.equal(await problem(() => l.keyListCheck(next, signature, null)), 'bad-chain', 'the list before is missing');
	assert.equal(await problem(() => l.keyListCheck(next, foreign.signature, list)), 'bad-signature', 'not by the key of the list before');
	const branch = l.keyListMake('acme', recipients, seed, list.from + 1, list.until).list;
	assert.equal(await problem(() => l.keyListCheck(next, foreign.signature, branch)), 'bad-chain', 'another first list before it');
	const elsewhere = l.keyListMake('gamma', recipients, seed, list.from, list.until).list;
	assert.equal(await problem(() => l.keyListCheck(next, signature, elsewhere)), 'bad-chain', 'another owner before it');
});

test('sizes are filled up', () => {
	const kib = 1024, mib = kib * kib;
	for (const [n, size] of [[1, 16 * kib], [16 * kib, 16 * kib], [16 * kib + 1, 64 * kib], [256 * kib, 256 * kib], [mib + 1, 4 * mib], [4 * mib, 4 * mib],
		// E 22, S 5: the last 17 bits are zero; E 26, S 5: the last 21
		[4 * mib + 1, 4 * mib + 2 ** 17], [100 * mib, 100 * mib], [100 * mib + 1, 102 * mib], [128 * mib - 1, 128 * mib]])
		assert.equal(l.paddedSize(n), size, `${n}`);
});

const keys = { digest: first.list.digest, owner: 'acme', version: 1 };
const about = { keys, report: 'abcdefghijklmnopqrstuvwxyz', reply: team.recipient, created: 1795392000 };
const draft = () => ({
	claims: { product: 'Gateway 2', exploited: 'no' }, message: 'Ünsafe\n',
	files: [{ name: 'a.bin', blob: new Blob([new Uint8Array(70000).fill(3)]) }, { name: 'empty', blob: new Blob([]) }],
});

async function written(d = draft(), a = about) {
	const { stream, size } = await l.envelopeWrite(d, a, never), sink = new l.BlobSink();
	for await (const b of l.bytesOf(stream))
		sink.take(b);
	const { blob } = sink.end();
	assert.equal(blob.size, size);
	return bytesOf(blob);
}

test('an envelope goes there and back', async () => {
	const bytes = await written(), opened = await l.envelopeRead(streamOf(bytes));
	assert.equal(new TextDecoder().decode(bytes.subarray(0, 16)), 'leman-envelope/1');
	assert.equal(bytes.length, 256 * 1024);
	assert.equal(opened.message, 'Ünsafe\n');
	assert.deepEqual(opened.manifest.claims, draft().claims);
	assert.deepEqual(opened.manifest.keys, keys);
	assert.equal(opened.manifest.reply, team.recipient);
	assert.deepEqual(opened.files.map((f) => [f.entry.name, f.blob.size]), [['a.bin', 70000], ['empty', 0]]);
	assert.deepEqual(await bytesOf(opened.files[0].blob), await bytesOf(draft().files[0].blob));
	const n = new DataView(bytes.buffer).getUint32(16);
	const manifest = new TextDecoder().decode(bytes.subarray(20, 20 + n));
	assert.equal(l.jsonWrite(JSON.parse(manifest)), manifest);
	assert.equal(JSON.parse(manifest).message.sha256, sha256(utf8('Ünsafe\n')));
});

// The envelope with its manifest changed; what follows it stays.
async function remade(change) {
	const bytes = await written(), n = new DataView(bytes.buffer).getUint32(16);
	const manifest = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + n)));
	change(manifest);
	const text = utf8(l.jsonWrite(manifest)), out = new Uint8Array(bytes.length);
	out.set(bytes.subarray(0, 16));
	new DataView(out.buffer).setUint32(16, text.length);
	out.set(text, 20);
	out.set(bytes.subarray(20 + n, bytes.length - text.length + n), 20 + text.length);
	return out;
}

test('envelopes that are not as they must be', async () => {
	const rows = [
		['a name with a slash', (m) => { m.files[0].name = 'a/b'; }], ['a name with a backslash', (m) => { m.files[0].name = 'a\\b'; }], ['..', (m) => { m.files[0].name = '..'; }],
		['no name', (m) => { m.files[0].name = ''; }], ['a name of 256 bytes', (m) => { m.files[0].name = 'x'.repeat(256); }], ['a control character', (m) => { m.files[0].name = 'a\u0007'; }],
		["another file's digest", (m) => { m.files[0].sha256 = m.files[1].sha256; }], ['a size too small', (m) => { m.files[0].size--; }], ['a size too large', (m) => { m.files[0].size = 104857600; }],
		['a claim in capitals', (m) => { m.claims.Product = 'x'; }], ['an empty claim', (m) => { m.claims.product = ''; }], ['a claim of 4097 bytes', (m) => { m.claims.product = 'x'.repeat(4097); }],
		['17 claims', (m) => { m.claims = Object.fromEntries([...'abcdefghijklmnopq'].map((k) => [k, 'x'])); }], ['a reply that is no recipient', (m) => { m.reply = 'age1xyz'; }],
		['another kind', (m) => { m.kind = 'leman/envelope/2'; }], ['a report that is none', (m) => { m.report = 'x'; }], ['a field more', (m) => { m.more = 1; }], ['101 files', (m) => { m.files = Array(101).fill(m.files[1]); }],
	];
	for (const [what, change] of rows)
		assert.equal(await problem(async () => l.envelopeRead(streamOf(await remade(change)))), 'bad-envelope', what);
	assert.equal(await problem(async () => l.envelopeRead(streamOf(await remade(never)))), 'none');
	const whole = await written(), changed = (change) => { const b = whole.slice(); return change(b) ?? b; };
	for (const [what, bytes] of [
		['cut', changed((b) => b.subarray(0, b.length - 1))], ['a byte more', changed((b) => new Uint8Array([...b, 0]))], ['filled with something', changed((b) => { b[b.length - 1] = 1; })],
		['filled to a larger size', changed((b) => new Uint8Array([...b, ...new Uint8Array(3 * b.length)]))], ['a manifest too long', changed((b) => { b[16] = 1; })], ['cut in the manifest', changed((b) => b.subarray(0, 100))],
		['no manifest', changed((b) => b.subarray(0, 16))],
	])
		assert.equal(await problem(() => l.envelopeRead(streamOf(bytes))), 'bad-envelope', what);
});

test('what is no envelope comes back as it is', async () => {
	for (const text of ['', 'short', 'a text that is longer than sixteen bytes'])
		assert.equal(await (await l.envelopeRead(streamOf(utf8(text)))).text(), text);
});

test('file names are made fit', () => {
	for (const [name, fit] of [['a.txt', 'a.txt'], ['a/b\\c', 'a_b_c'], ['..', '_'], ['', '_'], ['a\u0000\u0085b', 'a__b'], ['\ud800x', '_x'], ['é'.repeat(200), 'é'.repeat(127)], ['😀', '😀']])
		assert.equal(l.fileName(name), fit);
});

test('a file that changes between the two readings is noticed', async () => {
	const d = draft(), real = d.files[0].blob;
	let reads = 0;
	d.files[0].blob = { size: real.size, stream: () => (reads++ === 0 ? real : new Blob([new Uint8Array(70000).fill(4)])).stream() };
	assert.equal(await problem(() => written(d)), 'file-changed');
});

test('receipts: form and signature', async () => {
	const { ed25519 } = await import('@noble/curves/ed25519.js');
	const text = `leman/receipt/1\nreport ${about.report}\nowner acme\nkeys 1 ${keys.digest}\nreceived 2026-11-24T02:10:00Z\nsize 20640\nsha256 ${'a'.repeat(64)}\n`;
	const name = 'leman.example:8443', typed = Buffer.concat([Buffer.from([1]), ed25519.getPublicKey(seed)]);
	const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
	const key = `${name}+${id.toString('hex')}+${typed.toString('base64')}`;
	const sign = (by) => `\u2014 ${name} ${Buffer.concat([id, ed25519.sign(utf8(text), by)]).toString('base64')}\n`;
	const note = `${text}\n${sign(seed)}`;
	assert.deepEqual(l.receiptRead(note), { report: about.report, owner: 'acme', version: 1, keys: keys.digest, received: '2026-11-24T02:10:00Z', size: 20640, sha256: 'a'.repeat(64) });
	assert.equal(await problem(() => l.receiptCheck(note, key)), 'none');
	assert.equal(await problem(() => l.receiptCheck(`${text}\n\u2014 somebody AAAAAAAA\n${sign(seed)}`, key)), 'none');
	for (const [what, bad] of [['another key', `${text}\n${sign(other)}`], ['another size', note.replace('20640', '20641')], ['no signature', `${text}\n`], ['broken', `${text}\n\u2014 ${name} ?\n`]])
		assert.equal(await problem(() => l.receiptCheck(bad, key)), 'bad-receipt', what);
	for (const [what, bad] of [['a line less', note.replace(/size .*\n/, '')], ['a line more', note.replace('size', 'more\nsize')], ['another kind', note.replace('receipt/1', 'receipt/2')], ['no blank line', text]])
		assert.equal(await problem(() => l.receiptRead(bad)), 'bad-receipt', what);
});

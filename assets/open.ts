// SPDX-License-Identifier: Apache-2.0
// open.ts - a sealed report is opened, here and nowhere else; views/desk_show.html.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { checkKeys, fetchKeys, get, post, refusal } from './part/api';
import { FileEntry, Manifest, Opened, envelopeRead } from './part/envelope';
import { IdentityFile, identityLook, identityUnlock } from './part/identity';
import { Problem } from './part/json';
import { Work, allRight, goTo, input, localTimes, make, nameWord, on, part, plainName, problemWord, saveLink, show } from './part/page';
import { receiptCheck, receiptRead } from './part/receipt';
import { open } from './part/seal';
import { forget, keep, kept } from './part/store';
import { momentWord, sizeWord, word } from './part/words';

const TEXT_MAX = 1 << 20;  // bytes of a plain file that are shown as text
const told = (id: string): string => part(id).textContent?.trim() ?? '';
const here = { report: '', owner: '', digest: '', version: 0, sum: '' };
let stop = new AbortController();

function mayGoOn(): void {
	if (stop.signal.aborted)
		throw new Problem('cancelled');
}

async function fetchSealed(work: Work): Promise<Blob> {
	work.say(word('fetching'));
	const bad = new Problem('no-network');
	const answer = await fetch(`/api/v1/reports/${here.report}/sealed`, { signal: stop.signal }).catch(() => { mayGoOn(); throw bad; });
	if (!answer.ok)
		throw refusal({ status: answer.status, body: await answer.json().catch(() => ({})) as { [key: string]: unknown } });
	return answer.blob().catch(() => { mayGoOn(); throw bad; });
}

async function keyFile(): Promise<Uint8Array | null> {
	if (input('use-kept').checked) {
		const file = kept(here.owner);
		return file === null ? null : new TextEncoder().encode(file);
	}
	const file = input('identity').files?.[0];
	// an identity file is short; what is not is none
	return file === undefined ? null : new Uint8Array(await file.slice(0, 1 << 20).arrayBuffer());
}

async function unlock(work: Work): Promise<IdentityFile | null> {
	const file = await keyFile();
	const look = file === null ? 'other' : identityLook(file);
	if (!allRight(
		['identity', file === null ? word('choose-file') : look === 'other' ? word('not-identity') : ''],
		['passphrase', look === 'locked' && input('passphrase').value === '' ? word('need-passphrase') : ''],
	))
		return null;
	part<HTMLFieldSetElement>('fields').disabled = true;
	show('work');
	work.say(word('unlocking'));
	try {
		const opened = await identityUnlock(file as Uint8Array, input('passphrase').value, (share) => { mayGoOn(); work.done(share); });
		input('passphrase').value = '';
		if (look === 'locked' && input('use-file').checked && input('keep').checked
			&& !keep(here.owner, new TextDecoder().decode(file as Uint8Array)))
			throw new Problem('not-kept');
		return opened;
	} catch (e) {
		const at = e instanceof Problem && e.what === 'wrong-passphrase' ? 'passphrase'
			: e instanceof Problem && e.what === 'not-identity' ? 'identity' : null;
		if (at === null)
			throw e;
		show('work', false);
		part<HTMLFieldSetElement>('fields').disabled = false;
		allRight([at, problemWord(e)]);
		if (at === 'passphrase')
			input('passphrase').select();
		return null;
	}
}

// What is wrong about where the report was found, whatever is in it.
async function warningsOf(m: Manifest | null, sum: string): Promise<string[]> {
	const all: string[] = [], note = part('receipt').textContent ?? '';
	try {
		const r = receiptRead(note), instance = await get('/api/v1/instance');
		receiptCheck(note, String(instance.body['key']));
		if (r.report !== here.report || r.owner !== here.owner)
			throw new Problem('bad-receipt');
		if (r.sha256 !== sum || here.sum !== sum)
			all.push(word('warn-sum'));
	} catch {
		all.push(word('warn-receipt'));
	}
	if (m !== null && m.keys.owner !== here.owner)
		all.push(word('warn-owner', m.keys.owner));
	if (m !== null && m.report !== here.report)
		all.push(word('warn-report', m.report));
	if (m !== null && m.keys.owner === here.owner && (m.keys.digest !== here.digest || m.keys.version !== here.version))
		all.push(word('warn-keys', `${m.keys.version}`));
	return all;
}

// The list that the envelope names, if the server has it, and it is signed.
async function showReaders(m: Manifest | null): Promise<string[]> {
	show('sealed-to', m !== null);
	if (m === null)
		return [];
	try {
		const named = await fetchKeys(m.keys.owner, m.keys.version);
		await checkKeys(named, null);
		if (named.list.digest !== m.keys.digest)
			throw new Problem('bad-list');
		part('readers').replaceChildren(...named.list.recipients.map((r) => {
			const key = make('span', r.age);
			key.className = 'key';
			return make('li', '', make('bdi', r.label), new Text(' '), key);
		}));
		return [];
	} catch {
		show('sealed-to', false);
		return [word('warn-list')];
	}
}

function showClaims(m: Manifest | null): void {
	const known = ['product', 'exploited', 'contact', 'credit', 'disclosure'];
	const rows = m === null ? [] : [
		...known.filter((name) => name in m.claims),
		...Object.keys(m.claims).filter((name) => !known.includes(name)).sort(),
	].map((name) => {
		const value = m.claims[name] as string;
		return [known.includes(name) ? word(name) : name,
			name === 'exploited' && ['yes', 'no', 'unknown'].includes(value) ? word(`exploited-${value}`) : value];
	});
	if (m !== null)
		rows.push([word('created'), momentWord(m.created)]);
	part('claims').replaceChildren(...rows.flatMap(([name = '', value = '']) =>
		[make('dt', name), make('dd', '', make('bdi', value))]));
}

function showFiles(files: { entry: Pick<FileEntry, 'name'>; blob: Blob }[]): void {
	part('files').replaceChildren(...files.map(({ entry, blob }) => {
		const save = make('a', word('save', nameWord(entry.name)));
		save.className = 'button plain';
		saveLink(save, blob, entry.name);
		return make('li', '', make('bdi', plainName(entry.name)), make('span', sizeWord(blob.size)), save);
	}));
}

function showMessage(text: string | null): void {
	part('message').textContent = text;
	show('message', text !== null);
}

async function textOf(blob: Blob): Promise<string | null> {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(await blob.slice(0, TEXT_MAX + 1).arrayBuffer());
		return blob.size > TEXT_MAX || text.includes('\0') ? null : text;
	} catch {
		return null;
	}
}

function showAnswer(m: Manifest | null): void {
	show('answer', m !== null && m.reply !== null);
	if (m !== null && m.reply !== null)
		part('answer-how').textContent = `age -r ${m.reply} -o answer.age answer.txt`;
}

async function showOpened(opened: Opened | Blob, sum: string): Promise<void> {
	const m = opened instanceof Blob ? null : opened.manifest;
	const warnings = [...await warningsOf(m, sum), ...await showReaders(m)];
	showClaims(m);
	showAnswer(m);
	show('no-envelope', opened instanceof Blob);
	if (opened instanceof Blob) {
		showMessage(await textOf(opened));
		showFiles([{ entry: { name: word('plain-name') }, blob: opened }]);
	} else {
		showMessage(opened.message);
		showFiles(opened.files);
	}
	part('warnings').replaceChildren(...warnings.map((text) => {
		const note = make('p', '', make('strong', text));
		note.className = 'note bad';
		return note;
	}));
	for (const id of ['open', 'work'])
		show(id, false);
	show('result');
	goTo('result-head');
}

// The server learns that it was opened, and no more.
async function tellOpened(): Promise<void> {
	const state = make('span', word('opened'));
	const answer = await post(`/api/v1/reports/${here.report}/opened`, {});
	if (answer.status !== 200)
		throw refusal(answer);
	state.className = 'state good';
	part('state').replaceChildren(state);
	if (document.getElementById('mark') !== null)
		show('mark', false);
}

async function run(): Promise<void> {
	const work = new Work(), hash = sha256.create();
	stop = new AbortController();
	show('problem', false);
	try {
		const identity = await unlock(work);
		if (identity === null)
			return;
		const sealed = await fetchSealed(work);
		let done = 0;
		work.say(word('opening'));
		const plain = await open(sealed, identity.secrets, (b) => {
			mayGoOn();
			hash.update(b);
			work.done((done += b.length) / sealed.size);
		});
		identity.secrets.length = 0;
		const opened = await envelopeRead(plain).catch((e: unknown) => { throw e instanceof Problem ? e : new Problem('bad-sealed'); });
		await showOpened(opened, bytesToHex(hash.digest()));
		await tellOpened();
	} catch (e) {
		part<HTMLFieldSetElement>('fields').disabled = false;
		show('work', false);
		part('problem-why').textContent = problemWord(e);
		show('problem');
		goTo('problem');
	}
}

function showChoice(): void {
	const is = kept(here.owner) !== null;
	show('from-kept', is);
	input('use-kept').checked = is;
	input('use-file').checked = !is;
	show('from-file', !is);
	show('keep-row', !is);
}

function start(): void {
	show('plain', false);
	if (!isSecureContext)
		return show('insecure');
	Object.assign(here, {
		report: told('report'), owner: told('owner'), digest: told('digest'), version: Number(told('version')), sum: told('sum'),
	});
	localTimes();
	show('open');
	showChoice();
	for (const id of ['use-kept', 'use-file'])
		on(id, 'change', () => {
			show('from-file', input('use-file').checked);
			show('keep-row', input('use-file').checked);
		});
	on('forget', 'click', () => { forget(here.owner); showChoice(); input('identity').focus(); });
	on('open', 'submit', (e) => { e.preventDefault(); void run(); });
	on('cancel', 'click', () => stop.abort());
}

// On plain HTTP the page has said that it cannot.
if (document.getElementById('plain') !== null)
	start();

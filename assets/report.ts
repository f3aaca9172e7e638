// SPDX-License-Identifier: Apache-2.0
// report.ts - a report is written, sealed and sent; views/report_form.html.
//
// What is typed leaves this page sealed or not at all, and stands nowhere but in
// its fields.
import { randomBytes } from '@noble/hashes/utils.js';
import { base32nopad } from '@scure/base';
import { Answer, SignedList, checkKeys, fetchKeys, get, refusal, upload } from './part/api';
import { CLAIM_MAX, CONTENT_MAX, Draft, FILES_MAX, MESSAGE_MAX, envelopeWrite, fileName } from './part/envelope';
import { Identity, identityMake } from './part/identity';
import { Problem } from './part/json';
import { KeyList, keyListIsValid, keyListRead } from './part/keylist';
import { Work, allRight, goTo, input, localTimes, make, nameWord, on, part, plainName, problemWord, saveLink, show } from './part/page';
import { receiptCheck, receiptRead } from './part/receipt';
import { Sealed, seal } from './part/seal';
import { momentWord, sizeWord, word } from './part/words';

const CLAIMS = ['product', 'contact', 'credit', 'disclosure'];
const SENTENCE_MIN = 8;  // characters; a sentence can be as short in some scripts

// A report that is sealed and waits to be sent; kept until it has arrived or its
// draft is changed.
interface Parcel extends Sealed { id: string; keys: KeyList; reply: Identity }

let keys: KeyList, offered: KeyList;
let chosen: { name: string; blob: Blob }[] = [];
let parcel: Parcel | null = null, tried = false;
let stop = new AbortController();
let unsaved = false;  // something would be lost if the page were left

function field(id: string): HTMLInputElement | HTMLTextAreaElement {
	return part<HTMLInputElement | HTMLTextAreaElement>(id);
}

function draft(): Draft {
	const claims: Draft['claims'] = {};
	const used = document.querySelector<HTMLInputElement>('input[name=exploited]:checked');
	for (const id of CLAIMS)
		if (field(id).value.trim() !== '')
			claims[id] = field(id).value.trim();
	if (used !== null)
		claims['exploited'] = used.value;
	return { claims, message: field('what').value, files: chosen };
}

const told = (id: string): string => part(id).textContent ?? '';
const size = (text: string): number => new TextEncoder().encode(text).length;

function isComplete(d: Draft): boolean {
	const all = d.files.reduce((n, f) => n + f.blob.size, size(d.message));
	const long = (text: string, most: number): string => size(text) > most ? word('too-long', sizeWord(most)) : '';
	const files = d.files.length > FILES_MAX ? word('too-many', `${FILES_MAX}`)
		: all > CONTENT_MAX ? word('too-big', sizeWord(all), sizeWord(CONTENT_MAX)) : '';

	if (['contact', 'credit', 'disclosure'].some((id) => size(field(id).value) > CLAIM_MAX))
		part<HTMLDetailsElement>('more').open = true;
	return allRight(
		['what', [...d.message.trim()].length < SENTENCE_MIN ? word('say-more') : long(d.message, MESSAGE_MAX)],
		['product', long(field('product').value, CLAIM_MAX)], ['files', files],
		...['contact', 'credit', 'disclosure'].map((id): [string, string] => [id, long(field(id).value, CLAIM_MAX)]),
	);
}

function showChosen(): void {
	part('chosen').replaceChildren(...chosen.map((file, i) => {
		const remove = make('button', word('remove', nameWord(file.name)));
		remove.type = 'button';
		remove.className = 'link';
		remove.addEventListener('click', () => {
			chosen.splice(i, 1);
			changed();
			showChosen();
			input('files').focus();
		});
		return make('li', '', make('bdi', plainName(file.name)), make('span', sizeWord(file.blob.size)), remove);
	}));
}

// A change makes another report of it. If the one before may have arrived, this
// one needs an id of its own.
function changed(): void {
	unsaved = true;
	parcel = null;
	part('send').textContent = word('seal-again');
}

const base32 = (b: Uint8Array): string => base32nopad.encode(b).toLowerCase();

async function pack(work: Work): Promise<Parcel> {
	const d = draft(), id = base32(randomBytes(16)), to = keys, reply = await identityMake();
	const total = d.files.reduce((n, f) => n + f.blob.size, 1);
	const mayGoOn = (): void => {
		if (stop.signal.aborted)
			throw new Problem('cancelled');
	};
	work.say(word('reading'));
	const { stream, size: padded } = await envelopeWrite(d, {
		created: Math.floor(Date.now() / 1000), report: id, reply: reply.recipient,
		keys: { digest: to.digest, owner: to.owner, version: to.version },
	}, (done) => { mayGoOn(); work.done(done / total); });
	work.say(word('sealing'));
	const sealed = await seal(stream, to.recipients.map((r) => r.age), (done) => { mayGoOn(); work.done(Math.min(1, done / padded)); });
	return { ...sealed, id, keys: to, reply };
}

async function post(p: Parcel, work: Work): Promise<Answer> {
	work.say(word('sending'));
	tried = true;
	return upload(`/api/v1/owners/${p.keys.owner}/reports?id=${p.id}&keys=${p.keys.digest}`, p.blob,
		(done) => work.done(done / p.size), stop.signal);
}

function busy(is: boolean): void {
	part<HTMLFieldSetElement>('fields').disabled = is;
	show('work', is);
	show('send-row', !is);
	show('own', !is);
	if (is) {
		show('problem', false);
		show('changed', false);
	}
}

function showProblem(e: unknown): void {
	part('problem-why').textContent = problemWord(e);
	show('problem');
	part('send').textContent = word(parcel !== null && tried ? 'send-again' : 'seal-again');
	goTo('problem');
}

// Does the receipt name what was sent, and is it signed by this server?
async function isGoodReceipt(note: string, p: Parcel): Promise<boolean> {
	try {
		const r = receiptRead(note), instance = await get('/api/v1/instance');
		receiptCheck(note, String(instance.body['key']));
		return r.report === p.id && r.owner === p.keys.owner && r.sha256 === p.sha256 && r.size === p.size
			&& r.keys === p.keys.digest && r.version === p.keys.version;
	} catch {
		return false;
	}
}

async function showDone(note: string, p: Parcel): Promise<void> {
	const good = await isGoodReceipt(note, p);
	show('receipt-good', good);
	show('receipt-bad', !good);
	part('done-id').textContent = p.id;
	part('done-sum').textContent = p.sha256;
	part('done-when').textContent = /^received (\S+)$/m.test(note)
		? momentWord(Date.parse(/^received (\S+)$/m.exec(note)?.[1] ?? '') / 1000) : '';
	part('receipt').textContent = note;
	saveLink(part<HTMLAnchorElement>('save-receipt'), new Blob([note]), `leman-receipt-${p.id}.txt`);
	saveLink(part<HTMLAnchorElement>('save-reply'), new Blob([
		`# leman reply key of report ${p.id}\n# public key: ${p.reply.recipient}\n${p.reply.secret}\n`,
	]), `leman-reply-${p.id}.txt`);
	for (const e of document.querySelectorAll<HTMLInputElement>('#seal textarea, #seal input:not([type=radio])'))
		e.value = '';
	for (const id of ['seal', 'lead', 'promise', 'own'])
		show(id, false);
	chosen = [];
	showChosen();
	parcel = null;
	show('done');
	goTo('done-head');
}

// The server says that the keys are not these any more. Are they, and are the
// others signed by the key that may?
async function keysChanged(p: Parcel, said: Answer): Promise<void> {
	const now: SignedList = await fetchKeys(p.keys.owner);
	if (now.list.digest === p.keys.digest)
		throw refusal(said);
	await checkKeys(now, p.keys);
	if (!keyListIsValid(now.list, Date.now() / 1000))
		throw new Problem('not-valid');
	offered = now.list;
	part('changed-readers').replaceChildren(...readers(offered));
	show('changed');
	show('send-row', false);
	goTo('changed');
}

function readers(list: KeyList): HTMLElement[] {
	return list.recipients.map((r) => {
		const key = make('span', `${r.age.slice(0, 8)}…${r.age.slice(-4)}`);
		key.className = 'key short';
		key.title = r.age;
		return make('li', '', make('bdi', told('owner-name')), new Text(': '), make('bdi', r.label), new Text(' '), key);
	});
}

async function send(): Promise<void> {
	const work = new Work();
	if (parcel === null && !isComplete(draft()))
		return;
	stop = new AbortController();
	busy(true);
	part('work').scrollIntoView({ block: 'center' });
	try {
		parcel ??= await pack(work);
		const answer = await post(parcel, work);
		busy(false);
		if (answer.status === 200 || answer.status === 201)
			await showDone(String(answer.body['receipt']), parcel);
		else if (answer.status === 409)
			await keysChanged(parcel, answer);
		else
			throw refusal(answer);
	} catch (e) {
		busy(false);
		showProblem(e);
	}
}

function acceptKeys(): void {
	keys = offered;
	part('readers').replaceChildren(...readers(keys));
	part<HTMLTimeElement>('until').textContent = momentWord(keys.until);
	input('digest').value = keys.digest;
	parcel = null;
	void send();
}

function listen(): void {
	on('seal', 'submit', (e) => { e.preventDefault(); void send(); });
	on('seal', 'input', changed);
	on('files', 'change', () => {
		chosen.push(...[...input('files').files ?? []].map((f) => ({ name: fileName(f.name), blob: f })));
		input('files').value = '';
		changed();
		showChosen();
	});
	on('cancel', 'click', () => stop.abort());
	on('accept', 'click', acceptKeys);
	// The reply key is gone with the page, so it counts as unsaved until it is saved.
	on('save-reply', 'click', () => { unsaved = false; });
	addEventListener('beforeunload', (e) => {
		if (unsaved)
			e.preventDefault();
	});
}

function refuse(e: unknown): void {
	part('stop-why').textContent = problemWord(e);
	show('safe', false);
	show('stop');
	goTo('stop');
}

async function start(): Promise<void> {
	const list = keyListRead(told('list'));
	const shown = [...document.querySelectorAll<HTMLElement>('#readers .key')].map((k) => k.title);

	show('plain', false);
	if (!isSecureContext)
		return show('insecure');
	await checkKeys({ list, signature: told('signature') }, null);
	if (!location.pathname.endsWith(`/report/${list.owner}`) || shown.join() !== list.recipients.map((r) => r.age).join())
		throw new Problem('not-shown');
	if (!keyListIsValid(list, Date.now() / 1000))
		throw new Problem('not-valid');
	keys = list;
	localTimes();
	listen();
	for (const id of ['lead', 'checked', 'seal'])
		show(id);
}

// Where the script is not for this page's state, the page has said why.
if (document.getElementById('seal') !== null)
	start().catch(refuse);

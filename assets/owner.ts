// SPDX-License-Identifier: Apache-2.0
// owner.ts - a code owner's keys are made here, and only here; views/owner_new.html.
import { randomBytes } from '@noble/hashes/utils.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { get, post, refusal } from './part/api';
import { Identity, identityLock, identityMake, identityText } from './part/identity';
import { VALID_MAX, keyListMake } from './part/keylist';
import { Work, allRight, goTo, input, on, part, problemWord, saveLink, show } from './part/page';
import { keep } from './part/store';
import { word } from './part/words';

const LABELS = ['team', 'recovery'] as const;
const CLOCK_SLACK = 3600;  // seconds: the server's clock may be behind this one
const PHRASE_MIN = 12;     // characters
const PHRASE_WORDS = 6;    // of 2048: 66 bits, behind scrypt

let owner = '', teamFile = '', recoveryText = '';
let made = false, unsaved = false;
const saved = new Set<string>();

// "Alpine Widgets" -> "alpine-widgets"
function shortOf(name: string): string {
	return name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase()
		.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63);
}

function showAddress(): void {
	part('id-shown').textContent = input('id').value || '…';
}

function suggest(): void {
	// 2048 divides 65536, so every word is as likely as any other
	const at = new Uint16Array(randomBytes(2 * PHRASE_WORDS).buffer);
	const phrase = [...at].map((n) => wordlist[n % 2048]).join(' ');
	input('passphrase').value = phrase;
	input('again').value = '';
	part('suggested-words').textContent = phrase;
	show('suggested');
}

function isComplete(): boolean {
	const { value: phrase } = input('passphrase');
	return allRight(
		['name', input('name').value.trim() === '' ? word('need-name') : ''],
		['id', /^[a-z0-9][a-z0-9-]{0,62}$/.test(input('id').value) ? '' : word('need-id')],
		['passphrase', [...phrase].length < PHRASE_MIN ? word('short-passphrase') : ''],
		['again', phrase === input('again').value ? '' : word('not-same')],
	);
}

async function isFree(id: string): Promise<boolean> {
	const there = await get('/api/v1/owners'), { owners } = there.body;
	if (there.status !== 200 || !Array.isArray(owners))
		throw refusal(there);
	return !(owners as { id: string }[]).some((o) => o.id === id);
}

function showProblem(e: unknown): void {
	part('problem-why').textContent = problemWord(e);
	show('problem');
	goTo('problem');
}

async function lock(label: typeof LABELS[number], of: Identity, seed: Uint8Array, work: Work): Promise<string> {
	const text = identityText(of, `${owner} ${label}`, seed);
	work.say(word(label === 'team' ? 'locking-team' : 'locking-recovery'));
	const file = await identityLock(text, input('passphrase').value, (share) => work.done(share));
	saveLink(part<HTMLAnchorElement>(`save-${label}`), new Blob([file]), `${owner}-${label}.age`);
	if (label === 'team')
		teamFile = file;
	else
		recoveryText = text;
	return of.recipient;
}

async function makeKeys(): Promise<void> {
	const work = new Work(), seed = randomBytes(32), now = Math.floor(Date.now() / 1000);
	if (made || !isComplete())
		return;
	show('problem', false);
	try {
		owner = input('id').value;
		part<HTMLFieldSetElement>('fields').disabled = true;
		if (!await isFree(owner)) {
			part<HTMLFieldSetElement>('fields').disabled = false;
			allRight(['id', word('taken')]);
			return;
		}
		show('work');
		const recipients = [];
		for (const label of LABELS)
			recipients.push({ age: await lock(label, await identityMake(), seed, work), label });
		const { list, signature } = keyListMake(owner, recipients, seed, now - CLOCK_SLACK, now - CLOCK_SLACK + VALID_MAX);
		input('list').value = list.text;
		input('signature').value = signature;
		input('passphrase').value = input('again').value = part('suggested-words').textContent = '';
		show('fields', false);
		made = unsaved = true;
		show('made');
		goTo('made-head');
	} catch (e) {
		part<HTMLFieldSetElement>('fields').disabled = false;
		showProblem(e);
	} finally {
		seed.fill(0);
		show('work', false);
	}
}

function reveal(): void {
	part('secret').textContent = recoveryText;
	show('secret');
	show('print');
	show('reveal', false);
}

// By fetch, so that a refusal or a failing network does not lose the keys.
async function register(): Promise<void> {
	const form = part<HTMLFormElement>('make');
	if (!made || !allRight(['saved', saved.size === 2 && input('saved').checked ? '' : word('save-first')]))
		return;
	show('problem', false);
	part<HTMLButtonElement>('submit').disabled = true;
	try {
		const answer = await post('/api/v1/owners', {
			id: owner, list: input('list').value, name: input('name').value.trim(), signature: input('signature').value,
		});
		if (answer.status !== 201)
			throw refusal(answer);
		if (input('keep').checked)
			keep(owner, teamFile);
		unsaved = false;
		part('secret').textContent = recoveryText = teamFile = '';
		location.assign(form.action.replace(/\/new$/, `/${owner}/keys`));
	} catch (e) {
		part<HTMLButtonElement>('submit').disabled = false;
		showProblem(e);
	}
}

function start(): void {
	let own = input('id').value !== '';  // a short name that was typed is not overwritten
	show('plain', false);
	if (!isSecureContext)
		return;
	show('make');
	showAddress();
	on('name', 'input', () => {
		if (!own)
			input('id').value = shortOf(input('name').value);
		showAddress();
	});
	on('id', 'input', () => { own = input('id').value !== ''; showAddress(); });
	on('suggest', 'click', suggest);
	on('keys', 'click', () => void makeKeys());
	for (const label of LABELS)
		on(`save-${label}`, 'click', () => saved.add(label));
	on('reveal', 'click', reveal);
	on('print', 'click', () => {
		document.body.classList.add('sheet');
		print();
		document.body.classList.remove('sheet');
	});
	on('make', 'submit', (e) => {
		e.preventDefault();
		void (made ? register() : makeKeys());
	});
	addEventListener('beforeunload', (e) => {
		if (unsaved)
			e.preventDefault();
	});
}

// On plain HTTP the page has said that it cannot.
if (document.getElementById('plain') !== null)
	start();

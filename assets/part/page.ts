// SPDX-License-Identifier: Apache-2.0
// page.ts - hands on the page: parts by their id, errors at their field, files to
// be saved. Only text is ever put in, never markup.
import { Problem } from './json';
import { momentWord, word } from './words';

export function part<T extends HTMLElement = HTMLElement>(id: string): T {
	const found = document.getElementById(id);
	if (found === null)
		throw new Error(`the page has no #${id}`);
	return found as T;
}

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, text = '', ...inside: Node[]): HTMLElementTagNameMap[K] {
	const e = document.createElement(tag);
	e.append(...(text === '' ? [] : [text]), ...inside);
	return e;
}

export function show(id: string, is = true): void {
	part(id).hidden = !is;
}

export function input(id: string): HTMLInputElement {
	return part<HTMLInputElement>(id);
}

export function on(id: string, what: string, then: (e: Event) => void): void {
	part(id).addEventListener(what, then);
}

// Puts the eye, and the screen reader, on a heading or a message.
export function goTo(id: string): void {
	const to = part(id);
	to.tabIndex = -1;
	to.focus();
	to.scrollIntoView({ block: 'start' });
}

// The text for people of whatever went wrong.
export function problemWord(e: unknown): string {
	if (e instanceof Problem)
		return word(e.what, ...e.args);
	console.error(e);
	return word('failed', e instanceof Error ? e.message : String(e));
}

// A field's error stands below its label; the message is in <p class="why" id="ID-why">.
export function wrong(id: string, text: string): void {
	const field = part(id), why = part(`${id}-why`);
	why.textContent = text;
	why.hidden = text === '';
	why.parentElement?.classList.toggle('wrong', text !== '');
	if (text === '')
		field.removeAttribute('aria-invalid');
	else
		field.setAttribute('aria-invalid', 'true');
}

// Goes to the first field that is wrong. true: none is.
export function allRight(...checks: [id: string, text: string][]): boolean {
	for (const [id, text] of checks)
		wrong(id, text);
	const first = checks.find(([, text]) => text !== '');
	if (first !== undefined)
		part(first[0]).focus();
	return first === undefined;
}

// A file to be saved, never to be opened here: its type is of no use to a browser.
export function saveLink(a: HTMLAnchorElement, blob: Blob, name: string): void {
	if (a.href.startsWith('blob:'))
		URL.revokeObjectURL(a.href);
	a.href = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
	a.download = plainName(name);
}

// What is not seen, and marks that turn the reading direction, can make "exe.txt"
// of "txt.exe".
export function plainName(name: string): string {
	return name.replace(/[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g, '\ufffd');
}

// A name inside a sentence: apart, so that it does not turn the sentence round.
export function nameWord(name: string): string {
	return `\u2068${plainName(name)}\u2069`;
}

// Each <time> in UTC and in local time.
export function localTimes(): void {
	for (const t of document.querySelectorAll<HTMLTimeElement>('main time[datetime]'))
		t.textContent = momentWord(Date.parse(t.dateTime) / 1000);
}

// A <progress> and the words above it, read out once for each step.
export class Work {
	private readonly bar = part<HTMLProgressElement>('bar');
	private step = '';
	say(what: string): void {
		if (what !== this.step)
			part('doing').textContent = this.step = what;
		this.bar.removeAttribute('value');
	}
	done(share: number): void {
		this.bar.value = share;
	}
}

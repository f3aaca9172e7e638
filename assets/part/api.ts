// SPDX-License-Identifier: Apache-2.0
// api.ts - calls of the server that this page came from.
import { Problem } from './json';
import { KeyList, keyListCheck, keyListRead } from './keylist';

export interface Answer { status: number; body: { [key: string]: unknown } }

// A signed-in browser brings a token along, which the frame's forms have.
function csrf(): string | undefined {
	return document.querySelector<HTMLInputElement>('input[name=csrf]')?.value;
}

// The server answers in the language of this page.
const language = (): string => document.documentElement.lang;

function answerOf(status: number, text: string): Answer {
	try {
		return { status, body: JSON.parse(text) as Answer['body'] };
	} catch {
		return { status, body: {} };
	}
}

// The server's own words for what it refused.
export function refusal(a: Answer): Problem {
	const { detail, rule } = a.body, said = typeof detail === 'string' ? detail : `HTTP ${a.status}`;
	return new Problem('refused', typeof rule === 'string' ? `${said} (${rule})` : said);
}

export async function get(path: string): Promise<Answer> {
	try {
		const r = await fetch(path, { headers: { 'Accept': 'application/json', 'Accept-Language': language() }, cache: 'no-store' });
		return answerOf(r.status, await r.text());
	} catch {
		throw new Problem('no-network');
	}
}

export async function post(path: string, body: object): Promise<Answer> {
	try {
		const r = await fetch(path, {
			method: 'POST', body: JSON.stringify(body),
			headers: {
				'Content-Type': 'application/json', 'X-CSRF': csrf() ?? '',
				'Accept': 'application/json', 'Accept-Language': language(),
			},
		});
		return answerOf(r.status, await r.text());
	} catch {
		throw new Problem('no-network');
	}
}

// Sends a Blob. A stream would need HTTP/2, and shows no progress.
export function upload(path: string, blob: Blob, tick: (done: number) => void, stop: AbortSignal): Promise<Answer> {
	return new Promise((done, failed) => {
		const r = new XMLHttpRequest(), token = csrf();
		r.open('POST', path);
		r.setRequestHeader('Content-Type', 'application/octet-stream');
		r.setRequestHeader('Accept-Language', language());
		if (token !== undefined)
			r.setRequestHeader('X-CSRF', token);
		r.upload.onprogress = (e) => tick(e.loaded);
		r.onload = () => done(answerOf(r.status, r.responseText));
		r.onerror = r.ontimeout = () => failed(new Problem('no-network'));
		r.onabort = () => failed(new Problem('cancelled'));
		stop.addEventListener('abort', () => r.abort());
		r.send(blob);
	});
}

export interface SignedList { list: KeyList; signature: string }

function signedList(a: Answer, owner: string): SignedList {
	const { list, signature } = a.body;
	if (a.status !== 200)
		throw refusal(a);
	if (typeof list !== 'string' || typeof signature !== 'string')
		throw new Problem('bad-list');
	const read = keyListRead(list);
	if (read.owner !== owner)
		throw new Problem('bad-list');
	return { list: read, signature };
}

export async function fetchKeys(owner: string, version?: number): Promise<SignedList> {
	const path = `/api/v1/owners/${encodeURIComponent(owner)}/keys`;
	return signedList(await get(version === undefined ? path : `${path}/${version}`), owner);
}

const STEPS_MAX = 50;

// Is list signed by the key that may sign it? known: a list that was checked before;
// the way from it to list is gone step by step.
export async function checkKeys({ list, signature }: SignedList, known: KeyList | null): Promise<void> {
	if (list.version === 1 || (known !== null && known.version === list.version - 1))
		return keyListCheck(list, signature, list.version === 1 ? null : known);
	if (known !== null && (known.version >= list.version || list.version - known.version > STEPS_MAX))
		throw new Problem('bad-chain');
	const before = await fetchKeys(list.owner, list.version - 1);
	if (known !== null)
		await checkKeys(before, known);
	keyListCheck(list, signature, before.list);
}

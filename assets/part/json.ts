// SPDX-License-Identifier: Apache-2.0
// json.ts - canonical JSON: the same thing is the same bytes.
//
// Source: RFC 8785, with integers as the only numbers; docs/formats.md.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// A text that is not what it should be. what names the sentence for people,
// which the page holds (words.ts); args fill it.
export class Problem extends Error {
	readonly args: string[];
	constructor(readonly what: string, ...args: string[]) {
		super([what, ...args].join(': '));
		this.args = args;
	}
}

const lone = /[\ud800-\udfff]/u;  // with u, a pair of them is one character and does not match

export function jsonWrite(v: Json): string {
	if (typeof v === 'number' && !Number.isSafeInteger(v))
		throw new Error('canonical JSON has integers only');
	if (typeof v === 'string' && lone.test(v))
		throw new Error('half a character in canonical JSON');
	if (v === null || typeof v !== 'object')
		return JSON.stringify(v);
	if (Array.isArray(v))
		return `[${v.map(jsonWrite).join(',')}]`;
	// sort() compares UTF-16 code units, which is the order that RFC 8785 3.2.3 asks for
	return `{${Object.keys(v).sort().map((k) => `${jsonWrite(k)}:${jsonWrite(v[k] as Json)}`).join(',')}}`;
}

// Refuses all that is not canonical, so also a key that stands there twice.
export function jsonRead(text: string): Json {
	const v = JSON.parse(text) as Json;
	if (jsonWrite(v) !== text)
		throw new Error('not canonical JSON');
	return v;
}

// The keys of an object must be just these.
export function jsonObject(v: Json | undefined, keys: string[]): { [key: string]: Json } {
	if (v === null || typeof v !== 'object' || Array.isArray(v) || Object.keys(v).sort().join() !== [...keys].sort().join())
		throw new Error(`an object of ${keys.join(', ')} is missing`);
	return v;
}

export function jsonText(v: Json | undefined, form: RegExp): string {
	if (typeof v !== 'string' || !form.test(v))
		throw new Error(`a text like ${form.source} is missing`);
	return v;
}

export function jsonCount(v: Json | undefined, least: number, most: number): number {
	if (typeof v !== 'number' || v < least || v > most)
		throw new Error(`a number from ${least} to ${most} is missing`);
	return v;
}

// SPDX-License-Identifier: Apache-2.0
// words.ts - texts for people. They come with the page, in the reader's language:
// <template id="words"><span data-word="sealing">Sealing %s</span></template>.
let texts: Map<string, string> | undefined;

function load(): Map<string, string> {
	const from = document.querySelector<HTMLTemplateElement>('template#words');
	const all = from?.content.querySelectorAll<HTMLElement>('[data-word]') ?? [];
	return new Map([...all].map((e) => [e.dataset['word'] ?? '', e.textContent ?? '']));
}

// The text called name, with args for its %s in their order.
export function word(name: string, ...args: string[]): string {
	const text = (texts ??= load()).get(name);
	if (text === undefined)
		throw new Error(`the page has no text "${name}"`);
	return text.replace(/%s/g, () => args.shift() ?? '');
}

function number(n: number, digits = 0): string {
	return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(n);
}

export function sizeWord(bytes: number): string {
	if (bytes < 1024)
		return word('bytes', number(bytes));
	return bytes < 1 << 20 ? word('kib', number(bytes / 1024, 1)) : word('mib', number(bytes / (1 << 20), 1));
}

// A moment in UTC and as this computer's clock shows it, with its zone.
export function momentWord(seconds: number): string {
	// each apart, so that neither turns round the other where lines run to the left
	const at = new Date(seconds * 1000), utc = `\u2066${at.toISOString().slice(0, 16).replace('T', ' ')} UTC\u2069`;
	if (at.getTimezoneOffset() === 0)
		return utc;
	const local = new Intl.DateTimeFormat(document.documentElement.lang, {
		year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short',
	}).format(at);
	return `${utc} (\u2068${local}\u2069)`;
}

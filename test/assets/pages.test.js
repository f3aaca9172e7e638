// SPDX-License-Identifier: Apache-2.0
// Scripts and their pages belong together: each text and each part that a script
// asks for is on its page, and no script is larger than it may be.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { join } from 'node:path';
import { folder } from './library.js';

const SIZE_MAX = 40_000;  // bytes, compressed
const pages = { report: 'report_form', open: 'desk_show', owner: 'owner_new' };

const matches = (text, form) => [...text.matchAll(form)].map((m) => m[1]);

for (const [script, view] of Object.entries(pages))
	test(`${script}.ts and views/${view}.html`, async () => {
		const html = readFileSync(`views/${view}.html`, 'utf8');
		const { metafile } = await build({ entryPoints: [`assets/${script}.ts`], bundle: true, write: false, metafile: true, logLevel: 'silent' });
		const entry = readFileSync(`assets/${script}.ts`, 'utf8');
		const all = Object.keys(metafile.inputs).filter((f) => f.startsWith('assets/')).map((f) => readFileSync(f, 'utf8')).join('\n');
		const texts = matches(html, /data-word="([^"]+)"/g), ids = new Set(matches(html, / id="([^"]+)"/g));
		const asked = new Set(matches(all, /\bword\('([a-z-]+)'/g));
		for (const name of matches(entry, /new Problem\('([a-z-]+)'/g))
			asked.add(name);
		for (const name of asked)
			assert.ok(texts.includes(name) || !entry.includes(`'${name}'`) && ['bytes', 'kib', 'mib'].includes(name), `the text "${name}" is missing`);
		assert.equal(new Set(texts).size, texts.length, 'a text stands there twice');
		for (const id of new Set([...matches(entry, /\b(?:part|input|show|on|goTo|told|field)(?:<\w+>)?\('([a-z-]+)'/g)]))
			assert.ok(ids.has(id), `the part #${id} is missing`);
		assert.equal(ids.size, matches(html, / id="([^"]+)"/g).length, 'an id stands there twice');
		// no name: what is typed there is never sent by a form
		for (const secret of ['what', 'passphrase', 'again', 'contact'].filter((id) => ids.has(id)))
			assert.doesNotMatch(html, new RegExp(`id="${secret}"[^>]* name=`));
		assert.doesNotMatch(html, / (style|on[a-z]+)=/);
	});

test('no text for people stands in a script', () => {
	for (const script of Object.keys(pages)) {
		const code = readFileSync(`assets/${script}.ts`, 'utf8').replace(/^\s*\/\/.*$/gm, '');
		for (const text of matches(code, /(?:textContent = |make\('\w+', )'([^']+)'/g))
			assert.fail(`${script}.ts: "${text}"`);
	}
});

test('scripts are small enough, and use nothing that the policy forbids', () => {
	execFileSync(process.execPath, ['tools/bundle.js', 'assets', join(folder, 'bundles')]);
	for (const script of Object.keys(pages)) {
		const code = readFileSync(join(folder, 'bundles', `${script}.js`));
		assert.ok(gzipSync(code, { level: 9 }).length <= SIZE_MAX, `${script}.js: ${gzipSync(code, { level: 9 }).length} bytes`);
		assert.doesNotMatch(code.toString(), /\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
	}
});

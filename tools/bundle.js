// SPDX-License-Identifier: Apache-2.0
// bundle.js FROM TO - makes each FROM/NAME.ts one script TO/NAME.js for browsers.
//
// FROM/NAME.ts is a bundle; what several of them share stands in FROM/part/.
// The same input gives the same bytes. TO/licences.txt holds the licence of each
// package that went in: it is served beside the scripts, as those licences ask.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
	console.error('usage: bundle.js FROM TO');
	process.exit(64);
}

// The text of the licence that the package in folder carries.
function licence(folder) {
	const name = readdirSync(folder).sort().find((file) => /^licen[cs]e/i.test(file));
	if (name === undefined)
		throw new Error(`${folder} has no licence file: may it be passed on?`);
	return readFileSync(join(folder, name), 'utf8').trim();
}

// What age-encryption brings for keys that are not ours: see part/none.ts.
const none = resolve(from, 'part/none.ts');
const unneeded = existsSync(none) ? { '@noble/post-quantum/hybrid.js': none, '@noble/curves/nist.js': none } : {};

const entries = readdirSync(from).filter((file) => /^[a-z0-9_]+\.ts$/.test(file)).sort();
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
const packages = new Set();
for (const entry of entries) {
	const made = await build({
		entryPoints: [join(from, entry)], outfile: join(to, entry.replace(/ts$/, 'js')),
		bundle: true, minify: true, format: 'iife', target: 'es2020', platform: 'browser',
		alias: unneeded,
		charset: 'utf8', legalComments: 'none', metafile: true, logLevel: 'warning',
	});
	for (const input of Object.keys(made.metafile.inputs)) {
		const found = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input);
		if (found !== null && existsSync(found[0]))
			packages.add(found[0]);
	}
}
const texts = [...packages].sort().map((folder) => `${folder.replace(/^.*node_modules\//, '')}\n\n${licence(folder)}\n`);
if (texts.length > 0)
	writeFileSync(join(to, 'licences.txt'), texts.join(`\n${'-'.repeat(72)}\n\n`));

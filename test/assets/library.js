// SPDX-License-Identifier: Apache-2.0
// library.js - assets/part as Node can load it, for the tests beside this file.
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webcrypto } from 'node:crypto';
import { execFileSync } from 'node:child_process';

globalThis.crypto ??= webcrypto;  // Node 18 has it under another name

export const folder = mkdtempSync(join(tmpdir(), 'leman-assets-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const parts = ['envelope', 'identity', 'json', 'keylist', 'receipt', 'seal', 'stream'];
buildSync({
	stdin: { contents: parts.map((p) => `export * from './${p}';`).join('\n'), resolveDir: 'assets/part', loader: 'ts' },
	bundle: true, format: 'esm', platform: 'node', target: 'es2020', outfile: join(folder, 'library.mjs'), logLevel: 'error',
});
export const library = await import(join(folder, 'library.mjs'));

export const LEMAN = process.env.LEMAN ?? 'build/dev/leman';

// Another program's answer; null where it is not there.
export function run(command, args, options = {}) {
	try {
		return execFileSync(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
	} catch (e) {
		if (e.code === 'ENOENT')
			return null;
		throw e;
	}
}

export const streamOf = (bytes) => new Blob([bytes]).stream();
export const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
export const never = () => undefined;

// The Problem of a call, by its name; "none" where there is none.
export async function problem(call) {
	try {
		await call();
		return 'none';
	} catch (e) {
		return e.what ?? `no Problem: ${e}`;
	}
}

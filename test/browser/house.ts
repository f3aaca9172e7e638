// SPDX-License-Identifier: Apache-2.0
// house.ts - a Leman of its own for each test file: started on a new folder, with an
// account and a code owner; and what must hold of every page that a test opens.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityLock, identityMake, identityText } from '../../assets/part/identity';
import { keyListMake } from '../../assets/part/keylist';

export const LEMAN = process.env['LEMAN'] ?? 'build/dev/leman';
export const ACCOUNT = { name: 'ada', password: 'a lake between mountains' };
export const PASSPHRASE = 'one two three four five six';

export interface Owner {
	id: string;
	name: string;
	team: { secret: string; recipient: string };
	recovery: { secret: string; recipient: string };
	seed: Uint8Array;
	list: string;
	digest: string;
	file: string;      // the locked identity file of the team
}
export interface House { origin: string; folder: string; setup: string; token: string }

async function freePort(): Promise<number> {
	const s = createServer();
	await new Promise<void>((done) => s.listen(0, '127.0.0.1', done));
	const port = (s.address() as { port: number }).port;
	await new Promise((done) => s.close(done));
	return port;
}

async function started(port: number, data: string): Promise<{ process: ChildProcess; setup: string }> {
	const process = spawn(LEMAN, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	const setup = await new Promise<string>((done, failed) => {
		const hear = (b: Buffer): void => {
			said += b.toString();
			const link = /http:\/\/localhost:\d+\/setup\/[0-9a-f]+/.exec(said);
			if (link !== null && /Ready/.test(said))
				done(link[0]);
		};
		process.stdout?.on('data', hear);
		process.stderr?.on('data', hear);
		process.on('exit', (code) => failed(new Error(`leman serve ended with ${code}: ${said}`)));
		process.on('error', failed);
	});
	return { process, setup };
}

export async function api(house: House, method: string, path: string, body?: object | Uint8Array, type = 'application/json'): Promise<{ status: number; body: any; text: string }> {
	const r = await fetch(`${house.origin}/api/v1${path}`, {
		method, headers: { 'Content-Type': type, ...(house.token === '' ? {} : { Authorization: `Bearer ${house.token}` }) },
		...(body === undefined ? {} : { body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
	});
	const text = await r.text();
	return { status: r.status, text, body: text.startsWith('{') ? JSON.parse(text) : null };
}

export async function makeOwner(house: House, id: string, name: string): Promise<Owner> {
	const team = await identityMake(), recovery = await identityMake();
	const seed = crypto.getRandomValues(new Uint8Array(32)), now = Math.floor(Date.now() / 1000);
	const { list, signature } = keyListMake(id,
		[{ age: team.recipient, label: 'team' }, { age: recovery.recipient, label: 'recovery' }], seed, now - 60, now + 700 * 86400);
	const made = await api(house, 'POST', '/owners', { id, list: list.text, name, signature });
	expect(made.status, made.text).toBe(201);
	return {
		id, name, team, recovery, seed, list: list.text, digest: list.digest,
		file: await identityLock(identityText(team, `${id} team`, seed), PASSPHRASE, () => undefined),
	};
}

// What must hold of every page: nothing on the console, nothing from elsewhere.
export class Watch {
	readonly wrong: string[] = [];
	readonly expected: RegExp[] = [];
	private readonly origins: string[];
	constructor(...origins: string[]) {
		this.origins = origins;
	}

	page(p: Page): Page {
		p.on('console', (m) => {
			if (m.type() === 'error' || m.type() === 'warning')
				this.note(`${p.url()}: ${m.text()} ${m.location().url}`);
		});
		p.on('pageerror', (e) => this.note(`${p.url()}: ${e.message}`));
		p.on('request', (r) => {
			if (![...this.origins, 'blob:'].some((o) => r.url().startsWith(o)))
				this.note(`${p.url()} asked for ${r.url()}`);
		});
		return p;
	}
	context(c: BrowserContext): BrowserContext {
		c.on('page', (p) => this.page(p));
		return c;
	}
	private note(what: string): void {
		this.wrong.push(what);
	}
	check(): void {
		expect(this.wrong.filter((w) => !this.expected.some((e) => e.test(w)))).toEqual([]);
	}
}

interface Each { empty: House; watch: Watch; guest: Page; member: Page }
interface Once { house: House; owner: Owner }

async function serve(use: (house: House) => Promise<void>): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'leman-browser-')), port = await freePort();
	const { process, setup } = await started(port, join(folder, 'data'));
	try {
		await use({ origin: `http://localhost:${port}`, folder, setup, token: '' });
	} finally {
		const ended = new Promise((done) => process.on('exit', done));
		process.removeAllListeners('exit');
		process.on('exit', () => undefined);
		process.kill('SIGTERM');
		await Promise.race([ended, new Promise((done) => setTimeout(done, 2000))]);
		process.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	}
}

export async function signIn(page: Page, origin: string): Promise<void> {
	await page.goto(`${origin}/login`);
	await page.getByLabel('Account name').fill(ACCOUNT.name);
	await page.getByLabel('Password').fill(ACCOUNT.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL('**/desk');
}

export const test = base.extend<Each, Once>({
	// a server that nobody has set up yet: a new one each time, since a test may do so
	empty: async ({}, use) => serve(use),
	// one with an account
	house: [async ({}, use) => serve(async (house) => {
		const made = await api(house, 'POST', '/setup', { ...ACCOUNT, token: house.setup.split('/').pop() });
		expect(made.status, made.text).toBe(201);
		house.token = made.body.token;
		await use(house);
	}), { scope: 'worker' }],
	owner: [async ({ house }, use) => use(await makeOwner(house, 'acme', 'Alpine Widgets')), { scope: 'worker' }],
	watch: async ({ house, empty }, use) => {
		const watch = new Watch(house.origin, empty.origin);
		await use(watch);
		watch.check();
	},
	// somebody without account
	guest: async ({ browser, watch }, use) => {
		const c = watch.context(await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Zurich' }));
		await use(await c.newPage());
		expect(await c.cookies(), 'a finder gets no cookie').toEqual([]);
		await c.close();
	},
	// somebody who is signed in
	member: async ({ browser, watch, house }, use) => {
		const c = watch.context(await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Zurich' }));
		const page = await c.newPage();
		await signIn(page, house.origin);
		await use(page);
		await c.close();
	},
});
export { expect };

// What a person does on the report page, and on the desk.

export async function writeReport(page: Page, what: { message: string; product?: string; files?: string[] }): Promise<void> {
	await expect(page.getByText('Your browser has checked the signature of these keys.')).toBeVisible();
	await page.getByLabel('What did you find?').fill(what.message);
	if (what.product !== undefined)
		await page.getByLabel('Product and version').fill(what.product);
	if (what.files !== undefined)
		await page.getByLabel('Files', { exact: true }).setInputFiles(what.files);
}

export async function sendReport(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Seal and send', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Your report has arrived, sealed' })).toBeFocused();
	await expect(page.getByText('The receipt names the very file')).toBeVisible();
	return await page.locator('#done-id').textContent() ?? '';
}

export async function openReport(page: Page, file: string | null, passphrase = PASSPHRASE): Promise<void> {
	if (file !== null)
		await page.getByLabel('Your key file').setInputFiles({ name: 'team.age', mimeType: 'text/plain', buffer: Buffer.from(file) });
	await page.getByLabel('Passphrase').fill(passphrase);
	await page.getByRole('button', { name: 'Open', exact: true }).click();
}

// SPDX-License-Identifier: Apache-2.0
// Every page, as different people meet it: light and dark, English, French and from
// right to left, on a narrow screen, without a mouse, by axe.
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { PASSPHRASE, type House, type Owner, expect, openReport, signIn, test } from './house';

const REPORT = 'l'.repeat(26);
const message = 'The update server is asked without TLS.';

interface Shown { house: House; empty: House; owner: Owner }
interface View {
	name: string;
	at: (s: Shown) => string;
	member?: boolean;
	then?: (page: Page, s: Shown) => Promise<void>;  // what is done there before it is looked at
}

function sealedFile(owner: Owner, input = message): Buffer<ArrayBuffer> {
	return Buffer.from(execFileSync('age', ['-r', owner.team.recipient, '-r', owner.recovery.recipient], { input }));
}

const views: View[] = [
	{ name: 'front page', at: (s) => `${s.house.origin}/` },
	{ name: 'front page of a new server', at: (s) => `${s.empty.origin}/` },
	{ name: 'set-up', at: (s) => s.empty.setup },
	{ name: 'set-up, refused', at: (s) => s.empty.setup, then: async (page) => {
		await page.locator('#name').fill('ada');
		await page.locator('#password').fill('short');
		await page.locator('form').last().evaluate((f: HTMLFormElement) => { f.noValidate = true; });
		await page.locator('main button').click();
		await expect(page.locator('#why')).toBeVisible();
	} },
	{ name: 'about', at: (s) => `${s.house.origin}/about` },
	{ name: 'sign-in', at: (s) => `${s.house.origin}/login?next=%2Fdesk` },
	{ name: 'sign-in, refused', at: (s) => `${s.house.origin}/login`, then: async (page) => {
		await page.locator('#name').fill('nobody');
		await page.locator('#password').fill('not the password');
		await page.locator('main button').click();
		await expect(page.locator('#why')).toBeVisible();
	} },
	{ name: 'whom to report to', at: (s) => `${s.house.origin}/report` },
	{ name: 'nobody to report to', at: (s) => `${s.empty.origin}/report` },
	{ name: 'report form', at: (s) => `${s.house.origin}/report/${s.owner.id}` },
	{ name: 'report form, refused and with all of it open', at: (s) => `${s.house.origin}/report/${s.owner.id}`, then: async (page) => {
		await page.locator('#more summary').click();
		await page.locator('#files').setInputFiles([{ name: 'a-rather-long-name-of-a-file-that-someone-attached.tar.gz', mimeType: '', buffer: Buffer.alloc(5000) }]);
		await page.locator('#send').click();
		await expect(page.locator('#what-why')).toBeVisible();
	} },
	{ name: 'receipt', at: (s) => `${s.house.origin}/report/${s.owner.id}`, then: async (page) => {
		await page.locator('#what').fill(message);
		await page.locator('#send').click();
		await expect(page.locator('#receipt-good')).toBeVisible();
		for (const summary of await page.locator('#done summary').all())
			await summary.click();
	} },
	{ name: 'sealed file handed in', at: (s) => `${s.house.origin}/report/${s.owner.id}`, then: async (page, s) => {
		await page.locator('#sealed').setInputFiles({ name: 'r.age', mimeType: '', buffer: sealedFile(s.owner) });
		await page.locator('#own button').click();
		await expect(page.locator('pre.paper')).toBeVisible();
	} },
	{ name: 'keys of an owner', at: (s) => `${s.house.origin}/owners/${s.owner.id}/keys` },
	{ name: 'no such page', at: (s) => `${s.house.origin}/nothing-here` },
	{ name: 'empty desk', member: true, at: (s) => `${s.house.origin}/desk?before=${REPORT}` },
	{ name: 'desk', member: true, at: (s) => `${s.house.origin}/desk` },
	{ name: 'sealed report', member: true, at: (s) => `${s.house.origin}/desk/${REPORT}` },
	{ name: 'opened report', member: true, at: (s) => `${s.house.origin}/desk/${REPORT}`, then: async (page, s) => {
		await page.locator('#identity').setInputFiles({ name: 'team.age', mimeType: '', buffer: Buffer.from(s.owner.file) });
		await page.locator('#passphrase').fill(PASSPHRASE);
		await page.locator('#open button[type=submit]').click();
		await expect(page.locator('#result')).toBeVisible({ timeout: 20_000 });
	} },
	{ name: 'new owner', member: true, at: (s) => `${s.house.origin}/owners/new` },
	{ name: 'new owner, keys made', member: true, at: (s) => `${s.house.origin}/owners/new`, then: async (page) => {
		await page.locator('#name').fill('New');
		await page.locator('#suggest').click();
		await page.locator('#again').fill(await page.locator('#suggested-words').textContent() ?? '');
		await page.locator('#keys').click();
		await expect(page.locator('#made')).toBeVisible({ timeout: 30_000 });
		await page.locator('#paper summary').click();
		await page.locator('#submit').click();
		await expect(page.locator('#saved-why')).toBeVisible();
	} },
];

// The address in another language: /fr/about.
const inLanguage = (url: string, prefix: string): string => prefix === '' ? url : url.replace(/^(http:\/\/[^/]+)/, `$1/${prefix}`);

async function everyView(shown: Shown, c: BrowserContext, prefix: string, look: (page: Page, name: string) => Promise<void>): Promise<void> {
	const signedIn = await c.newPage();
	await signIn(signedIn, shown.house.origin);
	await signedIn.close();
	for (const view of views) {
		const cookies = await c.cookies();
		if (view.member !== true)
			await c.clearCookies();
		const page = await c.newPage();
		page.on('dialog', (d) => void d.accept());
		await page.goto(inLanguage(view.at(shown), prefix));
		await expect(page.locator('#plain:visible')).toHaveCount(0);
		await view.then?.(page, shown);
		await look(page, view.name);
		await page.close();
		await c.addCookies(cookies);
	}
}

async function putReport(house: House, owner: Owner): Promise<void> {
	const sent = await fetch(`${house.origin}/api/v1/owners/${owner.id}/reports?id=${REPORT}&keys=${owner.digest}`,
		{ method: 'POST', body: sealedFile(owner), headers: { 'Content-Type': 'application/octet-stream' } });
	expect([200, 201, 409]).toContain(sent.status);
}

async function contextOf(browser: Browser, watch: { context: (c: BrowserContext) => BrowserContext }, options: object): Promise<BrowserContext> {
	return watch.context(await browser.newContext({ locale: 'en-GB', ...options }));
}

// Names, code and units may stand in Latin letters; whatever else does was never
// handed to translators.
const latin = /^(Leman|API|Français|English|CSIRT|UTC|MiB|KiB|SHA|Ed25519|Gateway|age|and|of)$/;

async function latinWords(page: Page): Promise<string[]> {
	const words = await page.evaluate(() => {
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), all: string[] = [];
		for (let n = walk.nextNode(); n !== null; n = walk.nextNode())
			if (n.parentElement?.closest('code, pre, .key, bdi, time, template, script, [lang]:not(html)') === null)
				all.push(...(n.textContent ?? '').replace(/\u2068.*?\u2069/g, '').match(/[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9]+/g) ?? []);
		return all;
	});
	return words.filter((w) => !latin.test(w));
}

// What axe finds; in the dark, by the rules that a colour can break.
async function found(page: Page, rules?: string[]): Promise<string[]> {
	const axe = new AxeBuilder({ page }), { violations, passes } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
	expect(passes.length, 'axe has looked').toBeGreaterThan(rules === undefined ? 10 : 0);
	return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}

async function firstView(page: Page): Promise<number> {
	const style = await page.locator('link[rel=stylesheet]').getAttribute('href') ?? '';
	const css = await page.request.get(new URL(style, page.url()).href);
	return gzipSync(await page.content()).length + gzipSync(await css.body()).length;
}

test.describe('every page', () => {
	test.describe.configure({ mode: 'parallel' });
	for (const [language, prefix] of [['in English', ''], ['in French', 'fr'], ['from right to left', 'xb']] as const)
		test(`${language}: axe in light and dark, 320 pixels, 14 KiB, texts of the catalogue`, async ({ browser, house, empty, owner, watch }) => {
			test.setTimeout(300_000);
			watch.expected.push(/status of 4\d\d/);  // of the views that are refused
			await putReport(house, owner);
			const c = await contextOf(browser, watch, { colorScheme: 'light', reducedMotion: 'reduce' });
			await everyView({ house, empty, owner }, c, prefix, async (page, name) => {
				expect.soft(await page.locator('html').getAttribute('dir'), name).toBe(prefix === 'xb' ? 'rtl' : 'ltr');
				expect.soft(await firstView(page), `${name}: bytes`).toBeLessThanOrEqual(14 << 10);
				if (prefix === 'xb')
					expect.soft(await latinWords(page), name).toEqual([]);
				expect.soft(await found(page), `${name}, light`).toEqual([]);
				await page.emulateMedia({ colorScheme: 'dark' });
				expect.soft(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), name).toBe('rgb(20, 23, 26)');
				expect.soft(await found(page, ['color-contrast', 'link-in-text-block']), `${name}, dark`).toEqual([]);
				await page.setViewportSize({ width: 320, height: 640 });
				expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${name}: width`).toBeLessThanOrEqual(320);
			});
			await c.close();
		});
});

test('French: the whole way of a report', async ({ browser, house, owner, watch }) => {
	const c = watch.context(await browser.newContext({ locale: 'fr-CH' }));
	const page = await c.newPage();
	await page.goto(house.origin);
	await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
	await page.goto(`${house.origin}/report/${owner.id}`);
	await page.getByRole('link', { name: 'English' }).click();
	await expect(page.getByRole('heading', { name: 'Report a vulnerability to Alpine Widgets' })).toBeVisible();
	await page.getByRole('link', { name: 'Français' }).click();
	await page.waitForURL('**/fr/report/acme');
	await page.getByLabel('Qu’avez-vous trouvé ?').fill('Le mot de passe n’est pas vérifié.');
	await page.getByRole('button', { name: 'Sceller et envoyer' }).click();
	await expect(page.getByRole('heading', { name: 'Votre signalement est arrivé, scellé' })).toBeFocused();
	await expect(page.getByText('Le récépissé désigne le fichier même')).toBeVisible();
	await c.close();
});

test('a report is written and sent without a mouse', async ({ guest, house, owner }) => {
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await expect(guest.locator('#seal')).toBeVisible();
	await guest.keyboard.press('Tab');
	await expect(guest.getByText('Skip to content')).toBeFocused();
	await guest.keyboard.press('Enter');
	const reached = async (id: string): Promise<void> => {
		for (let i = 0; i < 30 && await guest.evaluate(() => document.activeElement?.id) !== id; i++)
			await guest.keyboard.press('Tab');
		await expect(guest.locator(`#${id}`)).toBeFocused();
		const ring = await guest.locator(`#${id}`).evaluate((e) => getComputedStyle(e).outlineStyle);
		expect(ring, `the focus on ${id} can be seen`).toBe('solid');
	};
	await reached('what');
	await guest.keyboard.type(message);
	await reached('product');
	await guest.keyboard.type('Gateway 2');
	await guest.keyboard.press('Tab');
	await guest.keyboard.press('ArrowDown');
	await expect(guest.getByLabel('Not that I know')).toBeChecked();
	await reached('send');
	await guest.keyboard.press('Enter');
	await expect(guest.getByRole('heading', { name: 'Your report has arrived, sealed' })).toBeFocused();
	await reached('save-receipt');
});

test('an opened report keeps markup as text', async ({ member, house, owner }) => {
	const id = 'm'.repeat(26);
	const sealed = sealedFile(owner, '<img src=x onerror=alert(1)><script>alert(2)</script>');
	await fetch(`${house.origin}/api/v1/owners/${owner.id}/reports?id=${id}&keys=${owner.digest}`, { method: 'POST', body: sealed, headers: { 'Content-Type': 'application/octet-stream' } });
	await member.goto(`${house.origin}/desk/${id}`);
	await openReport(member, owner.file);
	await expect(member.locator('#message')).toContainText('<img src=x', { timeout: 20_000 });
	await expect(member.locator('#result img, #result script')).toHaveCount(0);
});

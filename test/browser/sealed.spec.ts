// SPDX-License-Identifier: Apache-2.0
// Without script: what the page says, and files sealed elsewhere that are handed in.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT, LEMAN, PASSPHRASE, type House, expect, openReport, sendReport, signIn, test, writeReport } from './house';

const message = 'A plain text, sealed on my own machine.\n';

// Each way to seal that the page names, and one that it does not: armored.
const ways: [name: string, seal: (recipients: string, from: string, to: string) => string[]][] = [
	['age -R', (r, from, to) => ['age', '-R', r, '-o', to, from]],
	['age -a -R', (r, from, to) => ['age', '-a', '-R', r, '-o', to, from]],
	['leman seal -R', (r, from, to) => [LEMAN, 'seal', '-R', r, '-o', to, from]],
];

for (const [name, seal] of ways)
	test(`a file sealed with ${name} is handed in without script and opened in the browser`, async ({ browser, house, owner, watch }) => {
		const at = (file: string): string => join(house.folder, `${name.replace(/\W/g, '')}-${file}`);
		const c = watch.context(await browser.newContext({ javaScriptEnabled: false }));
		const page = await c.newPage();
		await page.goto(`${house.origin}/report/${owner.id}`);
		await expect(page.getByText('Sealing in this browser needs the script of this page.')).toBeVisible();
		await expect(page.locator('#seal')).toBeHidden();
		await expect(page.getByText(`leman report ${house.origin}/report/acme -F report.txt poc.py`)).toBeVisible();
		await expect(page.getByText('age -R recipients.txt -o report.age report.txt')).toBeVisible();
		const recipients = await (await fetch(`${house.origin}/owners/${owner.id}/recipients.txt`)).text();
		writeFileSync(at('recipients.txt'), recipients);
		writeFileSync(at('report.txt'), message);
		const [command = '', ...args] = seal(at('recipients.txt'), at('report.txt'), at('report.age'));
		execFileSync(command, args);
		await page.getByLabel('A file that is sealed already').setInputFiles(at('report.age'));
		await page.getByRole('button', { name: 'Hand in the sealed file' }).click();
		await expect(page.getByRole('heading', { name: 'Your report is kept' })).toBeVisible();
		const id = (await page.locator('dd.key').first().textContent() ?? '').trim();
		expect(await page.locator('pre').textContent()).toContain(`report ${id}\nowner acme\n`);
		expect(await c.cookies()).toEqual([]);
		await c.close();

		const d = watch.context(await browser.newContext());
		const desk = await d.newPage();
		await signIn(desk, house.origin);
		await desk.goto(`${house.origin}/desk/${id}`);
		await openReport(desk, owner.file);
		await expect(desk.getByText('It was sealed with age alone')).toBeVisible({ timeout: 20_000 });
		await expect(desk.locator('#warnings')).toBeEmpty();
		expect(await desk.locator('#message').textContent()).toBe(message);
		const save = desk.waitForEvent('download');
		await desk.locator('#files a').click();
		expect(readFileSync(await (await save).path(), 'utf8')).toBe(message);
		await d.close();
	});

test('what is not sealed is refused at its field, and the page is still there', async ({ browser, house, owner, watch }) => {
	const c = watch.context(await browser.newContext({ javaScriptEnabled: false }));
	const page = await c.newPage();
	await page.goto(`${house.origin}/report/${owner.id}`);
	await page.getByLabel('A file that is sealed already').setInputFiles({ name: 'x.txt', mimeType: 'text/plain', buffer: Buffer.from('in clear') });
	await page.getByRole('button', { name: 'Hand in the sealed file' }).click();
	await expect(page.locator('#sealed-why')).toBeVisible();
	await expect(page.getByLabel('A file that is sealed already')).toHaveAttribute('aria-invalid', 'true');
	watch.expected.push(/status of 4\d\d/);
	await c.close();
});

test('the way without script on the desk: the sealed file, and the mark', async ({ browser, house, owner, watch }) => {
	const at = (file: string): string => join(house.folder, `desk-${file}`);
	writeFileSync(at('r.txt'), `${owner.team.recipient}\n${owner.recovery.recipient}\n`);
	execFileSync('age', ['-R', at('r.txt'), '-o', at('r.age')], { input: message });
	const sent = await fetch(`${house.origin}/api/v1/owners/acme/reports?id=${'c'.repeat(26)}&keys=${owner.digest}`,
		{ method: 'POST', body: readFileSync(at('r.age')), headers: { 'Content-Type': 'application/octet-stream' } });
	expect(sent.status).toBe(201);
	const c = watch.context(await browser.newContext({ javaScriptEnabled: false }));
	const page = await c.newPage();
	await signIn(page, house.origin);
	await page.goto(`${house.origin}/desk/${'c'.repeat(26)}`);
	await expect(page.getByText('Opening in this browser needs the script of this page.')).toBeVisible();
	await expect(page.locator('#open')).toBeHidden();
	const save = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Save the sealed file' }).click();
	const got = await save;
	expect(readFileSync(await got.path()).equals(readFileSync(at('r.age')))).toBe(true);
	writeFileSync(at('team.txt'), `${owner.team.secret}\n`);
	expect(execFileSync('age', ['-d', '-i', at('team.txt'), await got.path()]).toString()).toBe(message);
	await page.getByRole('button', { name: 'Mark as opened' }).click();
	await expect(page.locator('.state.good')).toHaveText('opened');
	await c.close();
});

// The program as a person has it, with a home of its own.
function leman(house: House, args: string[], more: { [name: string]: string } = {}): string {
	return execFileSync(LEMAN, args, {
		env: { ...process.env, XDG_CONFIG_HOME: join(house.folder, 'config'), HOME: house.folder, LC_ALL: 'C', ...more },
		encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
	});
}

test('a report sealed in the browser is opened by leman case show', async ({ guest, house, owner }) => {
	const file = join(house.folder, 'notes ü.txt'), saved = join(house.folder, 'saved');
	writeFileSync(file, 'what I saw\n');
	writeFileSync(join(house.folder, 'acme-team.age'), owner.file, { mode: 0o600 });
	mkdirSync(saved);
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(guest, { message, product: 'Gateway <2>', files: [file] });
	const id = await sendReport(guest);
	leman(house, ['login', house.origin, '--name', ACCOUNT.name], { LEMAN_PASSWORD: ACCOUNT.password });
	const said = leman(house, ['case', 'show', id, '-i', join(house.folder, 'acme-team.age'), '--save', saved], { LEMAN_PASSPHRASE: PASSPHRASE });
	expect(said).toContain(message.trim());
	expect(said).toContain('Gateway <2>');
	expect(readFileSync(join(saved, 'notes ü.txt'), 'utf8')).toBe('what I saw\n');
});

test('a report sealed by leman report is opened in the browser', async ({ member, house, owner }) => {
	const text = join(house.folder, 'report.txt'), poc = join(house.folder, 'poc.bin');
	writeFileSync(text, message);
	writeFileSync(poc, Buffer.alloc(70_000, 9));
	const receipt = join(house.folder, 'receipt.txt');
	leman(house, ['report', `${house.origin}/report/${owner.id}`, '-F', text, poc, '--product', 'Gateway 3', '--receipt', receipt, '--yes']);
	const id = /^report (\w+)$/m.exec(readFileSync(receipt, 'utf8'))?.[1] ?? '';
	await member.goto(`${house.origin}/desk/${id}`);
	await openReport(member, owner.file);
	await expect(member.locator('#claims')).toContainText('Gateway 3', { timeout: 20_000 });
	await expect(member.locator('#warnings')).toBeEmpty();
	await expect(member.locator('#readers li')).toHaveCount(2);
	expect(await member.locator('#message').textContent()).toBe(message);
	const save = member.waitForEvent('download');
	await member.locator('#files a').click();
	expect(readFileSync(await (await save).path()).equals(readFileSync(poc))).toBe(true);
});

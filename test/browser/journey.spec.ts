// SPDX-License-Identifier: Apache-2.0
// The main job from end to end: a new server, its first account, a code owner with
// keys made in the browser, a report by somebody without account, and its opening.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ACCOUNT, PASSPHRASE, Watch, expect, openReport, sendReport, test, writeReport } from './house';

test('from the set-up link to the opened report', async ({ browser, empty }) => {
	const watch = new Watch(empty.origin), folder = empty.folder;
	const poc = join(folder, 'poc ünï.py'), blob = join(folder, 'blob.bin');
	const message = 'The gateway takes any password.\n\n1. Open it\n2. Type nothing\n<b>not bold</b> & done';
	writeFileSync(poc, 'print("boo")\n');
	writeFileSync(blob, randomBytes(300_000));

	const owners = watch.context(await browser.newContext());
	const page = await owners.newPage();
	await page.goto(empty.origin);
	await expect(page.getByText('This server is new.')).toBeVisible();
	await page.goto(empty.setup);
	await page.getByLabel('Account name').fill(ACCOUNT.name);
	await page.getByLabel('Password').fill(ACCOUNT.password);
	await page.getByRole('button', { name: 'Make the account' }).click();
	await page.waitForURL('**/owners/new');

	await page.getByLabel('Name', { exact: true }).fill('Älpine Widgets');
	await expect(page.getByLabel('Short name')).toHaveValue('alpine-widgets');
	await page.getByLabel('Short name').fill('acme');
	await page.getByRole('button', { name: 'Make the keys' }).click();
	await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused();
	await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
	await page.getByLabel('The same again').fill(`${PASSPHRASE}!`);
	await page.getByRole('button', { name: 'Make the keys' }).click();
	await expect(page.getByText('This differs from the first one.')).toBeVisible();
	await page.getByLabel('The same again').fill(PASSPHRASE);
	await page.getByRole('button', { name: 'Make the keys' }).click();
	await expect(page.getByRole('heading', { name: '3. Save both key files' })).toBeFocused({ timeout: 30_000 });
	await page.getByRole('button', { name: 'Make the code owner' }).click();
	await expect(page.getByText('Save both files first: there is no other copy.')).toBeVisible();
	const files: { [label: string]: string } = {};
	for (const label of ['team', 'recovery']) {
		const waits = page.waitForEvent('download');
		await page.getByRole('link', { name: `Save the ${label} file` }).click();
		const saved = await waits;
		expect(saved.suggestedFilename()).toBe(`acme-${label}.age`);
		files[label] = readFileSync(await saved.path(), 'utf8');
		expect(files[label]).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
	}
	await page.getByText('The recovery key on paper').click();
	await page.getByRole('button', { name: 'Show it' }).click();
	await expect(page.locator('#secret')).toContainText(/^# leman identity: acme recovery\n# public key: age1\S+\n# owner key: \S{44}\nAGE-SECRET-KEY-1\S{58}\n$/);
	await page.getByLabel('I have saved both files').check();
	await page.getByLabel('Keep the locked team file').check();
	await page.getByRole('button', { name: 'Make the code owner' }).click();
	await page.waitForURL('**/owners/acme/keys');
	await expect(page.getByRole('heading', { name: 'Älpine Widgets' })).toBeVisible();

	const finders = watch.context(await browser.newContext());
	const finder = await finders.newPage();
	await finder.goto(`${empty.origin}/report`);
	await finder.getByRole('link', { name: 'Älpine Widgets', exact: true }).click();
	await writeReport(finder, { message, product: 'Gateway 2.4.1', files: [poc] });
	await finder.getByLabel('Files', { exact: true }).setInputFiles([blob]);
	await expect(finder.locator('#chosen li')).toHaveCount(2);
	await finder.getByLabel('Not that I know').check();
	await finder.getByText('Contact, credit, your plans').click();
	await finder.getByLabel('How can they reach you?').fill('ada@example.org');
	const id = await sendReport(finder);
	const waits = finder.waitForEvent('download');
	await finder.getByRole('link', { name: 'Save the receipt' }).click();
	const receipt = readFileSync(await (await waits).path(), 'utf8');
	expect(receipt).toContain(`report ${id}\nowner acme\nkeys 1 `);
	expect(await (await fetch(`${empty.origin}/receipts/${id}`)).text()).toBe(receipt);
	const replies = finder.waitForEvent('download');
	await finder.getByRole('link', { name: 'Save the reply key' }).click();
	const reply = readFileSync(await (await replies).path(), 'utf8');
	expect(await finders.cookies()).toEqual([]);
	expect(await finder.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);

	await page.goto(`${empty.origin}/desk`);
	await expect(page.getByText('not opened yet')).toBeVisible();
	await page.getByRole('link', { name: 'Älpine Widgets' }).click();
	await expect(page.getByLabel('The key file kept in this browser')).toBeChecked();
	await openReport(page, null, 'not the passphrase');
	await expect(page.getByText('This passphrase does not open that key file.')).toBeVisible({ timeout: 20_000 });
	await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused();
	await openReport(page, null);
	await expect(page.getByRole('heading', { name: 'The report', exact: true })).toBeFocused({ timeout: 20_000 });
	await expect(page.locator('#warnings')).toBeEmpty();
	expect(await page.locator('#message').textContent()).toBe(message);
	await expect(page.locator('#claims')).toContainText('Gateway 2.4.1');
	await expect(page.locator('#claims')).toContainText('Not that the finder knows');
	await expect(page.locator('#claims')).toContainText('ada@example.org');
	await expect(page.locator('#readers li')).toHaveCount(2);
	await expect(page.locator('#answer-how')).toContainText(/age -r (age1\w+) /);
	expect(reply).toContain((await page.locator('#answer-how').textContent() ?? '').split(' ')[2]);
	for (const [at, path] of [poc, blob].entries()) {
		const save = page.waitForEvent('download');
		await page.locator('#files a').nth(at).click();
		const got = await save;
		expect(got.suggestedFilename()).toBe(path.split('/').pop());
		expect(readFileSync(await got.path()).equals(readFileSync(path))).toBe(true);
	}
	await expect(page.locator('#state')).toContainText('opened');
	await page.goto(`${empty.origin}/desk`);
	await expect(page.locator('.state.good')).toHaveText('opened');

	// with the recovery file, and without the one that is kept
	await page.getByRole('link', { name: 'Älpine Widgets' }).click();
	await page.getByRole('button', { name: 'Remove it from this browser' }).click();
	await expect(page.getByLabel('Your key file')).toBeVisible();
	await openReport(page, files['recovery'] ?? '');
	await expect(page.getByRole('heading', { name: 'The report', exact: true })).toBeFocused({ timeout: 20_000 });
	expect(await page.evaluate(() => localStorage.length)).toBe(0);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.goto(`${empty.origin}/desk`);
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	watch.check();
});

// SPDX-License-Identifier: Apache-2.0
// What goes wrong on the way: nothing typed is lost, nothing counts twice, and what
// should not be trusted is not.
import { ed25519 } from '@noble/curves/ed25519.js';
import { base64 } from '@scure/base';
import type { Page } from '@playwright/test';
import { envelopeWrite } from '../../assets/part/envelope';
import { jsonWrite } from '../../assets/part/json';
import { identityMake } from '../../assets/part/identity';
import { seal } from '../../assets/part/seal';
import { type House, type Owner, api, expect, makeOwner, openReport, sendReport, test, writeReport } from './house';

const message = 'Anyone can read the settings without a password.';

async function count(house: House, owner: string): Promise<number> {
	const all = await api(house, 'GET', '/reports');
	return (all.body.reports as { owner: string }[]).filter((r) => r.owner === owner).length;
}

// The next list of an owner: same recipients but the last, which is new.
async function nextKeys(house: House, owner: Owner, seed = owner.seed): Promise<{ status: number; text: string }> {
	const fresh = await identityMake(), before = JSON.parse(owner.list);
	const list = jsonWrite({
		...before, previous: owner.digest, version: 2,
		recipients: [before.recipients[0], { age: fresh.recipient, label: 'new recovery' }],
	});
	const signature = base64.encode(ed25519.sign(new TextEncoder().encode(`leman/key-list/1\n${list}`), seed));
	return api(house, 'POST', `/owners/${owner.id}/keys`, { list, signature });
}

test('an empty report is told so at its field; what is typed stays', async ({ guest, house, owner }) => {
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await guest.getByLabel('Product and version').fill('Gateway 2');
	await guest.getByRole('button', { name: 'Seal and send' }).click();
	await expect(guest.getByLabel('What did you find?')).toBeFocused();
	await expect(guest.getByText('Write at least one sentence')).toBeVisible();
	await expect(guest.getByLabel('What did you find?')).toHaveAttribute('aria-invalid', 'true');
	await expect(guest.getByLabel('Product and version')).toHaveValue('Gateway 2');
	await guest.getByLabel('What did you find?').fill(message);
	await sendReport(guest);
});

test('leaving with unsent text is asked about; leaving without is not', async ({ guest, house, owner }) => {
	const asked: string[] = [];
	guest.on('dialog', (d) => { asked.push(d.type()); void d.accept(); });
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await guest.goto(`${house.origin}/about`);
	expect(asked).toEqual([]);
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await guest.getByLabel('What did you find?').pressSequentially(message);
	await guest.goto(`${house.origin}/about`);
	expect(asked).toEqual(['beforeunload']);
});

test('the network fails before the report arrives: sent again, it counts once', async ({ guest, house, watch }) => {
	const owner = await makeOwner(house, 'cut-before', 'Cut before');
	watch.expected.push(/ERR_INTERNET_DISCONNECTED/);
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(guest, { message });
	await guest.context().setOffline(true);
	await guest.getByRole('button', { name: 'Seal and send' }).click();
	await expect(guest.getByText('The network failed, or the server does not answer.')).toBeVisible();
	await expect(guest.getByText('Nothing you typed was lost.')).toBeVisible();
	await expect(guest.getByLabel('What did you find?')).toHaveValue(message);
	await guest.context().setOffline(false);
	await guest.getByRole('button', { name: 'Send again' }).click();
	await expect(guest.getByText('The receipt names the very file')).toBeVisible();
	expect(await count(house, owner.id)).toBe(1);
});

test('the answer is lost after the report arrived: sent again, it counts once', async ({ guest, house, watch }) => {
	const owner = await makeOwner(house, 'cut-after', 'Cut after');
	watch.expected.push(/ERR_CONNECTION_RESET/);
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(guest, { message });
	const wire = await guest.context().newCDPSession(guest);
	let first = true;
	wire.on('Fetch.requestPaused', ({ requestId }) => {
		void (first ? wire.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' })
			: wire.send('Fetch.continueRequest', { requestId }));
		first = false;
	});
	await wire.send('Fetch.enable', { patterns: [{ urlPattern: '*/reports?*', requestStage: 'Response' }] });
	await guest.getByRole('button', { name: 'Seal and send' }).click();
	await expect(guest.getByText('The network failed, or the server does not answer.')).toBeVisible();
	expect(await count(house, owner.id)).toBe(1);
	await guest.getByRole('button', { name: 'Send again' }).click();
	await expect(guest.getByText('The receipt names the very file')).toBeVisible();
	expect(await count(house, owner.id)).toBe(1);
});

test('it can be stopped while it is sent, and sent again', async ({ guest, house, owner }) => {
	const wire = await guest.context().newCDPSession(guest);
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(guest, { message });
	await guest.getByLabel('Files', { exact: true }).setInputFiles({ name: 'a.bin', mimeType: '', buffer: Buffer.alloc(3 << 20, 1) });
	await wire.send('Network.enable');
	await wire.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 });
	await guest.getByRole('button', { name: 'Seal and send' }).click();
	await expect(guest.getByText('Sending the sealed file…')).toBeVisible();
	await guest.getByRole('button', { name: 'Cancel' }).click();
	await expect(guest.getByText('You stopped it.')).toBeVisible();
	await wire.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
	await guest.getByRole('button', { name: 'Send again' }).click();
	await expect(guest.getByRole('heading', { name: 'Your report has arrived, sealed' })).toBeFocused();
});

test('keys that change meanwhile are shown, and sealed to only after a yes', async ({ guest, house, watch }) => {
	const owner = await makeOwner(house, 'turning', 'Turning keys');
	watch.expected.push(/status of 409/);
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(guest, { message });
	const turned = await nextKeys(house, owner);
	expect(turned.status, turned.text).toBe(201);
	await guest.getByRole('button', { name: 'Seal and send' }).click();
	await expect(guest.getByText('The keys have changed since this page was loaded.')).toBeVisible();
	await expect(guest.locator('#changed-readers')).toContainText('new recovery');
	await expect(guest.getByLabel('What did you find?')).toHaveValue(message);
	expect(await count(house, owner.id)).toBe(0);
	await guest.getByRole('button', { name: 'Seal to the new keys and send' }).click();
	await expect(guest.getByText('The receipt names the very file')).toBeVisible();
	expect(await count(house, owner.id)).toBe(1);
	// and the page of the second list is checked by way of the first
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await expect(guest.getByText('Your browser has checked the signature of these keys.')).toBeVisible();
});

// A server that has been taken over shows what it likes; the page's script looks.
async function betrayed(page: Page, house: House, id: string, change: (html: string) => string): Promise<void> {
	await page.route(`**/report/${id}`, async (route) => {
		const answer = await route.fetch(), html = await answer.text(), other = change(html);
		expect(other).not.toBe(html);
		await route.fulfill({ response: answer, body: other });
	});
	await page.goto(`${house.origin}/report/${id}`);
	await expect(page.getByText('Do not send anything from this page.')).toBeVisible();
	await expect(page.locator('#seal')).toBeHidden();
	await expect(page.getByLabel('A file that is sealed already')).toBeHidden();
}

test('a key list with a bad signature is refused', async ({ guest, house, owner }) => {
	const other = base64.encode(ed25519.sign(new TextEncoder().encode('something else'), owner.seed));
	await betrayed(guest, house, owner.id, (html) => html.replace(/(id="signature">)[^<]*/, `$1${other}`));
	await expect(guest.locator('#stop-why')).toHaveText('The keys on this page are not signed by the code owner.');
});

test('a recipient put into the list is refused', async ({ guest, house, owner }) => {
	const spy = (await identityMake()).recipient;
	await betrayed(guest, house, owner.id, (html) => html.replaceAll(owner.recovery.recipient, spy));
	await expect(guest.locator('#stop-why')).toHaveText('The keys on this page are not signed by the code owner.');
});

test('keys shown that are not those of the list are refused', async ({ guest, house, owner }) => {
	const spy = (await identityMake()).recipient;
	await betrayed(guest, house, owner.id, (html) => html.replace(`title="${owner.recovery.recipient}"`, `title="${spy}"`));
	await expect(guest.locator('#stop-why')).toHaveText('The keys that this page shows are not those of the signed list.');
});

test("another owner's list is refused", async ({ guest, house, owner }) => {
	const other = await makeOwner(house, 'other', 'Other');
	await guest.route('**/report/other', async (route) => {
		const answer = await route.fetch({ url: `${house.origin}/report/${owner.id}` });
		await route.fulfill({ response: answer });
	});
	await guest.goto(`${house.origin}/report/${other.id}`);
	await expect(guest.getByText('Do not send anything from this page.')).toBeVisible();
});

test('over plain HTTP the page says that it cannot seal, and why', async ({ guest, house, owner }) => {
	await guest.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await expect(guest.getByText('This page cannot seal here.')).toBeVisible();
	await expect(guest.locator('#seal')).toBeHidden();
	await expect(guest.getByLabel('A file that is sealed already')).toBeVisible();
});

async function putSealed(house: House, at: { owner: Owner; report: string }, inside: { owner: Owner; report: string; version?: number }): Promise<void> {
	const { stream } = await envelopeWrite({ claims: { product: 'Gateway' }, message, files: [] }, {
		created: 1795392000, reply: null, report: inside.report,
		keys: { digest: inside.owner.digest, owner: inside.owner.id, version: inside.version ?? 1 },
	}, () => undefined);
	const sealed = await seal(stream, [at.owner.team.recipient, at.owner.recovery.recipient], () => undefined);
	const sent = await api(house, 'POST', `/owners/${at.owner.id}/reports?id=${at.report}&keys=${at.owner.digest}`,
		new Uint8Array(await sealed.blob.arrayBuffer()), 'application/octet-stream');
	expect(sent.status, sent.text).toBe(201);
}

test('an envelope that was moved is recognised', async ({ member, house, owner }) => {
	const here = 'd'.repeat(26), there = 'e'.repeat(26), victim = await makeOwner(house, 'victim', 'Victim');
	await putSealed(house, { owner, report: here }, { owner: victim, report: there });
	await member.goto(`${house.origin}/desk/${here}`);
	await openReport(member, owner.file);
	await expect(member.getByText('This report was sealed for another code owner, victim.')).toBeVisible({ timeout: 20_000 });
	await expect(member.getByText(`Inside it says that it is report ${there}.`)).toBeVisible();
	await expect(member.locator('#message')).toHaveText(message);
});

test('a sealed file that the server changed is recognised', async ({ member, house, owner }) => {
	const real = 'f'.repeat(26), swapped = 'g'.repeat(26);
	await putSealed(house, { owner, report: real }, { owner, report: real });
	await putSealed(house, { owner, report: swapped }, { owner, report: real });
	const other = await member.request.get(`${house.origin}/api/v1/reports/${swapped}/sealed`);
	await member.route(`**/api/v1/reports/${real}/sealed`, async (route) => route.fulfill({ body: await other.body() }));
	await member.goto(`${house.origin}/desk/${real}`);
	await openReport(member, owner.file);
	await expect(member.getByText('The sealed file is not the one on the receipt')).toBeVisible({ timeout: 20_000 });
});

test('a damaged sealed file, and another owner’s key, are told apart', async ({ member, house, owner }) => {
	const id = 'h'.repeat(26), stranger = await makeOwner(house, 'stranger', 'Stranger');
	await putSealed(house, { owner, report: id }, { owner, report: id });
	await member.goto(`${house.origin}/desk/${id}`);
	await openReport(member, stranger.file);
	await expect(member.getByText('That key does not open this report.')).toBeVisible({ timeout: 20_000 });
	const whole = await (await member.request.get(`${house.origin}/api/v1/reports/${id}/sealed`)).body();
	whole[whole.length - 30] = (whole[whole.length - 30] ?? 0) ^ 1;
	await member.route(`**/api/v1/reports/${id}/sealed`, async (route) => route.fulfill({ body: whole }));
	await openReport(member, owner.file);
	await expect(member.getByText('The sealed file is broken: it was damaged or changed.')).toBeVisible({ timeout: 20_000 });
	await expect(member.locator('#result')).toBeHidden();
	await openReport(member, 'just a text');
	await expect(member.getByText('This is not a key file')).toBeVisible();
});

test('a signed-in member can report too', async ({ member, house, owner }) => {
	await member.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(member, { message });
	await sendReport(member);
});

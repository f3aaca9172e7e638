// SPDX-License-Identifier: Apache-2.0
// The pictures of the README, drawn anew with LEMAN_PICTURES=1. What differs from
// run to run (keys, ids, times) is given the same text each time.
import type { Page } from '@playwright/test';
import { mkdirSync, statSync } from 'node:fs';
import { expect, openReport, sendReport, test, writeReport } from './house';

test.skip(process.env['LEMAN_PICTURES'] !== '1', 'LEMAN_PICTURES=1 draws the pictures of the README');
test.use({ viewport: { width: 1280, height: 900 } });

const message = `The gateway installs updates that are signed with any key.

1. Take update-2.4.1.pkg and change a file in it.
2. Sign it with a key of your own.
3. Offer it to the gateway: it installs it.`;

async function still(page: Page, of: [selector: string, texts: string[]][], file: string): Promise<void> {
	await page.evaluate((all) => {
		for (const [selector, texts] of all)
			document.querySelectorAll(selector).forEach((e, i) => { e.textContent = texts[i % texts.length] ?? ''; });
		document.querySelectorAll<HTMLElement>('input, textarea, h2').forEach((e) => e.blur());
		scrollTo(0, 0);
	}, of);
	mkdirSync('docs/pictures', { recursive: true });
	await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
	expect(statSync(file).size).toBeLessThan(200_000);
}

const when = '2026-11-24 02:10 UTC';
const sum = '5f1d7a84db00d2fce00b31a7fc73224f8a4a0f3d6d1e4b9c0a7e2f6b8c9d0e1f';

test('report.png and desk.png', async ({ guest, member, house, owner }) => {
	await guest.setViewportSize({ width: 1280, height: 900 });
	await guest.goto(`${house.origin}/report/${owner.id}`);
	await writeReport(guest, { message, product: 'Gateway 2.4.1' });
	await still(guest, [['#readers .key', ['age1q6n0…e7xk', 'age1m4c9…0qaw']], ['#until', ['2028-11-24 02:10 UTC']]], 'docs/pictures/report.png');
	await guest.getByLabel('Files', { exact: true }).setInputFiles([
		{ name: 'update-2.4.1.pkg', mimeType: '', buffer: Buffer.alloc(84_000, 7) },
		{ name: 'resign.py', mimeType: '', buffer: Buffer.alloc(2100, 35) },
	]);
	await guest.getByLabel('Not that I know').check();
	const id = await sendReport(guest);

	await member.setViewportSize({ width: 1280, height: 900 });
	await member.goto(`${house.origin}/desk/${id}`);
	await openReport(member, owner.file);
	await expect(member.locator('#state')).toContainText('opened', { timeout: 20_000 });
	await expect(member.locator('.state.good')).toBeVisible();
	await still(member, [
		['#own pre', ['leman login https://leman.example\nleman case show k5v2xq7m3dzn6wy4hctpa2bjfe -i acme-team.age --save .']],
		['#report', ['k5v2xq7m3dzn6wy4hctpa2bjfe']], ['#digest, #sum', [sum]], ['time', [when]], ['#claims dd:last-child', [when]],
		['#readers .key', ['age1q6n0x2wcd7s…e7xk', 'age1m4c9ry3h8kz…0qaw']],
		['#answer-how', ['age -r age1t0fzg3kzs5u…9qml -o answer.age answer.txt']],
	], 'docs/pictures/desk.png');
});

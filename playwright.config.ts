// SPDX-License-Identifier: Apache-2.0
// The browser tests: test/browser/NAME.spec.ts, in the system's Chromium.
// CHROMIUM names another browser program; LEMAN the program under test.
import { defineConfig } from '@playwright/test';

export default defineConfig({
	testDir: 'test/browser',
	outputDir: 'test-results',
	workers: 2,
	fullyParallel: false,
	forbidOnly: process.env.CI !== undefined,
	timeout: 60_000,
	reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
	use: {
		browserName: 'chromium',
		trace: 'retain-on-failure',
		launchOptions: {
			executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
			// root, as in a container, cannot have Chromium's own sandbox
			args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
		},
	},
});

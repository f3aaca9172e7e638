// SPDX-License-Identifier: Apache-2.0
// store.ts - the locked identity file of an owner, kept in this browser where its
// holder wishes so. Nothing else is ever kept, and nothing that is not locked.
import { identityLook } from './identity';

const name = (owner: string): string => `leman/identity/${owner}`;

// A browser may forbid its storage to a page.
export function keep(owner: string, file: string): boolean {
	if (identityLook(new TextEncoder().encode(file)) !== 'locked')
		return false;
	try {
		localStorage.setItem(name(owner), file);
		return true;
	} catch {
		return false;
	}
}

export function kept(owner: string): string | null {
	try {
		return localStorage.getItem(name(owner));
	} catch {
		return null;
	}
}

export function forget(owner: string): void {
	try {
		localStorage.removeItem(name(owner));
	} catch { /* what cannot be read is not there */ }
}

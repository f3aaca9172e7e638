// SPDX-License-Identifier: Apache-2.0
// none.ts - stands for what age-encryption brings and no key of ours needs:
// post-quantum and P-256 recipients, half of a script's size (tools/bundle.js).
function none(): never {
	throw new Error('only X25519 recipients are known here');
}
export const MLKEM768X25519 = { encapsulate: none, decapsulate: none, getPublicKey: none };
export const MLKEM768P256 = { encapsulate: none };
export const p256 = { Point: { fromBytes: none }, getPublicKey: none, getSharedSecret: none, lengths: {}, utils: {} };

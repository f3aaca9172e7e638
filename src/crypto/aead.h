/* SPDX-License-Identifier: Apache-2.0 */
/* aead.h - ChaCha20-Poly1305, RFC 8439: bytes that nobody without the key can
 * read or change.
 *
 * A nonce is used once with a key. OpenSSL's code is three times as fast as
 * libsodium's, but takes a millisecond to start; so a process begins with
 * libsodium and changes over when it has passed a megabyte. Both give the same. */
#pragma once
#include "base/err.h"

enum { AEAD_KEY = 32, AEAD_NONCE = 12, AEAD_TAG = 16 };

/* Changes over at once: for a program that is about to give up its rights, which
 * could not load a library's parts later. ERR_MEMORY when they are not to be had. */
bool aead_start(struct err *e) MUST_USE;

/* out takes plain.n + AEAD_TAG bytes. extra is authenticated and not kept. */
bool aead_seal(const uint8_t key[AEAD_KEY], const uint8_t nonce[AEAD_NONCE], str extra, str plain,
    uint8_t *out, struct err *e) MUST_USE;

/* out takes sealed.n - AEAD_TAG bytes. ERR_DENIED when key, nonce or extra are
 * others or the bytes were changed; out holds nothing of use then. */
bool aead_open(const uint8_t key[AEAD_KEY], const uint8_t nonce[AEAD_NONCE], str extra, str sealed,
    uint8_t *out, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* hmac.h - HMAC (RFC 2104) and HKDF (RFC 5869), both with SHA-256. */
#pragma once
#include "crypto/hash.h"

enum { HKDF_MAX = 255 * HASH_SIZE };  /* bytes that HKDF may give, RFC 5869 2.3 */

/* Plain memory that holds a secret: hmac_end() wipes it. */
struct hmac { struct hash inner, outer; };
void hmac_start(struct hmac *m, str key);
void hmac_add(struct hmac *m, str s);
void hmac_end(struct hmac *m, uint8_t out[HASH_SIZE]);

/* All at once. */
void hmac_sha256(str key, str s, uint8_t out[HASH_SIZE]);

/* n bytes, at most HKDF_MAX: more is a mistake of the program's. */
void hkdf_sha256(str secret, str salt, str info, uint8_t *out, size_t n);

/* Are the n bytes the same? In the same time whatever they are. */
bool hmac_same(const uint8_t *a, const uint8_t *b, size_t n) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* hash.h - SHA-256, FIPS 180-4. */
#pragma once
#include "base/err.h"

enum { HASH_SIZE = 32 };

/* Of the whole of s. Never fails: the result is there for the callers that chain. */
bool hash_sha256(str s, uint8_t out[HASH_SIZE], struct err *e) MUST_USE;

/* The same piece by piece. Plain memory: copy it, drop it, nothing to free. */
struct hash { uint64_t state[16]; };
void hash_start(struct hash *h);
void hash_add(struct hash *h, str s);
void hash_end(struct hash *h, uint8_t out[HASH_SIZE]);

/* Lower-case hex of n bytes, with a NUL: out holds 2n + 1. */
void hash_hex(const uint8_t *bytes, size_t n, char *out);

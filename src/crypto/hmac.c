/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac.h"

#include <assert.h>
#include <sodium.h>

enum { BLOCK = 64 };  /* of SHA-256 */

void
hmac_start(struct hmac *m, str key)
{
	uint8_t pad[BLOCK] = { 0 };

	if (key.n > BLOCK) {
		hash_start(&m->inner);
		hash_add(&m->inner, key);
		hash_end(&m->inner, pad);
	} else if (key.n > 0) {
		memcpy(pad, key.p, key.n);
	}
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36;
	hash_start(&m->inner);
	hash_add(&m->inner, str_bytes(pad, BLOCK));
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	hash_start(&m->outer);
	hash_add(&m->outer, str_bytes(pad, BLOCK));
	sodium_memzero(pad, sizeof pad);
}

void hmac_add(struct hmac *m, str s) { hash_add(&m->inner, s); }

void
hmac_end(struct hmac *m, uint8_t out[HASH_SIZE])
{
	uint8_t inner[HASH_SIZE];

	hash_end(&m->inner, inner);
	hash_add(&m->outer, str_bytes(inner, sizeof inner));
	hash_end(&m->outer, out);
	sodium_memzero(inner, sizeof inner);
	sodium_memzero(m, sizeof *m);
}

void
hmac_sha256(str key, str s, uint8_t out[HASH_SIZE])
{
	struct hmac m;

	hmac_start(&m, key);
	hmac_add(&m, s);
	hmac_end(&m, out);
}

void
hkdf_sha256(str secret, str salt, str info, uint8_t *out, size_t n)
{
	uint8_t key[HASH_SIZE], block[HASH_SIZE];
	struct hmac m;

	assert(n <= HKDF_MAX);
	hmac_sha256(salt, secret, key);  /* an empty salt and one of zeros are the same key */
	for (uint8_t i = 1; n > 0; i++) {
		size_t part = n < HASH_SIZE ? n : HASH_SIZE;

		hmac_start(&m, str_bytes(key, sizeof key));
		if (i > 1)
			hmac_add(&m, str_bytes(block, sizeof block));
		hmac_add(&m, info);
		hmac_add(&m, str_bytes(&i, 1));
		hmac_end(&m, block);
		memcpy(out, block, part);
		out += part;
		n -= part;
	}
	sodium_memzero(key, sizeof key);
	sodium_memzero(block, sizeof block);
}

bool hmac_same(const uint8_t *a, const uint8_t *b, size_t n) { return sodium_memcmp(a, b, n) == 0; }

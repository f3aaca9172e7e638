/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include "base/rand.h"
#include "crypto/start.h"

#include <sodium.h>

/* libsodium's secret key is the seed and the public key, one after the other. */
_Static_assert(sizeof(struct sign_key) == crypto_sign_SECRETKEYBYTES
    && offsetof(struct sign_key, seed) == 0 && offsetof(struct sign_key, public) == SIGN_SEED,
    "struct sign_key is laid out as libsodium wants it");

bool
sign_key_make(struct sign_key *out, struct err *e)
{
	uint8_t seed[SIGN_SEED];

	if (!rand_bytes(seed, sizeof seed, e))
		return false;
	sign_key_from_seed(seed, out);
	sodium_memzero(seed, sizeof seed);
	return true;
}

void
sign_key_from_seed(const uint8_t seed[SIGN_SEED], struct sign_key *out)
{
	uint8_t both[crypto_sign_SECRETKEYBYTES];

	crypto_start_sodium();
	(void)crypto_sign_seed_keypair(out->public, both, seed);
	memcpy(out->seed, both, SIGN_SEED);
	sodium_memzero(both, sizeof both);
}

void sign_key_wipe(struct sign_key *k) { sodium_memzero(k, sizeof *k); }

void
sign_bytes(const struct sign_key *k, str message, uint8_t out[SIGN_SIZE])
{
	crypto_start_sodium();
	(void)crypto_sign_detached(out, NULL, (const uint8_t *)message.p, message.n, k->seed);
}

bool
sign_check(const uint8_t public[SIGN_PUBLIC], str message, const uint8_t signature[SIGN_SIZE])
{
	crypto_start_sodium();
	return crypto_sign_verify_detached(signature, (const uint8_t *)message.p, message.n, public) == 0;
}

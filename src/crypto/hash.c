/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash.h"

#include <openssl/evp.h>
#include <pthread.h>

/* Fetched once: OpenSSL 3 takes about a microsecond to look an algorithm up. */
static EVP_MD *sha256;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void) { sha256 = EVP_MD_fetch(NULL, "SHA256", NULL); }

bool
hash_sha256(str s, uint8_t out[HASH_SIZE], struct err *e)
{
	(void)pthread_once(&once, fetch);
	return (sha256 != NULL && EVP_Digest(s.p, s.n, out, NULL, sha256, NULL) == 1)
	    || fail(e, ERR_MEMORY, NULL, "SHA-256 is not to be had here");
}

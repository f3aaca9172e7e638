/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/aead.h"

#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

enum { FEW = 1 << 20 };  /* bytes after which OpenSSL's start has paid off */

/* A library context of our own: it reads no configuration file, and what other
 * libraries do with OpenSSL in this process does not change it. */
static EVP_CIPHER *chacha;
static pthread_key_t contexts;  /* one EVP_CIPHER_CTX a thread */
static bool ready;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_size_t passed;

static void context_free(void *ctx) { EVP_CIPHER_CTX_free(ctx); }

static void
start(void)
{
	OSSL_LIB_CTX *lib = OSSL_LIB_CTX_new();

	chacha = lib != NULL ? EVP_CIPHER_fetch(lib, "ChaCha20-Poly1305", NULL) : NULL;
	ready = chacha != NULL && pthread_key_create(&contexts, context_free) == 0;
}

bool
aead_start(struct err *e)
{
	(void)pthread_once(&once, start);
	atomic_store_explicit(&passed, FEW, memory_order_relaxed);
	return ready || fail(e, ERR_MEMORY, NULL, "ChaCha20-Poly1305 is not to be had here");
}

/* This thread's context, without a key; NULL while libsodium is to do it. */
static EVP_CIPHER_CTX *
context_get(size_t n, size_t extra)
{
	EVP_CIPHER_CTX *ctx;

	if (n > INT_MAX || extra > INT_MAX || atomic_fetch_add_explicit(&passed, n, memory_order_relaxed) < FEW)
		return NULL;
	(void)pthread_once(&once, start);
	if (!ready)
		return NULL;
	if ((ctx = pthread_getspecific(contexts)) == NULL && (ctx = EVP_CIPHER_CTX_new()) != NULL
	    && pthread_setspecific(contexts, ctx) != 0) {
		EVP_CIPHER_CTX_free(ctx);
		ctx = NULL;
	}
	return ctx;
}

static bool
openssl_seal(EVP_CIPHER_CTX *ctx, const uint8_t *key, const uint8_t *nonce, str extra, str plain, uint8_t *out)
{
	int n = 0, end = 0;
	const uint8_t *in = (const uint8_t *)plain.p;
	bool ok = EVP_EncryptInit_ex2(ctx, chacha, key, nonce, NULL) == 1
	    && (extra.n == 0 || EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)extra.p, (int)extra.n) == 1)
	    && (plain.n == 0 || EVP_EncryptUpdate(ctx, out, &n, in, (int)plain.n) == 1)
	    && EVP_EncryptFinal_ex(ctx, out + plain.n, &end) == 1
	    && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG, out + plain.n) == 1;

	EVP_CIPHER_CTX_reset(ctx);  /* wipes the key */
	return ok;
}

static bool
openssl_open(EVP_CIPHER_CTX *ctx, const uint8_t *key, const uint8_t *nonce, str extra, str sealed, uint8_t *out)
{
	int n = 0, end = 0;
	size_t size = sealed.n - AEAD_TAG;
	uint8_t tag[AEAD_TAG];
	const uint8_t *in = (const uint8_t *)sealed.p;
	bool ok;

	memcpy(tag, in + size, sizeof tag);
	ok = EVP_DecryptInit_ex2(ctx, chacha, key, nonce, NULL) == 1
	    && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, tag) == 1
	    && (extra.n == 0 || EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)extra.p, (int)extra.n) == 1)
	    && (size == 0 || EVP_DecryptUpdate(ctx, out, &n, in, (int)size) == 1)
	    && EVP_DecryptFinal_ex(ctx, tag, &end) == 1;
	EVP_CIPHER_CTX_reset(ctx);
	return ok;
}

bool
aead_seal(const uint8_t key[AEAD_KEY], const uint8_t nonce[AEAD_NONCE], str extra, str plain,
    uint8_t *out, struct err *e)
{
	EVP_CIPHER_CTX *ctx = context_get(plain.n, extra.n);

	return (ctx != NULL && openssl_seal(ctx, key, nonce, extra, plain, out))
	    || crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, (const uint8_t *)plain.p, plain.n,
	           (const uint8_t *)extra.p, extra.n, NULL, nonce, key) == 0
	    || fail(e, ERR_MEMORY, NULL, "ChaCha20-Poly1305 is not to be had here");
}

bool
aead_open(const uint8_t key[AEAD_KEY], const uint8_t nonce[AEAD_NONCE], str extra, str sealed,
    uint8_t *out, struct err *e)
{
	static const char rule[] = "RFC 8439 2.8";
	EVP_CIPHER_CTX *ctx;

	if (sealed.n < AEAD_TAG)
		return fail(e, ERR_DENIED, rule, "%zu bytes, where a tag alone takes 16", sealed.n);
	ctx = context_get(sealed.n - AEAD_TAG, extra.n);
	/* OpenSSL may say no for want of memory too, and has then written what nobody
	 * checked: libsodium has the last word, and leaves zeros where it says no. */
	return (ctx != NULL && openssl_open(ctx, key, nonce, extra, sealed, out))
	    || crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, (const uint8_t *)sealed.p, sealed.n,
	           (const uint8_t *)extra.p, extra.n, nonce, key) == 0
	    || fail(e, ERR_DENIED, rule, "the bytes were changed, or sealed with another key");
}

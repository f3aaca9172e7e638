/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/aead.h"
#include "crypto/start.h"
#include "support.h"

#include <pthread.h>
#include <stdlib.h>

enum { BIG = 65536 };
static const uint8_t key[AEAD_KEY] = { 1, 2, 3 }, nonce[AEAD_NONCE] = { 4 };
static uint8_t before[BIG + AEAD_TAG];

/* The first megabyte of a process is libsodium's, what follows OpenSSL's. */
static void
both_libraries_make_the_same(void **state)
{
	static uint8_t plain[BIG], sealed[BIG + AEAD_TAG], opened[BIG];
	struct err e;

	(void)state;
	for (size_t i = 0; i < BIG; i++)
		plain[i] = (uint8_t)(i * i >> 3);
	assert_true(aead_seal(key, nonce, S("extra"), str_bytes(plain, BIG), before, &e));
	for (int i = 0; i < 40; i++) {
		assert_true(aead_seal(key, nonce, S("extra"), str_bytes(plain, BIG), sealed, &e));
		assert_memory_equal(sealed, before, sizeof sealed);
		assert_true(aead_open(key, nonce, S("extra"), str_bytes(sealed, sizeof sealed), opened, &e));
		assert_memory_equal(opened, plain, BIG);
	}
}

static void
nothing_is_given_out_unchecked(void **state)
{
	static uint8_t out[BIG];
	static const uint8_t zero[BIG];
	struct err e;

	(void)state;
	for (int i = 0; i < 2; i++) {
		before[7] ^= 1;
		memset(out, 0, sizeof out);
		assert_false(aead_open(key, nonce, S("extra"), str_bytes(before, sizeof before), out, &e));
		assert_int_equal(e.kind, ERR_DENIED);
		assert_memory_equal(out, zero, BIG);
		before[7] ^= 1;
		assert_false(aead_open(key, nonce, S("other"), str_bytes(before, sizeof before), out, &e));
		assert_false(aead_open(key, key, S("extra"), str_bytes(before, sizeof before), out, &e));
		assert_false(aead_open(before, nonce, S("extra"), str_bytes(before, sizeof before), out, &e));
		assert_false(aead_open(key, nonce, S("extra"), str_bytes(before, AEAD_TAG - 1), out, &e));
		assert_int_equal(e.kind, ERR_DENIED);
	}
}

static void *
work(void *arg)
{
	static _Thread_local uint8_t out[BIG];
	struct err e;

	(void)arg;
	for (int i = 0; i < 200; i++)
		if (!aead_open(key, nonce, S("extra"), str_bytes(before, sizeof before), out, &e))
			return &before;
	return NULL;
}

static void
threads_do_not_disturb_each_other(void **state)
{
	pthread_t t[4];
	struct err e;

	(void)state;
	assert_true(crypto_start(&e));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, work, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		void *bad;

		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_libraries_make_the_same),
		cmocka_unit_test(nothing_is_given_out_unchecked),
		cmocka_unit_test(threads_do_not_disturb_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

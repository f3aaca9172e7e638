/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"
#include "support.h"

/* RFC 8032 7.1, test 2. */
static const uint8_t seed[SIGN_SEED] = {
	0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f,
	0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
};
static const uint8_t public[SIGN_PUBLIC] = {
	0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc,
	0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c,
};
static const uint8_t signature[SIGN_SIZE] = {
	0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40,
	0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda,
	0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c,
	0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00,
};

static void
the_standards_example(void **state)
{
	struct sign_key k;
	uint8_t out[SIGN_SIZE];

	(void)state;
	sign_key_from_seed(seed, &k);
	assert_memory_equal(k.seed, seed, sizeof seed);
	assert_memory_equal(k.public, public, sizeof public);
	sign_bytes(&k, S("\x72"), out);
	assert_memory_equal(out, signature, sizeof signature);
	assert_true(sign_check(public, S("\x72"), signature));
	assert_false(sign_check(public, S("\x73"), signature));
	assert_false(sign_check(public, S(""), signature));
	sign_key_wipe(&k);
	for (size_t i = 0; i < sizeof k.seed; i++)
		assert_int_equal(k.seed[i], 0);
}

static void
every_bit_matters(void **state)
{
	uint8_t bad[SIGN_SIZE];

	(void)state;
	memcpy(bad, signature, sizeof bad);
	for (size_t i = 0; i < 8 * sizeof bad; i++) {
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(sign_check(public, S("\x72"), bad));
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_true(sign_check(public, S("\x72"), bad));
}

static void
two_keys_differ(void **state)
{
	struct sign_key a, b;
	uint8_t out[SIGN_SIZE];
	struct err e;

	(void)state;
	assert_true(sign_key_make(&a, &e) && sign_key_make(&b, &e));
	assert_memory_not_equal(a.public, b.public, SIGN_PUBLIC);
	sign_bytes(&a, S("leman test v1\nx"), out);
	assert_true(sign_check(a.public, S("leman test v1\nx"), out));
	assert_false(sign_check(b.public, S("leman test v1\nx"), out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_example),
		cmocka_unit_test(every_bit_matters),
		cmocka_unit_test(two_keys_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

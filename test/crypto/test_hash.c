/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac.h"
#include "support.h"

/* FIPS 180-2 B.1, B.2 and the empty text; RFC 4231 4.2, 4.3; RFC 5869 A.1, A.3. */
static const struct { str text; const char *hex; } hashes[] = {
	{ STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void
sha256_is_the_standards(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		uint8_t out[HASH_SIZE];
		char hex[2 * HASH_SIZE + 1];
		struct err e;

		assert_true(hash_sha256(hashes[i].text, out, &e));
		hash_hex(out, sizeof out, hex);
		assert_string_equal(hex, hashes[i].hex);
	}
}

static void
pieces_make_the_whole(void **state)
{
	uint8_t bytes[300], whole[HASH_SIZE], out[HASH_SIZE];
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 31);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		struct hash h, copy;

		assert_true(hash_sha256(str_bytes(bytes, n), whole, &e));
		hash_start(&h);
		hash_add(&h, str_bytes(bytes, n / 3));
		hash_add(&h, (str){ 0 });
		copy = h;  /* plain memory: both go on */
		hash_add(&h, str_bytes(bytes + n / 3, n - n / 3));
		hash_end(&h, out);
		assert_memory_equal(out, whole, HASH_SIZE);
		hash_add(&copy, str_bytes(bytes + n / 3, n - n / 3));
		hash_end(&copy, out);
		assert_memory_equal(out, whole, HASH_SIZE);
	}
}

static void
hmac_is_the_standards(void **state)
{
	static const uint8_t wanted[2][HASH_SIZE] = {
		{ 0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
		  0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7, 0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7 },
		{ 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
		  0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 },
	};
	uint8_t key[20], out[HASH_SIZE];
	struct hmac m;

	(void)state;
	memset(key, 0x0b, sizeof key);
	hmac_sha256(str_bytes(key, sizeof key), S("Hi There"), out);
	assert_memory_equal(out, wanted[0], HASH_SIZE);
	hmac_start(&m, S("Jefe"));
	hmac_add(&m, S("what do ya want "));
	hmac_add(&m, S("for nothing?"));
	hmac_end(&m, out);
	assert_true(hmac_same(out, wanted[1], HASH_SIZE));
	out[31] ^= 1;
	assert_false(hmac_same(out, wanted[1], HASH_SIZE));
}

static void
hkdf_is_the_standards(void **state)
{
	static const uint8_t wanted[42] = {
		0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f, 0x71, 0x5f, 0x80, 0x2a, 0x06, 0x3c, 0x5a, 0x31,
		0xb8, 0xa1, 0x1f, 0x5c, 0x5e, 0xe1, 0x87, 0x9e, 0xc3, 0x45, 0x4e, 0x5f, 0x3c, 0x73, 0x8d, 0x2d,
		0x9d, 0x20, 0x13, 0x95, 0xfa, 0xa4, 0xb6, 0x1a, 0x96, 0xc8,
	};
	uint8_t secret[22], out[42];

	(void)state;
	memset(secret, 0x0b, sizeof secret);
	hkdf_sha256(str_bytes(secret, sizeof secret), (str){ 0 }, (str){ 0 }, out, sizeof out);
	assert_memory_equal(out, wanted, sizeof wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_is_the_standards),
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(hmac_is_the_standards),
		cmocka_unit_test(hkdf_is_the_standards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "support.h"

/* RFC 4648 10. */
static const struct { str bytes, padded; } vectors[] = {
	{ STR(""), STR("") }, { STR("f"), STR("Zg==") }, { STR("fo"), STR("Zm8=") }, { STR("foo"), STR("Zm9v") },
	{ STR("foob"), STR("Zm9vYg==") }, { STR("fooba"), STR("Zm9vYmE=") }, { STR("foobar"), STR("Zm9vYmFy") },
};

static str
bare(str padded)
{
	while (padded.n > 0 && padded.p[padded.n - 1] == '=')
		padded.n--;
	return padded;
}

static void
the_standards_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const uint8_t *bytes = (const uint8_t *)vectors[i].bytes.p;
		size_t n = vectors[i].bytes.n, got;
		uint8_t out[8];
		char text[16];

		assert_int_equal(base64_write(bytes, n, BASE64_PADDED, text), BASE64_PADDED_SIZE(n));
		assert_memory_equal(text, vectors[i].padded.p, vectors[i].padded.n);
		assert_int_equal(base64_write(bytes, n, BASE64_BARE, text), BASE64_BARE_SIZE(n));
		assert_memory_equal(text, vectors[i].padded.p, BASE64_BARE_SIZE(n));
		assert_true(base64_read(vectors[i].padded, BASE64_PADDED, out, n, &got));
		assert_int_equal(got, n);
		assert_memory_equal(out, bytes, n);
		assert_true(base64_read_exactly(bare(vectors[i].padded), BASE64_BARE, out, n));
		assert_memory_equal(out, bytes, n);
		assert_true(base64_check(vectors[i].padded, BASE64_PADDED, &got) && got == n);
		if (n > 0)
			assert_false(base64_read(vectors[i].padded, BASE64_PADDED, out, n - 1, &got));
	}
}

static void
one_text_for_each_run_of_bytes(void **state)
{
	static const struct { str text; enum base64_form form; } wrong[] = {
		{ STR("Zg"), BASE64_PADDED }, { STR("Zg="), BASE64_PADDED }, { STR("Zg==="), BASE64_PADDED },
		{ STR("Zh=="), BASE64_PADDED }, { STR("Zm9="), BASE64_PADDED }, { STR("Zg==\n"), BASE64_PADDED },
		{ STR("===="), BASE64_PADDED }, { STR("Z==="), BASE64_PADDED }, { STR("=Zg="), BASE64_PADDED },
		{ STR("Zg==Zg=="), BASE64_PADDED }, { STR(" Zg="), BASE64_PADDED }, { STR("Zm9v="), BASE64_PADDED },
		{ STR("Zg=="), BASE64_BARE }, { STR("Z"), BASE64_BARE }, { STR("Zm9vZ"), BASE64_BARE },
		{ STR("Zh"), BASE64_BARE }, { STR("Zm9"), BASE64_BARE }, { STR("Z_"), BASE64_BARE },
		{ STR("Zm9v\n"), BASE64_BARE }, { STR("Z-9v"), BASE64_BARE }, { STR("Zm\0v"), BASE64_BARE },
		{ STR("Zm9\xc3"), BASE64_BARE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		uint8_t out[16];
		size_t n;

		if (base64_read(wrong[i].text, wrong[i].form, out, sizeof out, &n))
			fail_msg("%.*s is read", STR_ARG(wrong[i].text));
		assert_false(base64_check(wrong[i].text, wrong[i].form, &n));
	}
}

/* Of all texts of four characters, those that are read are what writing makes. */
static void
what_is_read_writes_the_same(void **state)
{
	static const char some[] = "AQgw/+0z=\n-";
	enum { N = sizeof some - 1 };

	(void)state;
	for (int i = 0; i < N * N * N * N; i++) {
		char text[4] = { some[i % N], some[i / N % N], some[i / N / N % N], some[i / N / N / N] }, again[4];
		uint8_t out[3];
		size_t n;

		if (base64_read((str){ text, 4 }, BASE64_PADDED, out, sizeof out, &n)) {
			assert_int_equal(base64_write(out, n, BASE64_PADDED, again), 4);
			assert_memory_equal(text, again, 4);
		}
	}
}

static void
every_byte_goes_there_and_back(void **state)
{
	uint8_t bytes[256], out[256];
	char text[BASE64_PADDED_SIZE(256)];

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t n = 0; n <= 256; n++) {
		size_t chars = base64_write(bytes, n, BASE64_BARE, text);

		assert_true(base64_read_exactly((str){ text, chars }, BASE64_BARE, out, n));
		assert_memory_equal(bytes, out, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_examples),
		cmocka_unit_test(one_text_for_each_run_of_bytes),
		cmocka_unit_test(what_is_read_writes_the_same),
		cmocka_unit_test(every_byte_goes_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

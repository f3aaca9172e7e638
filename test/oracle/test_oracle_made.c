/* SPDX-License-Identifier: Apache-2.0 */
/* Texts made from a seed, whole and then broken. */
#include "json_gen.h"
#include "oracle.h"
#include "support.h"

#include <stdio.h>

enum { TEXTS = 2500, BROKEN = 12 };

static void
compare(str text, struct oracle_count *count)
{
	const char *wrong = oracle_compare(text, count);

	if (wrong != NULL)
		fail_msg("%s: %.*s", wrong, STR_ARG(text));
}

static void
all_see_the_same_in_made_texts(void **state)
{
	struct oracle_count whole = { 0 }, broken = { 0 };
	struct arena a;
	uint64_t seed = 7;

	(void)state;
	arena_init(&a, (size_t)64 << 20);
	for (int i = 0; i < TEXTS; i++) {
		struct buf b = { .arena = &a };

		gen_json(&seed, &b);
		assert_true(buf_ok(&b));
		compare((str){ b.p, b.n }, &whole);
		for (int k = 0; k < BROKEN; k++) {
			struct buf m = { .arena = &a };

			gen_mutated(&seed, (str){ b.p, b.n }, &m);
			assert_true(buf_ok(&m));
			compare((str){ m.n > 0 ? m.p : "", m.n }, &broken);
		}
		arena_reset(&a);
	}
	arena_free(&a);
	assert_int_equal(whole.taken, TEXTS);
	assert_int_equal(whole.by_us_alone + whole.by_them_alone, 0);
	assert_true(broken.taken > 100 && broken.texts - broken.taken > 10 * TEXTS / 2);
	printf("%zu whole; %zu broken, of which %zu are still JSON; taken by us alone %zu times, by another alone "
	    "%zu\n",
	    whole.texts, broken.texts, broken.taken, broken.by_us_alone, broken.by_them_alone);
}

/* Where the rules are ours: here they must differ, or the comparison is blind. */
static void
the_intended_differences_are_there(void **state)
{
	static const struct { str text; bool ours; size_t theirs; } cases[] = {
		{ STR("{\"a\":1,\"a\":1}"), false, 1 }, { STR("{\"a\\u0000\":1}"), false, 1 },
		{ STR("123456789012345678901234567890"), true, 2 }, { STR("18446744073709551615"), true, 1 },
		{ STR("[1e400]"), true, 2 }, { STR("\"a\\u0000\""), true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct oracle_count count = { 0 };

		compare(cases[i].text, &count);
		assert_int_equal(count.taken, cases[i].ours);
		assert_int_equal(count.by_us_alone, cases[i].ours ? cases[i].theirs : 0);
		assert_int_equal(count.by_them_alone, cases[i].ours ? 0 : cases[i].theirs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_see_the_same_in_made_texts),
		cmocka_unit_test(the_intended_differences_are_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"
#include "web/tries.h"

static void
five_at_once_then_one_in_ten_seconds(void **state)
{
	struct tries *t;
	struct err e = { 0 };

	(void)state;
	assert_true(tries_make(&t, &e));
	for (int i = 0; i < 5; i++)
		assert_true(tries_take(t, S("ops"), 1000, &e));
	assert_false(tries_take(t, S("ops"), 1000, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(err_text(&e, LANG_EN).s, "too many tries: wait 10 seconds and try again");
	assert_false(tries_take(t, S("ops"), 10999, &e));
	assert_true(tries_take(t, S("ops"), 11000, &e));
	assert_false(tries_take(t, S("ops"), 11001, &e));
	tries_forget(t, S("ops"));
	assert_true(tries_take(t, S("ops"), 11002, &e));
	tries_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(five_at_once_then_one_in_ten_seconds) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

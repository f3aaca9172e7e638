/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void
text_is_told_from_other_bytes(void **state)
{
	static const struct { str s; bool is_text; } cases[] = {
		{ STR(""), true },                  { STR("a line\nand another"), true },
		{ STR("Gen\xc3\xa8ve"), true },     { STR("\xf0\x9f\x8f\x94"), true },
		{ STR("a\0b"), false },             { STR("bell\a"), false },
		{ STR("\x7f"), false },             { STR("\xc2\x85"), false },     /* C1 control */
		{ STR("\xc0\x8a"), false }, { STR("\xc0\xaf"), false },         { STR("\xe0\x80\xaf"), false }, /* overlong */
		{ STR("\xed\xa0\x80"), false },     { STR("\xf4\x90\x80\x80"), false },
		{ STR("cut \xe2\x82"), false },     { STR("\x80"), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (str_is_text(cases[i].s) != cases[i].is_text)
			fail_msg("case %zu", i);
}

static void
a_character_is_not_cut_in_two(void **state)
{
	(void)state;
	assert_int_equal(str_fit(S("Gen\xc3\xa8ve"), 4).n, 3);
	assert_int_equal(str_fit(S("Gen\xc3\xa8ve"), 5).n, 5);
	assert_int_equal(str_fit(S("Gen"), 9).n, 3);
	assert_int_equal(str_fit(S("\x80\x80"), 1).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_told_from_other_bytes),
		cmocka_unit_test(a_character_is_not_cut_in_two),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

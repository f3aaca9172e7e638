/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "support.h"

static void
a_text_is_put_into_the_language(void **state)
{
	(void)state;
	assert_string_equal(msg(LANG_EN, "Report"), "Report");
	assert_string_equal(msg(LANG_FR, "Report"), "Signalement");
	assert_string_equal(msg(LANG_FR, "nobody wrote this"), "nobody wrote this");
}

static void
a_count_takes_the_form_of_its_language(void **state)
{
	static const struct { enum lang lang; size_t n; const char *form; } cases[] = {
		{ LANG_EN, 0, "%zu reports are due" }, { LANG_EN, 1, "%zu report is due" },
		{ LANG_EN, 2, "%zu reports are due" },
		{ LANG_FR, 0, "%zu signalement est échu" }, { LANG_FR, 1, "%zu signalement est échu" },
		{ LANG_FR, 2, "%zu signalements sont échus" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(msg_n(cases[i].lang, "%zu report is due", "%zu reports are due", cases[i].n),
		    cases[i].form);
}

static void
every_form_of_a_language_with_six_is_reached(void **state)
{
	static const struct { size_t n; char form; } cases[] = {
		{ 0, '0' }, { 1, '1' }, { 2, '2' }, { 3, '3' }, { 10, '3' }, { 11, '4' }, { 99, '4' },
		{ 100, '5' }, { 102, '5' }, { 103, '3' }, { 1003, '3' }, { SIZE_MAX, '4' },
	};

	(void)state;
	if (!lang_is_spoken(LANG_XB))
		skip();  /* a build without LEMAN_PSEUDO has no such language */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = msg_n(LANG_XB, "%zu file", "%zu files", cases[i].n);

		assert_memory_equal(text, "⟦", strlen("⟦"));
		assert_int_equal(text[strlen("⟦")], cases[i].form);
		assert_non_null(strstr(text, "%zu"));
	}
}

static void
a_made_up_text_has_no_latin_letter(void **state)
{
	(void)state;
	if (!lang_is_spoken(LANG_XB))
		skip();  /* as above */
	assert_string_equal(msg(LANG_XB, "Report"), "⟦صهعسصر⟧");
	assert_string_equal(msg(LANG_XB, "%zu bytes, at most %d allowed"), "⟦%zu بذرهق, ار مسقر %d اللسثهد⟧");
	assert_string_equal(lang_dir(LANG_XB), "rtl");
}

static void
the_first_language_we_have_is_taken(void **state)
{
	static const struct { str wanted; enum lang lang; } cases[] = {
		{ STR(""), LANG_EN },           { STR("fr"), LANG_FR },
		{ STR("fr-CH, en"), LANG_FR },  { STR("de, fr;q=0.9, en;q=0.8"), LANG_FR },
		{ STR("fr_CH.UTF-8"), LANG_FR }, { STR("C.UTF-8"), LANG_EN },
		{ STR("frr, en, fr"), LANG_EN }, { STR(",,  ,"), LANG_EN },
		{ STR("ar, fr"), LANG_FR },     { STR("ar-XC, fr"), LANG_FR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(lang_choose(cases[i].wanted), cases[i].lang);
	assert_int_equal(lang_choose(S("ar-XB, fr")), lang_is_spoken(LANG_XB) ? LANG_XB : LANG_FR);
	assert_int_equal(lang_choose(S("ar_XB.UTF-8")), lang_is_spoken(LANG_XB) ? LANG_XB : LANG_EN);
}

static void
a_failure_is_told_in_the_readers_language(void **state)
{
	struct err e;

	(void)state;
	assert_false((fail)(&e, ERR_TOO_BIG, "RFC 1", "%zu bytes, at most %d allowed", (size_t)70000, 65536));
	assert_string_equal(err_text(&e, LANG_EN).s, "70000 bytes, at most 65536 allowed: RFC 1");
	assert_string_equal(err_text(&e, LANG_FR).s, "70000 octets, 65536 au plus sont permis: RFC 1");
	assert_false((fail)(&e, ERR_INPUT, NULL, "no report %.*s", 9, "a\n\033[2J%s!"));
	assert_string_equal(err_text(&e, LANG_EN).s, "no report a??[2J%s!");
}

static void
a_long_value_is_cut_between_characters(void **state)
{
	char path[1000];
	struct err e;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof path; i += 2)
		memcpy(path + i, "é", 3);
	assert_false((fail)(&e, ERR_IO, NULL, "%s: %s", path, path));
	assert_true(str_is_text(str_of(err_text(&e, LANG_FR).s)));
	assert_true(strlen(err_text(&e, LANG_FR).s) > 2 * (ERR_ARG_MAX - 3));
}

static void
every_kind_has_a_status_and_an_exit_code(void **state)
{
	(void)state;
	for (enum err_kind kind = ERR_INPUT; kind < ERR_COUNT; kind++) {
		assert_in_range(err_http_status(kind), 400, 599);
		assert_in_range(err_exit_code(kind), 64, 78);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_put_into_the_language),
		cmocka_unit_test(a_count_takes_the_form_of_its_language),
		cmocka_unit_test(every_form_of_a_language_with_six_is_reached),
		cmocka_unit_test(a_made_up_text_has_no_latin_letter),
		cmocka_unit_test(the_first_language_we_have_is_taken),
		cmocka_unit_test(a_failure_is_told_in_the_readers_language),
		cmocka_unit_test(a_long_value_is_cut_between_characters),
		cmocka_unit_test(every_kind_has_a_status_and_an_exit_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

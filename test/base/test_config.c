/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"
#include "support.h"

#include <stddef.h>
#include <stdio.h>

struct settings {
	str name, folder;
	uint64_t threads, quota, keep;
	bool loud;
	int sandbox;
};

static const char *const sandboxes[] = { "on", "degraded", "off", NULL };
static const struct config_row rows[] = {
	{ "name", CONFIG_TEXT, offsetof(struct settings, name), "Leman", "what it is called", .max = 0 },
	{ "data", CONFIG_PATH, offsetof(struct settings, folder), NULL, "where the data is", .max = 0 },
	{ "threads", CONFIG_NUMBER, offsetof(struct settings, threads), "4", "how many", .min = 1, .max = 64 },
	{ "quota", CONFIG_SIZE, offsetof(struct settings, quota), "20M", "how much", .max = 0 },
	{ "keep-for", CONFIG_DURATION, offsetof(struct settings, keep), "90d", "how long", .min = 60 },
	{ "loud", CONFIG_BOOL, offsetof(struct settings, loud), "no", "whether it says much", .max = 0 },
	{ "sandbox", CONFIG_CHOICE, offsetof(struct settings, sandbox), "on", "how it is narrowed",
	    .choices = sandboxes },
	{ .name = NULL },
};

static void
a_file_sets_what_it_names(void **state)
{
	static const str text = STR("# a comment = not a setting\n\n"
	    "name =  Gen\xc3\xa8ve # 1 = 2 \n\tdata\t=\t/srv/a b\nthreads=64\n  quota = 3G\nkeep-for = 2h\nloud = yes\nsandbox = off");
	struct settings s = { 0 };
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 4096);
	assert_true(config_defaults(rows, &s, &a, &e));
	assert_true(str_eq(s.name, S("Leman")) && s.folder.n == 0 && s.threads == 4 && s.quota == 20 << 20
	    && s.keep == 90 * 86400 && !s.loud && s.sandbox == 0);
	assert_true(config_parse(S(""), "none", rows, &s, &a, &e));
	assert_true(str_eq(s.name, S("Leman")));
	if (!config_parse(text, "leman.conf", rows, &s, &a, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	assert_true(str_eq(s.name, S("Gen\xc3\xa8ve # 1 = 2")));
	assert_string_equal(s.folder.p, "/srv/a b");
	assert_int_equal(s.threads, 64);
	assert_true(s.quota == UINT64_C(3) << 30);
	assert_int_equal(s.keep, 7200);
	assert_true(s.loud);
	assert_int_equal(s.sandbox, 2);
	arena_free(&a);
}

static void
what_is_wrong_is_said(void **state)
{
	static const struct { str text; const char *wrong; } cases[] = {
		{ STR("nam = x"),                   "f:1: there is no setting nam" },
		{ STR("\n#\nName = x"),             "f:3: there is no setting Name" },
		{ STR("= x"),                       "f:1: there is no setting " },
		{ STR("name"),                      "f:1: \"name = value\" is expected" },
		{ STR("[name]"),                    "f:1: \"name = value\" is expected" },
		{ STR("name = a\nname = b"),        "f:2: name stands there twice" },
		{ STR("name ="),                    "f:1: the value is missing" },
		{ STR("name = \t "),                "f:1: the value is missing" },
		{ STR("name = a\r\n"),              "f:1: bytes that are not UTF-8" },
		{ STR("name = a\0b"),               "f:1: bytes that are not UTF-8" },
		{ STR("name = \xff"),               "f:1: bytes that are not UTF-8" },
		{ STR("threads = four"),            "f:1: a number is expected, not four" },
		{ STR("threads = 4K"),              "f:1: a number is expected, not 4K" },
		{ STR("threads = -4"),              "f:1: a number is expected, not -4" },
		{ STR("threads = 04"),              "f:1: a number is expected, not 04" },
		{ STR("threads = 0"),               "f:1: at least 1 is expected" },
		{ STR("threads = 65"),              "f:1: at most 64 is expected" },
		{ STR("quota = 5k"),                "f:1: a size is expected" },
		{ STR("quota = G"),                 "f:1: a size is expected" },
		{ STR("quota = 1 G"),               "f:1: a size is expected" },
		{ STR("quota = 17179869184G"),      "f:1: a size is expected" },
		{ STR("keep-for = 90"),             "f:1: a duration is expected" },
		{ STR("keep-for = 90D"),            "f:1: a duration is expected" },
		{ STR("keep-for = 59s"),            "f:1: at least 60 is expected" },
		{ STR("loud = true"),               "f:1: yes or no is expected, not true" },
		{ STR("sandbox = half"),            "f:1: one of on, degraded, off is expected, not half" },
		{ STR("quota = 17179869183G"),      NULL },
		{ STR("keep-for = 1m"),             NULL },
		{ STR("threads = 1\n"),             NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct settings s = { 0 };
		struct arena a;
		struct err e = { 0 };
		bool ok;

		arena_init(&a, 4096);
		ok = config_parse(cases[i].text, "f", rows, &s, &a, &e);
		if (ok != (cases[i].wrong == NULL)
		    || (!ok && (e.kind != ERR_INPUT
		    || strncmp(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong)) != 0)))
			fail_msg("case %zu: %s", i, ok ? "accepted" : err_text(&e, LANG_EN).s);
		arena_free(&a);
	}
}

static void
too_long_a_file_is_not_read(void **state)
{
	static char text[CONFIG_MAX + 1];
	char long_name[300];
	struct settings s;
	struct arena a;
	struct err e;

	(void)state;
	memset(text, '\n', sizeof text);
	arena_init(&a, 4096);
	assert_false(config_parse((str){ text, sizeof text }, "f", rows, &s, &a, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	assert_true(config_parse((str){ text, CONFIG_MAX }, "f", rows, &s, &a, &e));
	memcpy(text + CONFIG_MAX - 1, "x", 1);
	memset(long_name, 'f', sizeof long_name);
	long_name[sizeof long_name - 1] = '\0';
	assert_false(config_parse((str){ text, CONFIG_MAX }, long_name, rows, &s, &a, &e));
	assert_non_null(strstr(err_text(&e, LANG_EN).s, "f:65536: "));
	arena_free(&a);
}

static void
the_command_line_goes_by_the_same_table(void **state)
{
	static const struct { const char *words[6]; size_t used; const char *wrong; } cases[] = {
		{ { "--threads", "7", "serve" },             2, NULL },
		{ { "--threads=7", "--loud", "serve" },      2, NULL },
		{ { "--loud=no", "--threads=7", "--", "--x" }, 3, NULL },
		{ { "--name", "--threads=3", "--threads=7" }, 3, NULL },
		{ { "--threads=7", "-x" },                   1, NULL },
		{ { "--threads" },                           0, "--threads: the value is missing" },
		{ { "--threads=" },                          0, "--threads=: the value is missing" },
		{ { "--thread=7" },                          0, "--thread=7: there is no setting thread" },
		{ { "--loud=on" },                           0, "--loud=on: yes or no is expected" },
		{ { "--threads=7", "--threads", "8" },       0, "--threads: threads stands there twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct settings s = { 0 };
		struct arena a;
		struct err e = { 0 };
		size_t n = 0, used = 99;
		bool ok;

		while (n < 6 && cases[i].words[n] != NULL)
			n++;
		arena_init(&a, 4096);
		ok = config_args((char *const *)(uintptr_t)cases[i].words, n, rows, &s, &used, &a, &e);
		if (ok != (cases[i].wrong == NULL)
		    || (!ok && strncmp(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong)) != 0))
			fail_msg("case %zu: %s", i, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (ok) {
			assert_int_equal(used, cases[i].used);
			assert_int_equal(s.threads, 7);
		}
		arena_free(&a);
	}
}

static void
every_allocation_may_fail(void **state)
{
	bool ok = false;

	(void)state;
	for (size_t budget = 0; !ok; budget++) {
		struct settings s = { 0 };
		struct arena a;
		struct err e = { 0 };

		arena_init(&a, budget);
		ok = config_defaults(rows, &s, &a, &e)
		    && config_parse(S("name = abc\ndata = /srv/leman\n"), "f", rows, &s, &a, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 1024);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_sets_what_it_names),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(too_long_a_file_is_not_read),
		cmocka_unit_test(the_command_line_goes_by_the_same_table),
		cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

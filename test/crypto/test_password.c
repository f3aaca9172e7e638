/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/password.h"
#include "support.h"

#include <time.h>

static const struct { const char *what; str text; const char *wrong; } cases[] = {
	{ "12 characters",    STR("twelve chars"), NULL },
	{ "12, not of ASCII", STR("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), NULL },
	{ "11 characters",    STR("eleven char"), "a password of 11 characters, at least 12" },
	{ "11 of 22 bytes",   STR("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), "a password of 11 characters" },
	{ "empty",            STR(""), "a password of 0 characters" },
	{ "a NUL",            STR("twelve\0chars and more"), "a password with bytes" },
	{ "not UTF-8",        STR("twelve chars\xff"), "a password with bytes" },
};

static void
a_password_is_kept_and_known_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char kept[PASSWORD_TEXT];
		struct err e = { 0 };
		bool ok = password_keep(cases[i].text, kept, &e);

		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: got %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok) {
			assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
			continue;
		}
		assert_memory_equal(kept, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
		assert_true(password_check(cases[i].text, str_of(kept), &e));
		assert_int_equal(e.kind, ERR_NONE);
		assert_false(password_check(S("another one, long"), str_of(kept), &e));
		assert_int_equal(e.kind, ERR_DENIED);
	}
}

static double
seconds(str password, str kept)
{
	struct timespec from, to;
	struct err e;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	assert_false(password_check(password, kept, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Nobody learns by the clock who is known: a third is far above the noise. */
static void
an_unknown_name_takes_as_long(void **state)
{
	static const str others[] = { STR(""), STR("broken"), STR("$argon2id$v=19$m=65536,t=2,p=1$") };
	static char huge[PASSWORD_MAX + 1];
	char kept[PASSWORD_TEXT];
	struct err e;
	double known;

	(void)state;
	assert_true(password_keep(S("twelve chars"), kept, &e));
	known = seconds(S("another one, long"), str_of(kept));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_true(seconds(S("another one, long"), others[i]) > known / 3);
	memset(huge, 'a', sizeof huge);
	assert_true(seconds((str){ huge, sizeof huge }, str_of(kept)) > known / 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_kept_and_known_again),
		cmocka_unit_test(an_unknown_name_takes_as_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

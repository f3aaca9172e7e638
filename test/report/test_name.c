/* SPDX-License-Identifier: Apache-2.0 */
#include "report/id.h"
#include "report/name.h"
#include "report/size.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A250 A50 A50 A50 A50 A50

static const struct { str name; bool good; } names[] = {
	{ STR("poc.py"), true }, { STR("a b"), true }, { STR("..."), true }, { STR(".bashrc"), true },
	{ STR("r\xc3\xa9sum\xc3\xa9.txt"), true }, { STR(A250 "12345"), true },
	{ STR(""), false }, { STR("."), false }, { STR(".."), false }, { STR("a/b"), false }, { STR("/"), false },
	{ STR("a\\b"), false }, { STR("a\0b"), false }, { STR("a\nb"), false }, { STR("a\x7f"), false },
	{ STR("a\xc2\x85"), false }, { STR("\xff"), false }, { STR("\xc3"), false }, { STR(A250 "123456"), false },
};

static void
names_are_taken_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct err e;

		if (file_name_check(names[i].name, &e) != names[i].good)
			fail_msg("%.*s", STR_ARG(names[i].name));
	}
}

static const struct { str name; unsigned nth; str safe; } safes[] = {
	{ STR("poc.py"), 0, STR("poc.py") },
	{ STR("poc.py"), 2, STR("poc-2.py") },
	{ STR("a.tar.gz"), 11, STR("a.tar-11.gz") },
	{ STR("Makefile"), 3, STR("Makefile-3") },
	{ STR(".bashrc"), 0, STR("_bashrc") },
	{ STR(".x"), 2, STR("_x-2") },
	{ STR("-rf"), 0, STR("_rf") },
	{ STR("~root"), 0, STR("_root") },
	{ STR("..."), 0, STR("_._") },
	{ STR("a "), 0, STR("a_") },
	{ STR("photo\xe2\x80\xaegpj.exe"), 0, STR("photo_gpj.exe") },
	{ STR("\xef\xbb\xbfx"), 0, STR("_x") },
	{ STR("a/../b\\c"), 0, STR("a_.._b_c") },
	{ STR("a\033[2J"), 0, STR("a_[2J") },
	{ STR("\xe2\x80\xae"), 0, STR("_") },
	{ STR(""), 0, STR("_") },
	{ STR("r\xc3\xa9sum\xc3\xa9.txt"), 0, STR("r\xc3\xa9sum\xc3\xa9.txt") },
};

static void
a_safe_name_does_nothing_by_itself(void **state)
{
	struct arena a;
	struct err e;
	str out;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof safes / sizeof *safes; i++) {
		assert_true(file_name_safe(safes[i].name, safes[i].nth, &a, &out, &e));
		if (!str_eq(out, safes[i].safe))
			fail_msg("row %zu: %.*s", i, STR_ARG(out));
		assert_true(file_name_check(out, &e));
	}
	assert_true(file_name_safe(S(A250 ".html"), 4000000000u, &a, &out, &e));
	assert_true(out.n <= FILE_NAME_MAX && memcmp(out.p + out.n - 16, "-4000000000.html", 16) == 0);
	arena_free(&a);
}

static const struct { str path, name; } paths[] = {
	{ STR("poc.py"), STR("poc.py") }, { STR("/tmp/poc.py"), STR("poc.py") }, { STR("../a/b"), STR("b") },
	{ STR("/"), STR("_") }, { STR(".."), STR("_") }, { STR("a/.."), STR("_") }, { STR("dir/"), STR("dir") },
	{ STR("a\\b"), STR("a_b") }, { STR("a\nb"), STR("a_b") }, { STR("\xff\xfe"), STR("__") },
	{ STR("r\xc3\xa9s\xc3"), STR("r\xc3\xa9s_") }, { STR(""), STR("_") }, { STR("\xc2\x85x"), STR("_x") },
};

static void
any_path_gives_a_good_name(void **state)
{
	struct arena a;
	struct err e;
	str out;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		assert_true(file_name_of(paths[i].path, &a, &out, &e));
		if (!str_eq(out, paths[i].name))
			fail_msg("row %zu: %.*s", i, STR_ARG(out));
		assert_true(file_name_check(out, &e));
	}
	arena_free(&a);
}

static const struct { uint64_t n, size; } sizes[] = {
	{ 0, 16384 }, { 1, 16384 }, { 16384, 16384 }, { 16385, 65536 }, { 65536, 65536 }, { 65537, 262144 },
	{ 262145, 1048576 }, { 1048577, 4194304 }, { 4194304, 4194304 },
	/* 2^22 and more: E = 22, S = 5, so multiples of 2^17; from 2^26 on of 2^21 */
	{ 4194305, 4194304 + 131072 }, { 4194304 + 131072, 4194304 + 131072 }, { 8388608, 8388608 },
	{ 8388609, 8388608 + 262144 }, { 67108865, 67108864 + 2097152 }, { 104857600, 104857600 },
	{ 104857601, 104857600 + 2097152 },
};

static void
sizes_are_few(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (envelope_size(sizes[i].n) != sizes[i].size)
			fail_msg("%llu: %llu", (unsigned long long)sizes[i].n, (unsigned long long)envelope_size(sizes[i].n));
	for (uint64_t n = 1; n < (uint64_t)1 << 27; n = n * 9 / 8 + 1) {
		assert_true(envelope_size(n) >= n);
		assert_true(envelope_size(envelope_size(n)) == envelope_size(n));
		assert_true(n <= 4 << 20 || envelope_size(n) - n <= n / 16);
	}
}

static void
a_size_for_people(void **state)
{
	static const struct { uint64_t n; const char *text, *class; } rows[] = {
		{ 0, "0 B", "16 KiB" }, { 1023, "1023 B", "16 KiB" }, { 1024, "1.0 KiB", "16 KiB" },
		{ 16900, "16.5 KiB", "16 KiB" }, { 20640, "20.1 KiB", "64 KiB" }, { 1048576, "1.0 MiB", "1 MiB" },
		{ 104857600, "100.0 MiB", "100 MiB" }, { 107000000, "102.0 MiB", "112 MiB" }, { (uint64_t)5 << 30, "5.0 GiB", "112 MiB" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[SIZE_TEXT];

		size_print(rows[i].n, text);
		assert_string_equal(text, rows[i].text);
		assert_true(str_eq(size_class(rows[i].n), str_of(rows[i].class)));
	}
}

static void
ids_are_made_and_checked(void **state)
{
	static const str bad[] = { STR(""), STR("abcdefghijklmnopqrstuvwxy"), STR("abcdefghijklmnopqrstuvwxyz2"),
		STR("Abcdefghijklmnopqrstuvwxyz"), STR("1bcdefghijklmnopqrstuvwxyz"), STR("8bcdefghijklmnopqrstuvwxyz"),
		STR("a\0cdefghijklmnopqrstuvwxyz") };
	char one[REPORT_ID + 1], two[REPORT_ID + 1];
	struct err e;

	(void)state;
	assert_true(report_id_make(one, &e) && report_id_make(two, &e));
	assert_int_equal(strlen(one), REPORT_ID);
	assert_string_not_equal(one, two);
	assert_true(report_id_check(str_of(one), &e) && report_id_check(S("abcdefghijklmnopqrstuvwxyz"), &e));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(report_id_check(bad[i], &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_or_refused),
		cmocka_unit_test(a_safe_name_does_nothing_by_itself),
		cmocka_unit_test(any_path_gives_a_good_name),
		cmocka_unit_test(sizes_are_few),
		cmocka_unit_test(a_size_for_people),
		cmocka_unit_test(ids_are_made_and_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"
#include "sealed.h"
#include "support.h"

#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----\n"
#define END   "-----END AGE ENCRYPTED FILE-----\n"
#define LINE  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
#define LAST  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"

static bool
unarmor(str text, size_t piece, struct heap *out, struct err *e)
{
	struct age_unarmor u = { 0 };

	age_unarmor_start(&u, (struct age_sink){ heap_take, out });
	for (size_t at = 0; at < text.n; at += piece)
		if (!age_unarmor_write(&u, (str){ text.p + at, text.n - at < piece ? text.n - at : piece }, e))
			return false;
	return age_unarmor_end(&u, e);
}

static const struct {
	const char *what;
	str text;
	const char *wrong;  /* start of the message, or NULL where text is good */
	size_t n;           /* bytes in it */
} cases[] = {
	{ "short line",           STR(BEGIN "AAA=\n" END), NULL, 2 },
	{ "full line last",       STR(BEGIN LINE END), NULL, 48 },
	{ "padded full line",     STR(BEGIN LINE LAST END), NULL, 94 },
	{ "full and short",       STR(BEGIN LINE LINE "AAAA\n" END), NULL, 99 },
	{ "nothing",              STR(BEGIN END), NULL, 0 },
	{ "no newline at the end", STR(BEGIN "AAAA\n-----END AGE ENCRYPTED FILE-----"), NULL, 3 },
	{ "white space around",   STR(" \t\r\n\n" BEGIN "AAAA\n" END "\n\n \t\r\n"), NULL, 3 },
	{ "space after the end",  STR(BEGIN "AAAA\n" END "  "), NULL, 3 },
	{ "CRLF",                 STR("-----BEGIN AGE ENCRYPTED FILE-----\r\nAAAA\r\n-----END AGE ENCRYPTED FILE-----\r\n"), NULL, 3 },
	{ "CRLF, no last LF",     STR("-----BEGIN AGE ENCRYPTED FILE-----\r\nAAAA\r\n-----END AGE ENCRYPTED FILE-----"), NULL, 3 },

	{ "CRLF, then LF",        STR("-----BEGIN AGE ENCRYPTED FILE-----\r\nAAAA\n-----END AGE ENCRYPTED FILE-----\r\n"), "lines of the armor end", 0 },
	{ "LF, then CRLF",        STR(BEGIN "AAAA\r\n" END), "lines of the armor end", 0 },
	{ "CR alone",             STR("-----BEGIN AGE ENCRYPTED FILE-----\rAAAA\r-----END AGE ENCRYPTED FILE-----\r"), "neither an age file", 0 },
	{ "two CR",               STR("-----BEGIN AGE ENCRYPTED FILE-----\r\nAAAA\r\r\n-----END AGE ENCRYPTED FILE-----\r\n"), "a line of the armor is not", 0 },
	{ "another label",        STR("-----BEGIN PGP MESSAGE-----\n"), "neither an age file", 0 },
	{ "small letters",        STR("-----BEGIN age encrypted file-----\n"), "neither an age file", 0 },
	{ "a long first line",    STR("-----BEGIN AGE ENCRYPTED FILE------------------------------------------------------"), "neither an age file", 0 },
	{ "space in front",       STR(BEGIN " AAAA\n" END), "a line of the armor is not", 0 },
	{ "space behind",         STR(BEGIN "AAAA \n" END), "a line of the armor is not", 0 },
	{ "space in END",         STR(BEGIN "AAAA\n-----END AGE ENCRYPTED FILE----- \n"), "a line after the armor's last", 0 },
	{ "an empty line first",  STR(BEGIN "\nAAAA\n" END), "a line of 0 characters", 0 },
	{ "an empty line last",   STR(BEGIN "AAAA\n\n" END), "a line of 0 characters", 0 },
	{ "header lines",         STR(BEGIN "Version: 1\n\nAAAA\n" END), "a line of the armor is not", 0 },
	{ "line of 65",           STR(BEGIN "A" LINE END), "a line of", 0 },
	{ "line of 66",           STR(BEGIN "AA" LINE END), "a line of more than 64", 0 },
	{ "line of 68",           STR(BEGIN "AAAA" LINE END), "a line of more than 64", 0 },
	{ "short line, then more", STR(BEGIN "AAAA\n" LINE END), "a line after the armor's last", 0 },
	{ "padded, then more",    STR(BEGIN LAST "AAAA\n" END), "a line after the armor's last", 0 },
	{ "no padding",           STR(BEGIN "AAA\n" END), "a line of the armor is not", 0 },
	{ "padding on its own",   STR(BEGIN "AAA\n=\n" END), "a line of the armor is not", 0 },
	{ "bits set",             STR(BEGIN "AAB=\n" END), "a line of the armor is not", 0 },
	{ "another alphabet",     STR(BEGIN "AA-_\n" END), "a line of the armor is not", 0 },
	{ "a checksum",           STR(BEGIN "AAAA\n=AAAA\n" END), "a line after the armor's last", 0 },
	{ "text behind",          STR(BEGIN "AAAA\n" END "x"), "text after the line", 0 },
	{ "twice",                STR(BEGIN "AAAA\n" END BEGIN "AAAA\n" END), "text after the line", 0 },
	{ "text in front",        STR("x" BEGIN "AAAA\n" END), "neither an age file", 0 },
	{ "no end",               STR(BEGIN "AAAA\n"), "the armor ends without", 0 },
	{ "only a first line",    STR("-----BEGIN AGE ENCRYPTED FILE-----"), "the armor ends without", 0 },
	{ "only white space",     STR(" \n "), "the armor ends without", 0 },
};

static void
armor_is_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t piece = 1; piece < 200; piece = piece * 3 + 1) {
			struct heap out = HEAP;
			struct err e = { 0 };
			bool ok = unarmor(cases[i].text, piece, &out, &e);

			if (ok != (cases[i].wrong == NULL))
				fail_msg("%s: got %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
			if (!ok && strncmp(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong)) != 0)
				fail_msg("%s: %s", cases[i].what, err_text(&e, LANG_EN).s);
			if (ok && out.n != cases[i].n)
				fail_msg("%s: %zu bytes", cases[i].what, out.n);
			assert_int_equal(e.kind, ok ? ERR_NONE : ERR_INPUT);
			free(out.p);
		}
}

static void
white_space_is_bounded(void **state)
{
	static char text[2100];
	struct heap out = HEAP;
	struct err e;

	(void)state;
	memset(text, ' ', sizeof text);
	memcpy(text + 1024, BEGIN "AAAA\n" END, sizeof BEGIN END + 4);
	text[1024 + sizeof BEGIN END + 4] = ' ';
	assert_true(unarmor((str){ text, 1024 + sizeof BEGIN END + 4 }, 4096, &out, &e));
	assert_false(unarmor((str){ text, 1024 + sizeof BEGIN END + 5 }, 4096, &out, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(unarmor((str){ text + 1100, 0 }, 4096, &out, &e));
	free(out.p);
}

/* Armor put on and taken off, in pieces of every kind. */
static void
armor_goes_there_and_back(void **state)
{
	char bytes[400];

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 37);
	for (size_t n = 0; n < sizeof bytes; n++)
		for (size_t piece = 1; piece < 500; piece = piece * 2 + 1) {
			struct heap text = HEAP, back = HEAP;
			struct age_armor *m;
			struct arena a;
			struct err e;

			arena_init(&a, 1 << 16);
			assert_true(age_armor_start((struct age_sink){ heap_take, &text }, &a, &m, &e));
			for (size_t at = 0; at < n; at += piece)
				assert_true(age_armor_write(m,
				    (str){ bytes + at, n - at < piece ? n - at : piece }, &e));
			assert_true(age_armor_end(m, &e));
			assert_false(age_armor_write(m, S("more"), &e));
			assert_int_equal(text.n, sizeof BEGIN END - 1 + (n + 2) / 3 * 4 + (n + 47) / 48);
			assert_true(unarmor(heap_str(&text), piece, &back, &e));
			assert_true(str_eq(heap_str(&back), (str){ bytes, n }));
			arena_free(&a);
			free(text.p);
			free(back.p);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(armor_is_read_strictly),
		cmocka_unit_test(white_space_is_bounded),
		cmocka_unit_test(armor_goes_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

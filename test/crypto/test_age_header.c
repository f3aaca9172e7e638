/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define V1    "age-encryption.org/v1\n"
#define SHARE "XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE"
#define BODY  "qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E\n"
#define X     "-> X25519 " SHARE "\n" BODY
#define SALT  "ajMFur+EJLGaohv/dLRGnw"
#define MAC   "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n"
#define FULL  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"

static const struct {
	const char *what;
	str text;
	const char *wrong;  /* start of the message, or NULL where text is good */
	int counts;         /* of X25519, scrypt, grease, other: a digit each */
} cases[] = {
	{ "one recipient",        STR(V1 X MAC), NULL, 1000 },
	{ "payload behind",       STR(V1 X MAC "\0\xff\n-> "), NULL, 1000 },
	{ "three",                STR(V1 X X X MAC), NULL, 3000 },
	{ "a passphrase",         STR(V1 "-> scrypt " SALT " 18\n" BODY MAC), NULL, 100 },
	{ "work factor 22",       STR(V1 "-> scrypt " SALT " 22\n" BODY MAC), NULL, 100 },
	{ "grease",               STR(V1 X "-> a-grease !\nAAAA\n" MAC), NULL, 1010 },
	{ "only -grease",         STR(V1 "-> -grease\n\n" MAC), NULL, 10 },
	{ "another type",         STR(V1 X "-> example.com/enigma ~ } {\n" FULL FULL "\n" MAC), NULL, 1001 },
	{ "small letters",        STR(V1 "-> x25519 " SHARE "\n" BODY MAC), NULL, 1 },

	{ "no age file",          STR("%PDF-1.7\n"), "not an age file", 0 },
	{ "one letter other",     STR("age-encryption.com/v1\n"), "not an age file", 0 },
	{ "version 2",            STR("age-encryption.org/v2\n" X MAC), "a version of the age format", 0 },
	{ "version 10",           STR("age-encryption.org/v10\n" X MAC), "a version of the age format", 0 },
	{ "CRLF",                 STR("age-encryption.org/v1\r\n" X MAC), "a version of the age format", 0 },
	{ "no stanza",            STR(V1 MAC), "no stanza", 0 },
	{ "an empty line",        STR(V1 "\n" X MAC), "a line that begins neither", 0 },
	{ "no space",             STR(V1 "->X25519 " SHARE "\n" BODY MAC), "a line that begins neither", 0 },
	{ "no argument",          STR(V1 "-> \n" BODY MAC), "a stanza's arguments", 0 },
	{ "two spaces",           STR(V1 "-> X25519  " SHARE "\n" BODY MAC), "a stanza's arguments", 0 },
	{ "a space behind",       STR(V1 "-> X25519 " SHARE " \n" BODY MAC), "a stanza's arguments", 0 },
	{ "a tab",                STR(V1 "-> X25519\t" SHARE "\n" BODY MAC), "a stanza's arguments", 0 },
	{ "a NUL",                STR(V1 "-> a\0\n\n" MAC), "a stanza's arguments", 0 },
	{ "DEL",                  STR(V1 "-> a\x7f\n\n" MAC), "a stanza's arguments", 0 },
	{ "no ASCII",             STR(V1 "-> caf\xc3\xa9\n\n" MAC), "a stanza's arguments", 0 },
	{ "a CR",                 STR(V1 "-> X25519 " SHARE "\r\n" BODY MAC), "a stanza's arguments", 0 },
	{ "no body",              STR(V1 "-> X25519 " SHARE "\n" MAC), "a stanza's body is not base64", 0 },
	{ "padding",              STR(V1 "-> a\nAA==\n" MAC), "a stanza's body is not base64", 0 },
	{ "bits set",             STR(V1 "-> a\nAB\n" MAC), "a stanza's body is not base64", 0 },
	{ "line of 65",           STR(V1 "-> a\nA" FULL "\n" MAC), "a line of more than 64", 0 },
	{ "no short line",        STR(V1 "-> a\n" FULL MAC), "a stanza's body is not base64", 0 },
	{ "two short lines",      STR(V1 "-> a\nAA\nAA\n" MAC), "a line that begins neither", 0 },
	{ "share of 31",          STR(V1 "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" BODY MAC), "the share is not", 0 },
	{ "share with bits set",  STR(V1 "-> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBF\n" BODY MAC), "the share is not", 0 },
	{ "no share",             STR(V1 "-> X25519\n" BODY MAC), "an X25519 stanza has", 0 },
	{ "two shares",           STR(V1 "-> X25519 " SHARE " " SHARE "\n" BODY MAC), "an X25519 stanza has", 0 },
	{ "body of 33",           STR(V1 "-> X25519 " SHARE "\nqRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1EA\n" MAC), "a stanza's body is not the 32", 0 },
	{ "body of 0",            STR(V1 "-> X25519 " SHARE "\n\n" MAC), "a stanza's body is not the 32", 0 },
	{ "passphrase and key",   STR(V1 "-> scrypt " SALT " 18\n" BODY X MAC), "a passphrase's stanza beside", 0 },
	{ "key and passphrase",   STR(V1 X "-> scrypt " SALT " 18\n" BODY MAC), "a passphrase's stanza beside", 0 },
	{ "passphrase and grease", STR(V1 "-> scrypt " SALT " 18\n" BODY "-> b-grease\n\n" MAC), "a passphrase's stanza beside", 0 },
	{ "work factor 23",       STR(V1 "-> scrypt " SALT " 23\n" BODY MAC), "a work factor of 2 to the 23", 0 },
	{ "work factor 0",        STR(V1 "-> scrypt " SALT " 0\n" BODY MAC), "the work factor is not", 0 },
	{ "work factor 018",      STR(V1 "-> scrypt " SALT " 018\n" BODY MAC), "the work factor is not", 0 },
	{ "work factor 2^64+18",  STR(V1 "-> scrypt " SALT " 18446744073709551634\n" BODY MAC), "the work factor is not", 0 },
	{ "no work factor",       STR(V1 "-> scrypt " SALT "\n" BODY MAC), "a scrypt stanza has", 0 },
	{ "salt of 15",           STR(V1 "-> scrypt ajMFur+EJLGaohv/dLRG 18\n" BODY MAC), "the salt is not", 0 },
	{ "salt of 17",           STR(V1 "-> scrypt ajMFur+EJLGaohv/dLRGnwA 18\n" BODY MAC), "the salt is not", 0 },
	{ "MAC of 31",            STR(V1 X "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75\n"), "the MAC is not", 0 },
	{ "MAC of 33",            STR(V1 X "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75sA\n"), "the MAC is not", 0 },
	{ "MAC with bits set",    STR(V1 X "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75t\n"), "the MAC is not", 0 },
	{ "MAC and a space",      STR(V1 X "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s \n"), "the MAC is not", 0 },
	{ "MAC without space",    STR(V1 X "---HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n"), "a line that begins neither", 0 },
	{ "no MAC",               STR(V1 X "---\n"), "a line that begins neither", 0 },
	{ "four dashes",          STR(V1 X "---- K2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n"), "a line that begins neither", 0 },
};

static void
a_header_is_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct age_header h = { 0 };
		struct err e = { 0 };
		bool ok = age_header_parse(cases[i].text, &h, &e);

		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: got %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok && strncmp(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong)) != 0)
			fail_msg("%s: %s", cases[i].what, err_text(&e, LANG_EN).s);
		assert_int_equal(e.kind, ok ? ERR_NONE : ERR_INPUT);
		if (ok && (int)(h.x25519 * 1000 + h.scrypt * 100 + h.grease * 10 + h.other) != cases[i].counts)
			fail_msg("%s: counted otherwise", cases[i].what);
	}
}

/* A good header that is cut is waited for; a bad one may be waited for until the
 * byte that breaks it has come, and never becomes good. */
static void
a_header_that_is_cut_is_waited_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t n = 0; n < cases[i].text.n; n++) {
			char *cut = malloc(n + 1);  /* of its own size, so that reading past it is seen */
			struct age_header h, whole;
			struct err e;
			bool good = age_header_parse(cases[i].text, &whole, &e), ok;

			assert_non_null(cut);
			memcpy(cut, cases[i].text.p, n);
			ok = age_header_parse((str){ cut, n }, &h, &e);
			if (good && (n < whole.size ? ok || e.kind != ERR_BUSY : !ok))
				fail_msg("%s, %zu bytes: %s", cases[i].what, n, ok ? "accepted" : err_text(&e, LANG_EN).s);
			if (!good && (ok || (e.kind != ERR_BUSY && e.kind != ERR_INPUT)))
				fail_msg("%s, %zu bytes: %s", cases[i].what, n, ok ? "accepted" : err_text(&e, LANG_EN).s);
			free(cut);
		}
}

/* V1, one stanza and a MAC, n bytes in all. */
static char *
header_of_size(size_t n)
{
	static const char start[] = V1 "-> a\n";
	size_t fixed = sizeof start - 1 + sizeof MAC - 1;
	/* A second letter where the last line else had a length that base64 knows not. */
	bool second = (n - fixed) % 65 % 4 == 2;
	size_t lines = (n - fixed - second) / 65, last = (n - fixed - second) % 65;
	char *p = malloc(n), *at = p + 22;

	assert_non_null(p);
	memcpy(p, start, 22);
	at += sprintf(at, "-> %s\n", second ? "aa" : "a");
	for (size_t i = 0; i < lines; i++, at += 65)
		memcpy(at, FULL, 65);
	memset(at, 'A', last - 1);
	at[last - 1] = '\n';
	memcpy(at + last, MAC, sizeof MAC - 1);
	return p;
}

static void
a_header_is_bounded(void **state)
{
	static char endless[2 * AGE_HEADER_MAX] = V1 "-> ", stanzas[16 + 22 + 65 * 98 + sizeof MAC] = V1;
	struct age_header h;
	struct err e;
	char *p, *at = stanzas + 22;

	(void)state;
	p = header_of_size(AGE_HEADER_MAX);
	assert_true(age_header_parse((str){ p, AGE_HEADER_MAX }, &h, &e));
	assert_int_equal(h.size, AGE_HEADER_MAX);
	free(p);
	p = header_of_size(AGE_HEADER_MAX + 1);
	assert_false(age_header_parse((str){ p, AGE_HEADER_MAX + 1 }, &h, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	free(p);
	memset(endless + sizeof V1 + 2, 'a', sizeof endless - sizeof V1 - 2);
	assert_false(age_header_parse((str){ endless, AGE_HEADER_MAX - 1 }, &h, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_false(age_header_parse((str){ endless, AGE_HEADER_MAX }, &h, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	assert_false(age_header_parse((str){ endless, sizeof endless }, &h, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);

	for (int i = 0; i < AGE_STANZAS_MAX; i++, at += 98)
		memcpy(at, X, 98);
	memcpy(at, MAC, sizeof MAC - 1);
	assert_true(age_header_parse((str){ stanzas, (size_t)(at - stanzas) + sizeof MAC - 1 }, &h, &e));
	memcpy(at, X, 98);
	memcpy(at + 98, MAC, sizeof MAC - 1);
	assert_false(age_header_parse((str){ stanzas, (size_t)(at - stanzas) + 98 + sizeof MAC - 1 }, &h, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_is_read_strictly),
		cmocka_unit_test(a_header_that_is_cut_is_waited_for),
		cmocka_unit_test(a_header_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "crypto/note.h"
#include "support.h"

#define DASH "\xe2\x80\x94 "

/* The example of the C2SP signed-note text. */
#define VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define LINE DASH "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define WRONG DASH "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQI=\n"
#define SHORT DASH "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Iney\n"
#define OTHER DASH "example.com/foo AAAAAAA=\n"
#define TEXT "This is an example message.\n"

static const struct {
	const char *what;
	str note;
	const char *wrong;  /* start of the message, or NULL where the note is good */
} cases[] = {
	{ "the example",          STR(TEXT "\n" LINE), NULL },
	{ "another key's line",   STR(TEXT "\n" OTHER LINE DASH "b AAAAAAA=\n"), NULL },
	{ "signed twice",         STR(TEXT "\n" LINE LINE), NULL },
	{ "empty",                STR(""), "no signature after" },
	{ "no signature",         STR(TEXT "\n"), "no signature after" },
	{ "no empty line",        STR(TEXT LINE), "no signature after" },
	{ "changed",              STR("This is an example massage.\n\n" LINE), "the signature of example.com/foo" },
	{ "an empty line more",   STR(TEXT "\n\n" LINE), "the signature of example.com/foo" },
	{ "one wrong, one right", STR(TEXT "\n" WRONG LINE), "the signature of example.com/foo" },
	{ "one right, one wrong", STR(TEXT "\n" LINE WRONG), "the signature of example.com/foo" },
	{ "too short",            STR(TEXT "\n" SHORT), "the signature of example.com/foo" },
	{ "another key alone",    STR(TEXT "\n" OTHER), "no signature of example.com/foo" },
	{ "a hyphen",             STR(TEXT "\n- example.com/foo AAAAAAA=\n"), "a signature line is not" },
	{ "no name",              STR(TEXT "\n" DASH " AAAAAAA=\n"), "a signature line is not" },
	{ "a name alone",         STR(TEXT "\n" DASH "a\n"), "a signature line is not" },
	{ "a plus in a name",     STR(TEXT "\n" DASH "a+b AAAAAAA=\n" LINE), "a signature line is not" },
	{ "a wide space",         STR(TEXT "\n" DASH "a\xe3\x80\x80" "b AAAAAAA=\n" LINE), "a signature line is not" },
	{ "a space that joins",   STR(TEXT "\n" DASH "a\xc2\xa0" "b AAAAAAA=\n" LINE), "a signature line is not" },
	{ "two spaces",           STR(TEXT "\n" DASH "a  AAAAAAA=\n" LINE), "a signature is not base64" },
	{ "four bytes",           STR(TEXT "\n" DASH "a AAAAAA==\n" LINE), "a signature is not base64" },
	{ "bits set",             STR(TEXT "\n" DASH "a AAAAAAB=\n" LINE), "a signature is not base64" },
	{ "text after",           STR(TEXT "\n" LINE "more\n"), "a signature line is not" },
	{ "a tab",                STR("a\tb\n\n" LINE), "bytes that are not UTF-8" },
	{ "an escape",            STR("a\033[2J\n\n" LINE), "bytes that are not UTF-8" },
	{ "one of the upper controls", STR("a\xc2\x9b\n\n" LINE), "bytes that are not UTF-8" },
	{ "not UTF-8",            STR("caf\xe9\n\n" LINE), "bytes that are not UTF-8" },
	{ "no newline at the end", STR(TEXT "\n" DASH "example.com/foo AAAAAAA="), "the last line does not" },
};

static void
a_note_is_checked_strictly(void **state)
{
	struct note_key k;
	struct err e = { 0 };

	(void)state;
	assert_true(note_key_parse(S(VKEY), &k, &e));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str text = { 0 };
		bool ok;

		e = (struct err){ 0 };
		ok = note_check(cases[i].note, &k, &text, &e);
		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: got %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok && strncmp(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong)) != 0)
			fail_msg("%s: %s", cases[i].what, err_text(&e, LANG_EN).s);
		if (ok)
			assert_true(text.p == cases[i].note.p && str_eq(text, S(TEXT)));
		assert_true(ok || e.kind == ERR_INPUT || e.kind == ERR_DENIED);
	}
}

static const struct { const char *what; str vkey; const char *wrong; } keys[] = {
	{ "the example",     STR(VKEY), NULL },
	{ "plus in base64",  STR("leman.example/k+2562b279+AQ+MOYn2Y445AFJ1sb9uHQXJ//+u/+X4BTE+NLAXWdzy"), NULL },
	{ "empty",           STR(""), "a verifier key has three" },
	{ "two parts",       STR("a+530d903a"), "a verifier key has three" },
	{ "another id",      STR("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "the key's id is 530d903b" },
	{ "capital hex",     STR("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "the key's id is 530D903A" },
	{ "another name",    STR("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "the key's id is" },
	{ "no name",         STR("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "a key's name is empty" },
	{ "a space",         STR("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "a key's name is empty" },
	{ "type 2",          STR("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "the key is not" },
	{ "31 bytes",        STR("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q=="), "the key is not" },
	{ "a newline",       STR(VKEY "\n"), "the key is not" },
};

static void
a_key_is_read_strictly_and_printed_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct note_key k;
		struct arena a;
		struct err e = { 0 };
		bool ok = note_key_parse(keys[i].vkey, &k, &e);
		str again;

		arena_init(&a, 1 << 16);
		if (ok != (keys[i].wrong == NULL))
			fail_msg("%s: got %s", keys[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok && strncmp(err_text(&e, LANG_EN).s, keys[i].wrong, strlen(keys[i].wrong)) != 0)
			fail_msg("%s: %s", keys[i].what, err_text(&e, LANG_EN).s);
		if (ok) {
			assert_true(note_key_print(&k, &a, &again, &e));
			assert_true(str_eq(again, keys[i].vkey));
		}
		arena_free(&a);
	}
}

/* A note of ours: text, empty line, lines. */
static str
note_make(const struct sign_key *key, const struct note_key *k, str text, size_t others, struct arena *a)
{
	struct buf b = { .arena = a };
	uint8_t signature[SIGN_SIZE];
	struct err e;
	str line, note;

	sign_bytes(key, text, signature);
	assert_true(note_line(k, signature, a, &line, &e));
	buf_str(&b, text);
	buf_add(&b, "\n", 1);
	for (size_t i = 0; i < others; i++)
		buf_str(&b, S(OTHER));
	buf_str(&b, line);
	assert_true(buf_take(&b, &note, &e));
	return note;
}

static void
what_we_sign_we_accept(void **state)
{
	static const str texts[] = { STR("\n"), STR("a\n"), STR("a\n\nb\n"), STR("\n\n\n"), STR("\xc3\xa9\n") };
	struct sign_key key;
	struct note_key k;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(sign_key_make(&key, &e));
	assert_true(note_key_of(S("leman.example/\xc3\xa9t\xc3\xa9"), key.public, &k, &e));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		str text;

		assert_true(note_check(note_make(&key, &k, texts[i], 0, &a), &k, &text, &e));
		assert_true(str_eq(text, texts[i]));
	}
	assert_false(note_key_of(S(""), key.public, &k, &e));
	assert_false(note_key_of(S("a b"), key.public, &k, &e));
	assert_false(note_key_of(S("a\nb"), key.public, &k, &e));
	sign_key_wipe(&key);
	arena_free(&a);
}

static void
bounds_are_kept(void **state)
{
	static char big[NOTE_MAX + 1];
	struct sign_key key;
	struct note_key k;
	struct arena a;
	struct err e;
	str text;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(sign_key_make(&key, &e));
	assert_true(note_key_of(S("a"), key.public, &k, &e));
	assert_true(note_check(note_make(&key, &k, S("x\n"), NOTE_SIGNATURES_MAX - 1, &a), &k, &text, &e));
	assert_false(note_check(note_make(&key, &k, S("x\n"), NOTE_SIGNATURES_MAX, &a), &k, &text, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	memset(big, 'a', sizeof big);
	assert_false(note_check((str){ big, sizeof big }, &k, &text, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	arena_free(&a);
}

static void
shortage_is_told(void **state)
{
	uint8_t signature[SIGN_SIZE] = { 0 };
	struct note_key k;
	struct err e = { 0 };
	bool ok = false;

	(void)state;
	assert_true(note_key_parse(S(VKEY), &k, &e));
	for (size_t budget = 0; !ok; budget += 100) {
		struct arena a;
		str out;

		arena_init(&a, budget);
		ok = note_line(&k, signature, &a, &out, &e) && note_key_print(&k, &a, &out, &e);
		assert_true(ok || e.kind == ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 8192);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_is_checked_strictly),
		cmocka_unit_test(a_key_is_read_strictly_and_printed_the_same),
		cmocka_unit_test(what_we_sign_we_accept),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(shortage_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/keylist.h"
#include "support.h"

#include <stdio.h>

/* Recipients whose secrets nobody kept. */
#define R1 "age155su88rd2chrgpmt6dtvd3yjgh9rd2s6c57jmgfhyspp6j8hvfeq8t0u95"
#define R2 "age1lrfd2rze03f7scty7rfcxp2gas4jg5tfjheky5q687uun6pemufs9jdkk5"
#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define TWO "{\"age\":\"" R1 "\",\"label\":\"team\"},{\"age\":\"" R2 "\",\"label\":\"recovery\"}"

/* A list of which one part may be another one. */
#define LIST_WITH(from, key, kind, owner, previous, recipients, until, version) \
	"{\"from\":" from ",\"key\":\"" key "\",\"kind\":\"" kind "\",\"owner\":\"" owner "\",\"previous\":" previous \
	",\"recipients\":[" recipients "],\"until\":" until ",\"version\":" version "}"
#define KIND "leman/key-list/1"
#define GOOD LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "200", "1")
#define LABEL(text) LIST_WITH("100", KEY, KIND, "acme", "null", \
	"{\"age\":\"" R1 "\",\"label\":\"" text "\"},{\"age\":\"" R2 "\",\"label\":\"b\"}", "200", "1")
#define S16 "0123456789abcdef"
#define S64 S16 S16 S16 S16

static const struct {
	const char *what;
	str text;
	const char *wrong;  /* a piece of the message, its clause too; NULL where text is good */
} cases[] = {
	{ "the first", STR(GOOD), NULL },
	{ "a later one", STR(LIST_WITH("0", KEY, KIND, "0-a", "\"" DIGEST "\"", TWO, "63158400", "2147483647")), NULL },
	{ "label of 64 characters", STR(LABEL("é" "0123456789abcde" S16 S16 S16)), NULL },
	{ "empty", STR(""), "RFC 8259" },
	{ "an array", STR("[]"), "a JSON object: leman/key-list/1, kind" },
	{ "another kind", STR(LIST_WITH("100", KEY, "leman/key-list/2", "acme", "null", TWO, "200", "1")),
	  "leman/key-list/1 is expected, and \"leman/key-list/2\" stands there: leman/key-list/1, kind" },
	{ "no kind", STR("{}"), "\"kind\" is missing: leman/key-list/1, kind" },
	{ "owner in capitals", STR(LIST_WITH("100", KEY, KIND, "Acme", "null", TWO, "200", "1")), "leman formats, Names" },
	{ "owner -", STR(LIST_WITH("100", KEY, KIND, "-a", "null", TWO, "200", "1")), "leman formats, Names" },
	{ "owner empty", STR(LIST_WITH("100", KEY, KIND, "", "null", TWO, "200", "1")), "leman formats, Names" },
	{ "owner of 64", STR(LIST_WITH("100", KEY, KIND, S64, "null", TWO, "200", "1")), "leman formats, Names" },
	{ "version 0", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "200", "0")), "and 0 stands there: leman/key-list/1, version" },
	{ "version 2^31", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "200", "2147483648")), "leman/key-list/1, version" },
	{ "version 1.0", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "200", "1.0")), "and 1.0 stands there" },
	{ "version as text", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "200", "\"1\"")), "the number \"version\" is missing" },
	{ "key too short", STR(LIST_WITH("100", "AAEC", KIND, "acme", "null", TWO, "200", "1")), "\"AAEC\" stands there: leman/key-list/1, key" },
	{ "from before 1970", STR(LIST_WITH("-1", KEY, KIND, "acme", "null", TWO, "200", "1")), "leman/key-list/1, from" },
	{ "past the year 9999", STR(LIST_WITH("253402300700", KEY, KIND, "acme", "null", TWO, "253402300800", "1")), "leman/key-list/1, until" },
	{ "until is from", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "100", "1")), "it is 0 seconds after it: leman/key-list/1, until" },
	{ "a second too long", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "63158501", "1")), "it is 63158401 seconds after it" },
	{ "previous of the first", STR(LIST_WITH("100", KEY, KIND, "acme", "\"" DIGEST "\"", TWO, "200", "1")), "leman/key-list/1, previous" },
	{ "no previous later", STR(LIST_WITH("100", KEY, KIND, "acme", "null", TWO, "200", "2")), "leman/key-list/1, previous" },
	{ "previous in capitals", STR(LIST_WITH("100", KEY, KIND, "acme", "\"E3" DIGEST "\"", TWO, "200", "2")), "leman/key-list/1, previous" },
	{ "one recipient", STR(LIST_WITH("100", KEY, KIND, "acme", "null", "{\"age\":\"" R1 "\",\"label\":\"a\"}", "200", "1")),
	  "and there are 1: leman/key-list/1, recipients" },
	{ "17 recipients", STR(LIST_WITH("100", KEY, KIND, "acme", "null", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "200", "1")),
	  "and there are 17" },
	{ "numbers for recipients", STR(LIST_WITH("100", KEY, KIND, "acme", "null", "1,2", "200", "1")), "an object of age and label" },
	{ "the same twice", STR(LIST_WITH("100", KEY, KIND, "acme", "null", "{\"age\":\"" R1 "\",\"label\":\"a\"},{\"age\":\"" R1 "\",\"label\":\"b\"}", "200", "1")),
	  "stands there twice" },
	{ "a recipient misspelt", STR(LIST_WITH("100", KEY, KIND, "acme", "null", "{\"age\":\"age1q\",\"label\":\"a\"}," TWO, "200", "1")), "BIP 173" },
	{ "label empty", STR(LABEL("")), "leman/key-list/1, label" },
	{ "label of two lines", STR(LABEL("a\\nb")), "leman/key-list/1, label" },
	{ "label of 65 characters", STR(LABEL("é" S64)), "leman/key-list/1, label" },
	{ "something added", STR("{\"also\":1,\"from\":100,\"key\":\"" KEY "\",\"kind\":\"" KIND "\",\"owner\":\"acme\",\"previous\":null,\"recipients\":[" TWO "],\"until\":200,\"version\":1}"),
	  "not canonical at byte 2: \"from\":100" },
	{ "something added to a recipient", STR(LIST_WITH("100", KEY, KIND, "acme", "null", "{\"age\":\"" R1 "\",\"label\":\"a\",\"x\":1},{\"age\":\"" R2 "\",\"label\":\"b\"}", "200", "1")), "RFC 8785" },
	{ "a blank", STR(" " GOOD), "not canonical at byte 0" },
	{ "a line feed after it", STR(GOOD "\n"), "RFC 8785" },
	{ "written otherwise", STR(LIST_WITH("100", KEY, KIND, "\\u0061cme", "null", TWO, "200", "1")), "RFC 8785" },
	{ "a key twice", STR("{\"from\":1,\"from\":1}"), "RFC 7493" },
};

static void
a_list_is_read_or_refused_with_its_clause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct key_list l;
		struct arena a;
		struct err e = { 0 };
		bool ok;

		arena_init(&a, 1 << 20);
		ok = key_list_parse(cases[i].text, &a, &l, &e);
		if (ok != (cases[i].wrong == NULL) || (!ok && strstr(err_text(&e, LANG_EN).s, cases[i].wrong) == NULL))
			fail_msg("%s: %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		arena_free(&a);
	}
}

static void
what_was_read_is_what_was_written(void **state)
{
	struct key_list l;
	struct arena a;
	struct err e;
	str again;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(key_list_parse(S(GOOD), &a, &l, &e));
	assert_true(str_eq(l.owner, S("acme")) && l.version == 1 && l.from == 100 && l.until == 200 && l.n == 2);
	assert_true(str_eq(l.recipients[1].label, S("recovery")) && str_eq(l.recipients[1].age, S(R2)));
	assert_int_equal(l.key[31], 31);
	assert_true(key_list_print(&l, &a, &again, &e));
	assert_true(str_eq(again, S(GOOD)));
	arena_free(&a);
}

/* Signed lists of one owner, each with its number. */
static str
list_make(struct key_list *l, uint64_t version, const str *before, const struct sign_key *key, struct arena *a)
{
	struct err e;
	str text;

	assert_true(key_list_parse(S(GOOD), a, l, &e));
	l->version = version;
	memcpy(l->key, key->public, sizeof l->key);
	if (before != NULL)
		assert_true(key_list_digest(*before, l->previous, &e));
	assert_true(key_list_print(l, a, &text, &e));
	return text;
}

static void
only_the_former_key_signs_the_next_list(void **state)
{
	const uint8_t seeds[2][SIGN_SEED] = { { 1 }, { 2 } };
	uint8_t first_by[SIGN_SIZE], by_old[SIGN_SIZE], by_new[SIGN_SIZE];
	struct sign_key old, new;
	struct key_list l;
	struct arena a;
	struct err e;
	str first, next, far, other;

	(void)state;
	arena_init(&a, 1 << 20);
	sign_key_from_seed(seeds[0], &old);
	sign_key_from_seed(seeds[1], &new);
	first = list_make(&l, 1, NULL, &old, &a);
	next = list_make(&l, 2, &first, &new, &a);  /* hands over to another key */
	assert_true(key_list_sign(first, &old, &a, first_by, &e) && key_list_sign(next, &old, &a, by_old, &e)
	    && key_list_sign(next, &new, &a, by_new, &e));
	assert_true(key_list_check(first, first_by, NULL, &a, &l, &e));
	assert_true(key_list_check(next, by_old, &first, &a, &l, &e));
	assert_memory_equal(l.key, new.public, sizeof l.key);

	assert_false(key_list_check(next, by_new, &first, &a, &l, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_false(key_list_check(first, by_old, NULL, &a, &l, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_false(key_list_check(next, by_new, NULL, &a, &l, &e));  /* not the first one */
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(key_list_check(first, first_by, &first, &a, &l, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);

	far = list_make(&l, 3, &first, &old, &a);
	assert_true(key_list_sign(far, &old, &a, by_old, &e));
	assert_false(key_list_check(far, by_old, &first, &a, &l, &e));
	assert_string_equal(e.rule, "leman/key-list/1, version");
	other = list_make(&l, 2, &next, &old, &a);  /* follows another list than it is said to */
	assert_true(key_list_sign(other, &old, &a, by_old, &e));
	assert_false(key_list_check(other, by_old, &first, &a, &l, &e));
	assert_string_equal(e.rule, "leman/key-list/1, previous");
	arena_free(&a);
}

/* A signature of the list's text without the name of its kind is none. */
static void
a_bare_signature_is_not_good(void **state)
{
	const uint8_t seed[SIGN_SEED] = { 1 };
	uint8_t signature[SIGN_SIZE];
	struct sign_key key;
	struct key_list l;
	struct arena a;
	struct err e;
	str text;

	(void)state;
	arena_init(&a, 1 << 20);
	sign_key_from_seed(seed, &key);
	text = list_make(&l, 1, NULL, &key, &a);
	sign_bytes(&key, text, signature);
	assert_false(key_list_check(text, signature, NULL, &a, &l, &e));
	arena_free(&a);
}

static void
any_allocation_may_fail(void **state)
{
	bool ok = false;

	(void)state;
	for (size_t budget = 0; !ok; budget += 16) {
		struct key_list l;
		struct arena a;
		struct err e;

		arena_init(&a, budget);
		ok = key_list_parse(S(GOOD), &a, &l, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 64 * 1024);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_or_refused_with_its_clause),
		cmocka_unit_test(what_was_read_is_what_was_written),
		cmocka_unit_test(only_the_former_key_signs_the_next_list),
		cmocka_unit_test(a_bare_signature_is_not_good),
		cmocka_unit_test(any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

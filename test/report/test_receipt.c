/* SPDX-License-Identifier: Apache-2.0 */
#include "report/receipt.h"
#include "support.h"

#define ID "abcdefghijklmnopqrstuvwxyz"
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define WITH(kind, id, owner, keys, received, size, sha256) \
	kind "\nreport " id "\nowner " owner "\nkeys " keys "\nreceived " received "\nsize " size "\nsha256 " sha256 "\n"
#define AT(time) WITH("leman/receipt/1", ID, "acme", "1 " DIGEST, time, "20640", DIGEST)
#define GOOD AT("2026-11-24T02:10:00Z")

static const struct { const char *what; str text; const char *wrong; } cases[] = {
	{ "good", STR(GOOD), NULL },
	{ "the first moment", STR(AT("1970-01-01T00:00:00Z")), NULL },
	{ "a leap day", STR(AT("2028-02-29T23:59:59Z")), NULL },
	{ "of a century", STR(AT("2000-02-29T00:00:00Z")), NULL },
	{ "the last moment", STR(AT("9999-12-31T23:59:59Z")), NULL },
	{ "empty", STR(""), "the first line is not leman/receipt/1" },
	{ "another version", STR(WITH("leman/receipt/2", ID, "acme", "1 " DIGEST, "2026-11-24T02:10:00Z", "1", DIGEST)), "the first line" },
	{ "a short id", STR(WITH("leman/receipt/1", "abc", "acme", "1 " DIGEST, "2026-11-24T02:10:00Z", "1", DIGEST)), "leman formats, Names" },
	{ "an owner", STR(WITH("leman/receipt/1", ID, "Acme", "1 " DIGEST, "2026-11-24T02:10:00Z", "1", DIGEST)), "leman formats, Names" },
	{ "no owner", STR("leman/receipt/1\nreport " ID "\nkeys 1 " DIGEST "\n"), "a line \"owner ...\" is expected: leman/receipt/1, owner" },
	{ "keys 0", STR(WITH("leman/receipt/1", ID, "acme", "0 " DIGEST, "2026-11-24T02:10:00Z", "1", DIGEST)), "leman/receipt/1, keys" },
	{ "keys 01", STR(WITH("leman/receipt/1", ID, "acme", "01 " DIGEST, "2026-11-24T02:10:00Z", "1", DIGEST)), "leman/receipt/1, keys" },
	{ "keys without a digest", STR(WITH("leman/receipt/1", ID, "acme", "1", "2026-11-24T02:10:00Z", "1", DIGEST)), "leman/receipt/1, keys" },
	{ "digest in capitals", STR(WITH("leman/receipt/1", ID, "acme", "1 E3", "2026-11-24T02:10:00Z", "1", DIGEST)), "leman/receipt/1, keys" },
	{ "a day that was not", STR(AT("2026-02-29T00:00:00Z")), "leman/receipt/1, received" },
	{ "nor was this", STR(AT("2100-02-29T00:00:00Z")), "leman/receipt/1, received" },
	{ "month 13", STR(AT("2026-13-01T00:00:00Z")), "leman/receipt/1, received" },
	{ "hour 24", STR(AT("2026-11-24T24:00:00Z")), "leman/receipt/1, received" },
	{ "a leap second", STR(AT("2016-12-31T23:59:60Z")), "leman/receipt/1, received" },
	{ "an offset", STR(AT("2026-11-24T02:10:00+00:00")), "leman/receipt/1, received" },
	{ "1969", STR(AT("1969-12-31T23:59:59Z")), "leman/receipt/1, received" },
	{ "a sign", STR(AT("2026-11-24T02:10:-1Z")), "leman/receipt/1, received" },
	{ "size -1", STR(WITH("leman/receipt/1", ID, "acme", "1 " DIGEST, "2026-11-24T02:10:00Z", "-1", DIGEST)), "leman/receipt/1, size" },
	{ "size 2^63", STR(WITH("leman/receipt/1", ID, "acme", "1 " DIGEST, "2026-11-24T02:10:00Z", "9223372036854775808", DIGEST)), "leman/receipt/1, size" },
	{ "sha256", STR(WITH("leman/receipt/1", ID, "acme", "1 " DIGEST, "2026-11-24T02:10:00Z", "1", "00")), "leman/receipt/1, sha256" },
	{ "more", STR(GOOD "more\n"), "more follows after the last line" },
	{ "no end", STR("leman/receipt/1\nreport " ID), "leman/receipt/1, report" },
};

static void
a_receipt_is_read_or_refused_with_its_clause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct receipt r;
		struct arena a;
		struct err e = { 0 };
		bool ok = receipt_parse(cases[i].text, &r, &e);
		str again;

		if (ok != (cases[i].wrong == NULL) || (!ok && strstr(err_text(&e, LANG_EN).s, cases[i].wrong) == NULL))
			fail_msg("%s: %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		arena_init(&a, 1 << 16);
		if (ok) {  /* one text a receipt: so the calendar of both ways is one */
			assert_true(receipt_print(&r, &a, &again, &e));
			assert_true(str_eq(again, cases[i].text));
		}
		arena_free(&a);
	}
}

static void
what_it_says(void **state)
{
	struct receipt r;
	struct err e;

	(void)state;
	assert_true(receipt_sniff(S(GOOD)) && !receipt_sniff(S("leman/receipt/1")) && !receipt_sniff(S("")));
	assert_true(receipt_parse(S(GOOD), &r, &e));
	assert_true(str_eq(r.report, S(ID)) && str_eq(r.owner, S("acme")) && r.version == 1 && r.size == 20640);
	assert_int_equal(r.received, 1795486200);  /* date -ud '2026-11-24 02:10' +%s */
	assert_int_equal(r.keys[0], 0xe3);
	assert_int_equal(r.sha256[31], 0x55);
}

static void
cut_anywhere_it_is_refused(void **state)
{
	str whole = S(GOOD);

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		struct receipt r;
		struct err e;

		assert_false(receipt_parse((str){ whole.p, n }, &r, &e));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_receipt_is_read_or_refused_with_its_clause),
		cmocka_unit_test(what_it_says),
		cmocka_unit_test(cut_anywhere_it_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/manifest.h"
#include "support.h"

#include <stdlib.h>

#define R1 "age155su88rd2chrgpmt6dtvd3yjgh9rd2s6c57jmgfhyspp6j8hvfeq8t0u95"
#define ID "abcdefghijklmnopqrstuvwxyz"
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define KEYS "{\"digest\":\"" DIGEST "\",\"owner\":\"acme\",\"version\":1}"
#define EMPTY "{\"sha256\":\"" DIGEST "\",\"size\":0}"
#define FILE_OF(name, size) "{\"name\":\"" name "\",\"sha256\":\"" DIGEST "\",\"size\":" size "}"

#define WITH(claims, created, files, keys, kind, message, reply, report) \
	"{\"claims\":{" claims "},\"created\":" created ",\"files\":[" files "],\"keys\":" keys ",\"kind\":\"" kind \
	"\",\"message\":" message ",\"reply\":" reply ",\"report\":\"" report "\"}"
#define CLAIMS(claims) WITH(claims, "1795392000", FILE_OF("poc.py", "123"), KEYS, "leman/envelope/1", EMPTY, "\"" R1 "\"", ID)
#define FILES(files) WITH("", "0", files, KEYS, "leman/envelope/1", EMPTY, "null", ID)
#define GOOD CLAIMS("\"exploited\":\"no\",\"product\":\"Gateway 2.4.1\"")
#define OTHER(keys, message, reply, report) WITH("", "0", "", keys, "leman/envelope/1", message, reply, report)

static const struct { const char *what; str text; const char *wrong; } cases[] = {
	{ "whole", STR(GOOD), NULL },
	{ "least", STR(FILES("")), NULL },
	{ "names that are the same", STR(FILES(FILE_OF("a", "0") "," FILE_OF("a", "1"))), NULL },
	{ "the largest", STR(FILES(FILE_OF("a", "104857600"))), NULL },
	{ "empty", STR(""), "RFC 8259" },
	{ "no object", STR("null"), "a JSON object: leman/envelope/1, kind" },
	{ "another kind", STR(WITH("", "0", "", KEYS, "leman/envelope/2", EMPTY, "null", ID)), "leman/envelope/1, kind" },
	{ "claims missing", STR("{\"kind\":\"leman/envelope/1\"}"), "\"claims\" is missing: leman/envelope/1, claims" },
	{ "a claim's name", STR(CLAIMS("\"Product\":\"x\"")), "leman/envelope/1, claims" },
	{ "a claim without a name", STR(CLAIMS("\"\":\"x\"")), "leman/envelope/1, claims" },
	{ "a name of 33", STR(CLAIMS("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":\"x\"")), "leman/envelope/1, claims" },
	{ "a number claimed", STR(CLAIMS("\"product\":1")), "\"product\": text of 1 to 4096 bytes is expected" },
	{ "nothing claimed", STR(CLAIMS("\"product\":\"\"")), "\"product\": text of 1 to 4096 bytes" },
	{ "17 claims", STR(CLAIMS("\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\",\"e\":\"1\",\"f\":\"1\",\"g\":\"1\",\"h\":\"1\",\"i\":\"1\","
		"\"j\":\"1\",\"k\":\"1\",\"l\":\"1\",\"m\":\"1\",\"n\":\"1\",\"o\":\"1\",\"p\":\"1\",\"q\":\"1\"")), "17 claims, at most 16 allowed" },
	{ "claims out of order", STR(CLAIMS("\"product\":\"x\",\"exploited\":\"no\"")), "not canonical at byte 12" },
	{ "a claim twice", STR(CLAIMS("\"product\":\"x\",\"product\":\"y\"")), "RFC 7493" },
	{ "created before 1970", STR(WITH("", "-1", "", KEYS, "leman/envelope/1", EMPTY, "null", ID)), "leman/envelope/1, created" },
	{ "a file without a name", STR(FILES(FILE_OF("", "0"))), "leman/envelope/1, name" },
	{ "a way out", STR(FILES(FILE_OF("../x", "0"))), "leman/envelope/1, name" },
	{ "a way out with \\", STR(FILES(FILE_OF("..\\\\x", "0"))), "leman/envelope/1, name" },
	{ "..", STR(FILES(FILE_OF("..", "0"))), "leman/envelope/1, name" },
	{ "a NUL", STR(FILES(FILE_OF("a\\u0000b", "0"))), "leman/envelope/1, name" },
	{ "an escape", STR(FILES(FILE_OF("\\u001b[2J", "0"))), "leman/envelope/1, name" },
	{ "size -1", STR(FILES(FILE_OF("a", "-1"))), "leman/envelope/1, files" },
	{ "a byte too large", STR(FILES(FILE_OF("a", "104857601"))), "leman/envelope/1, files" },
	{ "too large together", STR(FILES(FILE_OF("a", "104857600") "," FILE_OF("b", "1"))), "104857601 bytes of message and files" },
	{ "a file is a text", STR(FILES("\"a\"")), "an object of sha256 and size is expected: leman/envelope/1, files" },
	{ "something added to a file", STR(FILES("{\"name\":\"a\",\"sha256\":\"" DIGEST "\",\"size\":0,\"x\":1}")), "RFC 8785" },
	{ "a digest", STR(FILES("{\"name\":\"a\",\"sha256\":\"00\",\"size\":0}")), "and 00 stands there: leman/envelope/1, files" },
	{ "keys missing", STR("{\"claims\":{},\"created\":0,\"files\":[],\"kind\":\"leman/envelope/1\"}"), "leman/envelope/1, keys" },
	{ "keys' owner", STR(OTHER("{\"digest\":\"" DIGEST "\",\"owner\":\"A\",\"version\":1}", EMPTY, "null", ID)), "leman formats, Names" },
	{ "keys 0", STR(OTHER("{\"digest\":\"" DIGEST "\",\"owner\":\"a\",\"version\":0}", EMPTY, "null", ID)), "leman/envelope/1, keys" },
	{ "message missing", STR("{\"claims\":{},\"created\":0,\"files\":[],\"keys\":" KEYS ",\"kind\":\"leman/envelope/1\"}"), "leman/envelope/1, message" },
	{ "message too long", STR(OTHER(KEYS, "{\"sha256\":\"" DIGEST "\",\"size\":1048577}", "null", ID)), "leman/envelope/1, message" },
	{ "reply", STR(OTHER(KEYS, EMPTY, "\"age1x\"", ID)), "leman/envelope/1, reply" },
	{ "no reply", STR(OTHER(KEYS, EMPTY, "\"\"", ID)), "leman/envelope/1, reply" },
	{ "report", STR(OTHER(KEYS, EMPTY, "null", "abc")), "leman formats, Names" },
	{ "more after it", STR(GOOD " "), "RFC 8785" },
};

static void
a_manifest_is_read_or_refused_with_its_clause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct manifest m;
		struct arena a;
		struct err e = { 0 };
		str again;
		bool ok;

		arena_init(&a, 1 << 20);
		ok = manifest_parse(cases[i].text, &a, &m, &e);
		if (ok != (cases[i].wrong == NULL) || (!ok && strstr(err_text(&e, LANG_EN).s, cases[i].wrong) == NULL))
			fail_msg("%s: %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (ok)
			assert_true(manifest_print(&m, &a, &again, &e) && str_eq(again, cases[i].text));
		arena_free(&a);
	}
}

static void
what_it_says(void **state)
{
	struct manifest m;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(manifest_parse(S(GOOD), &a, &m, &e));
	assert_true(str_eq(manifest_claim(&m, S("product")), S("Gateway 2.4.1")));
	assert_int_equal(manifest_claim(&m, S("contact")).n, 0);
	assert_true(str_eq(m.files[0].name, S("poc.py")) && m.files[0].size == 123 && manifest_content(&m) == 123);
	assert_true(str_eq(m.reply, S(R1)) && str_eq(m.report, S(ID)) && str_eq(m.owner, S("acme")) && m.version == 1);
	arena_free(&a);
}

/* Claims in any order come out in theirs, and empty ones not at all. */
static void
claims_are_put_in_order(void **state)
{
	static const struct claim claims[] = {
		{ STR("product"), STR("x") }, { STR("credit"), STR("") }, { STR("exploited"), STR("no") }, { STR("a_b"), STR("1") }, { STR("a"), STR("2") },
	};
	struct manifest m;
	struct arena a;
	struct err e;
	str text;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(manifest_parse(S(FILES("")), &a, &m, &e));
	m.claims = claims;
	m.n_claims = sizeof claims / sizeof *claims;
	assert_true(manifest_print(&m, &a, &text, &e));
	assert_memory_equal(text.p, "{\"claims\":{\"a\":\"2\",\"a_b\":\"1\",\"exploited\":\"no\",\"product\":\"x\"}", 58);
	assert_true(manifest_parse(text, &a, &m, &e));
	arena_free(&a);
}

static void
any_allocation_may_fail(void **state)
{
	bool ok = false;

	(void)state;
	for (size_t budget = 0; !ok; budget += 16) {
		struct manifest m;
		struct arena a;
		struct err e;

		arena_init(&a, budget);
		ok = manifest_parse(S(GOOD), &a, &m, &e);
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
		cmocka_unit_test(a_manifest_is_read_or_refused_with_its_clause),
		cmocka_unit_test(what_it_says),
		cmocka_unit_test(claims_are_put_in_order),
		cmocka_unit_test(any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

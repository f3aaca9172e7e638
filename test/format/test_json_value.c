/* SPDX-License-Identifier: Apache-2.0 */
#include "json_case.h"
#include "json_gen.h"
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static void
values_are_found_and_told_apart(void **state)
{
	static const char text[] =
	    " {\"a\":[1,-2.5,\"x\\n\"],\"b\":{\"c\":null},\"d\":true, \"e\" : \"\xc3\xa9\",\"f\":{} }";
	struct json_case r;
	struct json v, w = { NULL }, none = { NULL };
	struct json_walk walk;
	int64_t n;
	double f;
	str k = S("");

	(void)state;
	case_read(&r, str_of(text));
	assert_true(r.ok);
	assert_int_equal(json_kind(r.v), JSON_OBJECT);
	assert_int_equal(json_count(r.v), 5);
	assert_int_equal(json_offset(r.v, (str){ r.text, r.n }), 1);
	v = json_get(r.v, S("a"));
	assert_int_equal(json_count(v), 3);
	walk = json_each(v);
	assert_true(json_next(&walk, NULL, &w) && json_i64(w, &n) && n == 1);
	assert_true(json_next(&walk, &k, &w) && json_f64(w, &f) && f == -2.5 && !json_i64(w, &n));
	assert_true(str_eq(json_str(w), S("-2.5")));
	assert_true(json_next(&walk, NULL, &w) && str_eq(json_str(w), S("x\n")) && !json_f64(w, &f));
	assert_true(memcmp(r.text + json_offset(w, (str){ r.text, r.n }), "\"x\\n\"", 5) == 0);
	assert_false(json_next(&walk, NULL, &w));
	assert_false(json_next(&walk, NULL, &w));
	v = json_get(json_get(r.v, S("b")), S("c"));
	assert_true(json_kind(v) == JSON_NULL && !json_is_missing(v) && json_str(v).n == 0);
	assert_true(memcmp(r.text + json_offset(v, (str){ r.text, r.n }), "null", 4) == 0);
	v = json_get(r.v, S("e"));
	assert_true(str_eq(json_str(v), S("\xc3\xa9")));
	assert_int_equal(r.text[json_offset(v, (str){ r.text, r.n })], '"');
	walk = json_each(r.v);
	for (const char *p = "abdef"; *p != '\0'; p++) {
		assert_true(json_next(&walk, &k, &v));
		assert_true(k.n == 1 && k.p[0] == *p);
	}
	assert_false(json_next(&walk, &k, &v));
	v = json_get(r.v, S("c"));
	assert_true(json_is_missing(v) && json_kind(v) == JSON_NULL);
	assert_true(json_is_missing(json_get(v, S("c"))) && json_is_missing(json_get(json_get(r.v, S("a")), S("a"))));
	assert_true(json_count(none) == 0 && json_str(none).n == 0 && !json_i64(none, &n) && !json_f64(none, &f));
	walk = json_each(none);
	assert_false(json_next(&walk, &k, &v));
	walk = json_each(json_get(r.v, S("d")));
	assert_false(json_next(&walk, &k, &v));
	case_end(&r);
}

static void
integers_are_exact_or_none(void **state)
{
	static const struct { const char *text; bool ok; int64_t n; } cases[] = {
		{ "0", true, 0 }, { "-0", true, 0 }, { "7", true, 7 }, { "-7", true, -7 },
		{ "9223372036854775807", true, INT64_MAX }, { "9223372036854775808", false, 0 },
		{ "-9223372036854775808", true, INT64_MIN }, { "-9223372036854775809", false, 0 },
		{ "18446744073709551616", false, 0 }, { "99999999999999999999999", false, 0 },
		{ "1.0", false, 0 }, { "1e2", false, 0 }, { "\"1\"", false, 0 }, { "true", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(cases); i++) {
		struct json_case r;
		int64_t n;

		case_read(&r, str_of(cases[i].text));
		assert_true(r.ok);
		if (json_i64(r.v, &n) != cases[i].ok || (cases[i].ok && n != cases[i].n))
			fail_msg("%s", cases[i].text);
		case_end(&r);
	}
}

/* strtod() of the C library, which rounds exactly, is the judge. */
static void
check_f64(str text)
{
	char s[1200];
	double got, want;
	struct arena a;
	struct json v;
	struct err e;
	bool ok;

	(void)snprintf(s, sizeof s, "%.*s", STR_ARG(text));
	want = strtod(s, NULL);
	arena_init(&a, 4096);
	assert_true(json_parse(text, &a, &v, &e));
	ok = json_f64(v, &got);
	if (ok != (fabs(want) <= 1.7976931348623157e308) || (ok && memcmp(&got, &want, sizeof got) != 0))
		fail_msg("%s: %.17g instead of %.17g", s, got, want);
	arena_free(&a);
}

static void
doubles_are_the_nearest(void **state)
{
	static const char *const cases[] = {
		"0", "-0", "-0.0", "0e0", "0e999999999999999999999", "1", "-1.5", "0.1", "123456789012345678",
		"1e22", "1e23",
		"9007199254740993", "9007199254740992.5", "9007199254740993.00000000000000000000000000000000001",
		"9007199254740993e0", "4.9e-324", "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
		"2.2250738585072011e-308", "2.2250738585072014e-308", "2.225073858507201e-308",
		"1.7976931348623157e308",
		"1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309", "1e999999999999999999999",
		"1e-400",
		"1e-999999999999999999999", "-1e309", "0.000001e315", "100000e-329", "6.02214076E+23", "8.5e+22",
		"179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017"
		"977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273"
		"854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704"
		"342711559699508093042880",
		"0.5000000000000000277555756156289135105907917022705078125",
		"0.50000000000000005551115123125782702118158340454101",
	};
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < ROWS(cases); i++)
		check_f64(str_of(cases[i]));
	for (int i = 0; i < 20000; i++) {
		char text[1100];
		size_t n = 0;
		uint64_t bits = (uint64_t)gen_pick(&seed, 1u << 31) << 33 ^ (uint64_t)gen_pick(&seed, 1u << 31) << 10
		    ^ gen_pick(&seed, 1024);
		double f;

		memcpy(&f, &bits, sizeof f);
		if (!isfinite(f))
			continue;
		/* as many digits as tell it from its neighbours; fewer; the very middle between two */
		switch (i % 4) {
		case 0: n = (size_t)snprintf(text, sizeof text, "%.17g", f); break;
		case 1: n = (size_t)snprintf(text, sizeof text, "%.*e", (int)gen_pick(&seed, 25), f); break;
		case 2: n = (size_t)snprintf(text, sizeof text, "%u.%ue%d", gen_pick(&seed, 100),
		    gen_pick(&seed, 1u << 31),
		    (int)gen_pick(&seed, 700) - 350); break;
		case 3: {
			/* the very middle between two doubles, at most 767 digits; a little more; rounded */
			long double middle = ldexpl(2.0L * (long double)(bits >> 12) + 1, -(int)gen_pick(&seed, 1076));
			unsigned kind = gen_pick(&seed, 3);

			n = (size_t)snprintf(text, sizeof text, "%.*Le",
			    kind < 2 ? 790 : 740 + (int)gen_pick(&seed, 30), middle);
			if (kind == 1)
				*(strchr(text, 'e') - 1) = '1';
			break;
		}
		}
		check_f64((str){ text, n });
	}
	for (int i = 0; i < 3; i++) {
		char text[1100];
		int n = snprintf(text, sizeof text, "900719925474099%d.%0900d%s", 1 + 2 * (i % 2), i < 2,
		    i == 2 ? "0" : "");

		check_f64((str){ text, (size_t)n });
	}
	for (int i = 0; i < 400; i++) {
		/* 2^53 + 1 and the like: whole numbers half way between two doubles */
		char text[64];
		int n = snprintf(text, sizeof text, "%llu%s", (1ull << 53) * (1u + gen_pick(&seed,
		    900)) + gen_pick(&seed, 3000),
		    i % 3 == 0 ? ".0000000000000000000000001" : i % 3 == 1 ? "e1" : "");

		check_f64((str){ text, (size_t)n });
	}
}

static void
made_texts_come_back_the_same(void **state)
{
	struct arena a;
	uint64_t seed = 1;

	(void)state;
	arena_init(&a, (size_t)64 << 20);
	for (int i = 0; i < 3000; i++) {
		struct buf b = { .arena = &a };
		struct json_case r, again;
		str s;

		gen_json(&seed, &b);
		assert_true(buf_ok(&b));
		case_read(&r, (str){ b.p, b.n });
		if (!r.ok)
			fail_msg("round %d: %s", i, err_text(&r.e, LANG_EN).s);
		s = case_written(&r.arena, r.v);
		case_read(&again, s);
		assert_true(again.ok);
		assert_true(str_eq(s, case_written(&again.arena, again.v)));
		assert_true(s.n <= b.n + 5 * b.n);
		case_end(&again);
		case_end(&r);
		arena_reset(&a);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found_and_told_apart),
		cmocka_unit_test(integers_are_exact_or_none),
		cmocka_unit_test(doubles_are_the_nearest),
		cmocka_unit_test(made_texts_come_back_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

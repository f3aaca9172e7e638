/* SPDX-License-Identifier: Apache-2.0 */
#include "json_case.h"
#include "support.h"

#include <stdio.h>
#include <time.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static void
a_key_that_comes_twice_is_found_in_any_object(void **state)
{
	static const size_t sizes[] = { 2, 3, 31, 32, 33, 34, 35, 64, 65, 100, 1000 };

	(void)state;
	for (size_t i = 0; i < ROWS(sizes); i++)
		for (size_t again = 0; again < sizes[i]; again += 1 + sizes[i] / 20) {
			struct arena a;
			struct buf b = { .arena = &a };
			struct json_case r;

			arena_init(&a, 1 << 20);
			case_keys(&b, sizes[i], "k", again);
			case_read(&r, (str){ b.p, b.n });
			assert_int_equal(r.ok, again == sizes[i] - 1);
			if (!r.ok) {
				char wrong[200];

				(void)snprintf(wrong, sizeof wrong,
				    "line %zu, column 1: the key \"k%zu\" stands there twice: RFC 7493 2.3",
				    sizes[i], again);
				assert_string_equal(err_text(&r.e, LANG_EN).s, wrong);
			}
			case_end(&r);
			arena_free(&a);
		}
}

static void
of_keys_that_come_twice_the_first_is_named(void **state)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct json_case r;

	(void)state;
	arena_init(&a, 1 << 16);
	case_keys(&b, 40, "k", SIZE_MAX);
	b.n--;
	buf_str(&b, S(",\n\"k7\":0,\n\"k3\":0,\n\"k9\":0,\n\"k5\":0,\n\"k7\":0}"));
	case_read(&r, (str){ b.p, b.n });
	assert_false(r.ok);
	assert_string_equal(err_text(&r.e, LANG_EN).s,
	    "line 41, column 1: the key \"k7\" stands there twice: RFC 7493 2.3");
	case_end(&r);
	arena_free(&a);
}

/* Quadratic time would be minutes here. */
static void
many_keys_take_no_long_time(void **state)
{
	static const char *const prefixes[] = { "", "node_modules/one/and/the/same/long/beginning/of/all/keys/",
	    "\\u00e9" };

	(void)state;
	for (size_t i = 0; i < ROWS(prefixes); i++) {
		clock_t start = clock();
		struct arena a;
		struct buf b = { .arena = &a };
		struct json_case r;

		arena_init(&a, (size_t)64 << 20);
		case_keys(&b, 100000, prefixes[i], SIZE_MAX);
		case_read(&r, (str){ b.p, b.n });
		assert_true(r.ok);
		assert_int_equal(json_count(r.v), 100000);
		if (i < 2)  /* what the sorting took is back: there are the nodes, three a pair, and some spare */
			assert_true(r.arena.used < 24 * 3 * 100000);
		case_end(&r);
		b.n = 0;
		case_keys(&b, 100000, prefixes[i], 77777);
		case_read(&r, (str){ b.p, b.n });
		assert_false(r.ok);
		case_end(&r);
		arena_free(&a);
		assert_true((clock() - start) / CLOCKS_PER_SEC < 4);
	}
}

static void
running_out_of_memory_is_an_error(void **state)
{
	struct arena texts;
	struct buf b = { .arena = &texts };
	bool ok = false;

	(void)state;
	arena_init(&texts, 1 << 20);
	buf_str(&b, S("["));
	case_keys(&b, 40, "\\t", SIZE_MAX);
	buf_str(&b, S(",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,\"\\ud83d\\ude00\"]"));
	assert_true(buf_ok(&b));
	for (size_t budget = 0; !ok; budget++) {
		struct arena a;
		struct json v;
		struct err e;

		arena_init(&a, budget);
		ok = json_parse((str){ b.p, b.n }, &a, &v, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 32 * b.n);
	}
	arena_free(&texts);
}

/* What json.h promises. */
static void
memory_stays_within_its_bound(void **state)
{
	static const char *const pieces[] = { "1,", "\"\\n\",", "{},", "[[]],", "{\"\":\"\\t\"},", "-1.5e3,",
	    "\"a long string\"," };
	struct arena a, texts;

	(void)state;
	for (size_t i = 0; i < ROWS(pieces); i++)
		for (size_t first = 0; first < 100000; first += 33333) {
			struct buf b = { .arena = &texts };
			struct json v;
			struct err e;

			arena_init(&texts, 1 << 22);
			buf_str(&b, S("[\""));
			for (size_t k = 0; k < first; k++)
				buf_str(&b, S("x"));
			buf_str(&b, S("\","));
			while (b.n < 200000)
				buf_str(&b, str_of(pieces[i]));
			buf_str(&b, S("0]"));
			assert_true(buf_ok(&b));
			arena_init(&a, 32 * b.n);
			assert_true(json_parse((str){ b.p, b.n }, &a, &v, &e));
			arena_free(&a);
			arena_free(&texts);
		}
	arena_init(&texts, 1 << 22);
	arena_init(&a, 70000);  /* a long text of little structure needs little */
	{
		char *p = arena_take(&texts, 1000000);
		struct json v;
		struct err e;

		assert_non_null(p);
		memset(p, 'x', 1000000);
		p[0] = p[999999] = '"';
		assert_true(json_parse((str){ p, 1000000 }, &a, &v, &e));
		assert_int_equal(a.used, 16);
	}
	arena_free(&a);
	arena_free(&texts);
}

static void
a_text_too_long_is_refused_unread(void **state)
{
	struct arena a;
	struct json v;
	struct err e;

	(void)state;
	arena_init(&a, 4096);
	assert_false(json_parse((str){ "1", (size_t)JSON_TEXT_MAX + 1 }, &a, &v, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_comes_twice_is_found_in_any_object),
		cmocka_unit_test(of_keys_that_come_twice_the_first_is_named),
		cmocka_unit_test(many_keys_take_no_long_time),
		cmocka_unit_test(running_out_of_memory_is_an_error),
		cmocka_unit_test(memory_stays_within_its_bound),
		cmocka_unit_test(a_text_too_long_is_refused_unread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

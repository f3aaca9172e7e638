/* SPDX-License-Identifier: Apache-2.0 */
#include "json_case.h"
#include "support.h"

#include <stdio.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))
#define FFFD "\xef\xbf\xbd"

static void
a_string_is_written_as_rfc_8785_says(void **state)
{
	static const struct { str s, text; } cases[] = {
		{ STR(""), STR("\"\"") },
		{ STR("a/b"), STR("\"a/b\"") },
		{ STR("\"\\\b\t\n\f\r"), STR("\"\\\"\\\\\\b\\t\\n\\f\\r\"") },
		{ STR("\0\1\x0b\x1f\x7f"), STR("\"\\u0000\\u0001\\u000b\\u001f\x7f\"") },
		{ STR("\xe2\x82\xac$\x0f\nA'B\"\\\\\"/"),
		  STR("\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"") },  /* its 3.2.2.2 */
		{ STR("<script>\xe2\x80\xa8\xc2\x85\xf4\x8f\xbf\xbf\xef\xbf\xbe"),
		  STR("\"<script>\xe2\x80\xa8\xc2\x85\xf4\x8f\xbf\xbf\xef\xbf\xbe\"") },
		{ STR("a run of more than sixteen plain letters\nand another one after it"),
		  STR("\"a run of more than sixteen plain letters\\nand another one after it\"") },
		/* not UTF-8; the examples of Unicode 3.9, tables 3-8 to 3-11 */
		{ STR("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
		  STR("\"" FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "\x41\"") },
		{ STR("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"),
		  STR("\"" FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "\x41\"") },
		{ STR("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
		  STR("\"" FFFD FFFD FFFD FFFD FFFD "\x41" FFFD FFFD "\x42\"") },
		{ STR("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), STR("\"" FFFD FFFD FFFD FFFD "\x41\"") },
		{ STR("cut \xe2\x82"), STR("\"cut " FFFD "\"") },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(cases); i++) {
		struct arena a;
		struct buf b = { .arena = &a };
		struct json_out o = { &b, false };
		struct json_case c;

		arena_init(&a, 1 << 16);
		json_put_str(&o, cases[i].s);
		assert_true(buf_ok(&b));
		if (!str_eq((str){ b.p, b.n }, cases[i].text))
			fail_msg("case %zu: %.*s", i, (int)b.n, b.p);
		case_read(&c, (str){ b.p, b.n });
		assert_true(c.ok);
		assert_true(str_eq(case_written(&a, c.v), cases[i].text));
		case_end(&c);
		arena_free(&a);
	}
}

static void
write_all(struct json_out *o)
{
	json_object(o);
	json_key(o, S("a\n"));
	json_array(o);
	json_put_i64(o, INT64_MIN);
	json_put_i64(o, INT64_MAX);
	json_array(o);
	json_array_end(o);
	json_object(o);
	json_object_end(o);
	json_put_bool(o, true);
	json_array_end(o);
	json_key(o, S("b"));
	json_put_bool(o, false);
	json_key(o, S("c"));
	json_put_null(o);
	json_key(o, S("d"));
	json_object(o);
	json_key(o, S(""));
	json_put_str(o, S("x"));
	json_key(o, S("y"));
	json_put(o, (struct json){ NULL });
	json_object_end(o);
	json_object_end(o);
}

static void
commas_stand_where_they_must(void **state)
{
	static const char text[] =
	    "{\"a\\n\":[-9223372036854775808,9223372036854775807,[],{},true],\"b\":false,\"c\":null,"
	    "\"d\":{\"\":\"x\",\"y\":null}}";
	bool ok = false;

	(void)state;
	for (size_t budget = 0; !ok; budget++) {
		struct arena a;
		struct buf b = { .arena = &a };
		struct json_out o = { &b, false };
		struct err e;
		str s;

		arena_init(&a, budget);
		write_all(&o);
		ok = buf_take(&b, &s, &e);
		if (ok)
			assert_true(str_eq(s, str_of(text)));
		else
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 4096);
	}
}

/* A value is put among others, whatever its kind. */
static void
a_value_read_is_put_among_others(void **state)
{
	struct json_case c;
	struct arena a;
	struct buf b = { .arena = &a };
	struct json_out o = { &b, false };

	(void)state;
	arena_init(&a, 1 << 16);
	case_read(&c, S("{ \"a\" : [ 1.50, { } , [ [ ] , \"\\u0061\" ] ] , \"b\" : null }"));
	assert_true(c.ok);
	json_array(&o);
	json_put(&o, json_get(c.v, S("b")));
	json_put(&o, c.v);
	json_put(&o, json_get(c.v, S("a")));
	json_put_i64(&o, 7);
	json_array_end(&o);
	assert_true(str_eq((str){ b.p, b.n },
	    S("[null,{\"a\":[1.50,{},[[],\"a\"]],\"b\":null},[1.50,{},[[],\"a\"]],7]")));
	case_end(&c);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_string_is_written_as_rfc_8785_says),
		cmocka_unit_test(commas_stand_where_they_must),
		cmocka_unit_test(a_value_read_is_put_among_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

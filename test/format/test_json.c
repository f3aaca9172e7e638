/* SPDX-License-Identifier: Apache-2.0 */
#include "json_case.h"
#include "support.h"

#include <stdio.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static const struct { str text, written; } good[] = {
	{ STR("0"), STR("0") },
	{ STR(" \t\r\n null \t\r\n "), STR("null") },
	{ STR("true"), STR("true") },
	{ STR("false"), STR("false") },
	{ STR("\"\""), STR("\"\"") },
	{ STR("[]"), STR("[]") },
	{ STR("{}"), STR("{}") },
	{ STR("[ ]"), STR("[]") },
	{ STR("{ }"), STR("{}") },
	{ STR("[[],{},[{}],\"\",0]"), STR("[[],{},[{}],\"\",0]") },
	{ STR(" { \"a\" : [ 1 , 2 ] , \"b\" : { \"a\" : null } } "), STR("{\"a\":[1,2],\"b\":{\"a\":null}}") },
	{ STR("-0"), STR("-0") },
	{ STR("-0.0e-0"), STR("-0.0e-0") },
	{ STR("[1.50E+010,1e0,0e1]"), STR("[1.50E+010,1e0,0e1]") },
	{ STR("123456789012345678901234567890"), STR("123456789012345678901234567890") },
	{ STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), STR("\"\\\"\\\\/\\b\\f\\n\\r\\t\"") },
	{ STR("\"\\u0000\\u001F\\u007f\""), STR("\"\\u0000\\u001f\x7f\"") },
	{ STR("\"\\u00e9\\u20AC\\uD83D\\uDE00\\uFFFF\""), STR("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbf\"") },
	{ STR("\"Gen\xc3\xa8ve \xe2\x80\xa8 \xf4\x8f\xbf\xbf\""), STR("\"Gen\xc3\xa8ve \xe2\x80\xa8 \xf4\x8f\xbf\xbf\"") },
	{ STR("\"\xef\xbb\xbf\""), STR("\"\xef\xbb\xbf\"") },
	{ STR("{\"\":1,\"a\":2,\"A\":3,\"a \":4,\"\xc3\xa4\":5}"), STR("{\"\":1,\"a\":2,\"A\":3,\"a \":4,\"\xc3\xa4\":5}") },
	{ STR("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}"), STR("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}") },
	{ STR("{\"\\u0061b\":1,\"\\u0062a\":2,\"b\\n\":3}"), STR("{\"ab\":1,\"ba\":2,\"b\\n\":3}") },
	{ STR("[\"one\\ntwo, and then a run that is longer than sixteen bytes\\tand so on, and on, and on\"]"),
	  STR("[\"one\\ntwo, and then a run that is longer than sixteen bytes\\tand so on, and on, and on\"]") },
};

static void
good_texts_are_read_and_written_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(good); i++) {
		struct json_case r, again;
		str s;

		case_read(&r, good[i].text);
		if (!r.ok)
			fail_msg("%s: %s", good[i].text.p, err_text(&r.e, LANG_EN).s);
		s = case_written(&r.arena, r.v);
		if (!str_eq(s, good[i].written))
			fail_msg("%s: written as %.*s", good[i].text.p, STR_ARG(s));
		case_read(&again, s);
		assert_true(again.ok && str_eq(s, case_written(&again.arena, again.v)));
		case_end(&again);
		case_end(&r);
	}
}

static const struct { str text; const char *wrong; } bad[] = {
	{ STR(""),                    "line 1, column 1: the text ends where a value is expected: RFC 8259 3" },
	{ STR(" \n "),                "line 2, column 2: the text ends where a value is expected: RFC 8259 3" },
	{ STR("["),                   "line 1, column 2: the text ends where a value is expected: RFC 8259 3" },
	{ STR("[1"),                  "line 1, column 3: the text ends inside an array: RFC 8259 5" },
	{ STR("[1,"),                 "line 1, column 4: the text ends where a value is expected: RFC 8259 3" },
	{ STR("[1,]"),                "line 1, column 4: a value is expected, not ']': RFC 8259 3" },
	{ STR("[,1]"),                "line 1, column 2: a value is expected, not ',': RFC 8259 3" },
	{ STR("[1 2]"),               "line 1, column 4: a comma or the end of the array is expected, not '2': RFC 8259 5" },
	{ STR("[1}"),                 "line 1, column 3: a comma or the end of the array is expected, not '}': RFC 8259 5" },
	{ STR("[}"),                  "line 1, column 2: a value is expected, not '}': RFC 8259 3" },
	{ STR("]"),                   "line 1, column 1: a value is expected, not ']': RFC 8259 3" },
	{ STR("[]]"),                 "line 1, column 3: nothing may follow the value, but here is ']': RFC 8259 2" },
	{ STR("{} {}"),               "line 1, column 4: nothing may follow the value, but here is '{': RFC 8259 2" },
	{ STR("1\0"),                 "line 1, column 2: nothing may follow the value, but here is 0x00: RFC 8259 2" },
	{ STR("\xef\xbb\xbf{}"),      "line 1, column 1: a byte order mark: RFC 8259 8.1" },
	{ STR("[\xef\xbb\xbf]"),      "line 1, column 2: a value is expected, not 0xef: RFC 8259 3" },
	{ STR("[1]\xef\xbb\xbf"),     "line 1, column 4: nothing may follow the value, but here is 0xef: RFC 8259 2" },
	{ STR("{"),                   "line 1, column 2: the text ends where a key is expected: RFC 8259 4" },
	{ STR("{\"a\""),              "line 1, column 5: the text ends where a colon is expected: RFC 8259 4" },
	{ STR("{\"a\":"),             "line 1, column 6: the text ends where a value is expected: RFC 8259 3" },
	{ STR("{\"a\":1"),            "line 1, column 7: the text ends inside an object: RFC 8259 4" },
	{ STR("{\"a\":1,"),           "line 1, column 8: the text ends where a key is expected: RFC 8259 4" },
	{ STR("{\"a\":1,}"),          "line 1, column 8: a key in quotation marks is expected, not '}': RFC 8259 4" },
	{ STR("{\"a\":1,,}"),         "line 1, column 8: a key in quotation marks is expected, not ',': RFC 8259 4" },
	{ STR("{a:1}"),               "line 1, column 2: a key in quotation marks is expected, not 'a': RFC 8259 4" },
	{ STR("{1:1}"),               "line 1, column 2: a key in quotation marks is expected, not '1': RFC 8259 4" },
	{ STR("{\"a\" 1}"),           "line 1, column 6: a colon is expected after the key, not '1': RFC 8259 4" },
	{ STR("{\"a\",1}"),           "line 1, column 5: a colon is expected after the key, not ',': RFC 8259 4" },
	{ STR("{\"a\":1]"),           "line 1, column 7: a comma or the end of the object is expected, not ']': RFC 8259 4" },
	{ STR("{\"a\":1 \"b\":2}"),   "line 1, column 8: a comma or the end of the object is expected, not '\"': RFC 8259 4" },
	{ STR("tru"),                 "line 1, column 1: the only words are true, false and null: RFC 8259 3" },
	{ STR("[nul]"),               "line 1, column 2: the only words are true, false and null: RFC 8259 3" },
	{ STR("nullx"),               "line 1, column 5: nothing may follow the value, but here is 'x': RFC 8259 2" },
	{ STR("True"),                "line 1, column 1: a value is expected, not 'T': RFC 8259 3" },
	{ STR("NaN"),                 "line 1, column 1: a value is expected, not 'N': RFC 8259 3" },
	{ STR("'a'"),                 "line 1, column 1: a value is expected, not ''': RFC 8259 3" },
	{ STR("/**/1"),               "line 1, column 1: a value is expected, not '/': RFC 8259 3" },
	{ STR("[1,\v2]"),             "line 1, column 4: a value is expected, not 0x0b: RFC 8259 3" },
	{ STR("[1\xc2\xa0]"),         "line 1, column 3: a comma or the end of the array is expected, not 0xc2: RFC 8259 5" },
	{ STR("-"),                   "line 1, column 2: the text ends where a digit is expected: RFC 8259 6" },
	{ STR("+1"),                  "line 1, column 1: a value is expected, not '+': RFC 8259 3" },
	{ STR(".5"),                  "line 1, column 1: a value is expected, not '.': RFC 8259 3" },
	{ STR("-a"),                  "line 1, column 2: a digit is expected, not 'a': RFC 8259 6" },
	{ STR("01"),                  "line 1, column 1: a number with a zero too many in front: RFC 8259 6" },
	{ STR("[-00]"),               "line 1, column 3: a number with a zero too many in front: RFC 8259 6" },
	{ STR("1."),                  "line 1, column 3: the text ends where a digit is expected: RFC 8259 6" },
	{ STR("[1.]"),                "line 1, column 4: a digit is expected, not ']': RFC 8259 6" },
	{ STR("1.e1"),                "line 1, column 3: a digit is expected, not 'e': RFC 8259 6" },
	{ STR("1e"),                  "line 1, column 3: the text ends where a digit is expected: RFC 8259 6" },
	{ STR("1e+"),                 "line 1, column 4: the text ends where a digit is expected: RFC 8259 6" },
	{ STR("1e+-1"),               "line 1, column 4: a digit is expected, not '-': RFC 8259 6" },
	{ STR("1.2.3"),               "line 1, column 4: nothing may follow the value, but here is '.': RFC 8259 2" },
	{ STR("0x10"),                "line 1, column 2: nothing may follow the value, but here is 'x': RFC 8259 2" },
	{ STR("\""),                  "line 1, column 2: the text ends inside a string: RFC 8259 7" },
	{ STR("\"\\"),                "line 1, column 3: the text ends inside a string: RFC 8259 7" },
	{ STR("\"\\\""),              "line 1, column 4: the text ends inside a string: RFC 8259 7" },
	{ STR("\"a\nb\""),            "line 1, column 3: 0x0a must be escaped in a string: RFC 8259 7" },
	{ STR("\"\0\""),              "line 1, column 2: 0x00 must be escaped in a string: RFC 8259 7" },
	{ STR("\"\x1f\""),            "line 1, column 2: 0x1f must be escaped in a string: RFC 8259 7" },
	{ STR("\"\\x\""),             "line 1, column 3: 'x' after a backslash is no escape: RFC 8259 7" },
	{ STR("\"\\\0\""),            "line 1, column 3: 0x00 after a backslash is no escape: RFC 8259 7" },
	{ STR("\"\\U0041\""),         "line 1, column 3: 'U' after a backslash is no escape: RFC 8259 7" },
	{ STR("\"\\u12"),             "line 1, column 6: the text ends inside a string: RFC 8259 7" },
	{ STR("\"\\u12g4\""),         "line 1, column 6: a hexadecimal digit is expected, not 'g': RFC 8259 7" },
	{ STR("\"\\u-123\""),         "line 1, column 4: a hexadecimal digit is expected, not '-': RFC 8259 7" },
	{ STR("\"\\ud800\""),         "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\udc00\\udc00\""),  "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\udfff\""),         "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\ud83d\\ue000\""),  "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\udc00\\ud800\""),  "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\ud800\\ud800\""),  "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\ud800\\u0041\""),  "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\ud800\\n0041\""),  "line 1, column 2: half of a surrogate pair: RFC 7493 2.1" },
	{ STR("\"\\ud800\\u00"),      "line 1, column 12: the text ends inside a string: RFC 8259 7" },
	{ STR("\"\xc3\""),            "line 1, column 2: bytes that are not UTF-8, beginning with 0xc3: RFC 8259 8.1" },
	{ STR("\"\xc3"),              "line 1, column 2: bytes that are not UTF-8, beginning with 0xc3: RFC 8259 8.1" },
	{ STR("\"ab\x80\""),          "line 1, column 4: bytes that are not UTF-8, beginning with 0x80: RFC 8259 8.1" },
	{ STR("\"\xed\xa0\x80\""),    "line 1, column 2: bytes that are not UTF-8, beginning with 0xed: RFC 8259 8.1" },
	{ STR("{\"\xc0\x80\":1}"),    "line 1, column 3: bytes that are not UTF-8, beginning with 0xc0: RFC 8259 8.1" },
	{ STR("{\"\\u0000\":1}"),     "line 1, column 2: a NUL in a key: RFC 8259 9" },
	{ STR("{\"a\\u0000b\":1}"),   "line 1, column 2: a NUL in a key: RFC 8259 9" },
	{ STR("{\"a\":1,\"a\":1}"),   "line 1, column 8: the key \"a\" stands there twice: RFC 7493 2.3" },
	{ STR("{\"\":1,\"\":1}"),     "line 1, column 7: the key \"\" stands there twice: RFC 7493 2.3" },
	{ STR("{\"a\":1,\n\"b\":{},\n \"\\u0061\":1}"), "line 3, column 2: the key \"a\" stands there twice: RFC 7493 2.3" },
	{ STR("[{\"x\":[{\"b\":{\"a\":1},\"a\":{\"b\":1},\"b\":1}]}]"),
	  "line 1, column 33: the key \"b\" stands there twice: RFC 7493 2.3" },
	{ STR("{\"\xc3\xa9\":\n\"\xe2\x82\xac\xf0\x9f\x8f\x94\" x"),
	  "line 2, column 6: a comma or the end of the object is expected, not 'x': RFC 8259 4" },
};

static void
bad_texts_are_refused_at_the_place_by_the_clause(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(bad); i++) {
		struct json_case r;

		case_read(&r, bad[i].text);
		if (r.ok || r.e.kind != ERR_INPUT || strcmp(err_text(&r.e, LANG_EN).s, bad[i].wrong) != 0)
			fail_msg("%s: got %s", bad[i].wrong, r.ok ? "accepted" : err_text(&r.e, LANG_EN).s);
		if (strcmp(err_text(&r.e, LANG_FR).s, bad[i].wrong) == 0)
			fail_msg("%s: not in French", bad[i].wrong);
		case_end(&r);
	}
}

static void
a_text_cut_short_is_never_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(good); i++)
		for (size_t n = 0; n < good[i].text.n; n++) {
			char last = good[i].text.p[good[i].text.n - 1];
			struct json_case r;

			if (last != ']' && last != '}' && last != '"')
				continue;  /* a shorter number is one too */
			case_read(&r, (str){ good[i].text.p, n });
			if (r.ok)
				fail_msg("%s: its first %zu bytes are taken", good[i].text.p, n);
			case_end(&r);
		}
}

/* Each byte at each place of strings of each length, so that whatever is looked
 * at together meets it at every place, and near every end. */
static void
a_byte_is_judged_alike_wherever_it_stands(void **state)
{
	char text[48];

	(void)state;
	for (size_t n = 1; n < 40; n += n < 20 ? 1 : 7)
		for (size_t at = 0; at < n; at++)
			for (int c = 0; c < 256; c++) {
				bool plain = c >= ' ' && c < 0x80 && c != '"' && c != '\\';
				struct json_case r;

				memset(text, 'a', n + 2);
				text[0] = text[n + 1] = '"';
				text[at + 1] = (char)c;
				case_read(&r, (str){ text, n + 2 });
				if (c == '\\' && at + 1 < n)
					assert_int_equal(r.e.kind, ERR_INPUT);  /* \a */
				if (r.ok != plain)
					fail_msg("byte %d at %zu of %zu", c, at, n);
				if (r.ok && (json_str(r.v).n != n || memcmp(json_str(r.v).p, text + 1, n) != 0))
					fail_msg("byte %d at %zu of %zu is lost", c, at, n);
				case_end(&r);
			}
}

static void
white_space_is_skipped_in_any_number(void **state)
{
	static const char spaces[] = " \n\r\t\v";
	char text[80];

	(void)state;
	for (size_t n = 0; n < 60; n++)
		for (size_t odd = 0; odd < 5; odd++) {
			struct json_case r;

			memset(text, ' ', sizeof text);
			text[0] = '[';
			if (n > 0)
				text[1 + n / 2] = spaces[odd];
			text[n + 1] = '1';
			text[n + 2] = ']';
			case_read(&r, (str){ text, n + 3 });
			assert_int_equal(r.ok, n == 0 || spaces[odd] != '\v');
			case_end(&r);
		}
}

/* Unicode table 3-7: the first two bytes decide, the others are continuations. */
static bool
is_utf8(const unsigned char *p, size_t n)
{
	static const struct { unsigned char first, last, low, high; size_t n; } forms[] = {
		{ 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	while (n > 0) {
		size_t f = 0;

		while (f < ROWS(forms) && (*p < forms[f].first || *p > forms[f].last))
			f++;
		if (f == ROWS(forms) || n < forms[f].n
		    || (forms[f].n > 1 && (p[1] < forms[f].low || p[1] > forms[f].high)))
			return false;
		for (size_t i = 2; i < forms[f].n; i++)
			if (p[i] < 0x80 || p[i] > 0xbf)
				return false;
		p += forms[f].n;
		n -= forms[f].n;
	}
	return true;
}

static void
utf8_is_what_unicode_says(void **state)
{
	static const unsigned steps[][4] = { { 1, 1, 256, 256 }, { 1, 7, 5, 256 }, { 1, 3, 31, 37 } };
	struct arena a;

	(void)state;
	arena_init(&a, 4096);
	for (size_t s = 0; s < ROWS(steps); s++)
		for (unsigned b0 = 0x80; b0 < 0x100; b0 += steps[s][0])
			for (unsigned b1 = 0; b1 < 0x100; b1 += steps[s][1])
				for (unsigned b2 = 0x2f; b2 < 0x12f; b2 += steps[s][2])
					for (unsigned b3 = 0x2d; b3 < 0x12d; b3 += steps[s][3]) {
						unsigned char t[] = { '"', (unsigned char)b0, (unsigned char)b1, (unsigned char)b2, (unsigned char)b3, '"' };
						bool other = false;
						struct json v;
						struct err e;

						for (int i = 1; i < 5; i++)
							other = other || t[i] < ' ' || t[i] == '"' || t[i] == '\\';
						arena_reset(&a);
						if (!other
						    && json_parse((str){ (char *)t, sizeof t }, &a, &v, &e)
						    != is_utf8(t + 1, 4))
							fail_msg("%02x %02x %02x %02x", t[1], t[2], t[3], t[4]);
					}
	arena_free(&a);
}

static void
every_character_can_be_escaped(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 4096);
	for (uint32_t c = 0; c <= 0x10ffff; c += c < 0x3000 || (c > 0xd700 && c < 0xe100) ? 1 : 97) {
		char escaped[20], plain[20];
		struct json v, w;
		struct err e;
		size_t n;

		if (c < 0x10000)
			(void)snprintf(escaped, sizeof escaped, "\"\\u%04x\"", c);
		else
			(void)snprintf(escaped, sizeof escaped, "\"\\u%04X\\u%04X\"",
			    0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
		arena_reset(&a);
		if (json_parse(str_of(escaped), &a, &v, &e) != (c < 0xd800 || c > 0xdfff))
			fail_msg("%s", escaped);
		if (c < ' ' || c == '"' || c == '\\' || (c >= 0xd800 && c <= 0xdfff))
			continue;
		n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		plain[0] = plain[n + 1] = '"';
		for (size_t i = n; i > 1; i--)
			plain[i] = (char)(0x80 | (c >> 6 * (n - i) & 0x3f));
		plain[1] = (char)(n == 1 ? c : (0xf00u >> n & 0xffu) | c >> 6 * (n - 1));
		if (!json_parse((str){ plain, n + 2 }, &a, &w, &e) || !str_eq(json_str(v), json_str(w)))
			fail_msg("%s", escaped);
	}
	arena_free(&a);
}

/* n of opener, then n of closer. */
static void
check_depth(size_t n, const char *opener, const char *closer, bool ok)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct json_case r;

	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < n; i++)
		buf_str(&b, str_of(opener));
	for (size_t i = 0; i < n && closer != NULL; i++)
		buf_str(&b, str_of(closer));
	assert_true(buf_ok(&b));
	case_read(&r, (str){ b.p, b.n });
	assert_int_equal(r.ok, ok);
	if (ok) {
		str s = case_written(&r.arena, r.v);

		assert_true(str_eq(s, (str){ b.p, b.n }));
	}
	if (closer == NULL)
		assert_string_equal(r.e.rule, "RFC 8259 9");
	case_end(&r);
	arena_free(&a);
}

static void
what_is_too_deep_is_refused(void **state)
{
	(void)state;
	check_depth(JSON_DEPTH_MAX, "[", "]", true);
	check_depth(JSON_DEPTH_MAX + 1, "[", "]", false);
	check_depth(JSON_DEPTH_MAX, "[{\"a\":1},", NULL, false);
	check_depth(300000, "[", NULL, false);
	check_depth(300000, "{\"a\":", NULL, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_texts_are_read_and_written_again),
		cmocka_unit_test(bad_texts_are_refused_at_the_place_by_the_clause),
		cmocka_unit_test(a_text_cut_short_is_never_taken),
		cmocka_unit_test(a_byte_is_judged_alike_wherever_it_stands),
		cmocka_unit_test(white_space_is_skipped_in_any_number),
		cmocka_unit_test(utf8_is_what_unicode_says),
		cmocka_unit_test(every_character_can_be_escaped),
		cmocka_unit_test(what_is_too_deep_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

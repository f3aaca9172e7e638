/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with a file, whole and cut into pieces at every place. */
#include "support.h"
#include "web/multipart.h"

#include <stdio.h>

#define TYPE "multipart/form-data; boundary=xYz"
#define PART(head, body) "--xYz\r\nContent-Disposition: form-data; " head "\r\n\r\n" body "\r\n"

struct seen { char text[4096]; size_t n; };

static void
take(void *to, const struct multipart_part *part, str piece, bool is_end)
{
	struct seen *s = to;

	for (size_t i = 0; i < piece.n; i++)
		s->text[s->n++] = piece.p[i];
	if (is_end)
		s->n += (size_t)snprintf(s->text + s->n, 100, "<%.*s%s>", STR_ARG(part->name), part->is_file ? "!" : "");
	s->text[s->n] = '\0';
}

static const struct {
	const char *what;
	str body;
	const char *seen;   /* pieces, each with its part's name; ! marks a file */
	const char *wrong;  /* start of the message, or NULL where it is good */
} cases[] = {
	{ "a field and a file", STR(PART("name=\"keys\"", "abc") PART("name=\"sealed\"; filename=\"r.age\"", "age\r\nbytes") "--xYz--\r\n"),
	  "abc<keys>age\r\nbytes<sealed!>", NULL },
	{ "an empty file", STR(PART("name=\"sealed\"; filename=\"\"", "") "--xYz--"), "<sealed!>", NULL },
	{ "no line end at the end", STR(PART("name=\"a\"", "1") "--xYz--"), "1<a>", NULL },
	{ "a preamble", STR("be quiet\r\n" PART("name=\"a\"", "1") "--xYz--"), "1<a>", NULL },
	{ "text that begins like a boundary", STR(PART("name=\"a\"", "\r\n--xY\r\n--xyz\r\r\n-\r\n--") "--xYz--"),
	  "\r\n--xY\r\n--xyz\r\r\n-\r\n--<a>", NULL },
	{ "a head in other letters", STR("--xYz\r\ncontent-DISPOSITION: form-data; name=\"a\"\r\nContent-Type: x/y\r\n\r\n1\r\n--xYz--"), "1<a>", NULL },
	{ "a name without quotes", STR("--xYz\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n1\r\n--xYz--"), "1<a!>", NULL },
	{ "filename before name", STR(PART("filename=\"name=z\"; name=\"a\"", "1") "--xYz--"), "1<a!>", NULL },
	{ "nothing", STR(""), "", "the form ends in the middle" },
	{ "no end", STR(PART("name=\"a\"", "1") "--xYz"), "1<a>", "the form ends in the middle" },
	{ "cut in a file", STR("--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc"), "abc", "the form ends in the middle" },
	{ "no name", STR("--xYz\r\nContent-Type: x/y\r\n\r\n1\r\n--xYz--"), "", "a part without the name" },
	{ "junk after a boundary", STR("--xYzz\r\n\r\n"), "", "a boundary is followed by neither" },
};

static void
every_form_is_the_same_however_it_is_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t cut = 0; cut <= cases[i].body.n; cut++) {
			struct multipart m;
			struct seen seen = { .n = 0 };
			struct err e = { 0 };
			str body = cases[i].body;
			bool ok;

			assert_true(multipart_begin(&m, S(TYPE), take, &seen, &e));
			multipart_take(&m, (str){ body.p, cut });
			for (size_t k = cut; k < body.n; k += 3)
				multipart_take(&m, (str){ body.p + k, body.n - k < 3 ? body.n - k : 3 });
			ok = multipart_end(&m, &e);
			if (ok != (cases[i].wrong == NULL) || strcmp(seen.text, cases[i].seen) != 0)
				fail_msg("%s, cut at %zu: %s, %s", cases[i].what, cut, seen.text,
				    ok ? "taken" : err_text(&e, LANG_EN).s);
			if (!ok)
				assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
		}
}

static void
a_boundary_must_be_there_and_short(void **state)
{
	static const struct { str type; bool ok; } types[] = {
		{ STR("multipart/form-data; boundary=a"), true },
		{ STR("multipart/form-data; charset=utf-8; boundary=\"a b\""), true },
		{ STR("multipart/form-data; boundary="), false },
		{ STR("multipart/form-data; boundary=\"a"), false },
		{ STR("multipart/form-data; xboundary=a"), false },
		{ STR("multipart/form-data"), false },
		{ STR("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789"), true },
		{ STR("multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890"), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct multipart m;
		struct err e;

		if (multipart_begin(&m, types[i].type, take, NULL, &e) != types[i].ok)
			fail_msg("%s", types[i].type.p);
	}
}

static void
heads_and_parts_are_bounded(void **state)
{
	struct multipart m;
	struct seen seen = { .n = 0 };
	struct err e;

	(void)state;
	assert_true(multipart_begin(&m, S(TYPE), take, &seen, &e));
	multipart_take(&m, S("--xYz\r\nX: "));
	for (int i = 0; i < MULTIPART_HEAD; i++)
		multipart_take(&m, S("a"));
	assert_false(multipart_end(&m, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	assert_true(multipart_begin(&m, S(TYPE), take, &seen, &e));
	for (int i = 0; i <= MULTIPART_PARTS; i++)
		multipart_take(&m, S(PART("name=\"a\"", "1")));
	multipart_take(&m, S("--xYz--"));
	assert_false(multipart_end(&m, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_the_same_however_it_is_cut),
		cmocka_unit_test(a_boundary_must_be_there_and_short),
		cmocka_unit_test(heads_and_parts_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

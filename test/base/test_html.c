/* SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"
#include "support.h"

#define WRITTEN(text, call) do { \
	struct buf b = { .arena = *state }; \
	call; \
	assert_true(buf_ok(&b)); \
	assert_int_equal(b.n, strlen(text)); \
	assert_memory_equal(b.p, text, b.n); \
} while (0)

static int
arena_make(void **state)
{
	static struct arena a;

	arena_init(&a, 1 << 16);
	*state = &a;
	return 0;
}

static int
arena_end(void **state)
{
	arena_free(*state);
	return 0;
}

static void
the_type_decides_the_escaping(void **state)
{
	WRITTEN("&lt;a&gt; &amp; &quot;b&quot; &#39;c&#39;", html(&b, S("<a> & \"b\" 'c'")));
	WRITTEN("<b>ours</b>", html(&b, ((struct safe_html){ S("<b>ours</b>") })));
	WRITTEN("-7", html(&b, -7));
	WRITTEN("18446744073709551615", html_attr(&b, UINT64_MAX));
	WRITTEN("a%2Fb%3F%23%26%22%C3%A8~", html_path(&b, S("a/b?#&\"è~")));
	WRITTEN("x", html(&b, S("x")); html_path(&b, S("..")); html_path(&b, S(".")));
	WRITTEN("3 signalements sont échus", html_msg_n(&b, LANG_FR, "%zu report is due", "%zu reports are due", 3));
}

static void
a_link_leads_to_the_web_to_mail_or_to_us(void **state)
{
	static const struct { str s; bool ok; } cases[] = {
		{ STR("https://example.org/a?b=c#d"), true }, { STR("http://example.org"), true },
		{ STR("HTTPS://EXAMPLE.ORG"), true },         { STR("mailto:psirt@example.org"), true },
		{ STR("/reports/R1"), true },                 { STR("/"), true },
		{ STR(""), false },                           { STR("//example.org/"), false },
		{ STR("/\\example.org"), false },             { STR("javascript:alert(1)"), false },
		{ STR(" javascript:alert(1)"), false },       { STR("java\nscript:alert(1)"), false },
		{ STR("JaVaScRiPt:alert(1)"), false },        { STR("data:text/html,x"), false },
		{ STR("vbscript:x"), false },                 { STR("reports"), false },
		{ STR("https://a b"), false },                { STR("https://a\"onclick="), false },
		{ STR("https://a\0b"), false },               { STR("https://ex\xc3\xa4mple"), false },
		{ STR("https://"), false },                   { STR("https:/example.org"), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct url u;
		struct err e;

		if (url_from(cases[i].s, &u, &e) != cases[i].ok)
			fail_msg("%s", cases[i].s.p);
	}
}

static void
a_page_larger_than_its_memory_goes_bad(void **state)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct err e;
	str s;

	(void)state;
	arena_init(&a, 2000);
	for (int i = 0; i < 500; i++)
		buf_fmt(&b, "%d,", i);
	assert_false(buf_take(&b, &s, &e));
	assert_int_equal(e.kind, ERR_MEMORY);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_type_decides_the_escaping, arena_make, arena_end),
		cmocka_unit_test(a_link_leads_to_the_web_to_mail_or_to_us),
		cmocka_unit_test(a_page_larger_than_its_memory_goes_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

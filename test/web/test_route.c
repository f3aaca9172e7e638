/* SPDX-License-Identifier: Apache-2.0 */
/* The route table: who may, what a form may hold; and the handlers behind it. */
#include "support.h"
#include "web/web.h"

#define SEALED "-----BEGIN+AGE+ENCRYPTED+FILE-----%0D%0Ax%0D%0A-----END+AGE+ENCRYPTED+FILE-----"

/* An address that pattern matches. */
static str
path_of(const char *pattern, char *to)
{
	size_t n = 0;

	for (const char *p = pattern; *p != '\0'; p++)
		if (*p == '{')
			to[n++] = 'R';
		else if (*p != '}')
			to[n++] = *p;
	return (str){ to, n };
}

static void
nobody_gets_in_below_the_role_of_a_row(void **state)
{
	size_t closed = 0;

	(void)state;
	for (const struct route *r = routes; r->method != NULL; r++)
		for (enum role role = ROLE_GUEST; role <= ROLE_ADMINISTRATOR; role++) {
			char path[200];
			struct arena a;
			struct req q = { .role = role, .arena = &a };
			struct err e = { 0 };
			bool ok;

			arena_init(&a, 4096);
			ok = route_find(&q, str_of(r->method), path_of(r->pattern, path), &e);
			if (ok != (role >= r->who) || (!ok && e.kind != ERR_DENIED) || (ok && q.route != r))
				fail_msg("%s %s as role %d", r->method, r->pattern, (int)role);
			closed += !ok;
			arena_free(&a);
		}
	assert_true(closed > 0);  /* there is a row that a guest may not call */
}

static void
every_row_is_whole(void **state)
{
	(void)state;
	for (const struct route *r = routes; r->method != NULL; r++) {
		assert_non_null(r->run);
		assert_true(strlen(r->summary) > 0);
		assert_string_not_equal(msg(LANG_FR, r->summary), r->summary);
		assert_int_equal(r->input[0].name != NULL, r->body_max > 0);
		for (int i = 0; i < INPUT_MAX && r->input[i].name != NULL; i++)
			assert_non_null(r->input[i].check);
	}
}

static void
an_address_is_matched_whole_and_decoded(void **state)
{
	static const struct { const char *method, *path; enum err_kind kind; const char *part; } cases[] = {
		{ "GET", "/reports/R1", ERR_NONE, "R1" },     { "GET", "/reports/a%2Fb", ERR_NONE, "a/b" },
		{ "GET", "/reports/a+b", ERR_NONE, "a+b" },   { "GET", "/reports/%00", ERR_INPUT, NULL },
		{ "GET", "/reports/%4", ERR_INPUT, NULL },    { "GET", "/reports/%zz", ERR_INPUT, NULL },
		{ "GET", "/reports/", ERR_NOT_FOUND, NULL },  { "GET", "/reports/R1/", ERR_NOT_FOUND, NULL },
		{ "GET", "//reports/R1", ERR_NOT_FOUND, NULL }, { "GET", "reports/R1", ERR_NOT_FOUND, NULL },
		{ "GET", "", ERR_NOT_FOUND, NULL },           { "PUT", "/reports/R1", ERR_NOT_FOUND, NULL },
		{ "GET", "/reports", ERR_NONE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct req q = { .role = ROLE_MEMBER, .arena = &a };
		struct err e = { 0 };

		arena_init(&a, 4096);
		if (route_find(&q, str_of(cases[i].method), str_of(cases[i].path), &e) != (cases[i].kind == ERR_NONE)
		    || e.kind != cases[i].kind || (cases[i].part && !str_eq(q.path[0], str_of(cases[i].part))))
			fail_msg("%s %s: kind %d", cases[i].method, cases[i].path, (int)e.kind);
		arena_free(&a);
	}
}

static void
a_form_holds_each_field_once_and_right(void **state)
{
	static const struct { const char *body; const char *wrong; } cases[] = {
		{ "id=R1&owner=acme&sealed=" SEALED, NULL },
		{ "sealed=" SEALED "&id=R1&owner=acme", NULL },
		{ "", "the field id is missing" },
		{ "id=R1&sealed=" SEALED, "the field owner is missing" },
		{ "id=R1&id=R1&owner=acme&sealed=" SEALED, "the field id stands there twice" },
		{ "id=&owner=acme&sealed=" SEALED, "a name is 1 to 64" },
		{ "id=a%0Ab&owner=acme&sealed=" SEALED, "a name is 1 to 64" },
		{ "id=a%00b&owner=acme&sealed=" SEALED, "a NUL byte" },
		{ "id=a%b&owner=acme&sealed=" SEALED, "a percent sign" },
		{ "id=R1&owner=acme&sealed=plain+text", "the report is not sealed" },
		{ "id=R1&admin=1", "a field that this form does not have" },
		{ "id", "a field that this form does not have" },
		{ "id=R1&&owner=acme&sealed=" SEALED, "a field that this form does not have" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct req q = { .arena = &a };
		struct err e = { 0 };
		bool ok;

		arena_init(&a, 1 << 16);
		assert_true(route_find(&q, S("POST"), S("/reports"), &e));
		ok = route_input(&q, str_of(cases[i].body), &e);
		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: %s", cases[i].body, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok)
			assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
		else
			assert_true(str_eq(q.input[0], S("R1")) && str_eq(q.input[1], S("acme")));
		arena_free(&a);
	}
}

static void
handing_in_survives_every_shortage_of_memory(void **state)
{
	struct err e = { 0 };
	bool ok = false;

	(void)state;
	for (size_t budget = 0; !ok; budget += 7) {
		struct arena a;
		struct req q = { .arena = &a };
		struct buf body = { .arena = &a };

		arena_init(&a, budget);
		ok = route_find(&q, S("POST"), S("/reports"), &e)
		    && route_input(&q, S("id=R1&owner=acme&sealed=" SEALED), &e) && q.route->run(&q, &body, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		else
			assert_non_null(q.job);
		arena_free(&a);
		assert_true(budget < 1 << 16);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_gets_in_below_the_role_of_a_row),
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(an_address_is_matched_whole_and_decoded),
		cmocka_unit_test(a_form_holds_each_field_once_and_right),
		cmocka_unit_test(handing_in_survives_every_shortage_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

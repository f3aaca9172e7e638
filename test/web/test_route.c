/* SPDX-License-Identifier: Apache-2.0 */
/* The route table: who may, what a form may hold. */
#include "support.h"
#include "web/web.h"

#include <stdio.h>


/* An address that pattern matches. */
static str
path_of(const char *pattern, char *to)
{
	size_t n = 0;

	for (const char *p = pattern; *p != '\0'; p++)
		if (*p == '{')
			to[n++] = 'r';
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
			if (ok != (role >= r->who) || q.route != r
			    || (!ok && e.kind != (role == ROLE_GUEST ? ERR_SIGN_IN : ERR_DENIED)))
				fail_msg("%s %s as role %d", r->method, r->pattern, (int)role);
			closed += !ok;
			arena_free(&a);
		}
	assert_true(closed > 0);  /* there is a row that a guest may not call */
}

/* What a guest may do, in full: a row that is added here by accident is seen. */
static void
a_guest_may_do_this_and_no_more(void **state)
{
	static const char *const open[] = {
		"GET /", "GET /about", "GET /setup/{}", "POST /setup/{}", "GET /login", "POST /login", "GET /report",
		"GET /report/{}", "POST /report/{}", "GET /receipts/{}", "GET /owners/{}/keys",
		"GET /owners/{}/recipients.txt", "GET /health", "GET /api/v1/openapi.json", "GET /api/v1/instance",
		"POST /api/v1/setup", "POST /api/v1/login", "GET /api/v1/owners", "GET /api/v1/owners/{}/keys",
		"GET /api/v1/owners/{}/keys/{}", "POST /api/v1/owners/{}/reports",
	};
	size_t n = 0;

	(void)state;
	for (const struct route *r = routes; r->method != NULL; r++) {
		char row[200];

		if (r->who > ROLE_GUEST)
			continue;
		(void)snprintf(row, sizeof row, "%s %s", r->method, r->pattern);
		if (n == sizeof open / sizeof *open || strcmp(row, open[n]) != 0)
			fail_msg("%s is open to guests", row);
		n++;
	}
	assert_int_equal(n, sizeof open / sizeof *open);
}

static void
every_row_is_whole(void **state)
{
	(void)state;
	for (const struct route *r = routes; r->method != NULL; r++) {
		assert_non_null(r->run);
		assert_true(strlen(r->summary) > 0);
		assert_string_not_equal(msg(LANG_FR, r->summary), r->summary);
		assert_int_equal(strncmp(r->pattern, "/api/", 5) == 0, r->face == FACE_API || r->face == FACE_FILE);
		assert_false(r->is_cached && (r->who > ROLE_GUEST || r->body_max > 0));
		assert_false(r->body_max > 0 && strcmp(r->method, "GET") == 0);
		for (int i = 0; i < INPUT_MAX && r->input[i].name != NULL; i++)
			assert_non_null(r->input[i].check);
	}
}

/* What a page does, a program can do too. */
static void
every_page_action_is_in_the_api(void **state)
{
	(void)state;
	for (const struct route *r = routes; r->method != NULL; r++) {
		bool found = false;

		if (r->face != FACE_PAGE || strcmp(r->method, "POST") != 0)
			continue;
		for (const struct route *api = routes; api->method != NULL; api++)
			found = found || (api->face == FACE_API && api->run == r->run);
		if (!found)
			fail_msg("%s has no call of the API", r->pattern);
	}
}

static void
an_address_is_matched_whole_and_decoded(void **state)
{
	static const struct { const char *method, *path; enum err_kind kind; const char *part, *allow; } cases[] = {
		{ "GET", "/desk/R1", ERR_NONE, "R1", "" },     { "GET", "/desk/a%2Fb", ERR_NONE, "a/b", "" },
		{ "GET", "/desk/a+b", ERR_NONE, "a+b", "" },   { "GET", "/desk/%00", ERR_INPUT, NULL, "" },
		{ "GET", "/desk/%4", ERR_INPUT, NULL, "" },    { "GET", "/desk/%zz", ERR_INPUT, NULL, "" },
		{ "GET", "/desk/", ERR_NOT_FOUND, NULL, "" },  { "GET", "/desk/R1/", ERR_NOT_FOUND, NULL, "" },
		{ "GET", "//desk/R1", ERR_NOT_FOUND, NULL, "" }, { "GET", "desk/R1", ERR_NOT_FOUND, NULL, "" },
		{ "GET", "", ERR_NOT_FOUND, NULL, "" },        { "PUT", "/desk/R1", ERR_METHOD, NULL, "GET, HEAD" },
		{ "PUT", "/login", ERR_METHOD, NULL, "GET, HEAD, POST" },
		{ "GET", "/desk", ERR_NONE, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct req q = { .role = ROLE_MEMBER, .arena = &a };
		struct err e = { 0 };

		arena_init(&a, 4096);
		if (route_find(&q, str_of(cases[i].method), str_of(cases[i].path), &e) != (cases[i].kind == ERR_NONE)
		    || e.kind != cases[i].kind || (cases[i].part && !str_eq(q.path[0], str_of(cases[i].part)))
		    || (cases[i].kind == ERR_METHOD && strcmp(q.allow, cases[i].allow) != 0))
			fail_msg("%s %s: kind %d", cases[i].method, cases[i].path, (int)e.kind);
		arena_free(&a);
	}
}

static void
a_form_holds_each_field_once_and_right(void **state)
{
	static const struct { const char *body; const char *wrong; } cases[] = {
		{ "name=ops&password=x", NULL },
		{ "password=x&name=ops&next=", NULL },
		{ "name=ops&password=x&next=%2Fdesk&csrf=abc", NULL },
		{ "", "the field name is missing" },
		{ "name=ops", "the field password is missing" },
		{ "name=ops&name=ops&password=x", "the field name stands there twice" },
		{ "name=&password=x", "an account's name is 1 to 64" },
		{ "name=a%0Ab&password=x", "an account's name is 1 to 64" },
		{ "name=a%00b&password=x", "a NUL byte" },
		{ "name=a%b&password=x", "a percent sign" },
		{ "name=ops&password=x&next=https:%2F%2Fevil.example", "not a page of this site" },
		{ "name=ops&password=x&next=%2F%2Fevil.example", "not a page of this site" },
		{ "name=ops&admin=1", "a field that is not asked for: admin" },
		{ "name", "a field without '='" },
		{ "name=ops&&password=x", "a field without '='" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct req q = { .arena = &a };
		struct err e = { 0 };
		bool ok;

		arena_init(&a, 1 << 16);
		assert_true(route_find(&q, S("POST"), S("/login"), &e));
		ok = route_input(&q, str_of(cases[i].body), &e);
		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: %s", cases[i].body, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok)
			assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
		else
			assert_true(str_eq(q.input[0], S("ops")) && str_eq(q.input[1], S("x")));
		arena_free(&a);
	}
}

static void
json_is_taken_where_a_form_is(void **state)
{
	static const struct { const char *body; const char *wrong; } cases[] = {
		{ "{\"name\":\"ops\",\"password\":\"x\"}", NULL },
		{ "{\"name\":\"ops\",\"password\":1}", "the field password must be a text" },
		{ "{\"name\":\"ops\"}", "the field password is missing" },
		{ "[]", "an object of JSON is expected" },
		{ "{\"name\":\"a\",\"name\":\"b\",\"password\":\"x\"}", "" },
		{ "{", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct req q = { .arena = &a };
		struct err e = { 0 };
		bool ok;

		arena_init(&a, 1 << 16);
		assert_true(route_find(&q, S("POST"), S("/api/v1/login"), &e));
		ok = route_input_json(&q, str_of(cases[i].body), &e);
		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: %s", cases[i].body, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok)
			assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
		arena_free(&a);
	}
}

static void
forms_survive_every_shortage_of_memory(void **state)
{
	struct err e = { 0 };
	bool ok = false;

	(void)state;
	for (size_t budget = 0; !ok; budget += 7) {
		struct arena a;
		struct req q = { .arena = &a };

		arena_init(&a, budget);
		ok = route_find(&q, S("POST"), S("/setup/abc"), &e)
		    && route_input(&q, S("name=ops&password=correct+horse+battery"), &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 1 << 16);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_gets_in_below_the_role_of_a_row),
		cmocka_unit_test(a_guest_may_do_this_and_no_more),
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(every_page_action_is_in_the_api),
		cmocka_unit_test(an_address_is_matched_whole_and_decoded),
		cmocka_unit_test(a_form_holds_each_field_once_and_right),
		cmocka_unit_test(json_is_taken_where_a_form_is),
		cmocka_unit_test(forms_survive_every_shortage_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

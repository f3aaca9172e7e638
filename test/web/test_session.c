/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks: by cookie, by token, by neither; and whose form it is. */
#include "house.h"
#include "support.h"
#include "web/session.h"

#include <stdio.h>

static struct house_made *h;
static char cookie[200], bearer[100];

static const struct {
	const char *what, *cookie, *authorization;  /* %s: the token */
	enum role role;
	bool by_cookie;
	enum err_kind kind;
} heads[] = {
	{ "nothing", NULL, NULL, ROLE_GUEST, false, ERR_NONE },
	{ "the cookie", "__Host-leman=%s", NULL, ROLE_ADMINISTRATOR, true, ERR_NONE },
	{ "among others", "a=b; __Host-leman=%s; c=d", NULL, ROLE_ADMINISTRATOR, true, ERR_NONE },
	{ "without a blank", "a=b;__Host-leman=%s", NULL, ROLE_ADMINISTRATOR, true, ERR_NONE },
	{ "the first of two", "__Host-leman=%s; __Host-leman=x", NULL, ROLE_ADMINISTRATOR, true, ERR_NONE },
	{ "a wrong first of two", "__Host-leman=x; __Host-leman=%s", NULL, ROLE_GUEST, true, ERR_NONE },
	{ "another name", "leman=%s", NULL, ROLE_GUEST, false, ERR_NONE },
	{ "a longer name", "X__Host-leman=%s", NULL, ROLE_GUEST, false, ERR_NONE },
	{ "a letter more", "__Host-leman=%sa", NULL, ROLE_GUEST, true, ERR_NONE },
	{ "in quotes", "__Host-leman=\"%s\"", NULL, ROLE_GUEST, true, ERR_NONE },
	{ "empty", "__Host-leman=", NULL, ROLE_GUEST, true, ERR_NONE },
	{ "no session's", "__Host-leman=0000000000000000000000000000000000000000000000000000000000000000", NULL, ROLE_GUEST, true, ERR_NONE },
	{ "the token", NULL, "Bearer %s", ROLE_ADMINISTRATOR, false, ERR_NONE },
	{ "a blank more", NULL, "Bearer  %s", ROLE_GUEST, false, ERR_SIGN_IN },
	{ "no token", NULL, "Bearer ", ROLE_GUEST, false, ERR_SIGN_IN },
	{ "another scheme", NULL, "Basic %s", ROLE_GUEST, false, ERR_SIGN_IN },
	{ "no session's token", NULL, "Bearer 0000000000000000000000000000000000000000000000000000000000000000", ROLE_GUEST, false, ERR_SIGN_IN },
	{ "a token beside a cookie", "__Host-leman=x", "Bearer %s", ROLE_ADMINISTRATOR, false, ERR_NONE },
	{ "a bad token beside a good cookie", "__Host-leman=%s", "Bearer x", ROLE_GUEST, false, ERR_SIGN_IN },
};

static void
head_of(size_t i, struct head *head)
{
	*head = (struct head){ 0 };
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (heads[i].cookie != NULL) {
		(void)snprintf(cookie, sizeof cookie, heads[i].cookie, h->token);
		head->cookie = str_of(cookie);
	}
	if (heads[i].authorization != NULL) {
		(void)snprintf(bearer, sizeof bearer, heads[i].authorization, h->token);
		head->authorization = str_of(bearer);
	}
#pragma GCC diagnostic pop
}

static void
who_asks_is_known_by_one_thing_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct arena a;
		struct req q = { .arena = &a, .store = h->reader, .house = &h->house };
		struct err e = { 0 };
		struct head head;
		bool ok;

		arena_init(&a, 65536);
		head_of(i, &head);
		ok = session_find(&q, &head, &e);
		if (ok != (heads[i].kind == ERR_NONE) || (!ok && e.kind != heads[i].kind) || q.role != heads[i].role
		    || (ok && q.by_cookie != heads[i].by_cookie))
			fail_msg("%s: %s, role %d", heads[i].what, ok ? "taken" : err_text(&e, LANG_EN).s, (int)q.role);
		assert_int_equal(q.csrf.n > 0, q.role != ROLE_GUEST);
		assert_null(q.csrf.n > 0 ? memmem(q.csrf.p, q.csrf.n, h->token, 16) : NULL);
		arena_free(&a);
	}
}

/* With too little memory nobody is somebody else, and nobody is a guest by accident. */
static void
a_shortage_is_an_error(void **state)
{
	bool ok = false;
	size_t refusals = 0;

	(void)state;
	for (size_t budget = 0; !ok; budget += 16) {
		struct arena a;
		struct req q = { .arena = &a, .store = h->reader, .house = &h->house };
		struct err e = { 0 };
		struct head head;

		arena_init(&a, budget);
		head_of(1, &head);
		ok = session_find(&q, &head, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		else
			assert_int_equal(q.role, ROLE_ADMINISTRATOR);
		refusals += !ok;
		arena_free(&a);
		assert_true(budget < 65536);
	}
	assert_true(refusals > 2);
}

/* A form of a signed-in browser must say who sends it, and bring its token along. */
static void
a_form_brings_its_token_along(void **state)
{
	static const struct { const char *what; bool by_cookie, has_origin, has_site; const char *given, *header;
		bool ok; } rows[] = {
		{ "all", true, true, true, "csrf", NULL, true }, { "an origin alone", true, true, false, "csrf", NULL, true },
		{ "by header", true, true, false, NULL, "csrf", true }, { "neither", true, false, false, "csrf", NULL, false },
		{ "no token", true, true, true, NULL, NULL, false }, { "a wrong one", true, true, true, "csrg", NULL, false },
		{ "a shorter one", true, true, true, "csr", NULL, false }, { "a wrong header beats a right field", true, true, true, "csrf", "x", false },
		{ "a program", false, false, false, NULL, NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct req q = { .role = ROLE_MEMBER, .by_cookie = rows[i].by_cookie, .csrf = STR("csrf"),
			.csrf_given = str_of(rows[i].given) };
		struct head head = { .csrf = str_of(rows[i].header) };
		struct err e = { 0 };

		if (rows[i].has_origin)
			head.origin = S("https://leman.example");
		if (rows[i].has_site)
			head.fetch_site = S("same-origin");
		if (session_check_csrf(&q, &head, &e) != rows[i].ok)
			fail_msg("%s: %s", rows[i].what, rows[i].ok ? "refused" : "taken");
		if (!rows[i].ok)
			assert_int_equal(e.kind, ERR_DENIED);
	}
}

static int begin(void **state) { (void)state; h = house_make(); return 0; }
static int end(void **state) { (void)state; house_end(h); return 0; }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_is_known_by_one_thing_alone), cmocka_unit_test(a_shortage_is_an_error),
		cmocka_unit_test(a_form_brings_its_token_along),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

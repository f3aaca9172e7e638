/* SPDX-License-Identifier: Apache-2.0 */
/* A request from its head to its answer, without a network: with any shortage of
 * memory it ends in its answer or in "later", and nothing of it is half done. */
#include "house.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

static struct house_made *h;

static const struct {
	const char *path;
	int signed_in, guest;  /* statuses */
} pages[] = {
	{ "/", 200, 200 }, { "/about", 200, 200 }, { "/login", 200, 200 }, { "/login?next=/desk", 200, 200 },
	{ "/report", 200, 200 }, { "/report/acme", 200, 200 }, { "/report/nobody", 404, 404 },
	{ "/owners/acme/keys", 200, 200 }, { "/owners/acme/recipients.txt", 200, 200 }, { "/owners/new", 200, 303 },
	{ "/receipts/" HOUSE_REPORT, 200, 200 }, { "/receipts/x", 400, 400 }, { "/setup/x", 400, 400 },
	{ "/desk", 200, 303 }, { "/desk?before=" HOUSE_REPORT, 200, 303 }, { "/desk.csv", 200, 401 },
	{ "/desk/" HOUSE_REPORT, 200, 303 }, { "/health", 200, 200 }, { "/nothing", 404, 404 }, { "/fr/report/acme", 200, 200 },
	{ "/api/v1/openapi.json", 200, 200 }, { "/api/v1/instance", 200, 200 }, { "/api/v1/owners", 200, 200 },
	{ "/api/v1/owners/acme/keys", 200, 200 }, { "/api/v1/owners/acme/keys/1", 200, 200 }, { "/api/v1/owners/acme/keys/2", 404, 404 },
	{ "/api/v1/reports", 200, 401 }, { "/api/v1/reports/" HOUSE_REPORT, 200, 401 },
	{ "/api/v1/reports/" HOUSE_REPORT "/sealed", 200, 401 },
};
enum { N_PAGES = sizeof pages / sizeof *pages };

static void
headers_check(const char *path, const struct answer *an)
{
	bool has_type = false, has_policy = false;

	assert_true(an->n <= ANSWER_HEADERS);
	for (size_t i = 0; i < an->n; i++) {
		has_type = has_type || strcmp(an->headers[i].name, "Content-Type") == 0;
		has_policy = has_policy || strcmp(an->headers[i].name, "Content-Security-Policy") == 0;
		for (size_t k = 0; k < an->headers[i].value.n; k++)
			if ((unsigned char)an->headers[i].value.p[k] < ' ')
				fail_msg("%s: a control character in %s", path, an->headers[i].name);
	}
	if (an->status != 307 && !(has_policy && (has_type || an->status == 303)))
		fail_msg("%s: %d without a type or a policy", path, an->status);
}

static void
every_page_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_PAGES; i++)
		for (int who = 0; who < 3; who++) {
			struct call c;
			struct answer an;
			int wanted = who > 0 ? pages[i].signed_in : pages[i].guest;

			house_ask(h, &(struct house_request){ .method = "GET", .path = pages[i].path, .signed_in = who > 0,
			    .by_cookie = who == 2 }, &c, &an);
			if (an.status != wanted)
				fail_msg("%s as %d: %d: %.*s", pages[i].path, who, an.status, STR_ARG(an.body));
			headers_check(pages[i].path, &an);
			assert_null(memmem(an.body.p ? an.body.p : "", an.body.n, "<&\"'>", 5));  /* the owner's name, not escaped */
			call_end(&c);
		}
}

/* What is taken is rounded up to 16; the first things taken are small ones. */
static size_t next_budget(size_t budget) { return budget + (budget < 8192 ? 16 : 112); }

static void
any_shortage_ends_in_an_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_PAGES; i++) {
		size_t budget = 16, refusals = 0;
		bool is_done = false;

		for (; !is_done; budget = next_budget(budget)) {
			struct call c;
			struct answer an;

			house_ask(h, &(struct house_request){ .method = "GET", .path = pages[i].path, .signed_in = true,
			    .budget = budget }, &c, &an);
			is_done = an.status == pages[i].signed_in;
			refusals += !is_done;
			if (!is_done && an.status != 503)
				fail_msg("%s with %zu bytes: %d: %.*s", pages[i].path, budget, an.status, STR_ARG(an.body));
			headers_check(pages[i].path, &an);
			call_end(&c);
			assert_true(budget < CALL_BUDGET);
		}
		assert_true(refusals > 0);
	}
}

/* Even the page that says so may find no room: then a line says it. */
static void
a_refusal_needs_no_room(void **state)
{
	size_t bare = 0;

	(void)state;
	for (size_t spare = 16; spare < 64 << 10; spare = next_budget(spare)) {
		struct call c;
		struct answer an;

		house_ask(h, &(struct house_request){ .method = "GET", .path = "/report/acme", .budget = 512, .spare = spare }, &c, &an);
		assert_int_equal(an.status, 503);
		assert_true(an.body.n > 0);
		headers_check("/report/acme", &an);
		bare += str_eq(an.body, S("out of memory\n"));
		call_end(&c);
	}
	assert_true(bare > 0);
}

static int64_t
count(const char *sql)
{
	return folder_query_store(h->folder, sql);
}

/* A write either is there, whole, with its act, or is not. */
static void
a_write_in_short_memory_is_whole_or_not(void **state)
{
	char path[300];
	size_t budget = 16, refusals = 0;
	bool is_done = false;

	(void)state;
	(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=bbbbbbbbbbbbbbbbbbbbbbbbbb&keys=%s", h->digest);
	for (; !is_done; budget = next_budget(budget)) {
		struct call c;
		struct answer an;

		house_ask(h, &(struct house_request){ .method = "POST", .path = path, .type = "application/octet-stream",
		    .body = h->sealed, .piece = 100, .budget = budget }, &c, &an);
		assert_int_equal(an.status, 503);
		/* Whole: only the receipt is missing, since no batch is signed here. */
		is_done = memmem(an.body.p, an.body.n, "its receipt could not be signed", 31) != NULL;
		refusals += !is_done;
		call_end(&c);
		assert_int_equal(count("SELECT count(*) FROM report"), count("SELECT count(*) FROM act WHERE kind = 'report.received'"));
		assert_int_equal(count("SELECT count(*) FROM report"), count("SELECT reports FROM owner"));
		assert_int_equal(count("SELECT count(*) FROM report WHERE pack IS NULL"), 0);
		assert_true(budget < CALL_BUDGET);
	}
	assert_true(refusals > 10);
	assert_int_equal(count("SELECT count(*) FROM report"), 2);
}

/* A form that comes in any pieces is the same form. */
static void
a_form_may_come_in_any_pieces(void **state)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct err e;
	str body;

	(void)state;
	arena_init(&a, 1 << 20);
	buf_fmt(&b, "--x\r\nContent-Disposition: form-data; name=\"keys\"\r\n\r\n%s\r\n"
	    "--x\r\nContent-Disposition: form-data; name=\"sealed\"; filename=\"a\"\r\n\r\n", h->digest);
	buf_str(&b, h->sealed);
	buf_str(&b, S("\r\n--x--\r\n"));
	assert_true(buf_take(&b, &body, &e));
	for (size_t piece = 1; piece < 90; piece++) {
		struct call c;
		struct answer an;

		house_ask(h, &(struct house_request){ .method = "POST", .path = "/report/acme",
		    .type = "multipart/form-data; boundary=x", .body = body, .piece = piece }, &c, &an);
		if (an.status != 503 || memmem(an.body.p, an.body.n, "its receipt could not be signed", 31) == NULL)
			fail_msg("in pieces of %zu: %d: %.*s", piece, an.status, STR_ARG(an.body));
		call_end(&c);
	}
	assert_int_equal(count("SELECT count(*) FROM report"), 3);
	arena_free(&a);
}

/* A form is shown again to whom it is for, with what was typed; to others it is not. */
static void
a_form_comes_back_to_whom_it_is_for(void **state)
{
	static const struct { const char *path, *body; bool signed_in; int status;
		const char *has, *has_not; } rows[] = {
		{ "/login", "name=o%22ps", false, 400, "value=\"o&quot;ps\"", "<form method=\"post\" action=\"/logout\"" },
		{ "/owners/new", "id=A&name=Alpine", true, 400, "value=\"Alpine\"", "/login\"" },
		{ "/owners/new", "id=A&name=Alpine", false, 401, "sign in first", "id=\"passphrase\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct call c;
		struct answer an;

		house_ask(h, &(struct house_request){ .method = "POST", .path = rows[i].path,
		    .type = "application/x-www-form-urlencoded", .body = str_of(rows[i].body), .signed_in = rows[i].signed_in }, &c, &an);
		if (an.status != rows[i].status
		    || memmem(an.body.p, an.body.n, rows[i].has, strlen(rows[i].has)) == NULL
		    || memmem(an.body.p, an.body.n, rows[i].has_not, strlen(rows[i].has_not)) != NULL)
			fail_msg("%s: %d: %.*s", rows[i].path, an.status, STR_ARG(an.body));
		call_end(&c);
	}
}

/* More than was announced is never taken. */
static void
a_body_is_no_longer_than_announced(void **state)
{
	struct call c;
	struct answer an;

	(void)state;
	house_ask(h, &(struct house_request){ .method = "GET", .path = "/" }, &c, &an);
	assert_false(body_take(&c.body, S("x")));
	call_end(&c);
	house_ask(h, &(struct house_request){ .method = "POST", .path = "/login", .type = "application/json", .body = S("{}") }, &c, &an);
	assert_false(body_take(&c.body, S("x")));
	assert_true(body_take(&c.body, S("")));
	call_end(&c);
}

static int begin(void **state) { (void)state; h = house_make(); return 0; }
static int end(void **state) { (void)state; house_end(h); return 0; }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_answers), cmocka_unit_test(any_shortage_ends_in_an_answer),
		cmocka_unit_test(a_refusal_needs_no_room), cmocka_unit_test(a_write_in_short_memory_is_whole_or_not),
		cmocka_unit_test(a_form_may_come_in_any_pieces), cmocka_unit_test(a_form_comes_back_to_whom_it_is_for),
		cmocka_unit_test(a_body_is_no_longer_than_announced),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

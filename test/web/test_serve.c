/* SPDX-License-Identifier: Apache-2.0 */
/* The server over HTTP, on a free port of the loopback address. */
#include "support.h"
#include "web/serve.h"

#include <stdio.h>
#include <unistd.h>

struct fixture { char *folder; struct serve *serve; int fd; };

static int
start(void **state)
{
	static struct fixture f;
	struct err e;

	f.folder = folder_make();
	*state = &f;
	if (!serve_start(f.folder, 0, &f.serve, &e))
		return -1;
	f.fd = http_connect(serve_port(f.serve));
	return 0;
}

static int
end(void **state)
{
	struct fixture *f = *state;

	close(f->fd);
	serve_stop(f->serve);
	folder_remove(f->folder);
	return 0;
}

static int
status_of(const struct fixture *f, const char *request, struct answer *a)
{
	assert_true(http_ask(f->fd, request, strlen(request), a));
	return a->status;
}

static void
a_report_is_handed_in_once(void **state)
{
	const struct fixture *f = *state;
	struct answer a;
	char post[1000];

	(void)http_report(post, sizeof post, "R1", "acme");
	assert_int_equal(status_of(f, post, &a), 201);
	assert_non_null(strstr(a.text, "Entry in the ledger: 0"));
	assert_int_equal(status_of(f, post, &a), 200);
	assert_non_null(strstr(a.text, "It was here already"));
	(void)http_report(post, sizeof post, "R1", "mallory");
	assert_int_equal(status_of(f, post, &a), 409);
	(void)http_report(post, sizeof post, "R2", "acme");
	assert_int_equal(status_of(f, post, &a), 201);
	assert_non_null(strstr(a.text, "Entry in the ledger: 1"));
	assert_int_equal(folder_query(f->folder, "SELECT count(*) FROM act"), 2);
}

static void
a_hidden_report_and_a_missing_one_answer_alike(void **state)
{
	const struct fixture *f = *state;
	struct answer hidden, missing;
	char post[1000], *date;

	(void)http_report(post, sizeof post, "R1", "acme");
	assert_int_equal(status_of(f, post, &hidden), 201);
	assert_int_equal(status_of(f, "GET /reports/R1 HTTP/1.1\r\nHost: x\r\n\r\n", &hidden), 404);
	assert_int_equal(status_of(f, "GET /reports/R2 HTTP/1.1\r\nHost: x\r\n\r\n", &missing), 404);
	for (char *p = missing.text; (p = strstr(p, "R2")) != NULL; )
		p[1] = '1';
	date = strstr(hidden.text, "Date: ");
	assert_non_null(date);
	memcpy(strstr(missing.text, "Date: "), date, strcspn(date, "\r"));
	assert_string_equal(hidden.text, missing.text);
}

static void
a_guest_is_kept_out_of_a_member_page(void **state)
{
	struct answer a;

	assert_int_equal(status_of(*state, "GET /reports HTTP/1.1\r\nHost: x\r\n\r\n", &a), 403);
}

static void
a_refusal_is_in_the_readers_language(void **state)
{
	struct answer a;

	assert_int_equal(status_of(*state, "GET /x HTTP/1.1\r\nHost: x\r\nAccept-Language: fr-CH, en\r\n\r\n", &a),
	    404);
	assert_non_null(strstr(a.text, "<html lang=\"fr\" dir=\"ltr\">"));
	assert_non_null(strstr(a.text, "il n’y a pas de page à cette adresse"));
	assert_int_equal(status_of(*state, "GET /x HTTP/1.1\r\nHost: x\r\nAccept-Language: ar-XB\r\n\r\n", &a),
	    404);
	if (lang_is_spoken(LANG_XB))
		assert_non_null(strstr(a.text, "<html lang=\"ar-XB\" dir=\"rtl\">"));
}

static void
what_was_sent_cannot_become_markup(void **state)
{
	struct answer a;

	assert_int_equal(status_of(*state, "GET /reports/%3Cscript%3E HTTP/1.1\r\nHost: x\r\n\r\n", &a), 404);
	assert_non_null(strstr(a.text, "&lt;script&gt;"));
	assert_null(strstr(a.text, "<script>"));
	assert_non_null(strstr(a.text, "Content-Security-Policy: default-src 'none';"));
}

static void
a_body_is_refused_before_it_is_read(void **state)
{
	static const struct { const char *head; int status; } cases[] = {
		{ "POST /reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413 },
		{ "POST /reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
		{ "POST /reports HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n", 400 },
		{ "GET /reports/R1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", 413 },
		{ "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", 404 },
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int fd = http_connect(serve_port(f->serve));
		struct answer a;

		assert_true(http_ask(fd, cases[i].head, strlen(cases[i].head), &a));
		assert_int_equal(a.status, cases[i].status);
		close(fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_is_handed_in_once, start, end),
		cmocka_unit_test_setup_teardown(a_hidden_report_and_a_missing_one_answer_alike, start, end),
		cmocka_unit_test_setup_teardown(a_guest_is_kept_out_of_a_member_page, start, end),
		cmocka_unit_test_setup_teardown(a_refusal_is_in_the_readers_language, start, end),
		cmocka_unit_test_setup_teardown(what_was_sent_cannot_become_markup, start, end),
		cmocka_unit_test_setup_teardown(a_body_is_refused_before_it_is_read, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that break a rule or a bound of HTTP: each gets the status it should, or
 * the end of its connection, and the server answers the next one. */
#include "instance.h"
#include "raw.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct instance in;

/* ~ in a request stands for the Host line; status -1: no answer, but an end. */
static const struct {
	const char *what, *request;
	int status, or;  /* or: is as good; 0: nothing is */
} lines[] = {
	{ "as it should be", "GET /health HTTP/1.1\r\n~\r\n", 200, 0 },
	{ "HTTP/1.0 without a name", "GET /health HTTP/1.0\r\n\r\n", 307, 0 },
	{ "HTTP/1.0 with our name", "GET /health HTTP/1.0\r\n~\r\n", 200, 0 },
	{ "HTTP/1.1 without a name", "GET /health HTTP/1.1\r\n\r\n", 400, 0 },
	{ "two names, both ours", "GET /health HTTP/1.1\r\n~~\r\n", 200, 400 },
	{ "HTTP/9.9", "GET /health HTTP/9.9\r\n~\r\n", 505, 400 },
	{ "no version", "GET /health\r\n\r\n", -1, 400 },
	{ "no HTTP at all", "\x16\x03\x01\x02\x01\x01\r\n\r\n", -1, 400 },
	{ "an unknown method", "BREW / HTTP/1.1\r\n~\r\n", 405, 0 },
	{ "a method in lower case", "get / HTTP/1.1\r\n~\r\n", 405, 0 },
	{ "CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\n~\r\n", 404, 405 },
	{ "TRACE", "TRACE / HTTP/1.1\r\n~\r\n", 405, 0 },
	{ "OPTIONS *", "OPTIONS * HTTP/1.1\r\n~\r\n", 404, 405 },
	{ "an absolute address", "GET http://evil.example/health HTTP/1.1\r\n~\r\n", 404, 0 },
	{ "an empty part", "GET //evil.example/ HTTP/1.1\r\n~\r\n", 404, 0 },
	{ "dots", "GET /assets/../../keys/instance.seed HTTP/1.1\r\n~\r\n", 404, 0 },
	{ "hidden dots", "GET /owners/%2e%2e%2f%2e%2e/keys HTTP/1.1\r\n~\r\n", 404, 0 },
	{ "NUL", "GET /owners/acme%00/keys HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "bytes that are not UTF-8", "GET /owners/%ff%fe/keys HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "the same, in the API", "GET /api/v1/owners/%c3%28/keys HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "the same, in a query", "GET /login?n%ff=1 HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "an overlong form of /", "GET /owners/%c0%af/keys HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "half an escape", "GET /owners/%4/keys HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "a method of such bytes", "G\xe4T / HTTP/1.1\r\n~\r\n", 405, 400 },
	{ "a name of such bytes", "POST /login HTTP/1.1\r\nHost: \xff\xfe\r\nContent-Length: 0\r\n\r\n", 403, 400 },
	{ "an origin of such bytes", "POST /login HTTP/1.1\r\n~Origin: \xe4\r\nContent-Length: 0\r\n\r\n", 403, 0 },
	{ "a type of such bytes", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: \xe4\r\nContent-Length: 2\r\n\r\n{}", 400, 0 },
	{ "a language, and not from the root", "GET \x1b" "fr/about HTTP/1.1\r\n~\r\n", 404, 400 },
	{ "a field nobody asked for", "GET /login?admin=1 HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "a field twice", "GET /login?next=/a&next=/b HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "next to another site", "GET /login?next=//evil.example HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "next with a backslash", "GET /login?next=/%5cevil.example HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "next to a script", "GET /login?next=javascript:alert(1) HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "next with a line end", "GET /login?next=/a%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n~\r\n", 400, 0 },
	{ "a body where none is taken", "GET / HTTP/1.1\r\n~Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc", 413, 0 },
	{ "in chunks", "POST /login HTTP/1.1\r\n~Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400, 0 },
	{ "in chunks and of a length", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\nContent-Length: 2\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400, 0 },
	{ "an unknown coding", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\nTransfer-Encoding: gzip\r\n\r\n{}", 400, -1 },
	{ "a length below nothing", "POST /api/v1/login HTTP/1.1\r\n~Content-Length: -1\r\n\r\n", 400, 0 },
	{ "a length of letters", "POST /api/v1/login HTTP/1.1\r\n~Content-Length: two\r\n\r\n{}", 400, 0 },
	{ "a length past 64 bits", "POST /api/v1/login HTTP/1.1\r\n~Content-Length: 99999999999999999999\r\n\r\n", 400, 413 },
	{ "two lengths", "POST /api/v1/login HTTP/1.1\r\n~Content-Length: 2\r\nContent-Length: 44\r\n\r\n{}", 400, 0 },
	{ "a length above the row's", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\nContent-Length: 8193\r\n\r\n", 413, 0 },
	{ "the same for a sealed file", "POST /report/acme HTTP/1.1\r\n~Content-Type: application/octet-stream\r\nContent-Length: 999999999\r\n\r\n", 413, 0 },
	{ "no type", "POST /api/v1/login HTTP/1.1\r\n~Content-Length: 2\r\n\r\n{}", 400, 0 },
	{ "another type", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: text/xml\r\nContent-Length: 2\r\n\r\n{}", 400, 0 },
	{ "parts without a boundary", "POST /report/acme HTTP/1.1\r\n~Content-Type: multipart/form-data\r\nContent-Length: 2\r\n\r\n{}", 400, 0 },
	{ "JSON that ends early", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{", 400, 0 },
	{ "JSON that is no object", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\nContent-Length: 2\r\n\r\n[]", 400, 0 },
	{ "JSON with a key twice", "POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\nContent-Length: 23\r\n\r\n"
	    "{\"name\":\"a\",\"name\":\"b\"}", 400, 0 },
	{ "a header without a colon", "GET /health HTTP/1.1\r\n~nonsense\r\n\r\n", 400, 0 },
	{ "a folded header", "GET /health HTTP/1.1\r\n~A: b\r\n c\r\n\r\n", 200, 400 },
	{ "two cookies of one name", "GET /desk HTTP/1.1\r\n~Cookie: __Host-leman=a; __Host-leman=b\r\n\r\n", 303, 0 },
	{ "a cookie that is none", "GET /about HTTP/1.1\r\n~Cookie: ;;;=;\r\n\r\n", 200, 0 },
	{ "a token that is none", "GET /api/v1/reports HTTP/1.1\r\n~Authorization: Bearer \r\n\r\n", 401, 0 },
	{ "another scheme", "GET /api/v1/reports HTTP/1.1\r\n~Authorization: Basic b3BzOm9wcw==\r\n\r\n", 401, 0 },
	{ "an expectation nobody knows", "GET /health HTTP/1.1\r\n~Expect: 200-maybe\r\n\r\n", 200, 417 },
	{ "a number that is none", "GET /api/v1/owners/acme/keys/-1 HTTP/1.1\r\n~\r\n", 404, 0 },
	{ "a number past 63 bits", "GET /api/v1/owners/acme/keys/9223372036854775808 HTTP/1.1\r\n~\r\n", 404, 0 },
};

static str
with_host(const char *request, struct arena *a)
{
	struct buf b = { .arena = a };
	struct err e;
	str out;

	for (const char *p = request; *p != '\0'; p++)
		if (*p == '~')
			buf_fmt(&b, "Host: localhost:%d\r\n", in.port);
		else
			buf_add(&b, p, 1);
	assert_true(buf_take(&b, &out, &e));
	return out;
}

static void
expect_well(void)
{
	struct raw_answer an;
	struct arena a;

	arena_init(&a, 1 << 20);
	raw_ask(in.port, with_host("GET /health HTTP/1.1\r\n~\r\n", &a), false, 5000, &a, &an);
	assert_int_equal(an.status, 200);
	arena_free(&a);
}

/* Never a 5xx, and never bytes that are no text. */
static void
each_line_gets_its_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct raw_answer an;
		struct arena a;

		arena_init(&a, 4 << 20);
		raw_ask(in.port, with_host(lines[i].request, &a), false, 3000, &a, &an);
		if (an.status != lines[i].status && (lines[i].or == 0 || an.status != lines[i].or))
			fail_msg("%s: %d, expected %d: %.*s", lines[i].what, an.status, lines[i].status, STR_ARG(an.head));
		for (size_t k = 0; k < an.body.n; k++)
			if (an.body.p[k] == '\t' || an.body.p[k] == '\r')
				((char *)(uintptr_t)an.body.p)[k] = ' ';
		if (!str_is_text(an.body))
			fail_msg("%s: what came back is no text", lines[i].what);
		arena_free(&a);
	}
	expect_well();
}

/* A head of n bytes in all, in headers of so many bytes each. */
static str
head_of(size_t n, size_t each, struct arena *a)
{
	struct buf b = { .arena = a };
	struct err e;
	str out;

	buf_str(&b, with_host("GET /health HTTP/1.1\r\n~", a));
	for (size_t i = 0; b.n + each + 2 < n; i++) {
		size_t from = b.n;

		buf_fmt(&b, "X%zu: ", i);
		while (b.n - from < each - 2)
			buf_add(&b, "x", 1);
		buf_str(&b, S("\r\n"));
	}
	buf_str(&b, S("\r\n"));
	assert_true(buf_take(&b, &out, &e));
	return out;
}

static void
a_head_is_bounded(void **state)
{
	static const struct { size_t n, each; int status; } heads[] = {
		{ 4000, 1000, 200 }, { 6000, 100, 200 },
		{ 40000, 1000, 431 }, { 1000000, 1000, 431 }, { 40000, 10, 431 }, { 30000, 29000, 431 },
	};
	struct arena a;
	struct raw_answer an;

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		arena_init(&a, 8 << 20);
		raw_ask(in.port, head_of(heads[i].n, heads[i].each, &a), false, 3000, &a, &an);
		if (an.status != heads[i].status && !(heads[i].status != 200 && (an.status == -1 || an.status == 413)))
			fail_msg("a head of %zu: %d", heads[i].n, an.status);
		arena_free(&a);
	}
	expect_well();
}

static void
an_address_is_bounded(void **state)
{
	struct arena a;
	struct raw_answer an;

	(void)state;
	for (size_t n = 100; n <= 1000000; n *= 10) {
		struct buf b = { .arena = &a };
		struct err e;
		str text;

		arena_init(&a, 8 << 20);
		buf_str(&b, S("GET /login?next=/"));
		for (size_t i = 0; i < n; i++)
			buf_add(&b, "a", 1);
		buf_str(&b, with_host(" HTTP/1.1\r\n~\r\n", &a));
		assert_true(buf_take(&b, &text, &e));
		raw_ask(in.port, text, false, 3000, &a, &an);
		if (an.status != (n < 10000 ? 200 : n == 10000 ? an.status : 414) && an.status != -1)
			fail_msg("an address of %zu: %d", n, an.status);
		assert_true(an.status < 500);
		arena_free(&a);
	}
	expect_well();
}

/* Three requests at once, and each is answered in its turn. */
static void
requests_may_come_before_their_answers(void **state)
{
	static const int wanted[] = { 200, 404, 405 };
	struct arena a;
	struct buf b = { .arena = &a };
	int fd = http_connect(in.port), n = 0;
	char piece[65536];
	struct err e;
	ssize_t got;
	str all;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(raw_send(fd, with_host("GET /health HTTP/1.1\r\n~\r\nGET /nothing HTTP/1.1\r\n~\r\n"
	    "DELETE / HTTP/1.1\r\n~Connection: close\r\n\r\n", &a)));
	while ((got = recv(fd, piece, sizeof piece, 0)) > 0)
		buf_add(&b, piece, (size_t)got);
	close(fd);
	assert_true(buf_take(&b, &all, &e));
	for (const char *p = all.p; (p = memmem(p, (size_t)(all.p + all.n - p), "HTTP/1.1 ", 9)) != NULL; n++) {
		p += 9;
		assert_true(n < 3);
		assert_int_equal(atoi(p), wanted[n]);
	}
	assert_int_equal(n, 3);
	arena_free(&a);
}

/* More bytes than Content-Length tells are the next request, and no part of this one. */
static void
a_length_that_lies_ends_nothing_else(void **state)
{
	struct arena a;
	struct raw_answer an;
	int fd = http_connect(in.port);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(raw_send(fd, with_host("POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\n"
	    "Content-Length: 2\r\n\r\n{}GET /desk HTTP/1.1\r\n~\r\n", &a)));
	raw_read(fd, false, 3000, &a, &an);
	assert_int_equal(an.status, 400);
	close(fd);
	/* Fewer than it tells: no answer while the rest may come, and no harm when it does not. */
	fd = http_connect(in.port);
	assert_true(raw_send(fd, with_host("POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\n"
	    "Content-Length: 200\r\n\r\n{}", &a)));
	raw_read(fd, false, 300, &a, &an);
	assert_int_equal(an.status, -1);
	shutdown(fd, SHUT_WR);
	raw_read(fd, false, 3000, &a, &an);
	assert_true(an.status == -1 || an.status == 400);
	close(fd);
	expect_well();
	arena_free(&a);
}

/* Who asks first is told to go on, or is refused before the body is sent. */
static void
a_body_may_be_announced(void **state)
{
	struct arena a;
	struct raw_answer an;
	int fd = http_connect(in.port);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(raw_send(fd, with_host("POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\n"
	    "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", &a)));
	raw_read(fd, true, 3000, &a, &an);
	assert_int_equal(an.status, 100);
	assert_true(raw_send(fd, S("{}")));
	raw_read(fd, false, 3000, &a, &an);
	assert_int_equal(an.status, 400);
	close(fd);
	raw_ask(in.port, with_host("POST /api/v1/login HTTP/1.1\r\n~Content-Type: application/json\r\n"
	    "Expect: 100-continue\r\nContent-Length: 20000\r\n\r\n", &a), false, 3000, &a, &an);
	assert_int_equal(an.status, 413);
	arena_free(&a);
}

/* Every GET is a HEAD, with the same status and no body. */
static void
every_page_has_a_head(void **state)
{
	static const char *const paths[] = {
		"/", "/about", "/login", "/report", "/report/acme", "/owners/acme/keys", "/owners/acme/recipients.txt",
		"/health", "/desk", "/desk.csv", "/owners/new", "/setup/x", "/receipts/x", "/nothing", "/fr/", "/fr/report/acme",
		"/api/v1/openapi.json", "/api/v1/instance", "/api/v1/owners", "/api/v1/owners/acme/keys",
		"/api/v1/owners/acme/keys/1", "/api/v1/reports", "/api/v1/reports/x", "/api/v1/reports/x/sealed",
	};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		char request[300];
		struct raw_answer get, head;
		struct arena a;

		arena_init(&a, 4 << 20);
		(void)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n~\r\n", paths[i]);
		raw_ask(in.port, with_host(request, &a), false, 5000, &a, &get);
		(void)snprintf(request, sizeof request, "HEAD %s HTTP/1.1\r\n~Connection: close\r\n\r\n", paths[i]);
		raw_ask(in.port, with_host(request, &a), true, 5000, &a, &head);
		if (get.status != head.status || get.status < 200 || get.status >= 500)
			fail_msg("%s: GET %d, HEAD %d", paths[i], get.status, head.status);
		assert_int_equal(head.body.n, 0);
		assert_true(str_eq(raw_header(&get, "Content-Length"), raw_header(&head, "Content-Length")));
		assert_null(raw_header(&get, "Set-Cookie").p);
		assert_true(str_eq(raw_header(&get, "X-Content-Type-Options"), S("nosniff")));
		if (get.body.n > 0 && raw_has(raw_header(&get, "Content-Type"), "text/html"))
			assert_true(raw_has(raw_header(&get, "Content-Security-Policy"), "default-src 'none'"));
		arena_free(&a);
	}
}

/* Each of the server's bounds on connections lets the next one in. */
static void
more_connections_than_may_be_do_no_harm(void **state)
{
	enum { MANY = 300 };
	struct instance small = { .args = { "--connections", "100" } };
	int fds[MANY];
	struct arena a;
	str answer;

	(void)state;
	instance_start(&small);
	arena_init(&a, 1 << 20);
	for (int i = 0; i < MANY; i++)
		fds[i] = http_connect(small.port);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	for (int tries = 0; instance_ask(&small, "GET", "/health", NULL, S(""), &a, &answer) != 200; tries++) {
		assert_true(tries < 50);
		usleep(100000);
	}
	arena_free(&a);
	instance_end(&small);
}

static int
begin(void **state)
{
	(void)state;
	instance_start(&in);
	instance_set_up(&in);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_end(&in);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_gets_its_status), cmocka_unit_test(a_head_is_bounded),
		cmocka_unit_test(an_address_is_bounded), cmocka_unit_test(requests_may_come_before_their_answers),
		cmocka_unit_test(a_length_that_lies_ends_nothing_else), cmocka_unit_test(a_body_may_be_announced),
		cmocka_unit_test(every_page_has_a_head), cmocka_unit_test(more_connections_than_may_be_do_no_harm),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

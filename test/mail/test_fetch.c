/* SPDX-License-Identifier: Apache-2.0 */
/* Against servers of a few lines in a thread, which say what no good server says. */
#include "base/buf.h"
#include "mail/fetch.h"
#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Takes one connection after another, and gives each the next of the answers. */
struct peer {
	pthread_t thread;
	int fd, port;
	const char *const *answers;
	size_t n;
	char asked[4][4096];
	size_t asked_n;
};

static void
question_read(int fd, char *into)
{
	size_t n = 0, body = 0;
	char *end = NULL, *length;
	ssize_t got;

	while (end == NULL || n < (size_t)(end - into) + body) {
		if ((got = recv(fd, into + n, 4095 - n, 0)) <= 0)
			return;
		n += (size_t)got;
		into[n] = '\0';
		if (end == NULL && (end = strstr(into, "\r\n\r\n")) != NULL) {
			end += 4;
			length = strstr(into, "Content-Length: ");
			body = length ? (size_t)atoi(length + 16) : 0;
		}
	}
}

static void *
peer_run(void *arg)
{
	struct peer *p = arg;

	for (size_t i = 0; i < p->n; i++) {
		int fd = accept(p->fd, NULL, NULL);

		if (fd == -1)
			break;
		question_read(fd, p->asked[p->asked_n++]);
		(void)send(fd, p->answers[i], strlen(p->answers[i]), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void
peer_start(struct peer *p, const char *const *answers, size_t n)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof at;

	*p = (struct peer){ .answers = answers, .n = n };
	p->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(p->fd, 4), 0);
	assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &size), 0);
	p->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

static void
peer_stop(struct peer *p)
{
	shutdown(p->fd, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->fd);
}

static str
url_of(const struct peer *p, const char *path, char out[200])
{
	(void)snprintf(out, 200, "http://127.0.0.1:%d%s", p->port, path);
	return str_of(out);
}

static const struct { str url, origin; } origins[] = {
	{ STR("https://host/report/acme"), STR("https://host") },
	{ STR("HTTPS://Host.Example:443/x"), STR("https://host.example") },
	{ STR("http://host:80"), STR("http://host") },
	{ STR("http://host:443?x"), STR("http://host:443") },
	{ STR("https://host#x"), STR("https://host") },
	{ STR("http://[::1]:8080/"), STR("http://[::1]:8080") },
	{ STR("ftp://host/"), STR("") }, { STR("file:///etc/passwd"), STR("") }, { STR("host/report"), STR("") },
	{ STR("https://"), STR("") }, { STR("https:///x"), STR("") }, { STR("https://:443/"), STR("") },
	{ STR("https://user@host/"), STR("") }, { STR("https://good.example@bad.example/"), STR("") },
	{ STR("https://a b/"), STR("") }, { STR("https://a\\b/"), STR("") }, { STR("https://a\nb/"), STR("") },
};

static void
the_origin_of_an_address(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		struct arena a;
		struct err e;
		str out = { 0 };
		bool ok;

		arena_init(&a, 1 << 16);
		ok = fetch_origin(origins[i].url, &a, &out, &e);
		if (ok != (origins[i].origin.n > 0) || (ok && !str_eq(out, origins[i].origin)))
			fail_msg("%.*s: %.*s", STR_ARG(origins[i].url), STR_ARG(out));
		arena_free(&a);
	}
}

static void
a_question_and_its_answer(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 404 No\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
	};
	struct fetch_answer got;
	struct peer p;
	struct arena a;
	struct err e;
	char url[200];

	(void)state;
	arena_init(&a, 1 << 20);
	peer_start(&p, answers, 1);
	assert_true(fetch(&(struct fetch){ .url = url_of(&p, "/api", url), .is_post = true, .type = S("application/json"),
		.body = S("{\"a\":1}"), .token = S("secret"), .accept_language = S("fr") }, &a, &got, &e));
	assert_int_equal(got.status, 404);
	assert_true(str_eq(got.type, S("application/problem+json")) && str_eq(got.body, S("{}")));
	assert_memory_equal(p.asked[0], "POST /api HTTP/1.1\r\n", 20);
	assert_non_null(strstr(p.asked[0], "Authorization: Bearer secret\r\n"));
	assert_non_null(strstr(p.asked[0], "Content-Type: application/json\r\n"));
	assert_non_null(strstr(p.asked[0], "Accept-Language: fr\r\n"));
	assert_non_null(strstr(p.asked[0], "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(p.asked[0], "Expect"));
	assert_null(strstr(p.asked[0], "Cookie"));
	peer_stop(&p);
	arena_free(&a);
}

static void
a_token_never_goes_elsewhere(void **state)
{
	static const char *const elsewhere[] = {
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/x\r\nContent-Length: 0\r\n\r\n",
	};
	static const char *const here[] = {
		"HTTP/1.1 302 Found\r\nLocation: /fr/x\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	};
	static const char *const round[] = {
		"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
	};
	struct fetch_answer got;
	struct peer p;
	struct arena a;
	struct err e;
	char url[200];

	(void)state;
	arena_init(&a, 1 << 20);
	peer_start(&p, elsewhere, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .token = S("secret") }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(err_text(&e, LANG_EN).s, "sends on to http://127.0.0.2:9/x"));
	peer_stop(&p);
	peer_start(&p, here, 2);
	assert_true(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .token = S("secret") }, &a, &got, &e));
	assert_true(got.status == 200 && str_eq(got.body, S("ok")));
	assert_memory_equal(p.asked[1], "GET /fr/x HTTP", 14);
	peer_stop(&p);
	peer_start(&p, here, 1);  /* a POST is not sent twice */
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .is_post = true }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	peer_stop(&p);
	peer_start(&p, round, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url) }, &a, &got, &e));
	peer_stop(&p);
	arena_free(&a);
}

static bool
sink_take(void *to, str bytes, struct err *e)
{
	struct buf *b = to;

	if (b->n + bytes.n > 10)
		return (fail)(e, ERR_LIMIT, NULL, "enough");
	buf_str(b, bytes);
	return true;
}

static void
an_answer_is_bounded_and_a_sink_is_heard(void **state)
{
	static const char *const many[] = { "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello, world" };
	static const char *const few[] = { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" };
	static const char *const refused[] = { "HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\nsorry" };
	static const char *const cut[] = { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell" };
	struct buf b = { 0 };
	const struct fetch_sink sink = { sink_take, &b };
	struct fetch_answer got;
	struct peer p;
	struct arena a;
	struct err e;
	char url[200];

	(void)state;
	arena_init(&a, 1 << 20);
	b.arena = &a;
	peer_start(&p, many, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .max = 11 }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	peer_stop(&p);
	peer_start(&p, many, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .sink = &sink, .max = 100 }, &a, &got, &e));
	assert_string_equal(e.id, "enough");
	peer_stop(&p);
	peer_start(&p, many, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .sink = &sink, .max = 5 }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	peer_stop(&p);
	b.n = 0;
	peer_start(&p, few, 1);
	assert_true(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .sink = &sink, .max = 5 }, &a, &got, &e));
	assert_true(got.body.n == 0 && str_eq((str){ b.p, b.n }, S("hello")));
	peer_stop(&p);
	b.n = 0;
	peer_start(&p, refused, 1);
	assert_true(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .sink = &sink, .max = 5 }, &a, &got, &e));
	assert_true(b.n == 0 && str_eq(got.body, S("sorry")));
	peer_stop(&p);
	peer_start(&p, cut, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url) }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	peer_stop(&p);
	arena_free(&a);
}

static void
on_progress(void *to, uint64_t done, uint64_t all)
{
	uint64_t *seen = to;

	seen[0] = done;
	seen[1] = all;
}

static void
a_file_is_sent_from_where_it_lies(void **state)
{
	static const char *const answers[] = { "HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n" };
	char name[] = "/tmp/leman-fetch.XXXXXX", url[200];
	uint64_t seen[2] = { 0 };
	struct fetch_answer got;
	int fd = mkstemp(name);
	struct peer p;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(write(fd, "sealed bytes", 12), 12);
	peer_start(&p, answers, 1);
	assert_true(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .is_post = true, .type = S("application/octet-stream"),
		.file = fd, .file_size = 12, .progress = on_progress, .progress_to = seen }, &a, &got, &e));
	assert_int_equal(got.status, 201);
	assert_non_null(strstr(p.asked[0], "Content-Length: 12\r\n"));
	assert_non_null(strstr(p.asked[0], "\r\n\r\nsealed bytes"));
	assert_true(seen[0] == 12 && seen[1] == 12);
	peer_stop(&p);
	peer_start(&p, answers, 1);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url), .is_post = true, .type = S("x/y"),
		.file = fd, .file_size = 13 }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_IO);
	peer_stop(&p);
	close(fd);
	(void)unlink(name);
	arena_free(&a);
}

static void
who_cannot_be_reached_is_told_plainly(void **state)
{
	struct fetch_answer got;
	struct peer p;
	struct arena a;
	struct err e;
	char url[200];

	(void)state;
	arena_init(&a, 1 << 20);
	peer_start(&p, NULL, 0);
	peer_stop(&p);
	assert_false(fetch(&(struct fetch){ .url = url_of(&p, "/", url) }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_non_null(strstr(err_text(&e, LANG_EN).s, "nobody answers there"));
	assert_non_null(strstr(err_text(&e, LANG_EN).s, "is the address right?"));
	assert_false(fetch(&(struct fetch){ .url = S("http://nobody.invalid/") }, &a, &got, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_origin_of_an_address),
		cmocka_unit_test(a_question_and_its_answer),
		cmocka_unit_test(a_token_never_goes_elsewhere),
		cmocka_unit_test(an_answer_is_bounded_and_a_sink_is_heard),
		cmocka_unit_test(a_file_is_sent_from_where_it_lies),
		cmocka_unit_test(who_cannot_be_reached_is_told_plainly),
	};

	(void)unsetenv("http_proxy");
	(void)unsetenv("https_proxy");
	(void)unsetenv("all_proxy");
	(void)unsetenv("HTTPS_PROXY");
	(void)unsetenv("ALL_PROXY");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

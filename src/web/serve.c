/* SPDX-License-Identifier: Apache-2.0 */
#include "web/serve.h"

#include "web/views.h"
#include "web/web.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	CALL_BUDGET = 4 << 20,     /* bytes of memory a request may use */
	CONNECTIONS_MAX = 2000,
	CONNECTION_BYTES = 16 * 1024,  /* of request line and headers */
	IDLE_SECONDS = 30,
};

struct serve {
	char *folder;
	struct store *db;        /* the writer's */
	struct writer *writer;
	struct MHD_Daemon *daemon;
	pthread_key_t reader;    /* a struct store a thread, read-only */
};

/* One request, from its head to the end of its answer. */
struct call {
	struct serve *serve;
	struct MHD_Connection *conn;
	struct arena arena;
	struct req req;
	struct err refused;  /* by its head alone; ERR_NONE: it goes on */
	char *body;
	size_t body_n, body_size;
};

static const struct { const char *name, *value; } headers[] = {
	{ "Content-Type", "text/html; charset=utf-8" },
	{ "Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self';"
	    " base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cache-Control", "no-store" },
	{ "Vary", "Accept-Language" },
};

static str
header(struct call *c, const char *name)
{
	return str_of(MHD_lookup_connection_value(c->conn, MHD_HEADER_KIND, name));
}

/* This thread's connection; the thread's end closes it. */
static bool
reader_get(struct serve *s, struct store **out, struct err *e)
{
	if ((*out = pthread_getspecific(s->reader)) != NULL)
		return true;
	if (!store_open(s->folder, STORE_READ, out, e))
		return false;
	if (pthread_setspecific(s->reader, *out) == 0)
		return true;
	store_close(*out);
	return fail(e, ERR_MEMORY, NULL, "no memory for the store");
}

static void reader_close(void *store) { store_close(store); }

static bool
has_body(struct call *c)
{
	return header(c, MHD_HTTP_HEADER_CONTENT_LENGTH).p != NULL
	    || header(c, MHD_HTTP_HEADER_TRANSFER_ENCODING).p != NULL;
}

/* Room for the body, or a refusal before the first byte of it is read. */
static bool
body_expect(struct call *c, struct err *e)
{
	str length = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
	str parameters = header(c, MHD_HTTP_HEADER_CONTENT_TYPE), type = parameters;
	size_t max = c->req.route->body_max;
	uint64_t n = 0;

	if (header(c, MHD_HTTP_HEADER_TRANSFER_ENCODING).p != NULL
	    || (length.p != NULL && !str_to_u64(length, &n)))
		return fail(e, ERR_INPUT, "RFC 9112 6.2", "a body needs a Content-Length");
	if (n > max)
		return fail(e, ERR_TOO_BIG, NULL, "%llu bytes, at most %zu allowed", (unsigned long long)n, max);
	(void)str_cut(&parameters, ';', &type);
	if (n > 0 && !str_eq(type, S("application/x-www-form-urlencoded")))
		return fail(e, ERR_INPUT, "RFC 9110 8.3", "a form must be application/x-www-form-urlencoded");
	c->body_size = (size_t)n;
	return (c->body = arena_alloc(&c->arena, c->body_size)) != NULL
	    || fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", c->body_size);
}

static bool
page_write(struct call *c, str main, str *out, struct err *e)
{
	struct buf b = { .arena = &c->arena };

	view_page(&b, &c->req.reader, &(struct page){
		.title = c->req.title, .lang = str_of(lang_tag(c->req.reader.lang)),
		.dir = str_of(lang_dir(c->req.reader.lang)), .main = { main },
	});
	return buf_take(&b, out, e);
}

/* The page for *e. What the request took is given back first: it may have taken
 * all there was. */
static bool
error_write(struct call *c, const struct err *e, str *out)
{
	struct err_text text = err_text(e, c->req.reader.lang);
	struct buf b = { .arena = &c->arena };
	struct err again;
	str main;

	c->req.status = err_http_status(e->kind);
	c->req.title = str_of(msg(c->req.reader.lang, "This did not work"));
	if (c->req.status >= 500)
		fprintf(stderr, "leman serve: %s %s: %d: %s\n", c->req.route ? c->req.route->method : "-",
		    c->req.route ? c->req.route->pattern : "-", c->req.status, err_text(e, LANG_EN).s);
	if (e->kind == ERR_IO)  /* paths and the like are for the log alone */
		(void)snprintf(text.s, sizeof text.s, "%s",
		    msg(c->req.reader.lang, "the server could not do it, and has noted why"));
	arena_free(&c->arena);
	view_error(&b, &c->req.reader, &(struct error_page){ str_of(text.s) });
	return buf_take(&b, &main, &again) && page_write(c, main, out, &again);
}

/* Sends the page around main, or the page for *e when ok is false. */
static enum MHD_Result
answer(struct call *c, bool ok, const struct buf *main, struct err *e)
{
	struct MHD_Response *r;
	enum MHD_Result sent;
	str page, body;

	ok = ok && buf_take(main, &body, e) && page_write(c, body, &page, e);
	if (!ok && !error_write(c, e, &page))
		return MHD_NO;  /* not even that: the connection is closed */
	r = MHD_create_response_from_buffer(page.n, (void *)(uintptr_t)page.p, MHD_RESPMEM_PERSISTENT);
	if (r == NULL)
		return MHD_NO;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		(void)MHD_add_response_header(r, headers[i].name, headers[i].value);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_LANGUAGE, lang_tag(c->req.reader.lang));
	sent = MHD_queue_response(c->conn, c->req.status ? (unsigned)c->req.status : 200u, r);
	MHD_destroy_response(r);
	return sent;
}

static void
resume(struct job *job)
{
	const struct call *c = job->maker;
	MHD_resume_connection(c->conn);
}

/* The whole request is here, or its job has been written. */
static enum MHD_Result
call_run(struct call *c)
{
	struct req *q = &c->req;
	struct buf main = { .arena = &c->arena };
	struct err e;
	bool ok;

	if (c->refused.kind != ERR_NONE) {
		e = c->refused;
		ok = false;
	} else if (q->job != NULL) {
		e = q->job->err;
		ok = e.kind == ERR_NONE && q->done(q, &main, &e);
	} else {
		ok = route_input(q, (str){ c->body, c->body_n }, &e) && q->route->run(q, &main, &e);
		if (ok && q->job != NULL) {
			q->job->resume = resume;
			q->job->maker = c;
			MHD_suspend_connection(c->conn);
			writer_add(c->serve->writer, q->job);  /* and resume may run before this returns */
			return MHD_YES;
		}
	}
	return answer(c, ok, &main, &e);
}

static enum MHD_Result
call_begin(struct serve *s, struct MHD_Connection *conn, const char *url, const char *method, void **state)
{
	struct call *c = *state = calloc(1, sizeof *c);
	struct err *e;

	if (c == NULL)
		return MHD_NO;
	e = &c->refused;
	arena_init(&c->arena, CALL_BUDGET);
	c->serve = s;
	c->conn = conn;
	c->req.arena = &c->arena;
	c->req.role = ROLE_GUEST;
	c->req.reader.lang = lang_choose(header(c, MHD_HTTP_HEADER_ACCEPT_LANGUAGE));
	if (strcmp(method, MHD_HTTP_METHOD_HEAD) == 0)
		method = MHD_HTTP_METHOD_GET;  /* the library leaves the body out */
	if (reader_get(s, &c->req.store, e) && route_find(&c->req, str_of(method), str_of(url), e)
	    && body_expect(c, e))
		return MHD_YES;
	/* An answer here closes the connection: right when a body is under way. */
	return has_body(c) ? answer(c, false, NULL, e) : MHD_YES;
}

/* Called with the head, then with each piece of the body, then without one; and
 * once more after a resume. */
static enum MHD_Result
on_request(void *serve, struct MHD_Connection *conn, const char *url, const char *method, const char *version,
    const char *piece, size_t *n, void **state)
{
	struct call *c = *state;

	(void)version;
	if (c == NULL)
		return call_begin(serve, conn, url, method, state);
	if (*n == 0)
		return call_run(c);
	if (*n > c->body_size - c->body_n)
		return MHD_NO;
	memcpy(c->body + c->body_n, piece, *n);
	c->body_n += *n;
	*n = 0;
	return MHD_YES;
}

static void
on_end(void *serve, struct MHD_Connection *conn, void **state, enum MHD_RequestTerminationCode why)
{
	struct call *c = *state;

	(void)serve, (void)conn, (void)why;
	if (c != NULL)
		arena_free(&c->arena);
	free(c);
	*state = NULL;
}

/* The library would decode "%00" to the end of a C string: route.c decodes. */
static size_t
keep_encoded(void *serve, struct MHD_Connection *conn, char *text)
{
	(void)serve, (void)conn;
	return strlen(text);
}

static bool
daemon_start(struct serve *s, uint16_t port, struct err *e)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME,
	    port, NULL, NULL, on_request, s,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
	    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(cores < 2 ? 2 : cores),
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_end, s, MHD_OPTION_END);
	return s->daemon != NULL || fail(e, ERR_IO, NULL, "port %d cannot be listened on", (int)port);
}

bool
serve_start(const char *folder, uint16_t port, struct serve **out, struct err *e)
{
	struct serve *s = calloc(1, sizeof *s);

	if (s == NULL || (s->folder = strdup(folder)) == NULL
	    || pthread_key_create(&s->reader, reader_close) != 0) {
		free(s ? s->folder : NULL);
		free(s);
		return fail(e, ERR_MEMORY, NULL, "no memory for the server");
	}
	if (store_open(folder, STORE_WRITE, &s->db, e) && writer_start(s->db, &s->writer, e)
	    && daemon_start(s, port, e)) {
		*out = s;
		return true;
	}
	serve_stop(s);
	return false;
}

uint16_t
serve_port(const struct serve *s)
{
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

int serve_fd(const struct serve *s) { return writer_fd(s->writer); }

/* A connection that waits for the writer must be resumed before the library
 * ends, so the writer ends first. */
void
serve_stop(struct serve *s)
{
	MHD_socket listening = s->daemon ? MHD_quiesce_daemon(s->daemon) : MHD_INVALID_SOCKET;

	if (s->writer != NULL)
		writer_stop(s->writer);
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	if (listening != MHD_INVALID_SOCKET)
		close(listening);
	if (s->writer != NULL)
		writer_free(s->writer);
	store_close(s->db);
	pthread_key_delete(s->reader);
	free(s->folder);
	free(s);
}

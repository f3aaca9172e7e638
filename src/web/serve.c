/* SPDX-License-Identifier: Apache-2.0 */
#include "web/serve.h"

#include "base/library.h"
#include "web/asset.h"
#include "web/call.h"
#include "web/guard.h"
#include "web/listen.h"
#include "web/page_cache.h"
#include "web/receipts.h"

#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	CONNECTION_BYTES = 16 * 1024,  /* of request line and headers */
	IDLE_SECONDS = 30,
};

/* libmicrohttpd brings GnuTLS with it, and both cost every start of the program a
 * millisecond and every process of the server memory. So it is loaded by web alone:
 * docs/decisions.md has the figures. Its own declarations are the types. */
static struct {
	__typeof__(MHD_lookup_connection_value) *lookup_connection_value;
	__typeof__(MHD_get_connection_info) *get_connection_info;
	__typeof__(MHD_create_response_from_buffer) *create_response_from_buffer;
	__typeof__(MHD_create_response_from_fd64) *create_response_from_fd64;
	__typeof__(MHD_add_response_header) *add_response_header;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_destroy_response) *destroy_response;
	__typeof__(MHD_suspend_connection) *suspend_connection;
	__typeof__(MHD_resume_connection) *resume_connection;
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_add_connection) *add_connection;
	__typeof__(MHD_stop_daemon) *stop_daemon;
} lib;

static const struct library_symbol symbols[] = {
	{ "MHD_lookup_connection_value", &lib.lookup_connection_value },
	{ "MHD_get_connection_info", &lib.get_connection_info },
	{ "MHD_create_response_from_buffer", &lib.create_response_from_buffer },
	{ "MHD_create_response_from_fd64", &lib.create_response_from_fd64 },
	{ "MHD_add_response_header", &lib.add_response_header },
	{ "MHD_queue_response", &lib.queue_response },
	{ "MHD_destroy_response", &lib.destroy_response },
	{ "MHD_suspend_connection", &lib.suspend_connection },
	{ "MHD_resume_connection", &lib.resume_connection },
	{ "MHD_start_daemon", &lib.start_daemon },
	{ "MHD_add_connection", &lib.add_connection },
	{ "MHD_stop_daemon", &lib.stop_daemon },
};

bool
serve_load(struct err *e)
{
	return library_load("libmicrohttpd.so.12", "libmicrohttpd12", symbols, sizeof symbols / sizeof *symbols, e);
}

struct serve {
	const struct house *house;
	struct store *db;        /* the writer's */
	struct writer *writer;
	struct task_pool *tasks;
	struct guard *guard;
	struct page_cache *pages;
	struct MHD_Daemon *daemon;
	_Atomic uint64_t open;   /* connections */
	int listen;              /* -1: nobody comes any more */
	pthread_t accepting;
	pthread_key_t reader;    /* a struct store a thread, read-only */
};

/* A request and the connection it came by. */
struct carried {
	struct call call;  /* first: a job's and a task's maker is the call */
	struct serve *serve;
	struct MHD_Connection *conn;
	struct guarded *guarded;
	struct page_key page;  /* where its answer is kept; empty: not at all */
	uint64_t drawn_at;
	enum MHD_Result *sent; /* of the kept answer */
	struct task flush;     /* writes a chunk of the body */
};

static void
head_take(struct MHD_Connection *conn, struct head *h)
{
	for (size_t i = 0; i < head_names_n; i++)
		*head_at(h, i) = str_of(lib.lookup_connection_value(conn, MHD_HEADER_KIND, head_names[i].name));
}

/* This thread's connection to the data; the thread's end closes it. */
static bool
reader_get(struct serve *s, struct store **out, struct err *e)
{
	if ((*out = pthread_getspecific(s->reader)) != NULL)
		return true;
	if (!store_open(s->house->folder.p, STORE_READ, out, e))
		return false;
	if (pthread_setspecific(s->reader, *out) == 0)
		return true;
	store_close(*out);
	return fail(e, ERR_MEMORY, NULL, "no memory for the store");
}

static void reader_close(void *store) { store_close(store); }

static struct MHD_Response *
response_of(const struct house *house, const struct answer *a, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *r;

	if (a->file.p != NULL) {
		char path[512];
		int fd;

		(void)snprintf(path, sizeof path, "%.*s/%.*s", STR_ARG(house->folder), STR_ARG(a->file));
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
			return NULL;
		if ((r = lib.create_response_from_fd64(a->file_size, fd)) == NULL)
			close(fd);
	} else {
		r = lib.create_response_from_buffer(a->body.n, (void *)(uintptr_t)a->body.p, mode);
	}
	for (size_t i = 0; r != NULL && i < a->n; i++) {
		char value[2048];

		(void)snprintf(value, sizeof value, "%.*s", STR_ARG(a->headers[i].value));
		(void)lib.add_response_header(r, a->headers[i].name, value);
	}
	return r;
}

static enum MHD_Result
send_answer(struct carried *c, struct answer *a)
{
	bool keep = c->page.text[0] != '\0' && a->status == 200;
	struct MHD_Response *r;
	enum MHD_Result sent;

	if (keep && c->page.gzip)
		answer_gzip(a, &c->call.arena);
	r = response_of(c->serve->house, a, keep ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
	if (r == NULL)
		return MHD_NO;  /* not even that: the connection is closed */
	call_log(&c->call, a->status);
	sent = lib.queue_response(c->conn, (unsigned)a->status, r);
	if (keep)
		page_cache_put(c->serve->pages, &c->page, c->drawn_at, r);
	else
		lib.destroy_response(r);
	return sent;
}

static void
resume(void *call)
{
	lib.resume_connection(((struct carried *)call)->conn);
}

static void job_resume(struct job *job) { resume(job->maker); }
static void task_resume(struct task *task) { resume(task->maker); }

static void
flush_run(struct task *task)
{
	body_flush(&((struct carried *)task->maker)->call.body);
}

/* The body goes on when what has come of it is on the disk. */
static void
flush_begin(struct carried *c)
{
	c->flush = (struct task){ .run = flush_run, .resume = task_resume, .maker = c };
	lib.suspend_connection(c->conn);
	if (!task_add(c->serve->tasks, &c->flush, &c->flush.err))
		resume(c);  /* too many wait: the spool waits itself */
}

static enum MHD_Result
carry_on(struct carried *c)
{
	struct req *q = &c->call.req;
	struct answer a;

	guard_busy(c->guarded);
	if (call_run(&c->call, &a) == CALL_ANSWER)
		return send_answer(c, &a);
	lib.suspend_connection(c->conn);  /* and resume may run before the next call returns */
	if (q->job != NULL) {
		q->job->resume = job_resume;
		q->job->maker = c;
		writer_add(c->serve->writer, q->job);
	} else {
		q->task->resume = task_resume;
		q->task->maker = c;
		if (!task_add(c->serve->tasks, q->task, &q->task->err))
			resume(c);
	}
	return MHD_YES;
}

static void
kept_send(void *response, void *carried)
{
	struct carried *c = carried;
	*c->sent = lib.queue_response(c->conn, 200, response);
}

static void response_forget(void *response) { lib.destroy_response(response); }

/* An asset, or a guest's page that has not changed: needs no thought. */
static bool
answer_at_once(struct carried *c, const char *url, const char *method, enum MHD_Result *sent)
{
	struct head *h = &c->call.head;
	bool gzip = answer_takes_gzip(h->accept_encoding), is_get = strcmp(method, "GET") == 0;
	const struct asset *asset = strncmp(url, "/assets/", 8) == 0 ? asset_at(str_of(url)) : NULL;
	struct MHD_Response *r = NULL;

	if (!is_get && strcmp(method, "HEAD") != 0)
		return false;
	if (asset != NULL) {
		struct answer a;

		answer_asset(asset, gzip, &a);
		if ((r = response_of(c->serve->house, &a, MHD_RESPMEM_PERSISTENT)) == NULL)
			return false;
		*sent = lib.queue_response(c->conn, 200, r);
		lib.destroy_response(r);
		return true;
	}
	if (h->cookie.p != NULL || h->authorization.p != NULL || h->content_length.p != NULL
	    || c->call.query.n > 0 || !str_eq(h->host, c->serve->house->origin_host))
		return false;
	page_key_make(&c->page, url, lang_choose(h->accept_language), gzip);
	c->drawn_at = page_cache_now(c->serve->pages);
	c->sent = sent;
	return page_cache_use(c->serve->pages, &c->page, kept_send, c);
}

static void
begin(struct carried *c, const char *method)
{
	struct call *call = &c->call;
	struct store *reader = NULL;

	if (reader_get(c->serve, &reader, &call->refused))
		call_begin(call, reader, str_of(method));
	else
		call->is_head_read = true;
	if (call->req.route == NULL || !call->req.route->is_cached)
		c->page.text[0] = '\0';
	guard_body(c->guarded, 0);
}

/* The library closes a connection whose answer comes with its head: right when a
 * body is under way that is not wanted; what has no body waits for the next call. */
static enum MHD_Result
head_come(struct carried *c, struct MHD_Connection *conn, const char *method)
{
	const union MHD_ConnectionInfo *socket;
	struct call *call = &c->call;
	struct answer a;

	c->conn = conn;
	socket = lib.get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	c->guarded = socket ? socket->socket_context : NULL;
	head_take(conn, &call->head);
	if (call->head.content_length.p == NULL && call->head.transfer_encoding.p == NULL)
		return MHD_YES;
	begin(c, method);
	if (call->refused.kind == ERR_NONE)
		return MHD_YES;
	(void)call_run(call, &a);
	return send_answer(c, &a);
}

/* Called with the head, then with each piece of the body, then without one; and
 * once more after each resume. */
static enum MHD_Result
on_request(void *serve, struct MHD_Connection *conn, const char *url, const char *method, const char *version,
    const char *piece, size_t *n, void **state)
{
	struct carried *c = *state;
	enum MHD_Result sent;

	(void)serve, (void)version;
	if (c == NULL)
		return MHD_NO;  /* there was no memory for it */
	if (c->conn == NULL)
		return head_come(c, conn, method);
	if (!c->call.is_head_read) {
		if (answer_at_once(c, url, method, &sent))
			return sent;
		begin(c, method);
	}
	if (*n == 0)
		return carry_on(c);
	if (c->call.refused.kind == ERR_NONE && !body_take(&c->call.body, (str){ piece, *n }))
		return MHD_NO;
	guard_body(c->guarded, c->call.body.taken);
	*n = 0;
	if (body_is_full(&c->call.body))
		flush_begin(c);
	return MHD_YES;
}

/* The first that the library tells of a request: its address, not decoded. */
static void *
on_address(void *serve, const char *uri, struct MHD_Connection *conn)
{
	struct serve *s = serve;
	struct carried *c = calloc(1, sizeof *c);

	(void)conn;
	if (c == NULL)
		return NULL;
	c->serve = s;
	call_init(&c->call, s->house, str_of(uri));
	return c;
}

static void
on_end(void *serve, struct MHD_Connection *conn, void **state, enum MHD_RequestTerminationCode why)
{
	struct carried *c = *state;

	(void)serve, (void)conn, (void)why;
	if (c == NULL)
		return;
	guard_head(c->guarded);
	call_end(&c->call);
	free(c);
	*state = NULL;
}

static void
on_connection(void *serve, struct MHD_Connection *conn, void **guarded, enum MHD_ConnectionNotificationCode what)
{
	struct serve *s = serve;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *fd = lib.get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);

		atomic_fetch_add(&s->open, 1);
		*guarded = fd ? guard_add(s->guard, fd->connect_fd) : NULL;
	} else {
		guard_remove(s->guard, *guarded);
		atomic_fetch_sub(&s->open, 1);
	}
}

/* The library would decode "%00" to the end of a C string: route.c decodes. */
static size_t
keep_encoded(void *serve, struct MHD_Connection *conn, char *text)
{
	(void)serve, (void)conn;
	return strlen(text);
}

/* Between a batch's commit and its answers: one round trip to the signer for all
 * its receipts, and what guests see is drawn anew where it changed. */
static void
after_batch(struct job *batch, void *serve)
{
	struct serve *s = serve;
	bool changed = false;

	receipts_sign(s->house->signer, batch);
	for (const struct job *j = batch; j != NULL; j = j->next)
		changed = changed || (j->changes_pages && j->err.kind == ERR_NONE);
	if (changed)
		page_cache_clear(s->pages);
}

/* The library's threads would all wait at the one socket, and the first that runs
 * takes all who come at once; given to it, they are dealt out in turn. How many
 * there may be is then for us to know: at its own limit 0.9.75 takes a lock twice,
 * and its thread stands still. */
static void
connection_take(void *serve, int fd, const struct sockaddr *from, socklen_t n)
{
	struct serve *s = serve;

	if (atomic_load(&s->open) >= s->house->settings->connections)
		close(fd);
	else
		(void)lib.add_connection(s->daemon, fd, from, n);  /* which closes it where there is no memory */
}

static void *
connections_take(void *serve)
{
	listen_each(((struct serve *)serve)->listen, connection_take, serve);
	return NULL;
}

static bool
daemon_start(struct serve *s, int listen_fd, struct serve_tls tls, struct err *e)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct MHD_OptionItem secure[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)tls.cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)tls.key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		  (void *)(uintptr_t)"SECURE192:SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (tls.cert == NULL)
		secure[0] = secure[3];
	s->daemon = lib.start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME
	    | MHD_USE_NO_LISTEN_SOCKET | (tls.cert ? MHD_USE_TLS : 0u),
	    0, NULL, NULL, on_request, s,
	    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(cores < 2 ? 2 : cores),
	    MHD_OPTION_CONNECTION_LIMIT, UINT_MAX,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,  /* what a proxy before us may read otherwise is refused */
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, s,
	    MHD_OPTION_URI_LOG_CALLBACK, on_address, s,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_end, s,
	    MHD_OPTION_ARRAY, secure, MHD_OPTION_END);
	if (s->daemon == NULL)
		return fail(e, ERR_IO, NULL, tls.cert
		    ? N_("the server cannot be started: is the certificate the key's own?")
		    : N_("the server cannot be started"));
	s->listen = listen_fd;
	if (pthread_create(&s->accepting, NULL, connections_take, s) == 0)
		return true;
	s->listen = -1;
	return fail(e, ERR_IO, NULL, "a thread cannot be started");
}

bool
serve_start(const struct house *house, struct store *db, struct task_pool *tasks, int listen_fd,
    struct serve_tls tls, struct serve **out, struct err *e)
{
	struct serve *s = calloc(1, sizeof *s);

	if (s == NULL || pthread_key_create(&s->reader, reader_close) != 0) {
		free(s);
		task_pool_stop(tasks);
		return fail(e, ERR_MEMORY, NULL, "no memory for the server");
	}
	s->listen = -1;
	s->house = house;
	s->db = db;
	s->tasks = tasks;
	if (page_cache_make(&s->pages, response_forget, e)
	    && guard_start((struct guard_terms){ .head = 30, .body = 30, .rate = 2048 }, &s->guard, e)
	    && writer_start(db, (struct writer_after){ after_batch, s }, &s->writer, e)
	    && daemon_start(s, listen_fd, tls, e)) {
		*out = s;
		return true;
	}
	s->db = NULL;  /* still the caller's */
	serve_stop(s);
	return false;
}

int serve_fd(const struct serve *s) { return writer_fd(s->writer); }

/* A connection that waits for the writer or a task must be resumed before the
 * library ends, so those end first. */
void
serve_stop(struct serve *s)
{
	if (s->listen != -1) {
		listen_stop(s->listen);
		pthread_join(s->accepting, NULL);
		close(s->listen);
	}
	task_pool_stop(s->tasks);
	if (s->writer != NULL)
		writer_stop(s->writer);
	if (s->daemon != NULL)
		lib.stop_daemon(s->daemon);
	if (s->writer != NULL)
		writer_free(s->writer);
	guard_stop(s->guard);
	page_cache_free(s->pages);
	store_close(s->db);
	pthread_key_delete(s->reader);
	free(s);
}

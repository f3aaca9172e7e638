/* SPDX-License-Identifier: Apache-2.0 */
#include "web/call.h"

#include "base/log.h"
#include "base/time.h"
#include "web/session.h"

void
call_init(struct call *c, const struct house *house, str uri)
{
	*c = (struct call){ .req = { .house = house }, .began_us = time_monotonic_us() };
	arena_init(&c->arena, CALL_BUDGET);
	arena_init(&c->spare, CALL_BUDGET);
	c->req.arena = &c->arena;
	c->req.plain_path = S("/");
	if (!arena_copy(&c->arena, uri, &c->query, &c->refused))
		return;
	if (!str_cut(&c->query, '?', &c->req.plain_path)) {
		c->req.plain_path = c->query;
		c->query = S("");
	}
}

/* "/fr/report" is "/report" in French. */
static void
language_cut(struct req *q, str accept)
{
	q->reader.lang = lang_choose(accept);
	for (enum lang l = 0; l < LANG_COUNT; l++) {
		str prefix = str_of(lang_prefix(l)), path = q->plain_path;

		if (!lang_is_spoken(l) || path.n < prefix.n + 1 || path.p[0] != '/'
		    || memcmp(path.p + 1, prefix.p, prefix.n) != 0
		    || (path.n > prefix.n + 1 && path.p[prefix.n + 1] != '/'))
			continue;
		q->reader = (struct reader){ l, { path.p, prefix.n + 1 } };
		q->plain_path = path.n == prefix.n + 1 ? S("/") : (str){ path.p + prefix.n + 1, path.n - prefix.n - 1 };
		return;
	}
}

static bool
is_safe(str method)
{
	return str_eq(method, S("GET")) || str_eq(method, S("HEAD"));
}

void
call_begin(struct call *c, struct store *reader, str method)
{
	struct req *q = &c->req;
	struct err *e = &c->refused;
	enum gate gate = GATE_OPEN;

	c->is_head_read = true;
	q->store = reader;
	language_cut(q, c->head.accept_language);
	q->is_api = q->plain_path.n >= 5 && memcmp(q->plain_path.p, "/api/", 5) == 0;
	if (e->kind != ERR_NONE || !gate_check(&c->head, q->house->settings->origin, is_safe(method), &gate, e))
		return;
	c->is_elsewhere = gate == GATE_ELSEWHERE;
	if (c->is_elsewhere || !session_find(q, &c->head, e))
		return;
	if (str_eq(method, S("HEAD")))
		method = S("GET");  /* the library leaves the body out */
	if (route_find(q, method, q->plain_path, e))
		(void)!body_expect(&c->body, q, &c->head, c->query, e);
}

/* A form with something wrong in it comes back with what was typed. */
static bool
show_again(struct req *q, struct buf *main, const struct err *e)
{
	struct err none = { 0 };

	if (q->route == NULL || q->route->again == NULL || err_http_status(e->kind) >= 500)
		return false;
	q->problem = e;
	q->status = err_http_status(e->kind);
	q->job = NULL;
	q->task = NULL;
	return q->route->again(q, main, &none);
}

static bool
step(struct call *c, struct buf *main, struct err *e)
{
	struct req *q = &c->req;
	const struct err *waited = q->job ? &q->job->err : q->task ? &q->task->err : NULL;
	handler *next = q->done;

	if (waited == NULL)
		return body_end(&c->body, e)
		    && (is_safe(str_of(q->route->method)) || q->route->takes_sealed
		    || session_check_csrf(q, &c->head, e))
		    && q->route->run(q, main, e);
	q->job = NULL;
	q->task = NULL;
	q->done = NULL;
	if (waited->kind != ERR_NONE) {
		*e = *waited;
		return false;
	}
	return next(q, main, e);
}

enum call_next
call_run(struct call *c, struct answer *out)
{
	struct req *q = &c->req;
	struct buf main = { .arena = &c->arena };
	struct err e = c->refused;
	bool ok = false;

	if (c->is_elsewhere && e.kind == ERR_NONE) {
		answer_elsewhere(q, out);
		return CALL_ANSWER;
	}
	if (e.kind == ERR_NONE) {
		ok = step(c, &main, &e);
		if (ok && (q->job != NULL || q->task != NULL))
			return CALL_WAIT;
		if (!ok)
			ok = show_again(q, &main, &e);
	}
	answer_make(q, ok, &main, &e, &c->spare, out);
	return CALL_ANSWER;
}

void
call_log(const struct call *c, int status)
{
	const struct route *r = c->req.route;

	if (c->req.house->settings->log >= SETTINGS_LOG_REQUESTS)
		log_event(LOG_INFO, "request", (struct log_field[]){ log_text("method", r ? r->method : "-"),
		    log_text("row", r ? r->pattern : "-"), log_number("status", status),
		    log_number("us", time_monotonic_us() - c->began_us), { 0 } });
}

void
call_end(struct call *c)
{
	body_drop(&c->body);
	arena_free(&c->arena);
	arena_free(&c->spare);
}

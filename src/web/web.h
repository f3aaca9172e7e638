/* SPDX-License-Identifier: Apache-2.0 */
/* web.h - what a page sees of HTTP. The server library stays in web/serve.c. */
#pragma once
#include "base/html.h"
#include "store/store.h"
#include "store/writer.h"

enum role { ROLE_GUEST, ROLE_READER, ROLE_MEMBER, ROLE_EDITOR, ROLE_APPROVER, ROLE_ADMINISTRATOR };

enum { PATH_MAX_PARTS = 4, INPUT_MAX = 8 };

struct req;

/* Writes the body of <main>, or returns false with *e filled in; web/serve.c
 * turns *e into the error page, the status and the log line.
 * A handler that changes data checks its input, fills a job and returns true
 * with q->job and q->done set: the request then waits without a thread, and
 * done, a handler too, renders the answer once the job is on the disk. */
typedef bool handler(struct req *q, struct buf *body, struct err *e);

/* An input field and what its value must be. */
struct field { const char *name; bool (*check)(str value, struct err *e); };

struct route {
	const char *method, *pattern;   /* "{}" in the pattern matches one part of the path */
	enum role who;                  /* the least role that may */
	size_t body_max;                /* bytes; 0: a body is refused */
	struct field input[INPUT_MAX];  /* of the body, each exactly once; ends with no name */
	handler *run;
	const char *summary;            /* msgid, for the manual and OpenAPI */
};
extern const struct route routes[];  /* ends with no method */

struct req {
	const struct route *route;
	str path[PATH_MAX_PARTS];  /* what the {} matched, percent-decoded */
	str input[INPUT_MAX];      /* values in the order of route->input, checked */
	enum role role;            /* of the one who asks */
	struct reader reader;      /* the one who reads */
	struct store *store;       /* this thread's connection, read-only */
	struct arena *arena;       /* freed when the answer is sent */
	int status;                /* of the answer; 0: 200 */
	str title;                 /* of the page */
	struct job *job;           /* the write to wait for, or NULL */
	handler *done;             /* answers when job has been written */
};

/* Finds the row for method and path and fills q->route and q->path.
 * ERR_NOT_FOUND without one; ERR_DENIED when q->role may not. */
bool route_find(struct req *q, str method, str path, struct err *e) MUST_USE;

/* Reads body, application/x-www-form-urlencoded, into q->input. ERR_INPUT for a
 * field that is unknown, missing, twice, badly encoded or fails its check. */
bool route_input(struct req *q, str body, struct err *e) MUST_USE;

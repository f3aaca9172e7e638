/* SPDX-License-Identifier: Apache-2.0 */
/* web.h - what a page sees of HTTP. The server library stays in web/serve.c.
 *
 * The walk of a request: serve.c takes the head, gate.c asks whether it may come
 * in at all, session.c who it is, route.c which row it fits; body.c takes the
 * body; the row's handler runs; answer.c frames what it wrote. */
#pragma once
#include "base/html.h"
#include "store/store.h"
#include "store/writer.h"
#include "web/settings.h"
#include "web/signer.h"
#include "web/task.h"
#include "web/zygote.h"

enum role { ROLE_GUEST, ROLE_READER, ROLE_MEMBER, ROLE_EDITOR, ROLE_APPROVER, ROLE_ADMINISTRATOR };

enum { PATH_MAX_PARTS = 4, INPUT_MAX = 8 };

struct req;

/* Writes the body of <main>, or of the answer of an API call, or returns false
 * with *e filled in; web/answer.c turns *e into the error page, the status and
 * the log line.
 * A handler that changes data checks its input, fills a job and returns true
 * with q->job and q->done set: the request then waits without a thread, and
 * done, a handler too, goes on once the job is on the disk. The same with a task,
 * for what would keep a thread busy. done may set another. */
typedef bool handler(struct req *q, struct buf *body, struct err *e);

/* An input field and what its value must be. */
enum need { NEEDED, OPTIONAL };
struct field { const char *name; bool (*check)(str value, struct err *e); enum need need; };

/* How an answer goes out, and what a refusal of this row looks like. */
enum face { FACE_PAGE, FACE_API, FACE_TEXT, FACE_FILE };

struct route {
	const char *method, *pattern;   /* "{}" in the pattern matches one part of the path */
	enum role who;                  /* the least role that may */
	enum face face;
	bool takes_sealed;              /* the body is, or its form holds, a sealed file */
	bool is_cached;                 /* for guests: the same until what they see changes */
	size_t body_max;                /* bytes; 0: a body is refused */
	struct field input[INPUT_MAX];  /* of the body, or of the address where there is none or it is raw */
	handler *run;
	handler *again;                 /* a form's page: shows the form again with what was wrong; or NULL */
	const char *summary;            /* msgid, for the manual and OpenAPI */
};
extern const struct route routes[];  /* ends with no method */

/* A sealed file that came as a body: web/spool.h. */
struct spool;

/* What all requests share. */
struct house {
	const struct settings *settings;
	struct signer *signer;
	struct zygote *zygote;
	struct tries *tries;   /* to sign in: web/tries.h */
	str folder;            /* of the store; the folder blobs is in it */
	str origin_host;       /* "leman.example", "localhost:8080" */
	bool can_seal;         /* origin is https, or on this very machine */
	str instance_key;      /* vkey of the instance, crypto/note.h */
};

struct req {
	const struct route *route;
	const struct house *house;
	str path[PATH_MAX_PARTS];  /* what the {} matched, percent-decoded */
	str input[INPUT_MAX];      /* values in the order of route->input, checked; p NULL: not given */
	struct spool *spool;       /* the sealed file of a row that takes one, or NULL */
	enum role role;            /* of the one who asks */
	str account, session;      /* its name, and the SHA-256 of its token; empty: a guest */
	str csrf, csrf_given;      /* what its forms must bring along, and what came */
	bool by_cookie;            /* it came with a cookie: a browser */
	struct reader reader;      /* the one who reads */
	bool is_api;               /* asked for below /api/: what is wrong is told in JSON */
	char allow[24];            /* ERR_METHOD: what the address takes */
	str plain_path;            /* the path asked for, without the language, percent-encoded */
	struct store *store;       /* this thread's connection, read-only */
	struct arena *arena;       /* freed when the answer is sent */

	int status;                /* of the answer; 0: 200 */
	str title;                 /* of the page */
	const char *nav;           /* which part of the frame is current, or NULL */
	const struct asset *script;
	str location;              /* where a 303 leads: a path of ours */
	str set_cookie;            /* a session's token; "-" ends it */
	str file_path;             /* FACE_FILE: the answer is this file below house->folder */
	uint64_t file_size;
	str file_name;             /* FACE_FILE, FACE_TEXT: to be saved as; or empty */
	struct job *job;           /* the write to wait for, or NULL */
	struct task *task;         /* the work to wait for, or NULL */
	void *made;                /* a handler's own, for its done */
	handler *done;             /* answers when job or task has been done */
	const struct err *problem; /* what was wrong, when route->again runs */
};

/* Finds the row for method and path and fills q->route and q->path. ERR_NOT_FOUND
 * without one, ERR_METHOD for another method, ERR_SIGN_IN or ERR_DENIED when
 * q->role may not. */
bool route_find(struct req *q, str method, str path, struct err *e) MUST_USE;

/* Reads fields, application/x-www-form-urlencoded, into q->input. ERR_INPUT for a
 * field that is unknown, missing, twice, badly encoded or fails its check. */
bool route_input(struct req *q, str fields, struct err *e) MUST_USE;

/* The same from an object of JSON whose members are texts. */
bool route_input_json(struct req *q, str text, struct err *e) MUST_USE;

/* One field, decoded already; route_input_end() says what is missing. */
bool route_input_add(struct req *q, str name, str value, struct err *e) MUST_USE;
bool route_input_end(struct req *q, struct err *e) MUST_USE;

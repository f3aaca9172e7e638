/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - what happened, one JSON object a line, for operators and their tools.
 *
 *   {"time":"2026-09-11T08:00:00.123Z","level":"error","process":"web",
 *    "event":"write_failed","error":"?: No space left on device","kind":"io"}
 *
 * No personal data can get in by mistake: texts are C strings of the program
 * itself (foreign bytes are a str, and no field takes one), and of an err only
 * its msgid, its numbers and the system's own words are kept; "?" stands for the
 * rest. Never an address, a path of a request, a query, an id of a person. */
#pragma once
#include "base/err.h"

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

enum {
	LOG_LINE_MAX = 2048,   /* bytes; what does not fit is left out, and "cut" says so */
	LOG_SAME_MAX = 10,     /* warnings or errors of one event */
	LOG_SAME_SECONDS = 60, /* in so long; the next after it tells how many were left out */
};

struct log_field {
	const char *name;  /* NULL ends the fields */
	enum log_type { LOG_TEXT, LOG_NUMBER, LOG_BOOL, LOG_ERR } type;
	union { const char *text; int64_t number; const struct err *err; };
};

/* fd is often stderr and stays the caller's. Once, before the first thread; a
 * process that is forked later calls it again with its own name. */
void log_open(int fd, const char *process);

/* One line, one write(2). Never waits: where the reader of a pipe does not keep
 * up, the line is dropped and the next one says how many were. From any thread.
 * fields may be NULL. */
void log_event(enum log_level level, const char *event, const struct log_field *fields);

/* A line for each event of which lines are still untold. */
void log_close(void);

static inline struct log_field
log_text(const char *name, const char *text)
{
	return (struct log_field){ .name = name, .type = LOG_TEXT, .text = text };
}

static inline struct log_field
log_number(const char *name, int64_t number)
{
	return (struct log_field){ .name = name, .type = LOG_NUMBER, .number = number };
}

static inline struct log_field
log_bool(const char *name, bool yes)
{
	return (struct log_field){ .name = name, .type = LOG_BOOL, .number = yes };
}

/* Three fields: "error", "kind", and "rule" where there is one. */
static inline struct log_field
log_err(const struct err *e)
{
	return (struct log_field){ .name = "error", .type = LOG_ERR, .err = e };
}

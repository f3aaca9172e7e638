/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - what went wrong, for a person, a status code and an exit code.
 *
 * Every function that can fail returns bool and takes a struct err * last.
 * On false, *e says why; on true, *e is untouched. One table, err_kinds in
 * err.c, maps a kind to its HTTP status and its exit code.
 *
 * The message is kept as its msgid and what fills it, so that the face that
 * knows the reader (a page, a command) can put it into the reader's language. */
#pragma once
#include "base/words.h"

enum err_kind {
	ERR_NONE,
	ERR_INPUT,      /* what was given breaks a rule */
	ERR_NOT_FOUND,
	ERR_METHOD,     /* the address is right, what is asked of it is not */
	ERR_SIGN_IN,    /* who signs in may be allowed to */
	ERR_DENIED,
	ERR_CONFLICT,   /* it would contradict what is kept already */
	ERR_TOO_BIG,
	ERR_LIMIT,      /* a quota or a rate is used up */
	ERR_BUSY,       /* nothing was done; the same again may work later */
	ERR_IO,
	ERR_MEMORY,
	ERR_UNKNOWN,    /* it may have been done or not: ask before doing it again */
	ERR_COUNT
};

enum { ERR_ARGS = 3, ERR_ARG_MAX = 120 };

struct err {
	enum err_kind kind;
	const char *rule;  /* clause broken, e.g. "RFC 9116 2.5.5"; may be NULL */
	const char *id;    /* what was expected and found: a printf format and a msgid */
	char args[ERR_ARGS][ERR_ARG_MAX];  /* what fills it, already text */
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Fills *e and returns false, so that failing is one line: return fail(...).
 * At most three of %s, %.*s, %d, %zu, %lld and %llu; a longer value is cut. */
bool fail(struct err *e, enum err_kind kind, const char *rule, const char *id, ...) PRINTF(4, 5);

/* *e as one line for a person who reads lang: no newline, no control character. */
struct err_text { char s[600]; };
struct err_text err_text(const struct err *e, enum lang lang);

int err_http_status(enum err_kind kind);
const char *err_http_phrase(enum err_kind kind);  /* as RFC 9110 15 names the status */
int err_exit_code(enum err_kind kind);  /* 64 and above, after sysexits.h */

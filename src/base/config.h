/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - settings, from a file and from the command line, by one table.
 *
 * A file is UTF-8, one "name = value" a line; a line that begins with '#' is a
 * comment, and a '#' anywhere else is part of a value. Strict: an unknown name, a
 * name that stands there twice, a missing or impossible value is an error that
 * says where and what was expected. */
#pragma once
#include "base/arena.h"

enum { CONFIG_MAX = 64 * 1024, CONFIG_ROWS_MAX = 64 };

enum config_kind {   /* what is written               type of the field */
	CONFIG_TEXT,     /* any text                      str, with a NUL after it */
	CONFIG_PATH,     /* the same                      str, with a NUL after it */
	CONFIG_NUMBER,   /* 12                            uint64_t */
	CONFIG_SIZE,     /* 512, 64K, 20M, 2G, of 1024    uint64_t, bytes */
	CONFIG_DURATION, /* 30s, 15m, 12h, 90d            uint64_t, seconds */
	CONFIG_BOOL,     /* yes, no                       bool */
	CONFIG_CHOICE,   /* a word of choices             int, its number */
};

struct config_row {
	const char *name;            /* as in "name = value" and "--name value" */
	enum config_kind kind;
	size_t at;                   /* offsetof() the field */
	const char *value;           /* where nothing is said, as it would be written; NULL: zero */
	const char *summary;         /* msgid */
	uint64_t min, max;           /* of numbers, sizes and durations; max 0: no bound */
	const char *const *choices;  /* ends with NULL */
};  /* a table ends with no name */

/* Sets each field of out to its row's value. What is not good is an error of the
 * program, and told like one of a file. */
bool config_defaults(const struct config_row *rows, void *out, struct arena *a, struct err *e) MUST_USE;

/* Sets the fields that text names; file is its name, for errors. Texts are copied
 * to a. ERR_INPUT, ERR_TOO_BIG past CONFIG_MAX, ERR_MEMORY; then out is spoilt. */
bool config_parse(str text, const char *file, const struct config_row *rows, void *out,
    struct arena *a, struct err *e) MUST_USE;

/* Sets the fields that "--name value" and "--name=value" name, of the n words at
 * argv; a bool is "--name" or "--name=no". Ends before the first word that is no
 * option, after "--", and tells in *used how many words it took. */
bool config_args(char *const *argv, size_t n, const struct config_row *rows, void *out, size_t *used,
    struct arena *a, struct err *e) MUST_USE;

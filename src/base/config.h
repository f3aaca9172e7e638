/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - settings from a file of "key = value" lines and from the command line.
 *
 * Strict: a key that is not in the table, a key twice, a value of the wrong kind are
 * errors that name the line. A setting that is ignored in silence is worse than a
 * program that does not start. */
#pragma once
#include "base/arena.h"

enum { CONFIG_MAX = 64 * 1024 };  /* bytes of a file */

enum config_kind {
	CONFIG_TEXT,
	CONFIG_NUMBER,  /* 0 to 2^53 */
	CONFIG_SIZE,    /* a number of bytes, with K, M, G or T (times 1024) behind it or not */
};

/* A setting: its key, and where its value goes in the caller's struct: a str for
 * CONFIG_TEXT, else an int64_t. choices: what a text may be, "on off"; or NULL. */
struct config_row {
	const char *key;
	enum config_kind kind;
	size_t offset;
	const char *initial;   /* as it would stand in a file; NULL: none */
	const char *choices;
	const char *summary;   /* msgid */
};

/* Sets what the rows begin with. Ends with a row without a key. */
bool config_init(const struct config_row *rows, void *settings, struct err *e) MUST_USE;

/* Reads text, whose values are kept in a; file is named in messages. */
bool config_read(const struct config_row *rows, str text, const char *file, struct arena *a, void *settings,
    struct err *e) MUST_USE;

/* One setting, as "--key value" on a command line. value must outlive settings. */
bool config_set(const struct config_row *rows, str key, str value, void *settings, struct err *e) MUST_USE;

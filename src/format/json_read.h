/* SPDX-License-Identifier: Apache-2.0 */
/* json_read.h - what the files of the JSON reader share; for them alone. */
#pragma once
#include "format/json.h"

struct json_reader {
	str text;
	const char *end;
	struct arena *arena;
	struct json_node *nodes;
	size_t cap;  /* nodes there is room for */
	struct err *e;
};

enum { JSON_ONE = 1 << JSON_SPAN_SHIFT };  /* the span of what contains nothing */

/* What can be wrong at a byte. */
enum json_problem {
	WANT_VALUE, WANT_KEY, WANT_COLON, WANT_PAIR, WANT_ITEM, WANT_END, WANT_WORD, WANT_DIGIT, WANT_HEX,
	NO_ZERO_FIRST, NO_CONTROL, NO_ESCAPE, NO_UTF8, NO_MARK, NO_SURROGATE, NO_NUL, NO_DEEPER, NO_SECOND,
	PROBLEM_COUNT
};

/* Says what is wrong at that byte, where the text may end. Always false, NULL. */
bool json_stop(const struct json_reader *r, const char *at, enum json_problem problem);
const char *json_stop_null(const struct json_reader *r, const char *at, enum json_problem problem);

/* Says that the key was there before. Always false. */
bool json_stop_twice(const struct json_reader *r, const struct json_node *key);

/* Reads on at q in a string that began at p and is not plain ASCII; returns what
 * follows its last quote, or NULL. One with escapes is written to the arena,
 * behind a pointer to where it stood. */
const char *json_rough_string(struct json_reader *r, const char *p, const char *q,
    struct json_node *node) MUST_USE;

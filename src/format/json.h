/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - JSON text, read strictly.
 *
 * Source: RFC 8259; I-JSON (RFC 7493) 2.1 (surrogates, not noncharacters) and
 * 2.3 where it is stricter.
 * Input is hostile. Two readers of one signed document must never see two
 * documents, so refused are: duplicate keys, bytes after the value, depth over
 * JSON_DEPTH_MAX, invalid UTF-8, lone surrogates, NUL in a key, a byte order
 * mark. Numbers are kept as they are written, whatever their size. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

enum {
	JSON_DEPTH_MAX = 256,     /* arrays and objects around one another */
	JSON_TEXT_MAX = 1 << 28,  /* bytes; a longer text is refused unread */
};

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* One value in a parsed document; copy it freely. The document's nodes are in
 * the arena, unescaped strings point into the text: both must outlive it.
 * One that is all zero is a missing value. */
struct json { const struct json_node *node; };

/* Reads the whole of text as one value. ERR_INPUT with line and column (both
 * from 1; a column is a code point) and the clause broken; ERR_TOO_BIG for a
 * text over JSON_TEXT_MAX; ERR_MEMORY past the arena.
 * Takes 16 bytes of arena for each value and key, and the bytes of each string
 * that holds an escape: mostly less than the text, at worst 32 times as much. */
bool json_parse(str text, struct arena *a, struct json *out, struct err *e) MUST_USE;

static inline enum json_kind json_kind(struct json v);
static inline str json_str(struct json v);  /* of a string or, as written, of a number; else empty */

/* As an integer. False: no number, one with a fraction or exponent (so also
 * 1.0), or out of range. */
bool json_i64(struct json v, int64_t *out) MUST_USE;

/* The double nearest to it, ties to even, whatever the locale. False: no number,
 * or larger than any double. */
bool json_f64(struct json v, double *out) MUST_USE;

static inline size_t json_count(struct json v);  /* items of an array, pairs of an object; else 0 */

/* The value under key; JSON_NULL's kind with json_is_missing() when it is not
 * there, or object is none. Looks at key after key. */
struct json json_get(struct json object, str key);
static inline bool json_is_missing(struct json v) { return v.node == NULL; }

/* Over the items of an array or the pairs of an object, in their order; over
 * nothing for other kinds. key is not set for an array, and may be NULL. */
struct json_walk { const struct json_node *at; size_t left; bool is_object; };
static inline struct json_walk json_each(struct json v);
static inline bool json_next(struct json_walk *w, str *key, struct json *value);

/* Where v stands in the text, for messages and JSON pointers: byte offset of its
 * first byte, of a string's opening quote; 0 for a missing value. */
size_t json_offset(struct json v, str text);

/* What follows is how it is done; no one else need know. */

/* A value or key, followed by what it contains: all nodes of a document stand
 * in one array, in the order of the text. */
struct json_node {
	const char *p;  /* a string's or number's bytes; where else the value begins */
	uint32_t n;     /* a string's or number's length; items or pairs */
	uint32_t bits;  /* kind; JSON_ESCAPED; from bit 4 on, how many nodes this one and its contents are */
};
enum { JSON_KIND_BITS = 7, JSON_ESCAPED = 8, JSON_SPAN_SHIFT = 4 };

static inline enum json_kind
json_kind(struct json v)
{
	return v.node == NULL ? JSON_NULL : (enum json_kind)(v.node->bits & JSON_KIND_BITS);
}

static inline str
json_str(struct json v)
{
	enum json_kind kind = json_kind(v);

	return kind == JSON_STRING || kind == JSON_NUMBER ? (str){ v.node->p, v.node->n } : S("");
}

static inline size_t
json_count(struct json v)
{
	return json_kind(v) >= JSON_ARRAY ? v.node->n : 0;
}

static inline struct json_walk
json_each(struct json v)
{
	size_t n = json_count(v);

	return (struct json_walk){ n > 0 ? v.node + 1 : NULL, n, json_kind(v) == JSON_OBJECT };
}

static inline bool
json_next(struct json_walk *w, str *key, struct json *value)
{
	if (w->left == 0)
		return false;
	w->left--;
	if (w->is_object) {
		if (key != NULL)
			*key = (str){ w->at->p, w->at->n };
		w->at++;
	}
	value->node = w->at;
	w->at += w->at->bits >> JSON_SPAN_SHIFT;
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - JSON text, read strictly.
 *
 * Source: RFC 8259; I-JSON (RFC 7493) 2.1 and 2.3 where it is stricter.
 * Input is hostile. Two readers of one signed document must never see two
 * documents, so refused are: duplicate keys, bytes after the value, depth over
 * JSON_DEPTH_MAX, invalid UTF-8, lone surrogates, NUL in a key, a byte order
 * mark. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

enum { JSON_DEPTH_MAX = 256 };

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* One value in a parsed document; copy it freely. The document's nodes are in
 * the arena, unescaped strings point into the text: both must outlive it. */
struct json { const struct json_node *node; };

/* Reads the whole of text as one value. ERR_INPUT with line and column and the
 * clause broken, ERR_MEMORY past the arena. */
bool json_parse(str text, struct arena *a, struct json *out, struct err *e) MUST_USE;

enum json_kind json_kind(struct json v);
str json_str(struct json v);           /* of a string or, as written, of a number */
bool json_i64(struct json v, int64_t *out) MUST_USE;    /* false: no integer, or out of range */
bool json_f64(struct json v, double *out) MUST_USE;
size_t json_count(struct json v);      /* items of an array, pairs of an object */

/* The value under key; JSON_NULL's kind with json_is_missing() when it is not there. */
struct json json_get(struct json object, str key);
bool json_is_missing(struct json v);

/* Over the items of an array or the pairs of an object, in their order. key is
 * not set for an array. */
struct json_walk { const struct json_node *at; size_t left; bool is_object; };
struct json_walk json_each(struct json v);
bool json_next(struct json_walk *w, str *key, struct json *value);

/* Where v stands in the text, for messages and JSON pointers: byte offset. */
size_t json_offset(struct json v, str text);

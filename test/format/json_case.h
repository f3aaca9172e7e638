/* SPDX-License-Identifier: Apache-2.0 */
/* json_case.h - what the tests of JSON share. */
#pragma once
#include "format/json_write.h"

/* A document read from memory that ends where the text does, so that the
 * sanitizer sees a byte too many being read. */
struct json_case { struct arena arena; char *text; size_t n; struct json v; struct err e; bool ok; };

void case_read(struct json_case *c, str text);
void case_end(struct json_case *c);

/* v as JSON text again; empty when a is used up. */
str case_written(struct arena *a, struct json v);

/* Writes an object of n pairs, a line each, key i being prefix and i; the last one has key
 * `again` instead, if that is less than n. */
void case_keys(struct buf *b, size_t n, const char *prefix, size_t again);

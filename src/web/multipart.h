/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.h - a form with a file in it, taken apart as it comes.
 *
 * Source: RFC 7578; RFC 2046 5.1.1 for the boundary.
 * Input is hostile. Parts are handed on piece by piece, so a file of any size
 * needs no more memory than MULTIPART_HEAD. */
#pragma once
#include "base/arena.h"

enum { MULTIPART_HEAD = 4096, MULTIPART_BOUNDARY = 70, MULTIPART_PARTS = 16 };

/* What a part is: the name of its field, and whether it is a file. */
struct multipart_part { str name; bool is_file; };

struct multipart {
	/* Called with the pieces of each part, and once at its end with is_end. */
	void (*take)(void *to, const struct multipart_part *part, str piece, bool is_end);
	void *to;

	/* The reader's own. */
	char mark[MULTIPART_BOUNDARY + 5];  /* CR LF "--" boundary */
	size_t mark_n, matched;
	enum { MULTIPART_PREAMBLE, MULTIPART_AFTER, MULTIPART_IN_HEAD, MULTIPART_IN_BODY, MULTIPART_END } at;
	char head[MULTIPART_HEAD];
	size_t head_n, parts;
	struct multipart_part part;
	struct err err;
};

/* content_type with its boundary. ERR_INPUT for one without. */
bool multipart_begin(struct multipart *m, str content_type,
    void (*take)(void *to, const struct multipart_part *part, str piece, bool is_end), void *to,
    struct err *e) MUST_USE;
void multipart_take(struct multipart *m, str bytes);
bool multipart_end(struct multipart *m, struct err *e) MUST_USE;

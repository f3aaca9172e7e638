/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - what goes back to the one who asked: a handler's text in its frame, or
 * an error as a page or as a problem document (RFC 9457), with its headers. */
#pragma once
#include "web/web.h"

enum { ANSWER_HEADERS = 20 };

struct answer {
	int status;
	str body;         /* unless file is set */
	str file;         /* path below the store's folder */
	uint64_t file_size;
	struct { const char *name; str value; } headers[ANSWER_HEADERS];
	size_t n;
};

/* After a handler: ok with what it wrote in main, or not with *e. Never fails: what
 * memory cannot hold becomes a short text. spare: an arena that is empty so far. */
void answer_make(struct req *q, bool ok, const struct buf *main, struct err *e, struct arena *spare,
    struct answer *out);

/* For an asset, kept by browsers for ever. */
void answer_asset(const struct asset *a, bool gzip, struct answer *out);

/* Does a browser that sends this Accept-Encoding take gzip? */
bool answer_takes_gzip(str accept);

/* Compresses the body, where that is worth it. For pages without secrets alone:
 * a length can tell what stands beside a secret. */
void answer_gzip(struct answer *out, struct arena *a);

/* To the same address at the origin. */
void answer_elsewhere(struct req *q, struct answer *out);

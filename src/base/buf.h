/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - bytes being written: a page, a JSON document, a log line.
 *
 * Writing never fails on the spot. A buf that outgrows its arena goes bad and
 * drops what follows; ask buf_ok() once, at the end. */
#pragma once
#include "base/arena.h"

struct buf { struct arena *arena; char *p; size_t n, cap; bool bad; };

void buf_add(struct buf *b, const char *p, size_t n);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
static inline void buf_str(struct buf *b, str s) { buf_add(b, s.p, s.n); }
static inline bool buf_ok(const struct buf *b) { return !b->bad; }

/* What was written, or ERR_MEMORY for a bad buf. */
bool buf_take(const struct buf *b, str *out, struct err *e) MUST_USE;

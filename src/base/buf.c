/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

/* Room for n more bytes at the end, or NULL and b has gone bad. A buf that is
 * the last thing in its arena grows where it stands. */
static char *
room_for(struct buf *b, size_t n)
{
	if (!b->bad && b->cap - b->n < n) {
		size_t cap = b->cap * 2 > b->n + n ? b->cap * 2 : b->n + n + 1024;

		if (b->cap == 0 || !arena_resize(b->arena, b->p, b->cap, cap)) {
			char *p = arena_take(b->arena, cap);

			if (p != NULL && b->n > 0)
				memcpy(p, b->p, b->n);
			b->bad = p == NULL;
			b->p = p;
		}
		b->cap = cap;
	}
	return b->bad ? NULL : b->p + b->n;
}

void
buf_add(struct buf *b, const char *p, size_t n)
{
	char *to = n > 0 ? room_for(b, n) : NULL;

	if (to != NULL) {
		memcpy(to, p, n);
		b->n += n;
	}
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	char *to;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0 && (to = room_for(b, (size_t)n + 1)) != NULL) {
		(void)vsnprintf(to, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

bool
buf_take(const struct buf *b, str *out, struct err *e)
{
	if (b->bad)
		return fail(e, ERR_MEMORY, NULL, "the answer outgrew its memory");
	*out = (str){ b->p, b->n };
	return true;
}

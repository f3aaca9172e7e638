/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>

struct arena_block {
	struct arena_block *next;
	size_t at, size;
	size_t clean;  /* bytes from here on, and from at on, are as calloc() gave them: zero */
	_Alignas(16) char bytes[];
};

enum { ARENA_BLOCK = 16 * 1024 };

static size_t
rounded(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

static struct arena_block *
block_new(struct arena *a, size_t size)
{
	struct arena_block *b = calloc(1, sizeof *b + size);

	if (b != NULL) {
		b->size = size;
		b->next = a->head;
		a->head = b;
	}
	return b;
}

/* Bytes taken back are no longer zero. */
static void
block_rewind(struct arena_block *b, size_t at)
{
	if (b->clean < b->at)
		b->clean = b->at;
	b->at = at;
}

void
arena_init(struct arena *a, size_t budget)
{
	*a = (struct arena){ .budget = budget };
}

void
arena_free(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){ .budget = a->budget };
}

void
arena_reset(struct arena *a)
{
	size_t total = 0;

	if (a->head != NULL && a->head->next != NULL) {
		for (struct arena_block *b = a->head; b != NULL; b = b->next)
			total += b->size;
		arena_free(a);
		(void)block_new(a, total);  /* without it: an arena as after arena_init() */
	}
	if (a->head != NULL)
		block_rewind(a->head, 0);
	a->used = 0;
}

void *
arena_take(struct arena *a, size_t n)
{
	struct arena_block *b = a->head;
	void *p;

	if (n > SIZE_MAX / 2 || n > a->budget || a->used > a->budget - n)
		return NULL;
	n = rounded(n);
	if ((b == NULL || b->size - b->at < n) && (b = block_new(a, n > ARENA_BLOCK ? n : ARENA_BLOCK)) == NULL)
		return NULL;
	p = b->bytes + b->at;
	b->at += n;
	a->used += n;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	char *p = arena_take(a, n);

	if (p != NULL) {
		size_t at = (size_t)(p - a->head->bytes);

		if (at < a->head->clean)
			memset(p, 0, n < a->head->clean - at ? n : a->head->clean - at);
	}
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	return size != 0 && n > SIZE_MAX / size ? NULL : arena_alloc(a, n * size);
}

bool
arena_resize(struct arena *a, const void *p, size_t from, size_t to)
{
	struct arena_block *b = a->head;
	size_t at;

	if (b == NULL || to > SIZE_MAX / 2 || b->at < rounded(from) || b->bytes + (b->at - rounded(from)) != p)
		return false;
	at = b->at - rounded(from);
	if (to > from && (to > a->budget || a->used - rounded(from) > a->budget - to
	    || b->size - at < rounded(to)))
		return false;
	a->used = a->used - rounded(from) + rounded(to);
	block_rewind(b, at + rounded(to));
	return true;
}

bool
arena_copy(struct arena *a, str s, str *out, struct err *e)
{
	char *p = arena_take(a, s.n + 1);

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", s.n);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	*out = (str){ p, s.n };
	return true;
}

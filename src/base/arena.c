/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>

struct arena_block {
	struct arena_block *next;
	size_t at, size;
	_Alignas(16) char bytes[];
};

enum { ARENA_BLOCK = 16 * 1024 };

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

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->head;
	void *p;

	if (n > a->budget || a->used > a->budget - n)
		return NULL;
	n = (n + 15) & ~(size_t)15;
	if (b == NULL || b->size - b->at < n) {
		size_t size = n > ARENA_BLOCK ? n : ARENA_BLOCK;
		if ((b = calloc(1, sizeof *b + size)) == NULL)
			return NULL;
		b->size = size;
		b->next = a->head;
		a->head = b;
	}
	p = b->bytes + b->at;
	b->at += n;
	a->used += n;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	return size != 0 && n > SIZE_MAX / size ? NULL : arena_alloc(a, n * size);
}

bool
arena_copy(struct arena *a, str s, str *out, struct err *e)
{
	char *p = arena_alloc(a, s.n + 1);

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", s.n);
	if (s.n)
		memcpy(p, s.p, s.n);
	*out = (str){ p, s.n };
	return true;
}

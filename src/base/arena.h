/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h - memory for one request, one command or one batch, freed at once.
 *
 * An arena has a budget in bytes. arena_alloc() returns NULL past it, never
 * aborts, and never touches the heap twice for the same bytes. Nothing taken
 * from an arena is freed on its own. Not safe to share between threads.
 *
 * What is taken counts against the budget rounded up to a multiple of 16. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct arena { struct arena_block *head; size_t used, budget; };

void arena_init(struct arena *a, size_t budget);
void arena_free(struct arena *a);

/* Takes everything back and keeps the memory, as one block, for what comes
 * next: a loop that reads record after record touches the heap, and faults
 * pages in, for its largest record only. */
void arena_reset(struct arena *a);

/* n zeroed bytes, aligned to 16; NULL when the budget or the machine is out. */
void *arena_alloc(struct arena *a, size_t n) MUST_USE;

/* The same, not zeroed: for bytes that are written before they are read. */
void *arena_take(struct arena *a, size_t n) MUST_USE;

/* n things of type T, zeroed; NULL as above and when the size overflows. */
#define ARENA_NEW(a, T, n) ((T *)arena_array((a), (n), sizeof(T)))
void *arena_array(struct arena *a, size_t n, size_t size) MUST_USE;

/* Makes p, from bytes long and the last thing taken, to bytes long without
 * moving it; to may be 0, which gives it back. False, and nothing has changed,
 * when p is not the last, or there is no room behind it or in the budget. Bytes
 * gained are not zeroed. */
bool arena_resize(struct arena *a, const void *p, size_t from, size_t to);

/* A copy of s, with a NUL after it for the sake of C functions. */
bool arena_copy(struct arena *a, str s, str *out, struct err *e) MUST_USE;

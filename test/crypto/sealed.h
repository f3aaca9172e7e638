/* SPDX-License-Identifier: Apache-2.0 */
/* sealed.h - whole files sealed and opened in memory, for the tests of age. */
#pragma once
#include "crypto/age.h"

#include <stdlib.h>

/* A sink into memory; it fails when left runs out. */
struct heap { char *p; size_t n, cap, left; };
static const struct heap HEAP = { .left = SIZE_MAX };

static inline bool
heap_take(void *to, str bytes, struct err *e)
{
	struct heap *h = to;

	if (bytes.n > h->left)
		return fail(e, ERR_IO, "test", "the sink is full");
	h->left -= bytes.n;
	if (h->n + bytes.n > h->cap && (h->p = realloc(h->p, h->cap = 2 * (h->n + bytes.n))) == NULL)
		abort();
	if (bytes.n > 0)
		memcpy(h->p + h->n, bytes.p, bytes.n);
	h->n += bytes.n;
	return true;
}

static inline str heap_str(const struct heap *h) { return (str){ h->p, h->n }; }

static inline bool
armor_take(void *to, str bytes, struct err *e)
{
	return age_armor_write(to, bytes, e);
}

struct sealing { bool armor; size_t stanzas, piece; };  /* piece 0: all at once */

/* Within memory of its own, or of budget where that is given. */
static inline bool
heap_seal(const struct age_recipient *to, size_t n, str plain, struct sealing how, size_t budget,
    struct heap *out, struct err *e)
{
	struct arena a;
	struct age_sink sink = { heap_take, out };
	struct age_armor *m = NULL;
	struct age_seal *s;
	size_t piece = how.piece ? how.piece : plain.n + 1;
	bool ok = true;

	arena_init(&a, budget ? budget : 1 << 20);
	if (how.armor) {
		ok = age_armor_start(sink, &a, &m, e);
		sink = (struct age_sink){ armor_take, m };
	}
	ok = ok && age_seal_start(to, n, how.stanzas, sink, &a, &s, e);
	for (size_t at = 0; ok && at < plain.n; at += piece)
		ok = age_seal_write(s, (str){ plain.p + at, plain.n - at < piece ? plain.n - at : piece }, e);
	ok = ok && age_seal_end(s, e) && (m == NULL || age_armor_end(m, e));
	arena_free(&a);
	return ok;
}

static inline bool
heap_open(const struct age_identity *keys, size_t n, str sealed, size_t piece, size_t budget,
    struct heap *out, struct err *e)
{
	struct arena a;
	struct age_open *o;
	bool ok;

	arena_init(&a, budget ? budget : 1 << 20);
	piece = piece ? piece : sealed.n + 1;
	ok = age_open_start(keys, n, (str){ 0 }, (struct age_sink){ heap_take, out }, &a, &o, e);
	for (size_t at = 0; ok && at < sealed.n; at += piece)
		ok = age_open_write(o, (str){ sealed.p + at, sealed.n - at < piece ? sealed.n - at : piece }, e);
	ok = ok && age_open_end(o, e);
	arena_free(&a);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* page_cache.h - guests' pages that are the same for all, kept as the server
 * library's own answers until what they show changes, a second at most: so a page
 * costs what a file costs. Knows nothing of that library. */
#pragma once
#include "base/err.h"

enum { PAGE_KEY = 160, PAGE_LASTS_MS = 1000 };

/* Address, language and compression; empty: not to be kept. */
struct page_key { char text[PAGE_KEY]; bool gzip; };

void page_key_make(struct page_key *k, const char *url, enum lang lang, bool gzip);

struct page_cache;

/* forget: gives an answer back that is not kept any more. */
bool page_cache_make(struct page_cache **out, void (*forget)(void *answer), struct err *e) MUST_USE;
void page_cache_free(struct page_cache *c);

/* Calls use with the answer under k, while nobody can forget it. False: none. */
bool page_cache_use(struct page_cache *c, const struct page_key *k, void (*use)(void *answer, void *with),
    void *with);

/* Which state of the data it is now: ask before the data is read, so that a page
 * drawn from what has changed meanwhile is not kept. */
uint64_t page_cache_now(struct page_cache *c);

/* Keeps answer, drawn at that state; it is the cache's from now on. */
void page_cache_put(struct page_cache *c, const struct page_key *k, uint64_t drawn_at, void *answer);

/* What was drawn before this moment is not shown any more. */
void page_cache_clear(struct page_cache *c);

/* SPDX-License-Identifier: Apache-2.0 */
#include "web/page_cache.h"

#include "base/time.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 256 };

struct slot {
	pthread_mutex_t lock;
	struct page_key key;
	uint64_t generation;
	int64_t until_us;
	void *answer;  /* NULL: empty */
};

struct page_cache {
	void (*forget)(void *answer);
	_Atomic uint64_t generation;
	struct slot slots[SLOTS];
};

void
page_key_make(struct page_key *k, const char *url, enum lang lang, bool gzip)
{
	int n = snprintf(k->text, sizeof k->text, "%d%c%s", (int)lang, gzip ? 'z' : '-', url);

	k->gzip = gzip;
	if (n < 0 || n >= (int)sizeof k->text)
		k->text[0] = '\0';
}

bool
page_cache_make(struct page_cache **out, void (*forget)(void *answer), struct err *e)
{
	struct page_cache *c = calloc(1, sizeof *c);

	if (c == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the server");
	c->forget = forget;
	for (int i = 0; i < SLOTS; i++)
		pthread_mutex_init(&c->slots[i].lock, NULL);
	*out = c;
	return true;
}

void
page_cache_free(struct page_cache *c)
{
	for (int i = 0; c != NULL && i < SLOTS; i++) {
		if (c->slots[i].answer != NULL)
			c->forget(c->slots[i].answer);
		pthread_mutex_destroy(&c->slots[i].lock);
	}
	free(c);
}

static struct slot *
slot_of(struct page_cache *c, const struct page_key *k)
{
	uint32_t h = 2166136261u;

	for (const char *p = k->text; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return &c->slots[(h ^ h >> 16) % SLOTS];
}

bool
page_cache_use(struct page_cache *c, const struct page_key *k, void (*use)(void *answer, void *with), void *with)
{
	struct slot *s = slot_of(c, k);
	bool found;

	if (k->text[0] == '\0')
		return false;
	pthread_mutex_lock(&s->lock);
	found = s->answer != NULL && strcmp(s->key.text, k->text) == 0
	    && s->generation == atomic_load(&c->generation) && s->until_us > time_monotonic_us();
	if (found)
		use(s->answer, with);
	pthread_mutex_unlock(&s->lock);
	return found;
}

void
page_cache_put(struct page_cache *c, const struct page_key *k, uint64_t drawn_at, void *answer)
{
	struct slot *s = slot_of(c, k);

	pthread_mutex_lock(&s->lock);
	if (s->answer != NULL)
		c->forget(s->answer);
	s->answer = answer;
	s->key = *k;
	s->generation = drawn_at;
	s->until_us = time_monotonic_us() + PAGE_LASTS_MS * 1000;
	pthread_mutex_unlock(&s->lock);
}

uint64_t page_cache_now(struct page_cache *c) { return atomic_load(&c->generation); }
void page_cache_clear(struct page_cache *c) { atomic_fetch_add(&c->generation, 1); }

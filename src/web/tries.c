/* SPDX-License-Identifier: Apache-2.0 */
#include "web/tries.h"

#include "base/rand.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS = 4096, BURST = 5, EACH_MS = 10 * 1000 };

/* Generic cell rate algorithm (ITU-T I.371): due is when the account would be
 * back at its full burst. Names that share a slot share its count. */
struct tries {
	pthread_mutex_t lock;
	uint64_t seed;  /* so that nobody can choose names that share a slot */
	int64_t due_ms[SLOTS];
};

bool
tries_make(struct tries **out, struct err *e)
{
	struct tries *t = calloc(1, sizeof *t);

	if (t == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the count of tries");
	if (!rand_bytes((uint8_t *)&t->seed, sizeof t->seed, e)) {
		free(t);
		return false;
	}
	pthread_mutex_init(&t->lock, NULL);
	*out = t;
	return true;
}

void
tries_free(struct tries *t)
{
	if (t == NULL)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* FNV-1a, seeded: spread is all that is asked of it. */
static int64_t *
slot_of(struct tries *t, str name)
{
	uint64_t h = t->seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 0x100000001b3u;
	return &t->due_ms[(h ^ h >> 32) % SLOTS];
}

bool
tries_take(struct tries *t, str name, int64_t now_ms, struct err *e)
{
	int64_t *due, wait;

	pthread_mutex_lock(&t->lock);
	due = slot_of(t, name);
	if (*due < now_ms)
		*due = now_ms;
	wait = *due + EACH_MS - (now_ms + BURST * EACH_MS);
	if (wait <= 0)
		*due += EACH_MS;
	pthread_mutex_unlock(&t->lock);
	return wait <= 0 || fail(e, ERR_LIMIT, NULL,
	    "too many tries: wait %lld seconds and try again", (long long)((wait + 999) / 1000));
}

void
tries_forget(struct tries *t, str name)
{
	pthread_mutex_lock(&t->lock);
	*slot_of(t, name) = 0;
	pthread_mutex_unlock(&t->lock);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "web/guard.h"

#include "base/time.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct guarded {
	int fd;
	_Atomic int64_t since;     /* seconds; INT64_MAX: busy, leave it alone */
	_Atomic uint64_t taken;    /* of a body; UINT64_MAX: waits for a head */
	uint64_t seen;             /* taken, a second ago; this and quiet are the guard's thread's own */
	unsigned quiet;            /* seconds without a byte */
	struct guarded *next, *prev;
};

struct guard {
	struct guard_terms terms;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	struct guarded *first;
};

static int64_t
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec;
}

static bool
is_late(const struct guard_terms *t, struct guarded *c, int64_t now)
{
	int64_t since = atomic_load(&c->since);
	uint64_t taken = atomic_load(&c->taken);

	if (since > now)
		return false;
	if (taken == UINT64_MAX)
		return now - since > t->head;
	return now - since > t->body && taken < (uint64_t)(now - since) * t->rate;
}

/* Has the other side ended while we wait for it? The library misses an end that comes
 * together with bytes, and would hold the connection, and its file, until it is late. */
static bool
is_gone(struct guarded *c, int64_t now)
{
	uint64_t taken = atomic_load(&c->taken);
	char byte;

	c->quiet = atomic_load(&c->since) > now || taken != c->seen ? 0 : c->quiet + 1;
	c->seen = taken;
	return c->quiet > 1 && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void *
run(void *arg)
{
	struct guard *g = arg;

	pthread_mutex_lock(&g->lock);
	while (!g->stopping) {
		struct timespec until;
		int64_t now = seconds();

		for (struct guarded *c = g->first; c != NULL; c = c->next)
			if (is_gone(c, now) || is_late(&g->terms, c, now))
				(void)shutdown(c->fd, SHUT_RDWR);  /* its owner sees the end and closes it */
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		(void)pthread_cond_timedwait(&g->stop, &g->lock, &until);
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

bool
guard_start(struct guard_terms terms, struct guard **out, struct err *e)
{
	struct guard *g = calloc(1, sizeof *g);

	if (g == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the server");
	g->terms = terms;
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->stop, NULL);
	if (pthread_create(&g->thread, NULL, run, g) != 0) {
		free(g);
		return fail(e, ERR_IO, NULL, "a thread cannot be started");
	}
	*out = g;
	return true;
}

void
guard_stop(struct guard *g)
{
	if (g == NULL)
		return;
	pthread_mutex_lock(&g->lock);
	g->stopping = true;
	pthread_cond_signal(&g->stop);
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->thread, NULL);
	pthread_cond_destroy(&g->stop);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

struct guarded *
guard_add(struct guard *g, int fd)
{
	struct guarded *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->fd = fd;
	guard_head(c);
	pthread_mutex_lock(&g->lock);
	c->next = g->first;
	if (c->next != NULL)
		c->next->prev = c;
	g->first = c;
	pthread_mutex_unlock(&g->lock);
	return c;
}

void
guard_remove(struct guard *g, struct guarded *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&g->lock);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		g->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	pthread_mutex_unlock(&g->lock);
	free(c);
}

void
guard_head(struct guarded *c)
{
	if (c == NULL)
		return;
	atomic_store(&c->taken, UINT64_MAX);
	atomic_store(&c->since, seconds());
}

void
guard_body(struct guarded *c, uint64_t taken)
{
	if (c == NULL)
		return;
	if (taken == 0)
		atomic_store(&c->since, seconds());
	atomic_store(&c->taken, taken);
}

void
guard_busy(struct guarded *c)
{
	if (c != NULL)
		atomic_store(&c->since, INT64_MAX);
}

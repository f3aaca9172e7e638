/* SPDX-License-Identifier: Apache-2.0 */
#include "web/task.h"

#include <pthread.h>
#include <stdlib.h>

struct task_pool {
	size_t n, max;
	pthread_mutex_t lock;  /* guards the rest */
	pthread_cond_t more;
	struct task *first, **end;
	size_t waiting;
	bool stopping;
	pthread_t threads[];
};

/* The oldest task that waits; NULL when none will come any more. */
static struct task *
take(struct task_pool *p)
{
	struct task *t;

	pthread_mutex_lock(&p->lock);
	while (p->first == NULL && !p->stopping)
		pthread_cond_wait(&p->more, &p->lock);
	if ((t = p->first) != NULL) {
		if ((p->first = t->next) == NULL)
			p->end = &p->first;
		p->waiting--;
	}
	pthread_mutex_unlock(&p->lock);
	return t;
}

static void *
work(void *arg)
{
	struct task_pool *p = arg;

	for (struct task *t; (t = take(p)) != NULL; ) {
		t->run(t);
		t->resume(t);  /* once resumed, t is its maker's */
	}
	return NULL;
}

bool
task_pool_start(size_t n, size_t max, struct task_pool **out, struct err *e)
{
	struct task_pool *p = calloc(1, sizeof *p + n * sizeof *p->threads);

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the tasks");
	p->max = max;
	p->end = &p->first;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	while (p->n < n && pthread_create(&p->threads[p->n], NULL, work, p) == 0)
		p->n++;
	if (p->n == n) {
		*out = p;
		return true;
	}
	task_pool_stop(p);
	task_pool_free(p);
	return fail(e, ERR_IO, NULL, "the threads for tasks cannot be started");
}

bool
task_add(struct task_pool *p, struct task *task, struct err *e)
{
	bool is_taken;

	task->err = (struct err){ 0 };
	task->next = NULL;
	pthread_mutex_lock(&p->lock);
	if ((is_taken = !p->stopping && p->waiting < p->max)) {
		*p->end = task;
		p->end = &task->next;
		p->waiting++;
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	return is_taken || fail(e, ERR_BUSY, NULL,
	    "too much is asked at this moment; nothing was done, try again in a minute");
}

void
task_pool_stop(struct task_pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->n; i++)
		pthread_join(p->threads[i], NULL);
}

void
task_pool_free(struct task_pool *p)
{
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

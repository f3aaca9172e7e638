/* SPDX-License-Identifier: Apache-2.0 */
/* task.h - a few threads for what would hold up a thread that serves requests:
 * a conversation with another process, the sync of an uploaded file. */
#pragma once
#include "base/err.h"

struct task {
	/* The work, in a thread of the pool. What fails goes to task->err. */
	void (*run)(struct task *task);

	/* Called once, from the same thread, when the task belongs to its maker again. */
	void (*resume)(struct task *task);
	void *maker;        /* resume's own */

	struct err err;     /* ERR_NONE when run begins */
	struct task *next;  /* the pool's */
};

struct task_pool;

/* n threads; at most max tasks wait for one. */
bool task_pool_start(size_t n, size_t max, struct task_pool **out, struct err *e) MUST_USE;

/* Hands task over; it must live until resume. ERR_BUSY when max tasks wait or
 * the pool is stopping: then nothing of it is run or resumed. */
bool task_add(struct task_pool *p, struct task *task, struct err *e) MUST_USE;

/* Finishes what waits and ends the threads. A task added later is ERR_BUSY. */
void task_pool_stop(struct task_pool *p);
void task_pool_free(struct task_pool *p);  /* after the last task_add() */

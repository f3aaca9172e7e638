/* SPDX-License-Identifier: Apache-2.0 */
#include "web/task.h"
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>

enum { TASKS = 200, WAITING_MAX = 8 };

struct counted {
	struct task task;  /* first: the pool knows only this */
	int number;
};

static struct {
	pthread_mutex_t gate;  /* held: the tasks stand still */
	atomic_int begun, run, resumed, spoilt;
	int order[TASKS];
} seen = { .gate = PTHREAD_MUTEX_INITIALIZER };

static void
count(struct task *t)
{
	struct counted *c = (struct counted *)t;

	atomic_fetch_add(&seen.begun, 1);
	pthread_mutex_lock(&seen.gate);
	pthread_mutex_unlock(&seen.gate);
	seen.order[atomic_fetch_add(&seen.run, 1)] = c->number;
	if (c->number % 3 == 0)
		(fail)(&t->err, ERR_IO, NULL, "%d", c->number);
}

static void
resume(struct task *t)
{
	struct counted *c = (struct counted *)t;

	atomic_fetch_add(&seen.spoilt, t->maker != &seen || (t->err.kind == ERR_IO) != (c->number % 3 == 0));
	atomic_fetch_add(&seen.resumed, 1);
}

static void
seen_clear(void)
{
	seen.begun = seen.run = seen.resumed = seen.spoilt = 0;
}

static void
every_task_is_run_and_resumed_once(void **state)
{
	static struct counted tasks[TASKS];
	struct task_pool *p;
	struct err e;

	(void)state;
	seen_clear();
	assert_true(task_pool_start(3, TASKS, &p, &e));
	for (int i = 0; i < TASKS; i++) {
		tasks[i] = (struct counted){ { .run = count, .resume = resume, .maker = &seen }, i };
		(fail)(&tasks[i].task.err, ERR_BUSY, NULL, "of its last turn");
		assert_true(task_add(p, &tasks[i].task, &e));
	}
	task_pool_stop(p);
	assert_int_equal(seen.run, TASKS);
	assert_int_equal(seen.resumed, TASKS);
	assert_int_equal(seen.spoilt, 0);
	assert_false(task_add(p, &tasks[0].task, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(seen.run, TASKS);
	task_pool_free(p);
}

static void
one_thread_keeps_the_order(void **state)
{
	static struct counted tasks[TASKS];
	struct task_pool *p;
	struct err e;

	(void)state;
	seen_clear();
	assert_true(task_pool_start(1, TASKS, &p, &e));
	for (int i = 0; i < TASKS; i++) {
		tasks[i] = (struct counted){ { .run = count, .resume = resume, .maker = &seen }, i };
		assert_true(task_add(p, &tasks[i].task, &e));
	}
	task_pool_stop(p);
	for (int i = 0; i < TASKS; i++)
		assert_int_equal(seen.order[i], i);
	task_pool_free(p);
}

static void
a_full_queue_is_busy(void **state)
{
	static struct counted tasks[2 + WAITING_MAX + 1];
	struct task_pool *p;
	struct err e;

	(void)state;
	seen_clear();
	pthread_mutex_lock(&seen.gate);
	assert_true(task_pool_start(2, WAITING_MAX, &p, &e));
	for (int i = 0; i < 2 + WAITING_MAX + 1; i++)
		tasks[i] = (struct counted){ { .run = count, .resume = resume, .maker = &seen }, i };
	for (int i = 0; i < 2; i++)
		assert_true(task_add(p, &tasks[i].task, &e));
	while (seen.begun < 2)
		;  /* both threads are at work: the queue is empty */
	for (int i = 2; i < 2 + WAITING_MAX; i++)
		assert_true(task_add(p, &tasks[i].task, &e));
	assert_false(task_add(p, &tasks[2 + WAITING_MAX].task, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	pthread_mutex_unlock(&seen.gate);
	task_pool_stop(p);
	assert_int_equal(seen.resumed, 2 + WAITING_MAX);
	task_pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_is_run_and_resumed_once),
		cmocka_unit_test(one_thread_keeps_the_order),
		cmocka_unit_test(a_full_queue_is_busy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

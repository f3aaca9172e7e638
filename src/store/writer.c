/* SPDX-License-Identifier: Apache-2.0 */
#include "store/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct writer {
	struct store *db;
	struct writer_after after;
	pthread_t thread;
	int lost;             /* eventfd: a commit's outcome is not known */
	bool is_lost;         /* the thread's own */
	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t more;
	struct job *first, **end;
	bool stopping;
};

/* The jobs that wait, oldest first; NULL when none will come any more. */
static struct job *
take(struct writer *w)
{
	struct job *batch;

	pthread_mutex_lock(&w->lock);
	while (w->first == NULL && !w->stopping)
		pthread_cond_wait(&w->more, &w->lock);
	batch = w->first;
	w->first = NULL;
	w->end = &w->first;
	pthread_mutex_unlock(&w->lock);
	return batch;
}

/* What had gone well until now did not: e says why. */
static void
batch_fail(struct job *batch, const struct err *e)
{
	for (struct job *j = batch; j != NULL; j = j->next)
		if (j->err.kind == ERR_NONE)
			j->err = *e;
}

/* False when the transaction itself is broken. A job's own failure is undone
 * and kept in the job. */
static bool
write_one(struct store *db, struct job *j, struct err *e)
{
	struct act act = { 0 };
	uint64_t mark = pack_mark(store_pack(db));

	j->index = UINT64_MAX;
	if (!store_run(db, SQL_TXN_SAVE, e))
		return false;
	if (!store_take_room(db, STORE_RESERVE, 0, &j->err) || !j->write(j, db, &act, &j->err)
	    || (act.kind.n > 0 && !store_act_add(db, &act, &j->index, &j->err))) {
		pack_undo(store_pack(db), mark);
		if (!store_run(db, SQL_TXN_UNDO, e)) {
			*e = j->err;  /* the cause; SQLite gave the whole transaction up for it */
			return false;
		}
	}
	return store_run(db, SQL_TXN_KEEP, e);
}

static void
write_batch(struct writer *w, struct job *batch)
{
	uint64_t mark;
	struct err e;
	bool ok;

	if (w->is_lost) {
		fail(&e, ERR_BUSY, NULL, "writing has stopped; nothing was changed, try again in a minute");
		batch_fail(batch, &e);
		return;
	}
	mark = pack_mark(store_pack(w->db));
	store_measure(w->db);
	ok = store_run(w->db, SQL_TXN_BEGIN, &e);
	for (struct job *j = batch; ok && j != NULL; j = j->next)
		ok = write_one(w->db, j, &e);
	ok = ok && pack_settle(store_pack(w->db), &e);  /* before the rows that name it */
	if (!ok) {
		pack_undo(store_pack(w->db), mark);
		store_rollback(w->db);
		batch_fail(batch, &e);
	} else if (!store_run(w->db, SQL_TXN_COMMIT, &e)) {
		/* Frames may have reached the log before the sync failed, and then the
		 * next start finds them: neither "done" nor "not done" would be true. */
		fail(&e, ERR_UNKNOWN, NULL,
		    "it is not known whether this was kept: ask again in a minute, before sending it again");
		batch_fail(batch, &e);
		w->is_lost = true;
		(void)eventfd_write(w->lost, 1);
	}
}

static void *
run(void *arg)
{
	struct writer *w = arg;

	for (struct job *batch, *next; (batch = take(w)) != NULL; ) {
		write_batch(w, batch);
		if (w->after.look != NULL)
			w->after.look(batch, w->after.with);
		for (struct job *j = batch; j != NULL; j = next) {
			next = j->next;  /* once resumed, j is its maker's */
			j->resume(j);
		}
	}
	return NULL;
}

bool
writer_start(struct store *db, struct writer_after after, struct writer **out, struct err *e)
{
	struct writer *w = calloc(1, sizeof *w);

	if (w == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the writer");
	w->db = db;
	w->after = after;
	w->end = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->more, NULL);
	if ((w->lost = eventfd(0, EFD_CLOEXEC)) == -1 || pthread_create(&w->thread, NULL, run, w) != 0) {
		writer_free(w);
		return fail(e, ERR_IO, NULL, "the writer's thread cannot be started");
	}
	*out = w;
	return true;
}

void
writer_add(struct writer *w, struct job *job)
{
	bool late;

	job->err = (struct err){ 0 };
	job->next = NULL;
	pthread_mutex_lock(&w->lock);
	if (!(late = w->stopping)) {
		*w->end = job;
		w->end = &job->next;
		pthread_cond_signal(&w->more);
	}
	pthread_mutex_unlock(&w->lock);
	if (late) {
		fail(&job->err, ERR_BUSY, NULL, "the server is stopping; nothing was changed, try again in a minute");
		job->resume(job);
	}
}

int writer_fd(const struct writer *w) { return w->lost; }

void
writer_stop(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
}

void
writer_free(struct writer *w)
{
	if (w->lost != -1)
		close(w->lost);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

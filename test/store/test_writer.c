/* SPDX-License-Identifier: Apache-2.0 */
/* The write path without HTTP: batches, bad jobs, a disk that fails. */
#include "store/store_owner.h"
#include "store/store_report.h"
#include "store/writer.h"
#include "support.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture { char *folder; struct store *db; struct writer *writer; bool was_kept; };

/* A job that adds report id, and what else a test wants of it. */
struct add {
	struct job job;
	str id;
	bool fails, breaks;            /* after its row; with the whole transaction */
	const char *folder;            /* where to look from outside while it runs */
	str outside;                   /* the id to look for, */
	bool was_seen;                 /* and whether it was there */
	int started, go;               /* eventfds: it has begun; it may go on. 0: none */
	int resumed;                   /* eventfd: it is ours again */
};

static const struct quota quota = { 1000, 1000000, 1000, 1000000 };

static bool
seen_outside(const char *folder, str id)
{
	struct store *reader;
	struct report r;
	struct arena a;
	struct err e;
	bool seen;

	arena_init(&a, 4096);
	if (!store_open(folder, STORE_READ, &reader, &e))
		abort();  /* the writer's thread may be here: no assert of cmocka's */
	seen = store_report_find(reader, id, &a, &r, &e);
	store_close(reader);
	arena_free(&a);
	return seen;
}

static bool
add_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	struct add *add = job->maker;
	struct report r = { .id = add->id, .owner = S("acme"), .keys = 1, .received = 7, .size = 6 };
	eventfd_t n;
	struct arena a;
	bool is_new, ok;

	if (add->go) {
		(void)eventfd_write(add->started, 1);
		(void)eventfd_read(add->go, &n);
	}
	arena_init(&a, 4096);
	ok = store_report_add(db, &r, S("sealed"), &quota, &a, &is_new, e);
	arena_free(&a);
	if (!ok)
		return false;
	job->note = add->id;
	if (add->folder)
		add->was_seen = seen_outside(add->folder, add->outside);
	if (add->breaks)
		store_rollback(db);
	if (add->fails || add->breaks)
		return (fail)(e, ERR_INPUT, NULL, "on purpose");
	if (is_new)
		*act = (struct act){ S("test"), add->id };
	return true;
}

static void
add_resume(struct job *job)
{
	(void)eventfd_write(((struct add *)job->maker)->resumed, 1);
}

static void
add_queue(struct writer *w, struct add *add)
{
	add->job.write = add_write;
	add->job.resume = add_resume;
	add->job.maker = add;
	add->resumed = eventfd(0, EFD_CLOEXEC);
	writer_add(w, &add->job);
}

static enum err_kind
add_wait(struct add *add)
{
	eventfd_t n;

	(void)eventfd_read(add->resumed, &n);
	close(add->resumed);
	return add->job.err.kind;
}

/* Queues the n jobs while the writer is busy with another, so that they make
 * one batch, and waits for all. */
static void
run_as_one_batch(struct writer *w, struct add *adds, size_t n)
{
	struct add first = { .id = S("first"), .started = eventfd(0, EFD_CLOEXEC), .go = eventfd(0, EFD_CLOEXEC) };
	eventfd_t begun;

	add_queue(w, &first);
	(void)eventfd_read(first.started, &begun);
	for (size_t i = 0; i < n; i++)
		add_queue(w, &adds[i]);
	(void)eventfd_write(first.go, 1);
	assert_int_equal(add_wait(&first), ERR_NONE);
	for (size_t i = 0; i < n; i++)
		(void)add_wait(&adds[i]);
	close(first.started);
	close(first.go);
}

static bool
owner_make(struct store *db, struct err *e)
{
	return store_owner_add(db, &(struct owner){ .id = S("acme"), .name = S("Acme"), .created = 7,
	    .keys = { 1, S("list"), S("signature"), 7 } }, e);
}

/* Between commit and resume: as many notes as the batch has that are kept. */
static void
look(struct job *batch, void *fixture)
{
	struct fixture *f = fixture;

	for (; batch != NULL; batch = batch->next)
		if (batch->err.kind == ERR_NONE && batch->note.n > 0) {
			f->was_kept = f->was_kept && seen_outside(f->folder, batch->note);
			batch->is_signed = true;
		}
}

static int
start(void **state)
{
	static struct fixture f;
	struct err e;

	f.folder = folder_make();
	f.was_kept = true;
	*state = &f;
	return store_open(f.folder, STORE_WRITE, &f.db, &e) && owner_make(f.db, &e)
	    && writer_start(f.db, (struct writer_after){ look, &f }, &f.writer, &e) ? 0 : -1;
}

static int
end(void **state)
{
	struct fixture *f = *state;

	writer_stop(f->writer);
	writer_free(f->writer);
	store_close(f->db);
	folder_remove(f->folder);
	return 0;
}

static void
waiting_jobs_share_one_transaction(void **state)
{
	const struct fixture *f = *state;
	struct add adds[] = { { .id = S("A") }, { .id = S("B"), .folder = f->folder, .outside = S("A") } };

	run_as_one_batch(f->writer, adds, 2);
	assert_false(adds[1].was_seen);  /* A's row was there, but not committed before B's */
	assert_true(seen_outside(f->folder, S("A")));
	assert_true(seen_outside(f->folder, S("B")));
	assert_int_equal(adds[0].job.index, 1);
	assert_int_equal(adds[1].job.index, 2);
	assert_true(adds[0].job.is_signed && adds[1].job.is_signed);
	assert_true(f->was_kept);  /* what is signed is on the disk */
}

static void
a_bad_job_spoils_no_other(void **state)
{
	const struct fixture *f = *state;
	struct add adds[] = { { .id = S("A") }, { .id = S("bad"), .fails = true }, { .id = S("B") } };

	run_as_one_batch(f->writer, adds, 3);
	assert_int_equal(adds[0].job.err.kind, ERR_NONE);
	assert_int_equal(adds[1].job.err.kind, ERR_INPUT);
	assert_false(adds[1].job.is_signed);
	assert_int_equal(adds[2].job.err.kind, ERR_NONE);
	assert_false(seen_outside(f->folder, S("bad")));
	assert_true(seen_outside(f->folder, S("B")));
	/* No row without its act, no act without its row, no gap between acts. */
	assert_int_equal(folder_query(f->folder, "SELECT count(*) FROM report"), 3);
	assert_int_equal(folder_query(f->folder, "SELECT count(*) FROM act"), 3);
	assert_int_equal(folder_query(f->folder, "SELECT max(idx) FROM act"), 2);
}

static void
the_same_again_makes_no_second_act(void **state)
{
	const struct fixture *f = *state;
	struct add adds[] = { { .id = S("A") }, { .id = S("A") } };

	run_as_one_batch(f->writer, adds, 2);
	assert_int_equal(adds[0].job.index, 1);
	assert_int_equal(adds[1].job.err.kind, ERR_NONE);
	assert_int_equal(adds[1].job.index, UINT64_MAX);
	assert_int_equal(folder_query(f->folder, "SELECT count(*) FROM act"), 2);
}

static void
a_lost_transaction_fails_all_its_jobs(void **state)
{
	const struct fixture *f = *state;
	struct add adds[] = { { .id = S("A") }, { .id = S("bad"), .breaks = true }, { .id = S("B") } };
	struct add after = { .id = S("C") };

	run_as_one_batch(f->writer, adds, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(adds[i].job.err.kind, ERR_INPUT);
		assert_false(seen_outside(f->folder, adds[i].id));
	}
	add_queue(f->writer, &after);  /* and the next batch is as good as any */
	assert_int_equal(add_wait(&after), ERR_NONE);
}

/* From here on, files may not grow: the commit's frames cannot be written. */
static void
fill_the_disk(const char *folder, struct rlimit *was)
{
	char path[100];
	struct stat st;
	struct rlimit now;

	(void)signal(SIGXFSZ, SIG_IGN);
	(void)snprintf(path, sizeof path, "%s/leman.db-wal", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, was), 0);
	now = (struct rlimit){ (rlim_t)st.st_size, was->rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
}

static void
an_io_error_at_commit_is_unknown_and_stops_writing(void **state)
{
	const struct fixture *f = *state;
	struct add before = { .id = S("A") }, during = { .id = S("B") }, after = { .id = S("C") };
	struct pollfd lost = { .fd = writer_fd(f->writer), .events = POLLIN };
	struct rlimit was;

	add_queue(f->writer, &before);
	assert_int_equal(add_wait(&before), ERR_NONE);
	assert_int_equal(poll(&lost, 1, 0), 0);
	fill_the_disk(f->folder, &was);
	add_queue(f->writer, &during);
	assert_int_equal(add_wait(&during), ERR_UNKNOWN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(poll(&lost, 1, 0), 1);
	add_queue(f->writer, &after);  /* the disk is well again, but what is true is not known */
	assert_int_equal(add_wait(&after), ERR_BUSY);
	assert_true(seen_outside(f->folder, S("A")));
	assert_false(seen_outside(f->folder, S("C")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(waiting_jobs_share_one_transaction, start, end),
		cmocka_unit_test_setup_teardown(a_bad_job_spoils_no_other, start, end),
		cmocka_unit_test_setup_teardown(the_same_again_makes_no_second_act, start, end),
		cmocka_unit_test_setup_teardown(a_lost_transaction_fails_all_its_jobs, start, end),
		cmocka_unit_test_setup_teardown(an_io_error_at_commit_is_unknown_and_stops_writing, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* writer.h - the one thread that changes the data.
 *
 * A job is one request's write. All jobs that wait are taken into one
 * transaction, a savepoint each, so that one sync pays for many and one bad job
 * spoils no other; batches form by themselves from the time a sync takes. */
#pragma once
#include "store/store_act.h"

struct job {
	/* Writes the rows and describes them in *act; leaves *act alone when all was
	 * so already. False undoes this job alone. Runs in the writer's thread. */
	bool (*write)(struct job *job, struct store *db, struct act *act, struct err *e);

	/* Called once, from the writer's thread, when err and index are final and
	 * the job belongs to its maker again. */
	void (*resume)(struct job *job);
	void *maker;       /* resume's own */

	struct err err;    /* ERR_NONE: it is on the disk. ERR_UNKNOWN: it may be */
	uint64_t index;    /* of its act; UINT64_MAX: it made none */

	/* For whoever looks at a batch once it is on the disk, see writer_start(). */
	str note;               /* a text to sign; empty: none */
	uint8_t signature[64];  /* of the note */
	bool is_signed;
	bool changes_pages;     /* what guests see is another now */
	struct job *next;  /* the writer's */
};

struct writer;

/* Looks at the jobs of a batch, linked by next, between their commit and their
 * resume, in the writer's thread; err tells which are kept. */
struct writer_after { void (*look)(struct job *batch, void *with); void *with; };

/* Starts the thread on db, a connection opened with STORE_WRITE, which is the
 * writer's alone until writer_stop(). after.look may be NULL. */
bool writer_start(struct store *db, struct writer_after after, struct writer **out, struct err *e) MUST_USE;

/* Hands job over. It must live until resume. The queue has no bound of its own:
 * a request waits with its job, so serve's bound on connections is the bound. */
void writer_add(struct writer *w, struct job *job);

/* Readable once a commit has ended in ERR_UNKNOWN. From then on every job is
 * refused with ERR_BUSY: stop the program; the next start reads what is true. */
int writer_fd(const struct writer *w);

/* Finishes what waits and ends the thread. A job added later is ERR_BUSY. */
void writer_stop(struct writer *w);
void writer_free(struct writer *w);  /* after the last writer_add() */

/* SPDX-License-Identifier: Apache-2.0 */
/* zygote.h - a process that forks a child without rights for each piece of work
 * that takes time or memory, or reads hostile bytes at length.
 *
 * The child has its input, the memory and seconds of its row, and nothing else;
 * its answer is read as a stranger's. Fork it before the first thread. */
#pragma once
#include "base/arena.h"
#include "base/sandbox.h"

enum {
	ZYGOTE_INPUT_MAX = 1 << 30,   /* bytes; a file may be as long */
	ZYGOTE_ANSWER_MAX = 4 << 20,
	ZYGOTE_CHILDREN_MAX = 64,     /* at once; the next is ERR_BUSY */
};

struct zygote_work {
	const char *name;
	/* In the child: input to *out, both in a; the budget of a is memory. */
	bool (*run)(str input, struct arena *a, str *out, struct err *e);
	uint32_t cpu_seconds;  /* it is killed after them */
	size_t memory;         /* bytes beside what the program itself has; a file counts too */
};

struct zygote;

/* Forks the zygote, which narrows itself; *in_force says how far. works ends
 * with a row without a name; the numbers below are of its rows. */
bool zygote_start(const struct zygote_work *works, enum sandbox_mode mode, bool dumpable,
    struct sandbox_state *in_force, struct zygote **out, struct err *e) MUST_USE;

/* Has row number work done on input, or on all of file from its start, and waits
 * for at most ms milliseconds, after which the child is killed. *out is in a, and
 * so is e->rule. From any thread. Fails with the err of the work itself, or
 *   ERR_BUSY     the time is over, or too much is being done
 *   ERR_IO       the child ended before its answer, or the zygote has ended
 *   ERR_TOO_BIG  an input or an answer past its bound */
bool zygote_run(struct zygote *z, size_t work, str input, int ms, struct arena *a, str *out,
    struct err *e) MUST_USE;
bool zygote_run_file(struct zygote *z, size_t work, int file, int ms, struct arena *a, str *out,
    struct err *e) MUST_USE;

/* Readable once the zygote has ended: nothing more can be run. */
int zygote_fd(const struct zygote *z);

/* Ends it and its children. */
void zygote_stop(struct zygote *z);

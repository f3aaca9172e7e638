/* SPDX-License-Identifier: Apache-2.0 */
#include "web/zygote.h"

#include "base/msg.h"
#include "web/helper.h"
#include "web/zygote_child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	INLINE_MAX = 64 * 1024,  /* a longer input is handed over as a file in memory */
	VERDICT_MAX = 2048,      /* bytes of "it went well", or of an err */
};

struct zygote {
	struct helper helper;
	pthread_mutex_t lock;  /* one request at a time is written */
};

bool
zygote_start(const struct zygote_work *works, enum sandbox_mode mode, bool dumpable,
    struct sandbox_state *in_force, struct zygote **out, struct err *e)
{
	struct zygote *z = calloc(1, sizeof *z);
	struct zygote_serving serving = { .works = works, .mode = mode, .dumpable = dumpable };
	struct arena a;
	str ready;

	if (z == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the zygote");
	arena_init(&a, HELPER_READY_MAX + 64);
	if (!helper_start(zygote_serve, &serving, &z->helper, &a, in_force, &ready, e)) {
		free(z);
		z = NULL;
	} else {
		pthread_mutex_init(&z->lock, NULL);
		*out = z;
	}
	arena_free(&a);
	return z != NULL;
}

static int
left(int64_t end)
{
	int64_t ms = end - msg_now();

	return ms < 0 ? 0 : (int)ms;
}

/* A file without a name that nobody can change any more. */
static bool
memory_file(str bytes, int *out, struct err *e)
{
	int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	bool ok = fd != -1;

	while (ok && bytes.n > 0) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put > 0)
			bytes = (str){ bytes.p + put, bytes.n - (size_t)put };
		else
			ok = put == -1 && errno == EINTR;
	}
	if (ok && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0) {
		*out = fd;
		return true;
	}
	if (fd != -1)
		close(fd);
	return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", bytes.n);
}

/* Hands one end of the conversation to the zygote, for the child to be. */
static bool
ask_for_child(struct zygote *z, size_t work, int end, int ms, struct err *e)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct err sent;
	bool ok;

	arena_init(&a, 4096);
	msg_put_u32(&b, (uint32_t)work);
	msg_put_u32(&b, (uint32_t)ms);
	pthread_mutex_lock(&z->lock);
	ok = buf_ok(&b) && msg_send(z->helper.fd, (str){ b.p, b.n }, end, ms, &sent);
	pthread_mutex_unlock(&z->lock);
	arena_free(&a);
	return ok || fail(e, ERR_IO, NULL, "the part of the server that does this has ended");
}

/* The child's errors and ours are told apart: what it sends is an answer; that
 * it sends none, or nonsense, is one kind. */
static bool
answer_read(int from, int64_t end, struct arena *a, str *out, struct err *e)
{
	struct msg_reader r = { 0 };
	struct err told;
	bool is_well;

	if (!msg_receive(from, VERDICT_MAX, left(end), a, &r.rest, NULL, e))
		goto broken;
	is_well = msg_get_u32(&r) == ZYGOTE_WELL;
	if (!is_well) {
		msg_get_err(&r, a, &told);
		if (!msg_is_read(&r))
			goto nonsense;
		*e = told;
		return false;
	}
	if (!msg_is_read(&r))
		goto nonsense;
	if (msg_receive(from, ZYGOTE_ANSWER_MAX, left(end), a, out, NULL, e))
		return true;
broken:
	if (e->kind == ERR_BUSY)
		return fail(e, ERR_BUSY, NULL, "it took too long and was stopped; try again in a minute");
	if (e->kind == ERR_MEMORY || e->kind == ERR_TOO_BIG)
		return false;
nonsense:
	return fail(e, ERR_IO, NULL, "the work on it broke off: it was too much, or an error of the program");
}

static bool
converse(struct zygote *z, size_t work, str input, int file, int64_t end, struct arena *a, str *out,
    struct err *e)
{
	int ends[2];
	bool ok;

	if (!msg_pair(ends, e))
		return false;
	ok = ask_for_child(z, work, ends[1], left(end), e);
	close(ends[1]);  /* so that the child's end is the end of the conversation */
	if (ok) {
		/* Whether the input got there does not matter here: a refusal may wait. */
		(void)!msg_send(ends[0], input, file, left(end), e);
		ok = answer_read(ends[0], end, a, out, e);
	}
	close(ends[0]);
	return ok;
}

bool
zygote_run(struct zygote *z, size_t work, str input, int ms, struct arena *a, str *out, struct err *e)
{
	int64_t end = msg_now() + ms;
	int file = -1;
	bool ok;

	if (input.n <= INLINE_MAX)
		return converse(z, work, input, -1, end, a, out, e);
	if (input.n > ZYGOTE_INPUT_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%zu bytes, at most %d allowed", input.n, ZYGOTE_INPUT_MAX);
	ok = memory_file(input, &file, e) && converse(z, work, S(""), file, end, a, out, e);
	if (file != -1)
		close(file);
	return ok;
}

bool
zygote_run_file(struct zygote *z, size_t work, int file, int ms, struct arena *a, str *out, struct err *e)
{
	return converse(z, work, S(""), file, msg_now() + ms, a, out, e);
}

int zygote_fd(const struct zygote *z) { return z->helper.fd; }

void
zygote_stop(struct zygote *z)
{
	helper_stop(&z->helper);
	pthread_mutex_destroy(&z->lock);
	free(z);
}

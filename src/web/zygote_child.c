/* SPDX-License-Identifier: Apache-2.0 */
#include "web/zygote_child.h"

#include "base/msg.h"
#include "base/sandbox_filter.h"
#include "crypto/start.h"
#include "web/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	REQUEST_MAX = 64,      /* bytes */
	REQUEST_MS = 1000,
	ANSWER_MS = 10000,     /* web reads at once, or has given up */
	SLACK = 1 << 20,       /* bytes: what malloc() and the answer need beside the work */
	LATE_MS = 50,          /* web gives up first, and knows why */
};

/* The zygote's state, which its children inherit. */
struct nest {
	struct zygote_serving serving;
	int socket, ended;      /* web's; a signalfd for SIGCHLD */
	pid_t self;
	bool has_filter;
	size_t base;            /* bytes of address space that the program has itself */
	struct child { pid_t pid; int64_t end; } children[ZYGOTE_CHILDREN_MAX];
	size_t n;
};

static void
answer(int to, bool ok, str out, const struct err *e)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct err ignored;

	arena_init(&a, 8192);
	msg_put_u32(&b, ok ? ZYGOTE_WELL : ZYGOTE_WRONG);
	if (!ok)
		msg_put_err(&b, e);
	if (buf_ok(&b) && msg_send(to, (str){ b.p, b.n }, -1, ANSWER_MS, &ignored) && ok)
		(void)!msg_send(to, out, -1, ANSWER_MS, &ignored);
	arena_free(&a);
}

/* The bytes of the work: the message itself, or the file that came with it. */
static bool
input_read(struct arena *a, str *out, struct err *e)
{
	off_t size;
	int file;
	void *p;

	if (!msg_receive(0, MSG_MAX, ANSWER_MS, a, out, &file, e))
		return false;
	if (file == -1)
		return true;
	if ((size = lseek(file, 0, SEEK_END)) < 0 || size > ZYGOTE_INPUT_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%lld bytes, at most %d allowed", (long long)size, ZYGOTE_INPUT_MAX);
	*out = (str){ NULL, (size_t)size };
	if (size == 0)
		return true;
	if ((p = mmap(NULL, out->n, PROT_READ, MAP_PRIVATE, file, 0)) == MAP_FAILED)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", out->n);
	out->p = p;
	return true;
}

/* Descriptor 0 is the conversation; 1 is free for the file that may come. */
static bool
child_narrow(const struct nest *nest, const struct zygote_work *work, int conversation, struct err *e)
{
	struct sandbox_bounds bounds = {
		.cpu_seconds = work->cpu_seconds, .memory = nest->base + work->memory + SLACK, .fds = 2,
	};
	int keep[] = {
		STDIN_FILENO,
#if defined(WITH_ADDRESS_SANITIZER) || defined(WITH_THREAD_SANITIZER)
		STDERR_FILENO,  /* for its report */
#endif
	};

	if (dup2(conversation, STDIN_FILENO) == -1)
		return fail(e, ERR_IO, NULL, "a bound for the process: %s", strerror(errno));
	sandbox_close_fds(keep, sizeof keep / sizeof *keep);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1 || getppid() != nest->self)
		_exit(1);
	return sandbox_bound(&bounds, e) && (!nest->has_filter || sandbox_filter(SANDBOX_PARSER, e));
}

static void
child_run(const struct nest *nest, const struct zygote_work *work, int conversation)
{
	struct arena a;
	struct err e = { 0 };
	str input, out = { 0 };
	bool ok;

	arena_init(&a, work->memory);
	ok = child_narrow(nest, work, conversation, &e) && input_read(&a, &input, &e)
	    && work->run(input, &a, &out, &e);
	if (ok && out.n > ZYGOTE_ANSWER_MAX)
		ok = fail(&e, ERR_TOO_BIG, NULL, "%zu bytes, at most %d allowed", out.n, ZYGOTE_ANSWER_MAX);
	answer(STDIN_FILENO, ok, out, &e);
	_exit(0);
}

/* False when web is no more, or is no more itself. */
static bool
request_take(struct nest *nest)
{
	struct arena a;
	struct msg_reader r = { 0 };
	struct err e;
	uint32_t row, ms, rows = 0;
	int conversation = -1;
	bool ok;
	pid_t pid;

	while (nest->serving.works[rows].name != NULL)
		rows++;
	arena_init(&a, REQUEST_MAX + 64);
	ok = msg_receive(nest->socket, REQUEST_MAX, REQUEST_MS, &a, &r.rest, &conversation, &e);
	row = msg_get_u32(&r);
	ms = msg_get_u32(&r);
	ok = ok && msg_is_read(&r) && row < rows && ms <= INT32_MAX && conversation != -1;
	arena_free(&a);
	if (ok && nest->n == ZYGOTE_CHILDREN_MAX) {
		fail(&e, ERR_BUSY, NULL, "too much is asked at this moment; nothing was done, try again in a minute");
		answer(conversation, false, (str){ 0 }, &e);
	} else if (ok && (pid = fork()) == 0) {
		child_run(nest, &nest->serving.works[row], conversation);
	} else if (ok && pid == -1) {
		fail(&e, ERR_MEMORY, NULL, "a process of the server does not start");
		answer(conversation, false, (str){ 0 }, &e);
	} else if (ok) {
		nest->children[nest->n++] = (struct child){ pid, msg_now() + ms + LATE_MS };
	}
	if (conversation != -1)
		close(conversation);
	return ok;
}

static void
reap(struct nest *nest)
{
	struct signalfd_siginfo many[8];
	pid_t pid;

	(void)!read(nest->ended, many, sizeof many);  /* a hint: the children are asked below */
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < nest->n; i++)
			if (nest->children[i].pid == pid) {
				nest->children[i] = nest->children[--nest->n];
				break;
			}
}

/* Kills those whose time is over. Returns the milliseconds until the next is. */
static int
kill_late(const struct nest *nest)
{
	int64_t now = msg_now(), next = INT64_MAX;

	for (size_t i = 0; i < nest->n; i++) {
		if (nest->children[i].end <= now)
			(void)kill(nest->children[i].pid, SIGKILL);
		else if (nest->children[i].end < next)
			next = nest->children[i].end;
	}
	return next == INT64_MAX ? -1 : (int)(next - now);
}

/* In bytes, of this process: proc(5), the first number of statm. */
static bool
address_space(size_t *out, struct err *e)
{
	static const char path[] = "/proc/self/statm";
	FILE *in = fopen(path, "re");
	unsigned long pages;
	bool ok = in != NULL && fscanf(in, "%lu", &pages) == 1;

	if (in != NULL)
		fclose(in);
	if (ok)
		*out = pages * (size_t)sysconf(_SC_PAGESIZE);
	return ok || fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
}

static bool
nest_start(struct nest *nest, struct sandbox_state *in_force, struct err *e)
{
	struct sandbox s = {
		.profile = SANDBOX_ZYGOTE, .mode = nest->serving.mode, .dumpable = nest->serving.dumpable,
	};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	nest->self = getpid();
	if ((nest->ended = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		return fail(e, ERR_IO, NULL, "signals cannot be waited for: %s", strerror(errno));
	if (!crypto_start(e) || !address_space(&nest->base, e) || !sandbox_enter(&s, in_force, e))
		return false;
	nest->has_filter = in_force->seccomp;
	return true;
}

void
zygote_serve(int socket, void *arg)
{
	static struct nest nest;
	struct pollfd wait[2] = { { .fd = socket, .events = POLLIN }, { .events = POLLIN } };
	struct sandbox_state in_force;
	struct err e;

	nest = (struct nest){ .serving = *(struct zygote_serving *)arg, .socket = socket };
	if (!nest_start(&nest, &in_force, &e)) {
		helper_refuse(socket, &e);
		return;
	}
	wait[1].fd = nest.ended;
	if (!helper_ready(socket, &in_force, (str){ 0 }))
		return;
	for (;;) {
		if (poll(wait, 2, kill_late(&nest)) == -1) {
			if (errno != EINTR)
				break;
			continue;
		}
		if (wait[1].revents != 0)
			reap(&nest);
		if (wait[0].revents != 0 && !request_take(&nest))
			break;
	}
	for (size_t i = 0; i < nest.n; i++)
		(void)kill(nest.children[i].pid, SIGKILL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "web/helper.h"

#include "base/msg.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_MS = 10000, WELL = 1, REFUSED = 0 };

static void
send_ready(int socket, struct buf *b)
{
	struct err ignored;

	if (buf_ok(b))
		(void)!msg_send(socket, (str){ b->p, b->n }, -1, START_MS, &ignored);
}

bool
helper_ready(int socket, const struct sandbox_state *in_force, str ready)
{
	struct arena a;
	struct buf b = { .arena = &a };

	arena_init(&a, 2 * HELPER_READY_MAX);
	msg_put_u32(&b, WELL);
	msg_put_u32(&b, in_force->no_new_privs);
	msg_put_u32(&b, in_force->seccomp);
	msg_put_u32(&b, in_force->undumpable);
	msg_put_u32(&b, (uint32_t)in_force->landlock);
	msg_put_str(&b, ready);
	send_ready(socket, &b);
	arena_free(&a);
	return buf_ok(&b);
}

void
helper_refuse(int socket, const struct err *e)
{
	struct arena a;
	struct buf b = { .arena = &a };

	arena_init(&a, 2 * HELPER_READY_MAX);
	msg_put_u32(&b, REFUSED);
	msg_put_err(&b, e);
	send_ready(socket, &b);
	arena_free(&a);
}

static bool
ready_read(int from, struct arena *a, struct sandbox_state *in_force, str *ready, struct err *e)
{
	struct msg_reader r = { 0 };
	struct err told;
	uint32_t verdict;

	if (!msg_receive(from, HELPER_READY_MAX, START_MS, a, &r.rest, NULL, e))
		return false;
	if ((verdict = msg_get_u32(&r)) == WELL) {
		in_force->no_new_privs = msg_get_u32(&r) == 1;
		in_force->seccomp = msg_get_u32(&r) == 1;
		in_force->undumpable = msg_get_u32(&r) == 1;
		in_force->landlock = (int)msg_get_u32(&r);
		*ready = msg_get_str(&r, HELPER_READY_MAX);
	} else {
		msg_get_err(&r, a, &told);
		told.rule = NULL;  /* it would point into a */
	}
	if (!msg_is_read(&r))
		return fail(e, ERR_IO, NULL, "a process of the server does not start");
	if (verdict != WELL)
		*e = told;
	return verdict == WELL;
}

static void
be_helper(helper_serve *serve, void *arg, int socket)
{
	int keep[] = { socket, STDERR_FILENO };

	sandbox_close_fds(keep, sizeof keep / sizeof *keep);
	(void)signal(SIGINT, SIG_IGN);  /* meant for web, which ends us in its time */
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	serve(socket, arg);
}

bool
helper_start(helper_serve *serve, void *arg, struct helper *out, struct arena *a,
    struct sandbox_state *in_force, str *ready, struct err *e)
{
	int ends[2];

	*out = (struct helper){ .pid = -1, .fd = -1 };
	if (!msg_pair(ends, e))
		return false;
	if ((out->pid = fork()) == 0) {
		be_helper(serve, arg, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	out->fd = ends[0];
	if (out->pid == -1)
		fail(e, ERR_IO, NULL, "a process of the server does not start");
	else if (ready_read(out->fd, a, in_force, ready, e))
		return true;
	helper_stop(out);
	return false;
}

void
helper_stop(struct helper *h)
{
	if (h->fd != -1)
		close(h->fd);
	while (h->pid != -1 && waitpid(h->pid, NULL, 0) == -1 && errno == EINTR)
		;
	*h = (struct helper){ .pid = -1, .fd = -1 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* leman serve FOLDER [PORT] - answer HTTP on this machine until it is told to stop. */
#include "cli/cmd.h"
#include "web/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

int
cmd_serve(struct cmd *c, struct err *e)
{
	struct serve *s;
	struct pollfd wait[2] = { { .events = POLLIN }, { .events = POLLIN } };
	uint64_t port = 8080;
	sigset_t stop;

	if (c->argc != 2 && c->argc != 3)
		return CMD_USAGE;
	if (c->argc == 3 && (!str_to_u64(str_of(c->argv[2]), &port) || port > UINT16_MAX))
		return CMD_USAGE;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);  /* before any thread: they inherit it */
	(void)signal(SIGPIPE, SIG_IGN);
	if ((wait[0].fd = signalfd(-1, &stop, SFD_CLOEXEC)) == -1) {
		fail(e, ERR_IO, NULL, "signals cannot be waited for: %s", strerror(errno));
		return err_exit_code(e->kind);
	}
	if (!serve_start(c->argv[1], (uint16_t)port, &s, e))
		return err_exit_code(e->kind);
	printf("http://127.0.0.1:%d/\n", (int)serve_port(s));
	fflush(stdout);
	wait[1].fd = serve_fd(s);
	while (poll(wait, 2, -1) == -1)
		;
	if (wait[1].revents != 0)
		fail(e, ERR_UNKNOWN, NULL, "a write ended in an I/O error: start again, and look at the disk");
	serve_stop(s);
	close(wait[0].fd);
	return e->kind == ERR_NONE ? 0 : err_exit_code(e->kind);
}

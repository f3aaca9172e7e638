/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static bool
line_read(int fd, struct asked *out, struct err *e)
{
	char c = '\0';
	ssize_t got;

	out->n = 0;
	while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
		if (out->n == ASK_MAX)
			return fail(e, ERR_INPUT, NULL, "an answer of more than %d bytes", ASK_MAX);
		out->text[out->n++] = c;
	}
	out->text[out->n] = '\0';
	if (got == -1)
		return fail(e, ERR_IO, NULL, "the answer cannot be read: %s", strerror(errno));
	return out->n > 0 || fail(e, ERR_INPUT, NULL, "the answer is empty");
}

bool
ask_line(const char *question, bool unseen, struct asked *out, struct err *e)
{
	struct termios was, silent;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	bool ok;

	if (fd == -1)
		return fail(e, ERR_NOT_FOUND, NULL, "there is no terminal to ask on");
	unseen = unseen && tcgetattr(fd, &was) == 0;
	if (unseen) {
		silent = was;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(fd, TCSAFLUSH, &silent);
	}
	ok = dprintf(fd, "%s ", question) > 0 && line_read(fd, out, e);
	if (unseen) {
		(void)tcsetattr(fd, TCSAFLUSH, &was);
		(void)dprintf(fd, "\n");
	}
	close(fd);
	return ok;
}

bool
ask_yes(const char *question)
{
	struct asked answer;
	struct err e;

	return ask_line(question, false, &answer, &e) && strchr("yYoO", answer.text[0]) != NULL;
}

bool
ask_is_possible(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

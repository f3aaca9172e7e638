/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

void passphrase_wipe(struct passphrase *p) { explicit_bzero(p, sizeof *p); }

/* One line, without its end. */
static bool
line_read(int fd, struct passphrase *out, struct err *e)
{
	char c = '\0';
	ssize_t got;

	out->n = 0;
	while ((got = read(fd, &c, 1)) == 1 && c != '\n') {
		if (out->n == PASSPHRASE_MAX)
			return fail(e, ERR_INPUT, NULL, "a passphrase of more than %d bytes", PASSPHRASE_MAX);
		out->text[out->n++] = c;
	}
	if (got == -1)
		return fail(e, ERR_IO, NULL, "the passphrase cannot be read: %s", strerror(errno));
	return out->n > 0 || fail(e, ERR_INPUT, NULL, "the passphrase is empty");
}

static bool
line_ask(int fd, const char *question, struct passphrase *out, struct err *e)
{
	struct termios was, unseen;
	bool seen = tcgetattr(fd, &was) != 0, ok;

	if (!seen) {
		unseen = was;
		unseen.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(fd, TCSAFLUSH, &unseen);
	}
	ok = dprintf(fd, "%s ", question) > 0 && line_read(fd, out, e);
	if (!seen) {
		(void)tcsetattr(fd, TCSAFLUSH, &was);
		(void)dprintf(fd, "\n");
	}
	return ok;
}

static bool
passphrase_of_environment(struct passphrase *out, bool *is_there, struct err *e)
{
	char *value = getenv("LEMAN_PASSPHRASE");

	*is_there = value != NULL;
	if (value == NULL)
		return true;
	out->n = strlen(value);
	if (out->n == 0)
		return fail(e, ERR_INPUT, NULL, "the passphrase in LEMAN_PASSPHRASE is empty");
	if (out->n > PASSPHRASE_MAX)
		return fail(e, ERR_INPUT, NULL, "a passphrase of more than %d bytes", PASSPHRASE_MAX);
	memcpy(out->text, value, out->n);
	return true;
}

bool
passphrase_ask(const char *what, bool twice, enum lang lang, struct passphrase *out, struct err *e)
{
	struct passphrase again = { 0 };
	char question[512];
	bool is_there, ok;
	int fd;

	*out = (struct passphrase){ 0 };
	if (!passphrase_of_environment(out, &is_there, e) || is_there)
		return is_there && out->n > 0 && out->n <= PASSPHRASE_MAX;
	if ((fd = open("/dev/tty", O_RDWR | O_CLOEXEC)) == -1)
		return fail(e, ERR_INPUT, NULL,
		    "a passphrase is needed, and there is no terminal to ask on: set LEMAN_PASSPHRASE");
	(void)snprintf(question, sizeof question, msg(lang, "Passphrase for %s:"), what);
	ok = line_ask(fd, question, out, e);
	if (ok && twice) {
		ok = line_ask(fd, msg(lang, "The same again:"), &again, e)
		    && (str_eq(passphrase_str(out), passphrase_str(&again))
		        || fail(e, ERR_INPUT, NULL, "the two passphrases differ: nothing was sealed"));
	}
	close(fd);
	passphrase_wipe(&again);
	if (!ok)
		passphrase_wipe(out);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* leman keygen [-o FILE] | -y [-o FILE] [FILE] - make an identity, or print recipients.
 *
 * What is printed is laid out as age-keygen lays it out, in no language. */
#include "base/buf.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static bool
write_all(int fd, str text)
{
	while (text.n > 0) {
		ssize_t put = write(fd, text.p, text.n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		text = (str){ text.p + put, text.n - (size_t)put };
	}
	return true;
}

/* Into a file that is new and for its owner alone. */
static bool
key_write(const char *path, str text, struct err *e)
{
	int fd = path == NULL ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd == -1)
		return errno == EEXIST
		    ? fail(e, ERR_CONFLICT, NULL,
		    "%s: it is there already, and a key is never overwritten: choose another name", path)
		    : fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
	ok = (write_all(fd, text) && (path == NULL || fsync(fd) == 0))
	    || fail(e, ERR_IO, NULL, "%s: %s", path == NULL ? "-" : path, strerror(errno));
	if (path != NULL) {
		close(fd);
		if (!ok)
			(void)unlink(path);
	}
	return ok;
}

static bool
identity_make(const char *out, struct arena *a, struct err *e)
{
	struct age_identity key;
	struct age_recipient own;
	char secret[AGE_IDENTITY_TEXT], recipient[AGE_RECIPIENT_TEXT], text[512];
	str now;
	int n;
	bool ok;

	if (!time_to_rfc3339(time_now(), a, &now, e) || !age_identity_make(&key, e))
		return false;
	age_identity_recipient(&key, &own);
	age_identity_print(&key, secret);
	age_recipient_print(&own, recipient);
	n = snprintf(text, sizeof text, "# created: %.*s\n# public key: %s\n%s\n", STR_ARG(now), recipient, secret);
	ok = key_write(out, (str){ text, (size_t)n }, e);
	if (ok && (out != NULL || !isatty(STDOUT_FILENO)))
		fprintf(stderr, "Public key: %s\n", recipient);
	age_identity_wipe(&key);
	explicit_bzero(secret, sizeof secret);
	explicit_bzero(text, sizeof text);
	return ok;
}

static bool
recipients_print(const char *in, const char *out, const struct cmd *c, struct err *e)
{
	struct identities *keys = ARENA_NEW(c->arena, struct identities, 1);
	struct buf b = { .arena = c->arena };
	str text;
	bool ok;

	if (keys == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *keys);
	ok = identities_read(in, c->lang, c->arena, keys, e);
	for (size_t i = 0; ok && i < keys->n; i++) {
		struct age_recipient own;
		char recipient[AGE_RECIPIENT_TEXT];

		age_identity_recipient(&keys->key[i], &own);
		age_recipient_print(&own, recipient);
		buf_fmt(&b, "%s\n", recipient);
	}
	identities_wipe(keys);
	return ok && buf_take(&b, &text, e) && key_write(out, text, e);
}

int
cmd_keygen(struct cmd *c, struct err *e)
{
	static const struct option names[] = { { "output", required_argument, NULL, 'o' }, { 0 } };
	const char *out = NULL, *in = "-";
	bool print = false;

	opterr = 0;
	for (int o; (o = getopt_long(c->argc, c->argv, "o:y", names, NULL)) != -1; ) {
		if (o == 'o')
			out = optarg;
		else if (o == 'y')
			print = true;
		else
			return CMD_USAGE;
	}
	if (print && optind < c->argc)
		in = c->argv[optind++];
	if (optind < c->argc)
		return CMD_USAGE;
	return (print ? recipients_print(in, out, c, e) : identity_make(out, c->arena, e)) ? 0 : err_exit_code(e->kind);
}

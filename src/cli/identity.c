/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/identity.h"

#include "base/buf.h"
#include "cli/passphrase.h"
#include "cli/stream.h"

#include <unistd.h>

void identities_wipe(struct identities *i) { explicit_bzero(i, sizeof *i); }

static bool
starts(str s, str start)
{
	return s.n >= start.n && memcmp(s.p, start.p, start.n) == 0;
}

/* All of it, in a, wherever it comes from: file_read() takes no pipe. */
static bool
key_file_read(const char *path, struct arena *a, str *out, struct err *e)
{
	char *text = arena_alloc(a, KEY_FILE_MAX + 1);
	size_t n = 0;
	ssize_t got = 0;
	int fd;

	if (text == NULL)
		return fail(e, ERR_MEMORY, NULL, "%s: no room for %zu bytes", path, (size_t)KEY_FILE_MAX);
	if (!in_open(path, &fd, e))
		return false;
	while (n <= KEY_FILE_MAX && (got = read(fd, text + n, KEY_FILE_MAX + 1 - n)) > 0)
		n += (size_t)got;
	if (fd != STDIN_FILENO)
		close(fd);
	*out = (str){ text, n };
	if (got == -1)
		return fail(e, ERR_IO, NULL, "%s: it cannot be read", path);
	return n <= KEY_FILE_MAX || fail(e, ERR_TOO_BIG, NULL, "%s: more than %d bytes: not a file of keys",
	    path, KEY_FILE_MAX);
}

/* The next line that says something, with its number; false at the end. */
static bool
line_next(str *rest, str *line, size_t *number)
{
	while (rest->n > 0) {
		if (!str_cut(rest, '\n', line)) {
			*line = *rest;
			rest->n = 0;
		}
		++*number;
		while (line->n > 0 && (line->p[line->n - 1] == '\r' || line->p[line->n - 1] == ' '))
			line->n--;
		if (line->n > 0 && line->p[0] != '#')
			return true;
	}
	return false;
}

static const struct { str start; const char *what; } strangers[] = {
	{ STR("AGE-SECRET-KEY-PQ-1"), N_("%s, line %zu: a post-quantum identity, a kind that is not opened here yet") },
	{ STR("AGE-PLUGIN-"), N_("%s, line %zu: an identity for a plug-in; there are none here: use age itself") },
	{ STR("-----BEGIN"), N_("%s, line %zu: an SSH key, not an identity: make one with \"leman keygen\"") },
	{ STR("age1"), N_("%s, line %zu: a recipient, which seals; to open, its AGE-SECRET-KEY-1... is needed") },
};

static bool
lines_read(const char *path, str text, enum lang lang, struct identities *to, struct err *e)
{
	str line;
	size_t number = 0, was = to->n;

	while (line_next(&text, &line, &number)) {
		struct err why;

		for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
			if (starts(line, strangers[i].start))
				return fail(e, ERR_INPUT, NULL, strangers[i].what, path, number);
		if (to->n == IDENTITIES_MAX)
			return fail(e, ERR_TOO_BIG, NULL, "more than %d identities", IDENTITIES_MAX);
		if (!age_identity_parse(line, &to->key[to->n], &why))
			return fail(e, ERR_INPUT, NULL, "%s, line %zu: not an identity: %s", path, number,
			    err_text(&why, lang).s);
		to->n++;
	}
	return to->n > was || fail(e, ERR_INPUT, NULL,
	    "%s: no identity in it: a line AGE-SECRET-KEY-1... is expected", path);
}

static bool
plain_take(void *to, str bytes, struct err *e)
{
	struct buf *b = to;

	(void)e;
	buf_str(b, bytes);
	return true;
}

/* A file of identities that is locked with a passphrase. */
static bool
locked_read(const char *path, str sealed, enum lang lang, struct arena *a, struct identities *to, struct err *e)
{
	struct passphrase phrase;
	struct age_open *o;
	struct buf plain = { .arena = a };
	str text;
	bool ok;

	if (!passphrase_ask(path, false, lang, &phrase, e))
		return false;
	/* Room for all at once, so that no copy of the keys is left behind by growing. */
	plain.p = arena_alloc(a, sealed.n);
	plain.cap = plain.p != NULL ? sealed.n : 0;
	ok = age_open_start(NULL, 0, passphrase_str(&phrase), (struct age_sink){ plain_take, &plain }, a, &o, e)
	    && age_open_write(o, sealed, e) && age_open_end(o, e)
	    && buf_take(&plain, &text, e) && lines_read(path, text, lang, to, e);
	if (plain.p != NULL)
		explicit_bzero(plain.p, plain.cap);
	passphrase_wipe(&phrase);
	return ok;
}

bool
identities_read(const char *path, enum lang lang, struct arena *a, struct identities *to, struct err *e)
{
	str text;
	bool ok;

	if (!key_file_read(path, a, &text, e))
		return false;
	if (starts(text, S("age-encryption.org/")) || starts(text, S("-----BEGIN AGE ENCRYPTED FILE-----")))
		return locked_read(path, text, lang, a, to, e);
	ok = lines_read(path, text, lang, to, e);
	explicit_bzero((char *)(uintptr_t)text.p, text.n);
	return ok;
}

bool
recipients_add(str text, struct recipients *to, struct err *e)
{
	static const str others[] = { STR("age1pq1"), STR("age1tag"), STR("age1yubikey1"), STR("ssh-") };

	if (to->n == AGE_STANZAS_MAX)
		return fail(e, ERR_INPUT, NULL, "more than %d recipients", AGE_STANZAS_MAX);
	if (starts(text, S("AGE-SECRET-KEY-")))
		return fail(e, ERR_INPUT, NULL,
		    "an identity, which is secret, where a recipient, age1..., is expected");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (starts(text, others[i]))
			return fail(e, ERR_INPUT, NULL, "%.*s...: a kind of recipient that is not sealed to here yet",
			    STR_ARG(others[i]));
	if (!age_recipient_parse(text, &to->key[to->n], e))
		return false;
	to->n++;
	return true;
}

bool
recipients_read(const char *path, enum lang lang, struct arena *a, struct recipients *to, struct err *e)
{
	str text, line;
	size_t number = 0, was = to->n;

	if (!key_file_read(path, a, &text, e))
		return false;
	while (line_next(&text, &line, &number)) {
		struct err why;

		if (!recipients_add(line, to, &why))
			return fail(e, why.kind, NULL, "%s, line %zu: not a recipient: %s", path, number,
			    err_text(&why, lang).s);
	}
	return to->n > was || fail(e, ERR_INPUT, NULL, "%s: no recipient in it: a line age1... is expected", path);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "play.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VARS_MAX = 100 };

static struct { char name[40], *value; } vars[VARS_MAX];
static size_t n_vars;

void
var_set(const char *name, const char *value, size_t n)
{
	size_t i = 0;

	while (i < n_vars && strcmp(vars[i].name, name) != 0)
		i++;
	if (i == VARS_MAX || strlen(name) >= sizeof vars[i].name || name[0] == '\0'
	    || name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] != '\0')
		wrong("a variable is upper-case letters, digits and _: %s", name);
	if (i == n_vars)
		n_vars++;
	(void)snprintf(vars[i].name, sizeof vars[i].name, "%s", name);
	free(vars[i].value);
	if ((vars[i].value = strndup(value, n)) == NULL)
		wrong("no memory");
}

const char *
var_get(const char *name, size_t n)
{
	for (size_t i = 0; i < n_vars; i++)
		if (strlen(vars[i].name) == n && strncmp(vars[i].name, name, n) == 0)
			return vars[i].value;
	wrong("no variable $%.*s", (int)n, name);
}

/* The variables of in put into to. */
void
expand(const char *in, char to[LINE_SIZE])
{
	size_t n = 0;

	while (*in != '\0') {
		const char *add = in++;
		size_t add_n = 1;

		if (*add == '$' && *in == '$') {
			in++;
		} else if (*add == '$') {
			size_t name_n = strspn(in, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

			add = var_get(in, name_n);
			in += name_n;
			add_n = strlen(add);
		}
		if (n + add_n >= LINE_SIZE)
			wrong("a line of more than %d bytes", LINE_SIZE - 1);
		memcpy(to + n, add, add_n);
		n += add_n;
	}
	to[n] = '\0';
}

/* Cuts the next word off *rest; quoted: '...' may hold spaces. NULL at the end. */
char *
word(char **rest, bool quoted)
{
	char *w, *end;

	*rest += strspn(*rest, " ");
	if (**rest == '\0')
		return NULL;
	if (quoted && **rest == '\'') {
		if ((end = strchr(w = *rest + 1, '\'')) == NULL || (end[1] != ' ' && end[1] != '\0'))
			wrong("a word begins with a quote and ends with none");
	} else {
		end = (w = *rest) + strcspn(*rest, " ");
	}
	*rest = *end == '\0' ? end : end + 1;
	*end = '\0';
	return w;
}

char *
word_needed(char **rest, const char *what)
{
	char *w = word(rest, false);

	if (w == NULL)
		wrong("%s is missing", what);
	return w;
}

/* The n-th group of regex (POSIX, extended) in t becomes a variable. */
bool
var_match(const char *name, const struct text *t, const char *regex, size_t n)
{
	regmatch_t m[10] = { { .rm_so = 0, .rm_eo = (regoff_t)t->n } };
	regex_t r;
	bool found;

	if (regcomp(&r, regex, REG_EXTENDED | REG_NEWLINE) != 0 || r.re_nsub < n)
		wrong("not a regular expression with %zu groups: %s", n, regex);
	if ((found = regexec(&r, t->p, 10, m, REG_STARTEND) == 0 && m[n].rm_so >= 0))
		var_set(name, t->p + m[n].rm_so, (size_t)(m[n].rm_eo - m[n].rm_so));
	regfree(&r);
	return found;
}

/* \n, \t and \\ become what they stand for, in place. */
char *
unescape(char *s)
{
	char *to = s;

	for (const char *p = s; *p != '\0'; p++) {
		char c = *p;

		if (c == '\\') {
			p++;
			c = *p == 'n' ? '\n' : *p == 't' ? '\t' : *p == '\\' ? '\\' : '\0';
			if (c == '\0')
				wrong("after a backslash comes n, t or another backslash");
		}
		*to++ = c;
	}
	*to = '\0';
	return s;
}

void
file_read(const char *path, struct text *to)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (fd == -1)
		wrong("%s: %s", path, strerror(errno));
	for (to->n = 0; got > 0 && to->n < ANSWER_SIZE; to->n += (size_t)got)
		if ((got = read(fd, to->p + to->n, ANSWER_SIZE - to->n)) == -1)
			wrong("%s: %s", path, strerror(errno));
	close(fd);
}

void
file_write(const char *path, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, p, n) != (ssize_t)n || close(fd) == -1)
		wrong("%s: %s", path, strerror(errno));
}

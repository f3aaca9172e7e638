/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/home.h"

#include "base/buf.h"
#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOME_FILE_MAX = 4 << 20 };

/* Every folder on the way; one that is missing is made for this person alone. */
static bool
folders_make(char *path, struct err *e)
{
	for (char *p = path + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			if (mkdir(path, 0700) != 0 && errno != EEXIST)
				return fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
			*p = '/';
		}
	return true;
}

bool
home_path(const char *file, struct arena *a, const char **out, struct err *e)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct buf b = { .arena = a };
	str path;

	if (config != NULL && config[0] == '/')
		buf_fmt(&b, "%s/leman/%s", config, file);
	else if (home != NULL && home[0] == '/')
		buf_fmt(&b, "%s/.config/leman/%s", home, file);
	else
		return fail(e, ERR_INPUT, NULL, "HOME is not set: where should %s be kept?", file);
	buf_add(&b, "", 1);
	if (!buf_take(&b, &path, e) || !folders_make((char *)(uintptr_t)path.p, e))
		return false;
	*out = path.p;
	return true;
}

bool
home_read(const char *file, struct arena *a, str *rest, struct err *e)
{
	const char *path;
	struct err why;

	*rest = (str){ 0 };
	if (!home_path(file, a, &path, e))
		return false;
	if (file_read(path, HOME_FILE_MAX, a, rest, &why) || why.kind == ERR_NOT_FOUND)
		return true;
	*e = why;
	return false;
}

static bool
line_next(str *rest, str *line)
{
	if (rest->n == 0)
		return false;
	if (!str_cut(rest, '\n', line)) {
		*line = *rest;
		rest->n = 0;
	}
	return true;
}

static bool
is_of(str line, str key, str *value)
{
	if (line.n <= key.n || memcmp(line.p, key.p, key.n) != 0 || line.p[key.n] != ' ')
		return false;
	*value = (str){ line.p + key.n + 1, line.n - key.n - 1 };
	return true;
}

bool
home_next(str *rest, str *first, str *others)
{
	str line;

	while (line_next(rest, &line))
		if (line.n > 0 && line.p[0] != '#' && str_cut(&line, ' ', first)) {
			*others = line;
			return true;
		}
	return false;
}

bool
home_find(const char *file, str key, struct arena *a, str *value, struct err *e)
{
	str rest, line;

	*value = (str){ 0 };
	if (!home_read(file, a, &rest, e))
		return false;
	while (line_next(&rest, &line))
		if (is_of(line, key, value))
			return true;
	return true;
}

bool
home_set(const char *file, str key, str value, struct arena *a, struct err *e)
{
	struct buf b = { .arena = a }, name = { .arena = a };
	str rest, line, old, all, lock;
	const char *path;
	struct err busy;
	bool ok;
	int fd;

	/* Two commands at once lose nothing of one another. */
	if (!home_path(file, a, &path, e))
		return false;
	buf_fmt(&name, "%s.lock", path);
	buf_add(&name, "", 1);
	if (!buf_take(&name, &lock, e))
		return false;
	for (int tries = 0; !(ok = file_lock(lock.p, &fd, &busy)) && busy.kind == ERR_BUSY && tries < 50; tries++)
		(void)usleep(100 * 1000);
	if (!ok) {
		*e = busy;
		return false;
	}
	ok = home_read(file, a, &rest, e);
	while (ok && line_next(&rest, &line))
		if (!is_of(line, key, &old)) {
			buf_str(&b, line);
			buf_add(&b, "\n", 1);
		}
	if (value.n > 0) {
		buf_str(&b, key);
		buf_add(&b, " ", 1);
		buf_str(&b, value);
		buf_add(&b, "\n", 1);
	}
	ok = ok && buf_take(&b, &all, e) && file_replace(path, all, e);
	close(fd);
	return ok;
}

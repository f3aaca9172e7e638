/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_standard(const char *path) { return path == NULL || strcmp(path, "-") == 0; }

bool
in_open(const char *path, int *fd, struct err *e)
{
	if (is_standard(path)) {
		*fd = STDIN_FILENO;
		return true;
	}
	if ((*fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return fail(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NULL, "%s: %s", path, strerror(errno));
	(void)posix_fadvise(*fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return true;
}

bool
in_read(int fd, char *block, str *got, struct err *e)
{
	size_t n = 0;

	/* Filled up from a pipe, so that the cipher gets whole chunks. */
	while (n < STREAM_BLOCK) {
		ssize_t part = read(fd, block + n, STREAM_BLOCK - n);

		if (part == -1 && errno == EINTR)
			continue;
		if (part == -1)
			return fail(e, ERR_IO, NULL, "the input cannot be read: %s", strerror(errno));
		if (part == 0)
			break;
		n += (size_t)part;
	}
	*got = (str){ block, n };
	return true;
}

/* A file without a name in path's folder, or one with another name. */
static bool
part_open(struct out *o, struct arena *a, struct err *e)
{
	const char *slash = strrchr(o->whole, '/');
	size_t n = strlen(o->whole);
	str folder = slash == NULL ? S(".")
	    : slash == o->whole ? S("/") : (str){ o->whole, (size_t)(slash - o->whole) };

	if ((o->part = arena_alloc(a, n + sizeof ".XXXXXX")) == NULL || !arena_copy(a, folder, &folder, e))
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", n);
	memcpy(o->part, o->whole, n);
	memcpy(o->part + n, ".XXXXXX", sizeof ".XXXXXX");
	o->way = OUT_NAMELESS;
	if ((o->fd = open(folder.p, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)) != -1)
		return true;
	o->way = OUT_BESIDE;
	return (o->fd = mkostemp(o->part, O_CLOEXEC)) != -1
	    || fail(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NULL, "%s: %s", o->path, strerror(errno));
}

bool
out_open(struct out *o, const char *path, enum out_kind kind, struct arena *a, struct err *e)
{
	struct stat st;
	str name;
	char *real;

	*o = (struct out){ .path = path, .fd = STDOUT_FILENO, .way = OUT_DIRECT };
	if (is_standard(path)) {
		bool shown = path == NULL && isatty(STDOUT_FILENO);

		o->guard = shown && kind == OUT_PLAIN;
		return !shown || kind != OUT_BINARY
		    || fail(e, ERR_INPUT, NULL,
		        "a sealed file is not for a screen: name a file with -o, or make it text with -a");
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {  /* a device or a pipe keeps its place */
		o->fd = open(path, O_WRONLY | O_CLOEXEC);
		return o->fd != -1 || fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
	}
	real = realpath(path, NULL);  /* where a symbolic link leads */
	if (!arena_copy(a, str_of(real != NULL ? real : path), &name, e)) {
		free(real);
		return false;
	}
	free(real);
	o->whole = (char *)(uintptr_t)name.p;
	return part_open(o, a, e);
}

/* Letters, lines and tabs; what drives a terminal is refused, whoever wrote it. */
static bool
is_shown(struct out *o, str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i], b = (unsigned char)o->before;

		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f || (b == 0xc2 && c < 0xa0))
			return false;
		o->before = bytes.p[i];
	}
	return true;
}

bool
out_take(void *to, str bytes, struct err *e)
{
	struct out *o = to;

	if (o->guard && !is_shown(o, bytes))
		return fail(e, ERR_INPUT, NULL, "what was sealed is not plain text: name a file for it with -o");
	while (bytes.n > 0) {
		ssize_t put = write(o->fd, bytes.p, bytes.n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return fail(e, ERR_IO, NULL, "%s: %s", is_standard(o->path) ? "-" : o->path, strerror(errno));
		bytes = (str){ bytes.p + put, bytes.n - (size_t)put };
	}
	return true;
}

/* The rights that open() would have given it. */
static mode_t
mode_usual(void)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return 0666 & ~mask;
}

/* A name beside for the file that has none. */
static bool
part_name(struct out *o)
{
	char from[64];
	int spare = mkostemp(o->part, O_CLOEXEC);  /* finds a free name, and is taken away for it */

	(void)snprintf(from, sizeof from, "/proc/self/fd/%d", o->fd);
	if (spare == -1 || close(spare) != 0 || unlink(o->part) != 0
	    || linkat(AT_FDCWD, from, AT_FDCWD, o->part, AT_SYMLINK_FOLLOW) != 0)
		return false;
	o->way = OUT_BESIDE;
	return true;
}

bool
out_keep(struct out *o, struct err *e)
{
	struct stat st;

	if (o->way == OUT_DIRECT)
		return true;
	if (fchmod(o->fd, stat(o->whole, &st) == 0 ? st.st_mode & 0777 : mode_usual()) != 0
	    || (o->way == OUT_NAMELESS && !part_name(o)) || rename(o->part, o->whole) != 0)
		return fail(e, ERR_IO, NULL, "%s: %s", o->path, strerror(errno));
	o->way = OUT_DIRECT;
	return true;
}

void
out_drop(struct out *o)
{
	if (o->way == OUT_BESIDE)
		(void)unlink(o->part);
	if (o->fd > STDERR_FILENO)
		close(o->fd);
	o->fd = -1;
	o->way = OUT_DIRECT;
}

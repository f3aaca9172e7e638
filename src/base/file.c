/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool
file_read(const char *path, size_t max, struct arena *a, str *out, struct err *e)
{
	struct stat st;
	size_t n = 0, size;
	ssize_t got;
	char *p;
	bool ok = false;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || fstat(fd, &st) == -1) {
		fail(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NULL, "%s: %s", path, strerror(errno));
		goto done;
	}
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || (size = (size_t)st.st_size) > max) {
		fail(e, ERR_TOO_BIG, NULL, "%s: not a file of at most %zu bytes", path, max);
		goto done;
	}
	if ((p = arena_alloc(a, size + 1)) == NULL) {
		fail(e, ERR_MEMORY, NULL, "%s: no room for %zu bytes", path, size);
		goto done;
	}
	while (n < size && (got = read(fd, p + n, size - n)) > 0)
		n += (size_t)got;
	*out = (str){ p, n };
	ok = n == size || fail(e, ERR_IO, NULL, "%s: %zu of %zu bytes read", path, n, size);
done:
	if (fd != -1)
		close(fd);
	return ok;
}

static bool
write_all(int fd, str bytes)
{
	while (bytes.n > 0) {
		ssize_t put = write(fd, bytes.p, bytes.n);
		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes = (str){ bytes.p + put, bytes.n - (size_t)put };
	}
	return true;
}

bool
file_replace(const char *path, str bytes, struct err *e)
{
	char part[4096];
	int fd;
	bool ok;

	if (snprintf(part, sizeof part, "%s.XXXXXX", path) >= (int)sizeof part)
		return fail(e, ERR_INPUT, NULL, "%s: the path is too long", path);
	if ((fd = mkostemp(part, O_CLOEXEC)) == -1)
		return fail(e, ERR_IO, NULL, "%s: %s", part, strerror(errno));
	ok = write_all(fd, bytes) && fsync(fd) == 0 && rename(part, path) == 0;
	if (!ok) {
		fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
		unlink(part);
	}
	close(fd);
	return ok;
}

bool
file_new(const char *path, str bytes, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd == -1)
		return fail(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO, NULL, "%s: %s", path, strerror(errno));
	ok = write_all(fd, bytes) && fsync(fd) == 0;
	if (!ok) {
		fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
		unlink(path);
	}
	close(fd);
	return ok;
}

bool
file_make_folder(const char *path, struct err *e)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST
	    || fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
}

bool
file_lock(const char *path, int *fd, struct err *e)
{
	if ((*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) == -1)
		return fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	fail(e, errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO, NULL, "%s: another program uses this folder", path);
	close(*fd);
	*fd = -1;
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "search.h"

#include "support.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 4 << 20 };

/* From fd at from, so many bytes; pieces overlap, so that nothing hides at a seam. */
static bool
stands_in(int fd, uint64_t from, uint64_t to, str what)
{
	static char piece[PIECE];

	while (from < to) {
		size_t want = to - from < PIECE ? (size_t)(to - from) : PIECE;
		ssize_t got = pread(fd, piece, want, (off_t)from);

		if (got < (ssize_t)what.n)
			return false;
		if (memmem(piece, (size_t)got, what.p, what.n) != NULL)
			return true;
		if (got < (ssize_t)want || want < PIECE)
			return false;
		from += (uint64_t)got - what.n;
	}
	return false;
}

size_t
search_file(const char *path, str what)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found;

	assert_true(what.n > 0);
	if (fd == -1)
		fail_msg("%s cannot be searched", path);
	found = stands_in(fd, 0, UINT64_MAX >> 1, what);
	close(fd);
	return found;
}

static str wanted;
static size_t found;

static int
look(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)f;
	if (memmem(path, strlen(path), wanted.p, wanted.n) != NULL)
		found++;
	else if (type == FTW_F && S_ISREG(st->st_mode))
		found += search_file(path, wanted);
	return 0;
}

size_t
search_folder(const char *path, str what)
{
	wanted = what;
	found = 0;
	assert_int_equal(nftw(path, look, 16, FTW_PHYS), 0);
	return found;
}

size_t
search_memory(pid_t pid, str what)
{
	char path[64], line[600];
	size_t n = 0;
	FILE *maps;
	int fd;

	(void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	(void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (maps == NULL || fd == -1) {
		if (maps != NULL)
			fclose(maps);
		return SIZE_MAX;
	}
	while (fgets(line, sizeof line, maps) != NULL) {
		uint64_t from, to;
		char right;

		/* What is not backed by a page yet, gigabytes of the sanitizers', reads as zeros
		 * or not at all; only what was touched can hold something. */
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %c", &from, &to, &right) == 3 && right == 'r'
		    && to - from < (uint64_t)1 << 30 && strstr(line, "[vvar") == NULL)
			n += stands_in(fd, from, to, what);
	}
	fclose(maps);
	close(fd);
	return n;
}

size_t
search_processes(pid_t web, pid_t *out, size_t max)
{
	char path[64];
	size_t n = 0;
	int child;
	FILE *in;

	out[n++] = web;
	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)web, (int)web);
	if ((in = fopen(path, "re")) == NULL)
		fail_msg("%s cannot be read", path);
	while (n < max && fscanf(in, "%d", &child) == 1)
		out[n++] = child;
	fclose(in);
	return n;
}

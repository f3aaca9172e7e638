/* SPDX-License-Identifier: Apache-2.0 */
#include "store/pack.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH = 512,
	PENDING_MAX = 16 << 20,       /* bytes; more are written before the batch is whole */
	PENDING_KEPT = 1 << 20,       /* what a quiet server holds on to at least */
	PENDING_SPARE = 8,            /* more is given back when a batch needs less than a part of it in so many */
};
static const uint64_t pack_size = (uint64_t)1 << 30;  /* then the next file begins */

struct pack {
	char folder[PATH];
	int fd;
	bool is_direct;
	struct pack_place at;         /* where pending will stand; a multiple of PACK_BLOCK */
	char *pending;                /* aligned to PACK_BLOCK */
	size_t n, cap;
	uint64_t added;               /* bytes in all: the mark */
};

static bool
path_of(const char *folder, uint64_t number, char out[PATH], struct err *e)
{
	return snprintf(out, PATH, "%s/packs/%06llu", folder, (unsigned long long)number) < PATH
	    || fail(e, ERR_INPUT, NULL, "%s: the path is too long", folder);
}

/* The file of p->at. Without the page cache if that can be: half the work, and the
 * bytes of one report do not push another's out of memory. */
static bool
file_open(struct pack *p, struct err *e)
{
	char path[PATH];

	if (!path_of(p->folder, p->at.pack, path, e))
		return false;
	p->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_DSYNC | O_DIRECT, 0600);
	p->is_direct = p->fd != -1;
	if (p->fd == -1 && errno == EINVAL)
		p->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_DSYNC, 0600);
	return p->fd != -1 || fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
}

/* The name of a new pack must outlive a power cut too. */
static bool
folder_sync(const char *folder, struct err *e)
{
	char path[PATH + 8];
	int fd;
	bool ok;

	(void)snprintf(path, sizeof path, "%s/packs", folder);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd != -1 && fsync(fd) == 0;
	if (fd != -1)
		close(fd);
	return ok || fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
}

static uint64_t
block_up(uint64_t n)
{
	return (n + PACK_BLOCK - 1) / PACK_BLOCK * PACK_BLOCK;
}

bool
pack_open(const char *folder, struct pack_place end, struct pack **out, struct err *e)
{
	struct pack *p = calloc(1, sizeof *p);
	char packs[PATH + 8];

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the store");
	p->fd = -1;
	p->at = (struct pack_place){ end.pack, block_up(end.at) };
	(void)snprintf(packs, sizeof packs, "%s/packs", folder);
	if (snprintf(p->folder, sizeof p->folder, "%s", folder) < (int)sizeof p->folder
	    && file_make_folder(packs, e) && file_open(p, e) && folder_sync(folder, e)) {
		*out = p;
		return true;
	}
	pack_close(p);
	return false;
}

void
pack_close(struct pack *p)
{
	if (p == NULL)
		return;
	if (p->fd != -1)
		close(p->fd);
	free(p->pending);
	free(p);
}

static bool
pending_room(struct pack *p, size_t n, struct err *e)
{
	size_t cap = (size_t)block_up(p->n + n + p->cap);
	char *more;

	if (p->pending != NULL && p->cap - p->n >= n)
		return true;
	if ((more = aligned_alloc(PACK_BLOCK, cap)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", n);
	if (p->pending != NULL)
		memcpy(more, p->pending, p->n);
	free(p->pending);
	p->pending = more;
	p->cap = cap;
	return true;
}

bool
pack_add(struct pack *p, str bytes, struct pack_place *out, struct err *e)
{
	if ((p->n + bytes.n > PENDING_MAX && !pack_settle(p, e)) || !pending_room(p, bytes.n + PACK_BLOCK, e))
		return false;
	*out = (struct pack_place){ p->at.pack, p->at.at + p->n };
	memcpy(p->pending + p->n, bytes.p, bytes.n);
	p->n += bytes.n;
	p->added += bytes.n;
	return true;
}

uint64_t pack_mark(const struct pack *p) { return p->added; }

/* What was settled since stays where it is, unnamed. */
void
pack_undo(struct pack *p, uint64_t mark)
{
	uint64_t n = p->added - mark;

	p->n -= n < p->n ? (size_t)n : p->n;
	p->added = mark;
}

static bool
next_file(struct pack *p, struct err *e)
{
	close(p->fd);
	p->at = (struct pack_place){ p->at.pack + 1, 0 };
	return file_open(p, e) && folder_sync(p->folder, e);
}

bool
pack_settle(struct pack *p, struct err *e)
{
	size_t want = (size_t)block_up(p->n), done = 0;

	if (p->n == 0)
		return true;
	memset(p->pending + p->n, 0, want - p->n);
	while (done < want) {
		ssize_t put = pwrite(p->fd, p->pending + done, want - done, (off_t)(p->at.at + done));

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0) {
			p->n = 0;
			return fail(e, errno == ENOSPC ? ERR_LIMIT : ERR_IO, NULL,
			    "the sealed file could not be kept: %s",
			    strerror(errno));
		}
		done += (size_t)put;
	}
	p->at.at += want;
	p->n = 0;
	if (p->cap > PENDING_KEPT && want < p->cap / PENDING_SPARE) {
		free(p->pending);
		p->pending = NULL;
		p->cap = 0;
	}
	return p->at.at < pack_size || next_file(p, e);
}

bool
pack_read(const char *folder, struct pack_place place, size_t n, struct arena *a, str *out, struct err *e)
{
	char path[PATH], *bytes = arena_alloc(a, n + 1);
	size_t have = 0;
	int fd;

	if (bytes == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", n);
	if (!path_of(folder, place.pack, path, e))
		return false;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
	while (have < n) {
		ssize_t got = pread(fd, bytes + have, n - have, (off_t)(place.at + have));

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	close(fd);
	*out = (str){ bytes, n };
	return have == n || fail(e, ERR_IO, NULL, "%s: %zu of %zu bytes read", path, have, n);
}

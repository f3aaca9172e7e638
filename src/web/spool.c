/* SPDX-License-Identifier: Apache-2.0 */
#include "web/spool.h"

#include "base/base64.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BLOCK = 4096, ROOM = SPOOL_CHUNK + 128 * 1024 };

/* One chunk at a time, of all that come in: a report that waits for its commit then
 * waits behind one of them at most. */
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;

static bool
file_begin(struct spool *s, struct err *e)
{
	struct statvfs at;
	uint64_t room;

	if (snprintf(s->path, sizeof s->path, "%.*s/blobs/incoming.XXXXXX", STR_ARG(s->folder)) >= (int)sizeof s->path)
		return fail(e, ERR_INPUT, NULL, "%.*s: the path is too long", STR_ARG(s->folder));
	if ((s->fd = mkostemp(s->path, O_CLOEXEC)) == -1 || fstatvfs(s->fd, &at) == -1)
		return fail(e, ERR_IO, NULL, "%s: %s", s->path, strerror(errno));
	(void)fcntl(s->fd, F_SETFL, O_DIRECT);  /* where it can be: large files push nothing out of memory */
	if ((s->chunk = aligned_alloc(BLOCK, ROOM)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", (size_t)ROOM);
	room = (uint64_t)at.f_bavail * at.f_frsize;
	return room >= s->expected + SPOOL_DISK_FREE || fail(e, ERR_LIMIT, NULL,
	    "the disk of this server is nearly full: tell its operator, and keep your sealed file");
}

bool
spool_begin(struct spool *s, str folder, uint64_t expected, struct arena *a, struct err *e)
{
	bool in_memory = expected <= SPOOL_MEMORY;

	*s = (struct spool){ .arena = a, .folder = folder, .expected = expected, .fd = -1 };
	hash_start(&s->hash);
	/* A header in armor takes a third more than the header. */
	s->head_size = in_memory ? (size_t)expected : 2 * AGE_HEADER_MAX;
	if ((s->head = arena_alloc(a, s->head_size)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", s->head_size);
	return in_memory || file_begin(s, e);
}

/* The bytes under the armor at the start of text, as far as they are there. */
static bool
armor_strip(str text, struct arena *a, str *out, struct err *e)
{
	char *p = arena_alloc(a, text.n);
	size_t n = 0;
	str line;

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", text.n);
	(void)str_cut(&text, '\n', &line);
	while (str_cut(&text, '\n', &line)) {
		size_t got;

		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n > 64 || !base64_read(line, BASE64_PADDED, (uint8_t *)p + n, line.n, &got))
			break;
		n += got;
	}
	*out = (str){ p, n };
	return true;
}

/* Looks for the header, or for what is wrong with it, in what is there. */
static void
header_look(struct spool *s)
{
	static const str armor = STR("-----BEGIN AGE ENCRYPTED FILE-----");
	str head = { s->head, s->head_n };
	struct err e = { 0 };

	if (head.n >= armor.n && str_eq((str){ head.p, armor.n }, armor)
	    && !armor_strip(head, s->arena, &head, &s->err))
		return;
	if (age_header_parse(head, &s->header, &e))
		s->header_is_known = true;
	else if (e.kind != ERR_BUSY)
		s->err = e;
}

/* Writes the first n bytes of the chunk, a multiple of BLOCK, and keeps the rest. */
static void
chunk_write(struct spool *s, size_t n)
{
	size_t done = 0;

	pthread_mutex_lock(&disk);
	while (done < n && s->err.kind == ERR_NONE) {
		ssize_t put = pwrite(s->fd, s->chunk + done, n - done, (off_t)(s->written + done));

		if (put > 0)
			done += (size_t)put;
		else if (put == 0 || errno != EINTR)
			fail(&s->err, errno == ENOSPC ? ERR_LIMIT : ERR_IO, NULL, "%s: %s", s->path, strerror(errno));
	}
	pthread_mutex_unlock(&disk);
	s->written += n;
	s->chunk_n = s->chunk_n > n ? s->chunk_n - n : 0;
	memmove(s->chunk, s->chunk + n, s->chunk_n);
}

bool spool_is_full(const struct spool *s) { return s->fd != -1 && s->chunk_n >= SPOOL_CHUNK; }
void spool_flush(struct spool *s) { chunk_write(s, s->chunk_n / BLOCK * BLOCK); }

static void
file_take(struct spool *s, str bytes)
{
	while (bytes.n > 0 && s->err.kind == ERR_NONE) {
		size_t n = ROOM - s->chunk_n < bytes.n ? ROOM - s->chunk_n : bytes.n;

		memcpy(s->chunk + s->chunk_n, bytes.p, n);
		s->chunk_n += n;
		bytes = (str){ bytes.p + n, bytes.n - n };
		if (s->chunk_n == ROOM)
			spool_flush(s);
	}
}

/* The rest, filled up to a block, which is then cut off again. */
static bool
file_finish(struct spool *s, struct err *e)
{
	size_t n = (s->chunk_n + BLOCK - 1) / BLOCK * BLOCK;

	memset(s->chunk + s->chunk_n, 0, n - s->chunk_n);
	s->chunk_n = n;
	chunk_write(s, n);
	if (s->err.kind == ERR_NONE && (ftruncate(s->fd, (off_t)s->size) == -1 || fsync(s->fd) == -1))
		fail(&s->err, ERR_IO, NULL, "%s: %s", s->path, strerror(errno));
	if (s->err.kind != ERR_NONE)
		*e = s->err;
	return s->err.kind == ERR_NONE;
}

void
spool_take(struct spool *s, str bytes)
{
	size_t n = s->head_size - s->head_n < bytes.n ? s->head_size - s->head_n : bytes.n;

	if (s->err.kind != ERR_NONE || bytes.n == 0)
		return;
	s->size += bytes.n;
	if (s->size > s->expected) {
		fail(&s->err, ERR_TOO_BIG, NULL, "more than the %llu bytes that were announced",
		    (unsigned long long)s->expected);
		return;
	}
	memcpy(s->head + s->head_n, bytes.p, n);
	s->head_n += n;
	if (n > 0 && s->fd != -1 && !s->header_is_known)
		header_look(s);
	hash_add(&s->hash, bytes);
	if (s->fd != -1 && s->err.kind == ERR_NONE)
		file_take(s, bytes);
}

bool
spool_end(struct spool *s, struct err *e)
{
	if (s->err.kind == ERR_NONE && !s->header_is_known)
		header_look(s);
	if (s->err.kind == ERR_NONE && !s->header_is_known)
		fail(&s->err, ERR_INPUT, "age-encryption.org/v1", s->size == 0 ? N_("the sealed file is empty")
		    : N_("the sealed file ends before its header does: it was cut off, choose it again"));
	if (s->err.kind != ERR_NONE) {
		*e = s->err;
		return false;
	}
	hash_end(&s->hash, s->sha256);
	if (s->fd == -1)
		s->memory = (str){ s->head, s->head_n };
	return true;
}

bool
spool_path(const uint8_t sha256[HASH_SIZE], struct arena *a, str *out, struct err *e)
{
	char hex[2 * HASH_SIZE + 1], path[100];

	hash_hex(sha256, HASH_SIZE, hex);
	(void)snprintf(path, sizeof path, "blobs/%.2s/%s", hex, hex);
	return arena_copy(a, str_of(path), out, e);
}

/* Syncs the folder at path, so that a name in it outlives a power cut. */
static bool
folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd != -1 && fsync(fd) == 0;

	if (fd != -1)
		close(fd);
	return ok;
}

bool
spool_keep(struct spool *s, str *path, struct err *e)
{
	char folder[SPOOL_PATH], to[SPOOL_PATH], blobs[SPOOL_PATH];

	if (!spool_path(s->sha256, s->arena, path, e))
		return false;
	(void)snprintf(blobs, sizeof blobs, "%.*s/blobs", STR_ARG(s->folder));
	if (snprintf(to, sizeof to, "%.*s/%.*s", STR_ARG(s->folder), STR_ARG(*path)) >= (int)sizeof to)
		return fail(e, ERR_INPUT, NULL, "%.*s: the path is too long", STR_ARG(s->folder));
	memcpy(folder, to, sizeof folder);
	*strrchr(folder, '/') = '\0';
	if (!file_make_folder(folder, e))
		return false;
	if (!file_finish(s, e))
		return false;
	if (rename(s->path, to) == -1 || !folder_sync(folder) || !folder_sync(blobs))
		return fail(e, ERR_IO, NULL, "%s: %s", to, strerror(errno));
	s->path[0] = '\0';
	return true;
}

void
spool_drop(struct spool *s)
{
	if (s->fd == -1)
		return;
	free(s->chunk);
	s->chunk = NULL;
	close(s->fd);
	s->fd = -1;
	if (s->path[0] != '\0')
		(void)unlink(s->path);
}

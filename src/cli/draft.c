/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/draft.h"

#include "base/buf.h"
#include "base/file.h"
#include "cli/stream.h"
#include "cli/terminal.h"
#include "report/envelope.h"
#include "report/name.h"
#include "report/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* All of fd, as long as it is a message. */
static bool
message_read(int fd, struct arena *a, str *out, struct err *e)
{
	char *block = arena_alloc(a, STREAM_BLOCK);
	struct buf b = { .arena = a };
	str got;

	if (block == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", (size_t)STREAM_BLOCK);
	do {
		if (!in_read(fd, block, &got, e))
			return false;
		buf_str(&b, got);
		if (b.n > MESSAGE_MAX)
			return fail(e, ERR_TOO_BIG, "leman/envelope/1, message",
			    "a message has at most %d bytes: give the rest as a file",
			    MESSAGE_MAX);
	} while (got.n == STREAM_BLOCK);
	return buf_take(&b, out, e);
}

/* A file that only this person can read, in memory where the machine has such a place. */
static bool
edited_make(struct draft *d, struct arena *a, int *fd, struct err *e)
{
	const char *folders[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/dev/shm", "/tmp" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		struct buf b = { .arena = a };
		str path;

		if (folders[i] == NULL || folders[i][0] != '/')
			continue;
		buf_fmt(&b, "%s/leman-message.XXXXXX", folders[i]);
		buf_add(&b, "", 1);
		if (!buf_take(&b, &path, e))
			return false;
		if ((*fd = mkostemp((char *)(uintptr_t)path.p, O_CLOEXEC)) != -1) {
			d->edited = path.p;
			return true;
		}
	}
	return fail(e, ERR_IO, NULL, "no place for the message while it is written: %s", strerror(errno));
}

/* As a shell takes it, since EDITOR may hold words: "code --wait". */
static bool
editor_run(const char *path, struct err *e)
{
	static const char script[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"";
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", script, "sh", path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
	    || fail(e, ERR_IO, NULL, "the editor did not end well; what you wrote is in %s", path);
}

static bool
message_edit(struct draft *d, const struct cmd *c, struct err *e)
{
	int fd;
	bool ok;

	if (!edited_make(d, c->arena, &fd, e))
		return false;
	close(fd);
	if (!editor_run(d->edited, e))
		return false;
	ok = in_open(d->edited, &fd, e);
	if (!ok)
		return false;
	ok = message_read(fd, c->arena, &d->message, e);
	close(fd);
	return ok;
}

/* UTF-8, whatever the characters. */
static bool
is_utf8(str s)
{
	for (size_t i = 0; i < s.n; ) {
		unsigned char first = (unsigned char)s.p[i];
		size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
		bool is_control = first < ' ' || first == 0x7f || (first == 0xc2 && i + 1 < s.n
		    && (unsigned char)s.p[i + 1] >= 0x80 && (unsigned char)s.p[i + 1] < 0xa0);

		if (i + n > s.n || (!is_control && !str_is_text((str){ s.p + i, n })))
			return false;
		i += n;
	}
	return true;
}

bool
draft_message(struct draft *d, const char *text, const char *file, const struct cmd *c, struct err *e)
{
	bool ok = true;
	int fd;

	if (text != NULL) {
		d->message = str_of(text);
	} else if (file == NULL && isatty(STDIN_FILENO)) {
		ok = message_edit(d, c, e);
	} else {
		if (!in_open(file, &fd, e))
			return false;
		ok = message_read(fd, c->arena, &d->message, e);
		if (fd != STDIN_FILENO)
			close(fd);
	}
	if (ok && d->message.n > MESSAGE_MAX)
		return fail(e, ERR_TOO_BIG, "leman/envelope/1, message",
		    "a message has at most %d bytes: give the rest as a file",
		    MESSAGE_MAX);
	if (ok && !is_utf8(d->message))
		return fail(e, ERR_INPUT, "leman/envelope/1, message",
		    "a message is UTF-8 text: give what is not as a file");
	d->manifest.message.size = d->message.n;
	return ok && hash_sha256(d->message, d->manifest.message.sha256, e);
}

/* A regular file: a pipe cannot be read twice. */
static bool
file_open(const char *path, int *fd, uint64_t *size, struct err *e)
{
	struct stat st;

	if (!in_open(path, fd, e))
		return false;
	if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(*fd);
		return fail(e, ERR_INPUT, NULL, "%s: not a file; a folder goes as an archive", path);
	}
	*size = (uint64_t)st.st_size;
	return true;
}

/* Hands all of a file on, block by block; it must have size bytes. */
static bool
file_pass(int fd, const char *path, uint64_t size, char *block, struct age_sink sink, struct progress *p,
    uint64_t *done, uint64_t all, struct err *e)
{
	uint64_t n = 0;
	str got;

	do {
		if (!in_read(fd, block, &got, e))
			return false;
		n += got.n;
		if (n > size)
			return fail(e, ERR_CONFLICT, NULL, "%s was changed while it was read: try again", path);
		if (!sink.take(sink.to, got, e))
			return false;
		*done += got.n;
		progress_show(p, *done, all);
	} while (got.n == STREAM_BLOCK);
	return n == size || fail(e, ERR_CONFLICT, NULL, "%s was changed while it was read: try again", path);
}

static bool
hash_take(void *to, str bytes, struct err *e)
{
	(void)e;
	hash_add(to, bytes);
	return true;
}

static bool
file_look(const char *path, struct part *out, char *block, struct arena *a, struct err *e)
{
	struct progress none = { 0 };
	uint64_t done = 0;
	struct hash hash;
	bool ok;
	int fd;

	if (!file_open(path, &fd, &out->size, e))
		return false;
	hash_start(&hash);
	ok = file_pass(fd, path, out->size, block, (struct age_sink){ hash_take, &hash }, &none, &done, 0, e)
	    && file_name_of(str_of(path), a, &out->name, e);
	close(fd);
	hash_end(&hash, out->sha256);
	return ok;
}

bool
draft_files(struct draft *d, const char *const *paths, size_t n, const struct cmd *c, struct err *e)
{
	struct part *files = ARENA_NEW(c->arena, struct part, n);
	char *block = arena_alloc(c->arena, STREAM_BLOCK);

	if (files == NULL || block == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu files", n);
	if (n > FILES_MAX)
		return fail(e, ERR_INPUT, "leman/envelope/1, files",
		    "%zu files, at most %d allowed: put them into an archive", n, FILES_MAX);
	for (size_t i = 0; i < n; i++)
		if (!file_look(paths[i], &files[i], block, c->arena, e))
			return false;
	d->paths = paths;
	d->manifest.files = files;
	d->manifest.n_files = n;
	if (manifest_content(&d->manifest) > CONTENT_MAX)
		return fail(e, ERR_TOO_BIG, "leman/envelope/1, files",
		    "%llu bytes of message and files, at most %d allowed",
		    (unsigned long long)manifest_content(&d->manifest), CONTENT_MAX);
	return true;
}

/* The sealed file: written, counted, hashed. */
struct sealed { int fd; const char *path; uint64_t size; struct hash hash; };

static bool
sealed_take(void *to, str bytes, struct err *e)
{
	struct sealed *s = to;

	hash_add(&s->hash, bytes);
	s->size += bytes.n;
	while (bytes.n > 0) {
		ssize_t put = write(s->fd, bytes.p, bytes.n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return fail(e, ERR_IO, NULL, "%s: %s", s->path, strerror(errno));
		bytes = (str){ bytes.p + put, bytes.n - (size_t)put };
	}
	return true;
}

static bool seal_take(void *to, str bytes, struct err *e) { return age_seal_write(to, bytes, e); }
static bool envelope_take(void *to, str bytes, struct err *e) { return envelope_write(to, bytes, e); }

static bool
envelope_fill(const struct draft *d, struct envelope_write *w, char *block, const struct cmd *c, struct err *e)
{
	uint64_t all = manifest_content(&d->manifest), done = d->message.n;
	struct progress p;
	bool ok = envelope_write(w, d->message, e);

	progress_start(&p, msg(c->lang, "Sealing"));
	for (size_t i = 0; ok && i < d->manifest.n_files; i++) {
		uint64_t size;
		int fd;

		ok = file_open(d->paths[i], &fd, &size, e);
		if (!ok)
			break;
		ok = file_pass(fd, d->paths[i], d->manifest.files[i].size, block,
		    (struct age_sink){ envelope_take, w }, &p,
		    &done, all, e);
		close(fd);
	}
	progress_end(&p);
	return ok && envelope_write_end(w, e);
}

static bool
seal_into(const struct draft *d, const struct key_list *list, struct sealed *s, const struct cmd *c, struct err *e)
{
	struct age_recipient *to = ARENA_NEW(c->arena, struct age_recipient, list->n);
	char *block = arena_alloc(c->arena, STREAM_BLOCK);
	size_t stanzas = 4;
	struct envelope_write *w;
	struct age_seal *seal;

	if (to == NULL || block == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", (size_t)STREAM_BLOCK);
	for (size_t i = 0; i < list->n; i++)
		to[i] = list->recipients[i].point;
	while (stanzas < list->n)
		stanzas *= 2;
	if (!age_seal_start(to, list->n, stanzas, (struct age_sink){ sealed_take, s }, c->arena, &seal, e))
		return false;
	if (!envelope_write_start(&d->manifest, (struct age_sink){ seal_take, seal }, c->arena, &w, e)
	    || !envelope_fill(d, w, block, c, e)) {
		age_seal_drop(seal);
		return false;
	}
	return age_seal_end(seal, e) && (fsync(s->fd) == 0 || fail(e, ERR_IO, NULL, "%s: %s", s->path,
	    strerror(errno)));
}

bool
draft_seal(const struct draft *d, const struct key_list *list, const char *path, const struct cmd *c,
    uint64_t *size, uint8_t sha256[HASH_SIZE], struct err *e)
{
	struct sealed s = { .fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), .path = path };
	bool ok;

	if (s.fd == -1)
		return fail(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO, NULL, "%s: %s", path, strerror(errno));
	hash_start(&s.hash);
	ok = seal_into(d, list, &s, c, e);
	close(s.fd);
	if (!ok)
		(void)unlink(path);
	*size = s.size;
	hash_end(&s.hash, sha256);
	return ok;
}

void
draft_end(struct draft *d)
{
	if (d->edited != NULL)
		(void)unlink(d->edited);
	d->edited = NULL;
}

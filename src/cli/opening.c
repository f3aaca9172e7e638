/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/opening.h"

#include "base/buf.h"
#include "report/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART_NAME = 72, NAMES_TRIED = 1000, PLAIN_MAX = 1 << 20 };

struct opening {
	struct age_open *age;
	struct envelope_read *read;
	struct hash hash;
	struct envelope_place place;
	struct arena *arena;
	int folder;               /* -1: none */
	const struct manifest *manifest;
	struct buf message;
	bool is_moved;
	struct err moved;
	int fd;                   /* of the file that is being written; -1: none */
	size_t n_parts;           /* files that are in the folder, as part_name() calls them */
	str *names;
	char mark[24];            /* what is in the names of our parts alone */
};

static void
part_name(const struct opening *o, size_t part, char out[PART_NAME])
{
	(void)snprintf(out, PART_NAME, ".leman-%s-%zu", o->mark, part);
}

static bool
on_manifest(void *to, const struct manifest *m, struct err *e)
{
	struct opening *o = to;

	o->manifest = m;
	o->is_moved = !envelope_bind(m, &o->place, &o->moved);
	if (o->folder != -1 && (o->names = ARENA_NEW(o->arena, str, m->n_files)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu files", m->n_files);
	return true;
}

static bool
part_open(struct opening *o, struct err *e)
{
	char name[PART_NAME];

	part_name(o, o->n_parts, name);
	o->fd = openat(o->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (o->fd == -1)
		return fail(e, ERR_IO, NULL, "the folder of --save cannot be written to: %s", strerror(errno));
	o->n_parts++;
	return true;
}

static bool
part_write(struct opening *o, str bytes, struct err *e)
{
	if (o->fd == -1 && !part_open(o, e))
		return false;
	while (bytes.n > 0) {
		ssize_t put = write(o->fd, bytes.p, bytes.n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return fail(e, ERR_IO, NULL, "the folder of --save cannot be written to: %s", strerror(errno));
		bytes = (str){ bytes.p + put, bytes.n - (size_t)put };
	}
	return true;
}

static bool
part_close(struct opening *o, struct err *e)
{
	bool ok = fsync(o->fd) == 0
	    || fail(e, ERR_IO, NULL, "the folder of --save cannot be written to: %s", strerror(errno));

	close(o->fd);
	o->fd = -1;
	return ok;
}

static bool
on_part(void *to, size_t part, str bytes, struct err *e)
{
	struct opening *o = to;

	if (part == 0)
		buf_str(&o->message, bytes);
	return part == 0 || o->folder == -1 || part_write(o, bytes, e);
}

static bool
on_part_end(void *to, size_t part, struct err *e)
{
	struct opening *o = to;

	if (part == 0 || o->folder == -1)
		return true;
	return (o->fd != -1 || part_open(o, e)) && part_close(o, e);  /* an empty one was not opened yet */
}

/* A file without a manifest: all of it is the message, or a file where there is room. */
static bool
on_plain(void *to, str bytes, struct err *e)
{
	struct opening *o = to;

	if (o->folder != -1)
		return part_write(o, bytes, e);
	if (o->message.n + bytes.n > PLAIN_MAX)
		return fail(e, ERR_TOO_BIG, NULL,
		    "this was sealed with age alone, and has more than %d bytes: save it with --save FOLDER",
		    PLAIN_MAX);
	buf_str(&o->message, bytes);
	return true;
}

bool
opening_start(const struct identities *keys, const struct envelope_place *place, const char *folder,
    struct arena *a, struct opening **out, struct err *e)
{
	struct opening *o = ARENA_NEW(a, struct opening, 1);
	const struct envelope_taker taker = { on_manifest, on_part, on_part_end, on_plain, o };

	if (o == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *o);
	*o = (struct opening){ .place = *place, .arena = a, .folder = -1, .fd = -1, .message.arena = a };
	hash_start(&o->hash);
	(void)snprintf(o->mark, sizeof o->mark, "%d", (int)getpid());
	if (!envelope_read_start(&taker, a, &o->read, e)
	    || !age_open_start(keys->key, keys->n, (str){ 0 }, (struct age_sink){ envelope_read, o->read },
	    a, &o->age, e))
		return false;
	if (folder != NULL) {
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			return fail(e, ERR_IO, NULL, "%s: %s", folder, strerror(errno));
		if ((o->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
			return fail(e, ERR_IO, NULL, "%s: %s", folder, strerror(errno));
	}
	*out = o;
	return true;
}

bool
opening_take(void *to, str sealed, struct err *e)
{
	struct opening *o = to;

	hash_add(&o->hash, sealed);
	return age_open_write(o->age, sealed, e);
}

/* The first name that nothing has: a link is made, and never over anything. */
static bool
part_keep(struct opening *o, size_t part, str name, struct err *e)
{
	char from[PART_NAME];

	part_name(o, part, from);
	for (unsigned nth = 1; nth < NAMES_TRIED; nth++) {
		str safe, with_nul;

		if (!file_name_safe(name, nth, o->arena, &safe, e) || !arena_copy(o->arena, safe, &with_nul, e))
			return false;
		if (linkat(o->folder, from, o->folder, with_nul.p, 0) == 0) {
			(void)unlinkat(o->folder, from, 0);
			o->names[part] = with_nul;
			return true;
		}
		if (errno != EEXIST)
			return fail(e, ERR_IO, NULL, "the folder of --save cannot be written to: %s", strerror(errno));
	}
	return fail(e, ERR_CONFLICT, NULL, "%.*s: too many files have that name", STR_ARG(name));
}

bool
opening_end(struct opening *o, uint8_t sealed[HASH_SIZE], struct opened *out, struct err *e)
{
	hash_end(&o->hash, sealed);
	if (!age_open_end(o->age, e) || !envelope_read_end(o->read, e))
		return false;
	*out = (struct opened){ .manifest = o->manifest, .is_moved = o->is_moved, .moved = o->moved };
	return buf_take(&o->message, &out->message, e);
}

bool
opening_keep(struct opening *o, const str **names, struct err *e)
{
	static const str plain = STR("report");
	bool ok = true;

	if (o->manifest == NULL && o->n_parts > 0)
		ok = part_close(o, e) && (o->names = ARENA_NEW(o->arena, str, 1)) != NULL;
	for (size_t i = 0; ok && i < o->n_parts; i++)
		ok = part_keep(o, i, o->manifest != NULL ? o->manifest->files[i].name : plain, e);
	*names = o->names;
	return ok;
}

void
opening_drop(struct opening *o)
{
	char name[PART_NAME];

	age_open_drop(o->age);
	if (o->fd != -1)
		close(o->fd);
	for (size_t i = 0; i < o->n_parts; i++) {
		part_name(o, i, name);
		(void)unlinkat(o->folder, name, 0);
	}
	if (o->folder != -1)
		close(o->folder);
	o->fd = o->folder = -1;
	o->n_parts = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/envelope.h"

#include "report/size.h"

static const char rule[] = "leman/envelope/1";

struct envelope_read {
	struct envelope_taker taker;
	struct arena *arena;
	enum { READ_HEAD, READ_MANIFEST, READ_PARTS, READ_FILL, READ_PLAIN } state;
	char head[ENVELOPE_HEAD];
	size_t n;                /* bytes in head, or of the manifest */
	char *text;
	size_t text_size;
	struct manifest manifest;
	size_t part;
	uint64_t left;           /* bytes that are missing of this part, or of the zeros */
	struct hash hash;
};

bool
envelope_read_start(const struct envelope_taker *taker, struct arena *a, struct envelope_read **out, struct err *e)
{
	struct envelope_read *r = ARENA_NEW(a, struct envelope_read, 1);

	if (r == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *r);
	r->taker = *taker;
	r->arena = a;
	*out = r;
	return true;
}

static void
move_on(str *bytes, size_t n)
{
	*bytes = (str){ bytes->p + n, bytes->n - n };
}

static const struct part *
part_of(const struct envelope_read *r)
{
	return r->part == 0 ? &r->manifest.message : &r->manifest.files[r->part - 1];
}

/* Magic and length; a file that begins otherwise is no envelope. */
static bool
head_take(struct envelope_read *r, str *bytes, struct err *e)
{
	enum { MAGIC = sizeof ENVELOPE_MAGIC - 1 };
	size_t n = ENVELOPE_HEAD - r->n < bytes->n ? ENVELOPE_HEAD - r->n : bytes->n, size = 0;

	memcpy(r->head + r->n, bytes->p, n);
	if (memcmp(r->head, ENVELOPE_MAGIC, r->n + n < MAGIC ? r->n + n : MAGIC) != 0) {
		r->state = READ_PLAIN;
		return r->n == 0 || r->taker.plain(r->taker.to, (str){ r->head, r->n }, e);
	}
	r->n += n;
	move_on(bytes, n);
	if (r->n < ENVELOPE_HEAD)
		return true;
	for (size_t i = MAGIC; i < ENVELOPE_HEAD; i++)
		size = size << 8 | (unsigned char)r->head[i];
	if (size > MANIFEST_MAX)
		return fail(e, ERR_TOO_BIG, rule, "a manifest of %zu bytes, at most %d allowed", size, MANIFEST_MAX);
	if ((r->text = arena_alloc(r->arena, size + 1)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", size);
	r->text_size = size;
	r->n = 0;
	r->state = READ_MANIFEST;
	return true;
}

static bool
parts_end(struct envelope_read *r, struct err *e)
{
	uint8_t digest[HASH_SIZE];
	uint64_t used;

	while (r->left == 0) {
		hash_end(&r->hash, digest);
		if (memcmp(digest, part_of(r)->sha256, sizeof digest) != 0)
			return r->part == 0
			    ? fail(e, ERR_INPUT, "leman/envelope/1, message",
			    "the message's SHA-256 is another than its manifest says")
			    : fail(e, ERR_INPUT, "leman/envelope/1, files",
			    "%.*s: its SHA-256 is another than its manifest says",
			        STR_ARG(part_of(r)->name));
		if (!r->taker.part_end(r->taker.to, r->part, e))
			return false;
		if (r->part == r->manifest.n_files) {
			used = ENVELOPE_HEAD + r->text_size + manifest_content(&r->manifest);
			r->left = envelope_size(used) - used;
			r->state = READ_FILL;
			return true;
		}
		r->part++;
		r->left = part_of(r)->size;
		hash_start(&r->hash);
	}
	return true;
}

static bool
manifest_take(struct envelope_read *r, str *bytes, struct err *e)
{
	size_t n = r->text_size - r->n < bytes->n ? r->text_size - r->n : bytes->n;

	memcpy(r->text + r->n, bytes->p, n);
	r->n += n;
	move_on(bytes, n);
	if (r->n < r->text_size)
		return true;
	if (!manifest_parse((str){ r->text, r->text_size }, r->arena, &r->manifest, e)
	    || !r->taker.manifest(r->taker.to, &r->manifest, e))
		return false;
	r->state = READ_PARTS;
	r->left = r->manifest.message.size;
	hash_start(&r->hash);
	return parts_end(r, e);
}

static bool
part_take(struct envelope_read *r, str *bytes, struct err *e)
{
	str now = { bytes->p, bytes->n < r->left ? bytes->n : (size_t)r->left };

	hash_add(&r->hash, now);
	r->left -= now.n;
	move_on(bytes, now.n);
	return r->taker.part(r->taker.to, r->part, now, e) && parts_end(r, e);
}

static bool
fill_take(struct envelope_read *r, str *bytes, struct err *e)
{
	if (bytes->n > r->left)
		return fail(e, ERR_INPUT, "leman/envelope/1, Size", "bytes follow after the end");
	for (size_t i = 0; i < bytes->n; i++)
		if (bytes->p[i] != '\0')
			return fail(e, ERR_INPUT, "leman/envelope/1, Size", "zeros are expected after the last file");
	r->left -= bytes->n;
	move_on(bytes, bytes->n);
	return true;
}

static bool
plain_take(struct envelope_read *r, str *bytes, struct err *e)
{
	str all = *bytes;

	move_on(bytes, bytes->n);
	return r->taker.plain(r->taker.to, all, e);
}

typedef bool taker(struct envelope_read *r, str *bytes, struct err *e);

bool
envelope_read(void *read, str bytes, struct err *e)
{
	static taker *const takes[] = {
		[READ_HEAD] = head_take, [READ_MANIFEST] = manifest_take, [READ_PARTS] = part_take,
		[READ_FILL] = fill_take, [READ_PLAIN] = plain_take,
	};
	struct envelope_read *r = read;

	while (bytes.n > 0)
		if (!takes[r->state](r, &bytes, e))
			return false;
	return true;
}

bool
envelope_read_end(struct envelope_read *r, struct err *e)
{
	if (r->state == READ_PLAIN)
		return true;
	/* So short that it might have become one. */
	if (r->state == READ_HEAD && r->n < sizeof ENVELOPE_MAGIC - 1)
		return r->n == 0 || r->taker.plain(r->taker.to, (str){ r->head, r->n }, e);
	return (r->state == READ_FILL && r->left == 0) || fail(e, ERR_INPUT, rule, "it ends too early");
}

bool
envelope_bind(const struct manifest *m, const struct envelope_place *found, struct err *e)
{
	if (!str_eq(m->owner, found->owner))
		return fail(e, ERR_DENIED, "leman/envelope/1, keys",
		    "this report was sealed for %.*s, and was found at %.*s: somebody has moved it",
		    STR_ARG(m->owner), STR_ARG(found->owner));
	if (!str_eq(m->report, found->report))
		return fail(e, ERR_DENIED, "leman/envelope/1, report",
		    "this was sealed as report %.*s, and was found as %.*s: somebody has moved or copied it",
		    STR_ARG(m->report), STR_ARG(found->report));
	if (m->version != found->version || memcmp(m->keys, found->keys, HASH_SIZE) != 0)
		return fail(e, ERR_DENIED, "leman/envelope/1, keys",
		    "this was sealed to key list %llu, and was handed in under key list %llu, or one of another digest",
		    (unsigned long long)m->version, (unsigned long long)found->version);
	return true;
}

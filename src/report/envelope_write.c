/* SPDX-License-Identifier: Apache-2.0 */
#include "report/envelope.h"

#include "report/size.h"

struct envelope_write {
	struct age_sink sink;
	struct manifest manifest;
	size_t part;             /* which one the next byte belongs to; n_files + 1: none */
	uint64_t left;           /* bytes of it that are missing */
	struct hash hash;
	uint64_t fill;           /* zeros at the end */
};

static const struct part *
part_of(const struct envelope_write *w)
{
	return w->part == 0 ? &w->manifest.message : &w->manifest.files[w->part - 1];
}

static bool
changed(const struct envelope_write *w, struct err *e)
{
	if (w->part == 0)
		return fail(e, ERR_CONFLICT, NULL, "the message is not the one that was announced");
	return fail(e, ERR_CONFLICT, NULL, "%.*s was changed while it was read: try again", STR_ARG(part_of(w)->name));
}

/* Ends the parts that are complete, empty ones among them. */
static bool
parts_end(struct envelope_write *w, struct err *e)
{
	uint8_t digest[HASH_SIZE];

	while (w->part <= w->manifest.n_files && w->left == 0) {
		hash_end(&w->hash, digest);
		if (memcmp(digest, part_of(w)->sha256, sizeof digest) != 0)
			return changed(w, e);
		if (++w->part <= w->manifest.n_files)
			w->left = part_of(w)->size;
		hash_start(&w->hash);
	}
	return true;
}

bool
envelope_write_start(const struct manifest *m, struct age_sink sink, struct arena *a,
    struct envelope_write **out, struct err *e)
{
	struct envelope_write *w = ARENA_NEW(a, struct envelope_write, 1);
	char head[ENVELOPE_HEAD] = ENVELOPE_MAGIC;
	uint64_t used;
	str text;

	if (w == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *w);
	/* What is written can be read. */
	if (!manifest_print(m, a, &text, e) || !manifest_parse(text, a, &w->manifest, e))
		return false;
	for (size_t i = 0; i < 4; i++)
		head[ENVELOPE_HEAD - 4 + i] = (char)(text.n >> (24 - 8 * i) & 0xff);
	used = ENVELOPE_HEAD + text.n + manifest_content(m);
	w->sink = sink;
	w->fill = envelope_size(used) - used;
	w->left = w->manifest.message.size;
	hash_start(&w->hash);
	*out = w;
	return sink.take(sink.to, (str){ head, sizeof head }, e) && sink.take(sink.to, text, e) && parts_end(w, e);
}

bool
envelope_write(struct envelope_write *w, str bytes, struct err *e)
{
	while (bytes.n > 0) {
		str now = { bytes.p, bytes.n < w->left ? bytes.n : (size_t)w->left };

		if (w->part > w->manifest.n_files)
			return fail(e, ERR_CONFLICT, NULL,
			    "more bytes came than were announced: a file has grown, try again");
		hash_add(&w->hash, now);
		if (!w->sink.take(w->sink.to, now, e))
			return false;
		w->left -= now.n;
		bytes = (str){ bytes.p + now.n, bytes.n - now.n };
		if (!parts_end(w, e))
			return false;
	}
	return true;
}

bool
envelope_write_end(struct envelope_write *w, struct err *e)
{
	static const char zeros[16384];

	if (w->part <= w->manifest.n_files)
		return changed(w, e);
	for (size_t n; w->fill > 0; w->fill -= n) {
		n = w->fill < sizeof zeros ? (size_t)w->fill : sizeof zeros;
		if (!w->sink.take(w->sink.to, (str){ zeros, n }, e))
			return false;
	}
	return true;
}

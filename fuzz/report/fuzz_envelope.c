/* SPDX-License-Identifier: Apache-2.0 */
/* What is read is the same in whatever pieces it comes; every part has the size that
 * its manifest says; names that come out are safe. And the input as a message and as
 * a file, put into an envelope, comes back. */
#include "base/buf.h"
#include "report/envelope.h"
#include "report/name.h"
#include "report/size.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came, in short. */
struct seen {
	struct hash hash;
	const struct manifest *manifest;
	uint64_t in_part;
	size_t next_part;
	uint64_t plain;
	struct arena *arena;
};

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
take_manifest(void *to, const struct manifest *m, struct err *e)
{
	struct seen *s = to;
	struct envelope_place here = { m->owner, m->report, m->version, { 0 } };

	check(s->manifest == NULL && manifest_content(m) <= CONTENT_MAX);
	memcpy(here.keys, m->keys, sizeof here.keys);
	check(envelope_bind(m, &here, e));
	here.keys[0] ^= 1;
	check(!envelope_bind(m, &here, e));
	for (size_t i = 0; i < m->n_files; i++) {
		str safe;

		if (file_name_safe(m->files[i].name, (unsigned)i, s->arena, &safe, e))
			check(file_name_check(safe, e) && safe.p[0] != '.' && safe.p[0] != '-');
	}
	s->manifest = m;
	return true;
}

static bool
take_part(void *to, size_t part, str bytes, struct err *e)
{
	struct seen *s = to;

	(void)e;
	check(s->manifest != NULL && part == s->next_part && bytes.n > 0);
	hash_add(&s->hash, bytes);
	s->in_part += bytes.n;
	return true;
}

static bool
take_part_end(void *to, size_t part, struct err *e)
{
	struct seen *s = to;

	(void)e;
	check(part == s->next_part++);
	check(s->in_part == (part == 0 ? s->manifest->message.size : s->manifest->files[part - 1].size));
	s->in_part = 0;
	return true;
}

static bool
take_plain(void *to, str bytes, struct err *e)
{
	struct seen *s = to;

	(void)e;
	check(s->manifest == NULL);
	hash_add(&s->hash, bytes);
	s->plain += bytes.n;
	return true;
}

/* How it ended, and the digest of what came, for the comparison. */
static enum err_kind
read_in(str text, size_t step, struct arena *a, uint8_t digest[HASH_SIZE])
{
	struct seen s = { .arena = a };
	const struct envelope_taker taker = { take_manifest, take_part, take_part_end, take_plain, &s };
	struct envelope_read *r;
	struct err e = { 0 };
	bool ok;

	hash_start(&s.hash);
	check(envelope_read_start(&taker, a, &r, &e));
	ok = true;
	for (size_t i = 0; ok && i < text.n; i += step)
		ok = envelope_read(r, (str){ text.p + i, text.n - i < step ? text.n - i : step }, &e);
	ok = ok && envelope_read_end(r, &e);
	hash_end(&s.hash, digest);
	check(ok || e.kind == ERR_INPUT || e.kind == ERR_TOO_BIG);
	if (ok)
		check(s.manifest != NULL ? s.next_part == s.manifest->n_files + 1 && envelope_size(text.n) == text.n
		    : s.plain == text.n);
	return ok ? ERR_NONE : e.kind;
}

static bool
take_bytes(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(to, bytes);
	return true;
}

/* There and back. */
static void
round_trip(str input, struct arena *a)
{
	struct part file = { .name = S("x"), .size = input.n };
	struct manifest m = { .created = 1, .files = &file, .n_files = 1, .owner = S("a"), .version = 1,
		.report = S("aaaaaaaaaaaaaaaaaaaaaaaaaa"), .message.size = input.n };
	struct buf b = { .arena = a };
	uint8_t digest[HASH_SIZE], twice[HASH_SIZE];
	struct envelope_write *w;
	struct hash hash;
	struct err e;

	check(hash_sha256(input, file.sha256, &e));
	memcpy(m.message.sha256, file.sha256, sizeof file.sha256);
	check(envelope_write_start(&m, (struct age_sink){ take_bytes, &b }, a, &w, &e) && envelope_write(w, input, &e)
	    && envelope_write(w, input, &e) && envelope_write_end(w, &e));
	check(read_in((str){ b.p, b.n }, 1000, a, digest) == ERR_NONE);
	hash_start(&hash);
	hash_add(&hash, input);
	hash_add(&hash, input);
	hash_end(&hash, twice);
	check(memcmp(digest, twice, sizeof digest) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = str_bytes(data, size);
	uint8_t whole[HASH_SIZE], pieces[HASH_SIZE];
	enum err_kind kind;
	struct arena a;

	arena_init(&a, (size_t)64 << 20);
	kind = read_in(text, size + 1, &a, whole);
	/* After an error different amounts may have come before it. */
	check(read_in(text, 7, &a, pieces) == kind && (kind != ERR_NONE || memcmp(whole, pieces, sizeof whole) == 0));
	if (size < 4096)
		round_trip(text, &a);
	arena_free(&a);
	return 0;
}

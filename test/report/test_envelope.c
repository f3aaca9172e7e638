/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is put into an envelope comes out of it; whatever is done to it on the
 * way is noticed. */
#include "base/buf.h"
#include "report/envelope.h"
#include "report/size.h"
#include "support.h"

#include <stdlib.h>

#define R1 "age155su88rd2chrgpmt6dtvd3yjgh9rd2s6c57jmgfhyspp6j8hvfeq8t0u95"
#define ID "abcdefghijklmnopqrstuvwxyz"

enum { PARTS = 5 };

/* What a reader was given. */
struct seen {
	struct arena arena;
	struct manifest manifest;
	struct buf part[PARTS], plain;
	bool ended[PARTS];
	size_t n_manifests;
};

static bool
take_manifest(void *to, const struct manifest *m, struct err *e)
{
	struct seen *s = to;

	(void)e;
	s->manifest = *m;
	s->n_manifests++;
	return true;
}

static bool
take_part(void *to, size_t part, str bytes, struct err *e)
{
	struct seen *s = to;

	(void)e;
	assert_true(part < PARTS && !s->ended[part] && bytes.n > 0);
	buf_str(&s->part[part], bytes);
	return true;
}

static bool
take_part_end(void *to, size_t part, struct err *e)
{
	struct seen *s = to;

	(void)e;
	assert_true(!s->ended[part] && (part == 0 || s->ended[part - 1]));
	s->ended[part] = true;
	return true;
}

static bool
take_plain(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(&((struct seen *)to)->plain, bytes);
	return true;
}

static bool
take_bytes(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(to, bytes);
	return true;
}

static void
seen_init(struct seen *s)
{
	*s = (struct seen){ 0 };
	arena_init(&s->arena, (size_t)64 << 20);
	s->plain.arena = &s->arena;
	for (size_t i = 0; i < PARTS; i++)
		s->part[i].arena = &s->arena;
}

/* Reads it in pieces of step bytes. */
static bool
read_all(str envelope, size_t step, struct seen *s, struct err *e)
{
	const struct envelope_taker taker = { take_manifest, take_part, take_part_end, take_plain, s };
	struct envelope_read *r;

	seen_init(s);
	assert_true(envelope_read_start(&taker, &s->arena, &r, e));
	for (size_t i = 0; i < envelope.n; i += step)
		if (!envelope_read(r, (str){ envelope.p + i, envelope.n - i < step ? envelope.n - i : step }, e))
			return false;
	return envelope_read_end(r, e);
}

/* parts[0] is the message. */
static void
manifest_of(const str *parts, size_t n_files, struct part files[PARTS], struct manifest *m)
{
	static const str names[PARTS] = { STR(""), STR("poc.py"), STR("a b.txt"), STR("r\xc3\xa9sum\xc3\xa9"), STR("poc.py") };
	static const struct claim claims[] = { { STR("exploited"), STR("no") }, { STR("product"), STR("\"x\"\n\t2") } };
	struct err e;

	*m = (struct manifest){ .claims = claims, .n_claims = 2, .created = 1795392000, .n_files = n_files,
		.owner = S("acme"), .version = 3, .keys = { 9 }, .reply = S(R1), .report = S(ID), .message.size = parts[0].n };
	assert_true(hash_sha256(parts[0], m->message.sha256, &e));
	for (size_t i = 1; i <= n_files; i++) {
		files[i - 1] = (struct part){ .name = names[i], .size = parts[i].n };
		assert_true(hash_sha256(parts[i], files[i - 1].sha256, &e));
	}
	m->files = files;
}

static bool
write_all(const struct manifest *m, const str *parts, size_t n, size_t step, struct arena *a, str *out, struct err *e)
{
	struct buf *b = ARENA_NEW(a, struct buf, 1);
	struct envelope_write *w;

	b->arena = a;
	if (!envelope_write_start(m, (struct age_sink){ take_bytes, b }, a, &w, e))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at < parts[i].n; at += step)
			if (!envelope_write(w,
			    (str){ parts[i].p + at, parts[i].n - at < step ? parts[i].n - at : step }, e))
				return false;
	return envelope_write_end(w, e) && buf_take(b, out, e);
}

static void
any_set_of_files_comes_back(void **state)
{
	static char random[300000];
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (char)(rand_r(&seed) >> 7);
	for (int round = 0; round < 60; round++) {
		static const size_t sizes[] = { 0, 1, 2, 15, 16, 17, 1000, 15000, 65536, 65537, 200000, 300000 };
		size_t n_files = (size_t)rand_r(&seed) % PARTS, steps[] = { 1 << 20, 65536, 1021, 7 };
		size_t step = steps[round % 4], back = steps[(round + 1) % 4];
		struct part files[PARTS];
		str parts[PARTS], envelope;
		struct manifest m;
		struct arena a;
		struct seen s;
		struct err e;

		for (size_t i = 0; i <= n_files; i++)
			parts[i] = (str){ random, sizes[(size_t)rand_r(&seed) % (round % 4 < 2 ? 12 : 8)] };
		arena_init(&a, (size_t)64 << 20);
		manifest_of(parts, n_files, files, &m);
		assert_true(write_all(&m, parts, n_files + 1, step, &a, &envelope, &e));
		assert_true(envelope_size(envelope.n) == envelope.n);
		if (!read_all(envelope, back, &s, &e))
			fail_msg("round %d: %s", round, err_text(&e, LANG_EN).s);
		assert_true(s.n_manifests == 1 && s.manifest.n_files == n_files && s.plain.n == 0);
		for (size_t i = 0; i <= n_files; i++)
			assert_true(s.ended[i] && str_eq((str){ s.part[i].p, s.part[i].n }, parts[i]));
		arena_free(&s.arena);
		arena_free(&a);
	}
}

/* A small one, for what is done to every byte of it. */
static str
small(struct arena *a)
{
	static const str parts[] = { STR("Stack overflow.\n"), STR("print(1)\n"), STR("") };
	struct part files[PARTS];
	struct manifest m;
	struct err e;
	str out;

	manifest_of(parts, 2, files, &m);
	assert_true(write_all(&m, parts, 3, 1 << 20, a, &out, &e));
	assert_int_equal(out.n, 16384);
	return out;
}

static size_t
used_of(str envelope)
{
	size_t n = envelope.n;

	while (envelope.p[n - 1] == '\0')
		n--;
	return n;
}

static void
cut_anywhere_it_is_refused(void **state)
{
	struct arena a;
	struct seen s;
	struct err e;
	str whole;

	(void)state;
	arena_init(&a, 1 << 20);
	whole = small(&a);
	for (size_t n = 16; n < whole.n; n += n < used_of(whole) + 4 ? 1 : 997) {
		assert_false(read_all((str){ whole.p, n }, 4096, &s, &e));
		assert_string_equal(e.rule, "leman/envelope/1");
		arena_free(&s.arena);
	}
	assert_false(read_all((str){ whole.p, whole.n - 1 }, 4096, &s, &e));
	arena_free(&s.arena);
	arena_free(&a);
}

static void
a_bit_turned_anywhere_is_noticed(void **state)
{
	struct arena a;
	struct seen s;
	struct err e;
	str whole;

	(void)state;
	arena_init(&a, 1 << 20);
	whole = small(&a);
	for (size_t at = 16; at < whole.n; at += at < used_of(whole) + 4 ? 1 : 499)
		for (int bit = 0; bit < 8; bit++) {
			char *byte = (char *)(uintptr_t)whole.p + at;
			bool told;

			*byte = (char)(*byte ^ 1 << bit);
			/* A manifest may say something else and be as good; age lets nobody change it. */
			told = !read_all(whole, 65536, &s, &e) || s.plain.n > 0 || at < used_of(whole) - 25;
			if (!told)
				fail_msg("byte %zu, bit %d", at, bit);
			*byte = (char)(*byte ^ 1 << bit);
			arena_free(&s.arena);
		}
	arena_free(&a);
}

static void
more_than_zeros_behind_it_is_refused(void **state)
{
	struct arena a;
	struct seen s;
	struct err e;
	char *longer;
	str whole;

	(void)state;
	arena_init(&a, 1 << 20);
	whole = small(&a);
	longer = arena_alloc(&a, whole.n + 1);
	memcpy(longer, whole.p, whole.n);
	assert_false(read_all((str){ longer, whole.n + 1 }, 4096, &s, &e));
	assert_string_equal(err_text(&e, LANG_EN).s, "bytes follow after the end: leman/envelope/1, Size");
	arena_free(&s.arena);
	longer[whole.n - 1] = 1;
	assert_false(read_all((str){ longer, whole.n }, 4096, &s, &e));
	assert_string_equal(e.rule, "leman/envelope/1, Size");
	arena_free(&s.arena);
	arena_free(&a);
}

/* What plain age was given comes through as it is, however short. */
static void
another_file_is_no_envelope(void **state)
{
	static const str files[] = { STR(""), STR("l"), STR("leman-envelope/"), STR("leman-envelope/2 and so on"),
		STR("There is a stack overflow in the gateway.\n"), STR("\0\0") };

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		for (size_t step = 1; step < 9; step += 7) {
			struct seen s;
			struct err e;

			assert_true(read_all(files[i], step, &s, &e));
			assert_true(s.n_manifests == 0 && str_eq((str){ s.plain.p, s.plain.n }, files[i]));
			arena_free(&s.arena);
		}
}

static void
a_manifest_too_long_is_refused_unread(void **state)
{
	struct seen s;
	struct err e;

	(void)state;
	assert_false(read_all(S(ENVELOPE_MAGIC "\x00\x04\x00\x01"), 64, &s, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	arena_free(&s.arena);
	assert_false(read_all(S(ENVELOPE_MAGIC "\x00\x00\x00\x00x"), 64, &s, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	arena_free(&s.arena);
}

static void
what_changes_while_it_is_read_is_not_written(void **state)
{
	static const struct { const char *what; str parts[3]; const char *wrong; } rows[] = {
		{ "another message", { STR("Mess"), STR("file"), STR("") }, "the message is not" },
		{ "a longer file", { STR("mess"), STR("file and"), STR("") }, "more bytes came" },
		{ "a shorter file", { STR("mess"), STR("fil"), STR("") }, "poc.py was changed" },
		{ "other bytes", { STR("mess"), STR("fils"), STR("") }, "poc.py was changed" },
		{ "a file that was empty", { STR("mess"), STR("file"), STR("x") }, "more bytes came" },
		{ "nothing", { STR(""), STR(""), STR("") }, "the message is not" },
	};
	static const str parts[] = { STR("mess"), STR("file"), STR("") };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct part files[PARTS];
		struct manifest m;
		struct arena a;
		struct err e;
		str out;

		arena_init(&a, 1 << 20);
		manifest_of(parts, 2, files, &m);
		assert_false(write_all(&m, rows[i].parts, 3, 64, &a, &out, &e));
		if (strstr(err_text(&e, LANG_EN).s, rows[i].wrong) == NULL)
			fail_msg("%s: %s", rows[i].what, err_text(&e, LANG_EN).s);
		assert_int_equal(e.kind, ERR_CONFLICT);
		arena_free(&a);
	}
}

static void
a_manifest_that_nobody_could_read_is_not_written(void **state)
{
	static const str parts[] = { STR("mess"), STR("file") };
	struct part files[PARTS];
	struct manifest m;
	struct arena a;
	struct err e;
	str out;

	(void)state;
	arena_init(&a, 1 << 20);
	manifest_of(parts, 1, files, &m);
	files[0].name = S("../x");
	assert_false(write_all(&m, parts, 2, 64, &a, &out, &e));
	assert_string_equal(e.rule, "leman/envelope/1, name");
	arena_free(&a);
}

static void
one_that_was_moved_is_told_so(void **state)
{
	static const str parts[] = { STR("mess") };
	const struct envelope_place here = { S("acme"), S(ID), 3, { 9 } };
	struct envelope_place other = here;
	struct part files[PARTS];
	struct manifest m;
	struct err e;

	(void)state;
	manifest_of(parts, 0, files, &m);
	assert_true(envelope_bind(&m, &here, &e));
	other.owner = S("acme2");
	assert_false(envelope_bind(&m, &other, &e));
	assert_string_equal(e.id, "this report was sealed for %.*s, and was found at %.*s: somebody has moved it");
	other = here;
	other.report = S("bbcdefghijklmnopqrstuvwxyz");
	assert_false(envelope_bind(&m, &other, &e));
	assert_string_equal(e.rule, "leman/envelope/1, report");
	other = here;
	other.keys[31] = 1;
	assert_false(envelope_bind(&m, &other, &e));
	assert_string_equal(e.rule, "leman/envelope/1, keys");
	other = here;
	other.version = 4;
	assert_false(envelope_bind(&m, &other, &e));
	assert_int_equal(e.kind, ERR_DENIED);
}

static void
any_allocation_may_fail(void **state)
{
	static const str parts[] = { STR("mess"), STR("file") };
	struct arena room;
	struct part files[PARTS];
	struct manifest m;
	str whole;
	bool wrote = false, readable = false;

	(void)state;
	arena_init(&room, 1 << 20);
	whole = small(&room);
	manifest_of(parts, 1, files, &m);
	for (size_t budget = 0; !wrote || !readable; budget += 64) {
		struct buf b = { .arena = &room };
		const struct envelope_taker taker = { take_manifest, take_part, take_part_end, take_plain, NULL };
		struct envelope_write *w;
		struct envelope_read *r;
		struct arena a;
		struct seen s;
		struct err e;

		seen_init(&s);
		arena_init(&a, budget);
		wrote = envelope_write_start(&m, (struct age_sink){ take_bytes, &b }, &a, &w, &e);
		assert_true(wrote || e.kind == ERR_MEMORY);
		arena_free(&a);
		arena_init(&a, budget);
		{
			struct envelope_taker t = taker;

			t.to = &s;
			readable = envelope_read_start(&t, &a, &r, &e) && envelope_read(r, whole, &e)
			    && envelope_read_end(r, &e);
		}
		assert_true(readable || e.kind == ERR_MEMORY);
		arena_free(&a);
		arena_free(&s.arena);
		assert_true(budget < 64 * 1024);
	}
	arena_free(&room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_set_of_files_comes_back),
		cmocka_unit_test(cut_anywhere_it_is_refused),
		cmocka_unit_test(a_bit_turned_anywhere_is_noticed),
		cmocka_unit_test(more_than_zeros_behind_it_is_refused),
		cmocka_unit_test(another_file_is_no_envelope),
		cmocka_unit_test(a_manifest_too_long_is_refused_unread),
		cmocka_unit_test(what_changes_while_it_is_read_is_not_written),
		cmocka_unit_test(a_manifest_that_nobody_could_read_is_not_written),
		cmocka_unit_test(one_that_was_moved_is_told_so),
		cmocka_unit_test(any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

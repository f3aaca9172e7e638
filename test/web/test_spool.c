/* SPDX-License-Identifier: Apache-2.0 */
/* A sealed file on its way in, small and large, whole and broken, in pieces of all sizes. */
#include "support.h"
#include "web/blobs.h"
#include "web/spool.h"

#include "base/buf.h"
#include "base/file.h"
#include "crypto/age.h"
#include "crypto/start.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY = 32 << 20, LARGE = 2 << 20 };
static char *folder;
static struct arena arena;

static bool
keep(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(to, bytes);
	return true;
}

static str
seal(size_t n)
{
	struct buf b = { .arena = &arena };
	struct age_identity id;
	struct age_recipient to;
	struct age_seal *s;
	struct err e;
	char *plain = arena_alloc(&arena, n);
	str out = { 0 };

	assert_true(plain != NULL && age_identity_make(&id, &e));
	age_identity_recipient(&id, &to);
	assert_true(age_seal_start(&to, 1, 1, (struct age_sink){ keep, &b }, &arena, &s, &e)
	    && age_seal_write(s, (str){ plain, n }, &e) && age_seal_end(s, &e) && buf_take(&b, &out, &e));
	return out;
}

static bool
spool_all(struct spool *s, str bytes, uint64_t expected, size_t piece, struct arena *a, struct err *e)
{
	if (!spool_begin(s, str_of(folder), expected, a, e))
		return false;
	for (size_t at = 0; at < bytes.n; at += piece)
		spool_take(s, (str){ bytes.p + at, bytes.n - at < piece ? bytes.n - at : piece });
	return spool_end(s, e);
}

static size_t
files_in_blobs(void)
{
	char command[200];
	FILE *p;
	int n = -1;

	(void)snprintf(command, sizeof command, "find %s/blobs -type f | wc -l", folder);
	p = popen(command, "re");
	assert_true(p != NULL && fscanf(p, "%d", &n) == 1);
	pclose(p);
	return (size_t)n;
}

static void
pieces_of_any_size_are_one_file(void **state)
{
	static const size_t pieces[] = { 1, 7, 100, 4096, 65536, LARGE * 2 };
	str files[] = { seal(1000), seal(LARGE) };
	uint8_t digest[HASH_SIZE];
	struct err e;

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		assert_true(hash_sha256(files[f], digest, &e));
		for (size_t i = f == 1 ? 2 : 0; i < sizeof pieces / sizeof *pieces; i++) {
			struct arena a;
			struct spool s;
			char path[SPOOL_PATH];
			str kept, back;

			arena_init(&a, MEMORY);
			if (!spool_all(&s, files[f], files[f].n, pieces[i], &a, &e))
				fail_msg("in pieces of %zu: %s", pieces[i], err_text(&e, LANG_EN).s);
			assert_memory_equal(s.sha256, digest, sizeof digest);
			assert_int_equal(s.size, files[f].n);
			assert_int_equal(s.header.x25519, 1);
			if (f == 0) {
				assert_true(str_eq(s.memory, files[f]));
			} else {
				assert_null(s.memory.p);
				assert_true(spool_keep(&s, &kept, &e));
				(void)snprintf(path, sizeof path, "%s/%.*s", folder, STR_ARG(kept));
				assert_true(file_read(path, MEMORY, &a, &back, &e) && str_eq(back, files[f]));
			}
			spool_drop(&s);
			spool_drop(&s);  /* at any time, so also twice */
			arena_free(&a);
		}
	}
	assert_int_equal(files_in_blobs(), 1);
}

static void
what_is_no_sealed_file_is_refused_and_leaves_nothing(void **state)
{
	str whole = seal(LARGE);
	char *text = arena_alloc(&arena, LARGE);
	const struct { const char *what; str bytes; uint64_t expected; enum err_kind kind; } rows[] = {
		{ "nothing", { NULL, 0 }, 100, ERR_INPUT }, { "nothing, where much was announced", { NULL, 0 }, LARGE, ERR_INPUT },
		{ "half a header", { whole.p, 60 }, 60, ERR_INPUT }, { "half a header in a file", { whole.p, 60 }, LARGE, ERR_INPUT },
		{ "text", { text, 1000 }, 1000, ERR_INPUT }, { "much text", { text, LARGE }, LARGE, ERR_INPUT },
		{ "more than was announced", { whole.p, LARGE }, LARGE - 1, ERR_TOO_BIG },
		{ "more, in memory", { whole.p, 1000 }, 999, ERR_TOO_BIG },
		{ "armor around nothing", STR("-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n"), 100, ERR_INPUT },
		{ "armor around noise", STR("-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n"), 100, ERR_INPUT },
	};
	size_t before = files_in_blobs();

	(void)state;
	memset(text, 'a', LARGE);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t piece = 1000; piece <= LARGE; piece *= 1000) {
			struct err e = { 0 };
			struct arena a;
			struct spool s;

			arena_init(&a, MEMORY);
			if (spool_all(&s, rows[i].bytes, rows[i].expected, piece, &a, &e) || e.kind != rows[i].kind)
				fail_msg("%s: %d: %s", rows[i].what, (int)e.kind, e.kind ? err_text(&e, LANG_EN).s : "taken");
			spool_drop(&s);
			arena_free(&a);
		}
	assert_int_equal(files_in_blobs(), before);
}

static void
any_shortage_is_an_error_and_leaves_nothing(void **state)
{
	str files[] = { seal(1000), seal(LARGE) };
	size_t before = files_in_blobs();

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		bool ok = false;

		for (size_t budget = 0; !ok; budget += f == 0 ? 16 : 4096) {
			struct err e = { 0 };
			struct arena a;
			struct spool s;

			arena_init(&a, budget);
			ok = spool_all(&s, files[f], files[f].n, 65536, &a, &e);
			if (!ok)
				assert_int_equal(e.kind, ERR_MEMORY);
			spool_drop(&s);
			arena_free(&a);
			assert_true(budget < MEMORY);
		}
	}
	assert_int_equal(files_in_blobs(), before);
}

static int
begin(void **state)
{
	struct err e;

	(void)state;
	arena_init(&arena, (size_t)4 * MEMORY);
	folder = folder_make();
	return crypto_start(&e) && blobs_make(str_of(folder), &e) ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	folder_remove(folder);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size_are_one_file),
		cmocka_unit_test(what_is_no_sealed_file_is_refused_and_leaves_nothing),
		cmocka_unit_test(any_shortage_is_an_error_and_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

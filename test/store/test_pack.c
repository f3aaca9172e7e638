/* SPDX-License-Identifier: Apache-2.0 */
#include "store/pack.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct pack *
pack(const char *folder, uint64_t at)
{
	struct pack *p = NULL;
	struct err e = { 0 };

	if (!pack_open(folder, (struct pack_place){ 0, at }, &p, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	return p;
}

static void
expect(const char *folder, struct pack_place at, str bytes)
{
	struct arena a;
	struct err e;
	str got;

	arena_init(&a, 64 << 20);
	assert_true(pack_read(folder, at, bytes.n, &a, &got, &e));
	assert_true(str_eq(got, bytes));
	arena_free(&a);
}

static void
what_is_added_is_read_back(void **state)
{
	char *folder = folder_make(), *large = malloc(20 << 20);
	struct pack *p = pack(folder, 0);
	struct pack_place at[4];
	struct err e;

	(void)state;
	memset(large, 'x', 20 << 20);
	assert_true(pack_add(p, S("one"), &at[0], &e) && pack_add(p, S("two"), &at[1], &e) && pack_settle(p, &e));
	assert_true(pack_add(p, (str){ large, 20 << 20 }, &at[2], &e) && pack_add(p, S("three"), &at[3], &e));
	assert_true(pack_settle(p, &e) && pack_settle(p, &e));
	expect(folder, at[0], S("one"));
	expect(folder, at[1], S("two"));
	expect(folder, at[2], (str){ large, 20 << 20 });
	expect(folder, at[3], S("three"));
	assert_int_equal(at[2].at, PACK_BLOCK);
	pack_close(p);

	p = pack(folder, at[3].at + 5);  /* after the last row, wherever the file ends */
	assert_true(pack_add(p, S("four"), &at[0], &e) && pack_settle(p, &e));
	assert_true(at[0].at > at[3].at);
	expect(folder, at[0], S("four"));
	expect(folder, at[3], S("three"));
	pack_close(p);
	free(large);
	folder_remove(folder);
}

static void
what_is_undone_leaves_no_trace(void **state)
{
	char *folder = folder_make();
	struct pack *p = pack(folder, 0);
	struct pack_place one, two, three;
	struct err e;
	uint64_t mark;

	(void)state;
	assert_true(pack_add(p, S("one"), &one, &e));
	mark = pack_mark(p);
	assert_true(pack_add(p, S("a bad one"), &two, &e));
	pack_undo(p, mark);
	assert_true(pack_add(p, S("three"), &three, &e) && pack_settle(p, &e));
	assert_int_equal(three.at, two.at);
	expect(folder, one, S("one"));
	expect(folder, three, S("three"));
	pack_close(p);
	folder_remove(folder);
}

static void
a_place_past_the_end_is_an_error(void **state)
{
	char *folder = folder_make();
	struct pack *p = pack(folder, 0);
	struct arena a;
	struct err e;
	str got;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_false(pack_read(folder, (struct pack_place){ 0, 0 }, 10, &a, &got, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(pack_read(folder, (struct pack_place){ 9, 0 }, 10, &a, &got, &e));
	assert_int_equal(e.kind, ERR_IO);
	arena_free(&a);
	pack_close(p);
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_is_read_back),
		cmocka_unit_test(what_is_undone_leaves_no_trace),
		cmocka_unit_test(a_place_past_the_end_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

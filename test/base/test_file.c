/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "support.h"

#include <stdio.h>
#include <unistd.h>

static void
a_replaced_file_reads_back_whole(void **state)
{
	char *folder = folder_make(), path[100];
	struct arena a;
	struct err e = { 0 };
	str got;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/t.bin", folder);
	arena_init(&a, 1 << 16);
	assert_true(file_replace(path, S("old"), &e));
	assert_true(file_replace(path, S("new bytes"), &e));
	assert_true(file_read(path, 100, &a, &got, &e));
	assert_true(str_eq(got, S("new bytes")));
	assert_false(file_read(path, 3, &a, &got, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	assert_false(file_read("/nowhere/none.bin", 3, &a, &got, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(file_replace("/nowhere/t.bin", S("x"), &e));
	assert_int_equal(e.kind, ERR_IO);
	arena_free(&a);
	folder_remove(folder);
}

static void
a_lock_is_held_once_and_let_go(void **state)
{
	char *folder = folder_make(), path[100];
	int first, second;
	struct err e;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/lock", folder);
	assert_true(file_lock(path, &first, &e));
	assert_false(file_lock(path, &second, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	close(first);
	assert_true(file_lock(path, &second, &e));
	close(second);
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replaced_file_reads_back_whole),
		cmocka_unit_test(a_lock_is_held_once_and_let_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

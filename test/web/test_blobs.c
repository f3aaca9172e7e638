/* SPDX-License-Identifier: Apache-2.0 */
/* What a start takes away from the folder of large files, and what it leaves. */
#include "support.h"
#include "web/blobs.h"

#include "base/file.h"
#include "base/time.h"
#include "store/store_owner.h"
#include "store/store_report.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_REPORT "0101010101010101010101010101010101010101010101010101010101010101"
#define HEX_ORPHAN "0202020202020202020202020202020202020202020202020202020202020202"
#define HEX_YOUNG  "0303030303030303030303030303030303030303030303030303030303030303"

static const struct { const char *name; int age; bool stays; } files[] = {
	{ "blobs/01/" HEX_REPORT, 2 * BLOBS_ORPHAN_AGE, true },
	{ "blobs/02/" HEX_ORPHAN, 2 * BLOBS_ORPHAN_AGE, false },
	{ "blobs/03/" HEX_YOUNG, 60, true },             /* its row may be on its way */
	{ "blobs/incoming.abcdef", 0, false },
	{ "blobs/incoming.ghijkl", 2 * BLOBS_ORPHAN_AGE, false },
	{ "blobs/02/" HEX_ORPHAN "0", 2 * BLOBS_ORPHAN_AGE, true },  /* not ours: left to whoever put it there */
	{ "blobs/02/notes.txt", 2 * BLOBS_ORPHAN_AGE, true },
	{ "blobs/03/030303030303030303030303030303030303030303030303030303030303030X", 2 * BLOBS_ORPHAN_AGE, true },
};
enum { FILES = sizeof files / sizeof *files };

static char *folder;
static struct store *db;

static void
file_make(const char *name, int age)
{
	char path[400], *slash;
	struct timespec times[2] = { { .tv_sec = time_now() - age }, { .tv_sec = time_now() - age } };
	struct err e;
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	assert_true(file_make_folder(path, &e));
	*slash = '/';
	assert_true((fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) != -1);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void
leftovers_go_and_nothing_else(void **state)
{
	size_t n, gone = 0;
	struct err e;

	(void)state;
	for (size_t i = 0; i < FILES; i++)
		file_make(files[i].name, files[i].age);
	assert_true(blobs_collect(str_of(folder), db, &n, &e));
	for (size_t i = 0; i < FILES; i++) {
		char path[400];

		(void)snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
		if ((access(path, F_OK) == 0) != files[i].stays)
			fail_msg("%s %s", files[i].name, files[i].stays ? "is gone" : "is there");
		gone += !files[i].stays;
	}
	assert_int_equal(n, gone);
	assert_true(blobs_collect(str_of(folder), db, &n, &e));
	assert_int_equal(n, 0);
}

static int
begin(void **state)
{
	static const struct quota quota = { 10, 1000, 10, 1000 };
	struct report r = { .id = STR("r1"), .owner = STR("acme"), .keys = 1, .received = 7, .size = 6 };
	struct arena a;
	struct err e;
	bool is_new, ok;

	(void)state;
	folder = folder_make();
	arena_init(&a, 1 << 20);
	memset(r.sha256, 1, sizeof r.sha256);
	ok = store_open(folder, STORE_WRITE, &db, &e) && blobs_make(str_of(folder), &e)
	    && store_owner_add(db, &(struct owner){ .id = S("acme"), .name = S("Name"), .created = 7,
	    .keys = { 1, S("list"), S("signature"), 7 } }, &e)
	    && store_report_add(db, &r, (str){ 0 }, &quota, &a, &is_new, &e);
	arena_free(&a);
	return ok ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	store_close(db);
	folder_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(leftovers_go_and_nothing_else) };
	return cmocka_run_group_tests(tests, begin, end);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The database itself, and what it keeps of reports. */
#include "store/store_report.h"
#include "support.h"

struct fixture { char *folder; struct store *db; };

static int
open_store(void **state)
{
	static struct fixture f;
	struct err e;

	f.folder = folder_make();
	*state = &f;
	return store_open(f.folder, STORE_WRITE, &f.db, &e) ? 0 : -1;
}

static int
close_store(void **state)
{
	struct fixture *f = *state;

	store_close(f->db);
	folder_remove(f->folder);
	return 0;
}

static const struct report r1 = { .id = STR("R1"), .owner = STR("acme"), .received = 7 };

static void
a_report_is_kept_once_and_found(void **state)
{
	struct store *db = ((struct fixture *)*state)->db;
	struct report other = r1, r = { 0 };
	struct arena a;
	struct err e = { 0 };
	bool is_new;

	arena_init(&a, 4096);
	assert_true(store_report_add(db, &r1, S("sealed"), &is_new, &e));
	assert_true(is_new);
	other.received = 8;
	assert_true(store_report_add(db, &other, S("sealed"), &is_new, &e));
	assert_false(is_new);
	assert_true(store_report_find(db, S("R1"), &a, &r, &e));
	assert_true(str_eq(r.owner, S("acme")));
	assert_int_equal(r.received, 7);
	assert_false(store_report_find(db, S("R2"), &a, &r, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	arena_free(&a);
}

static void
an_id_never_comes_to_mean_another_report(void **state)
{
	struct store *db = ((struct fixture *)*state)->db;
	struct report other = r1;
	struct err e = { 0 };
	bool is_new;

	assert_true(store_report_add(db, &r1, S("sealed"), &is_new, &e));
	assert_false(store_report_add(db, &r1, S("sealed otherwise"), &is_new, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	other.owner = S("mallory");
	assert_false(store_report_add(db, &other, S("sealed"), &is_new, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
}

static void
finding_survives_every_shortage_of_memory(void **state)
{
	struct store *db = ((struct fixture *)*state)->db;
	struct report r;
	struct err e = { 0 };
	bool ok = false, is_new;

	assert_true(store_report_add(db, &r1, S("sealed"), &is_new, &e));
	for (size_t budget = 0; !ok; budget++) {
		struct arena a;

		arena_init(&a, budget);
		ok = store_report_find(db, S("R1"), &a, &r, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 1024);
	}
}

static void
one_writes_and_others_read(void **state)
{
	const struct fixture *f = *state;
	struct store *second, *reader;
	struct err e;
	bool is_new;

	assert_false(store_open(f->folder, STORE_WRITE, &second, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_true(store_open(f->folder, STORE_READ, &reader, &e));
	assert_false(store_report_add(reader, &r1, S("sealed"), &is_new, &e));
	assert_int_equal(e.kind, ERR_IO);
	store_close(reader);
}

static void
data_of_a_newer_program_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct store *db = NULL;
	struct err e;

	store_close(f->db);
	f->db = NULL;
	assert_int_equal(folder_query(f->folder, "PRAGMA user_version"), schema_version);
	(void)folder_query(f->folder, "PRAGMA user_version=9999");
	assert_false(store_open(f->folder, STORE_WRITE, &db, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(store_open(f->folder, STORE_READ, &db, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(folder_query(f->folder, "PRAGMA user_version"), 9999);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_is_kept_once_and_found, open_store, close_store),
		cmocka_unit_test_setup_teardown(an_id_never_comes_to_mean_another_report, open_store, close_store),
		cmocka_unit_test_setup_teardown(finding_survives_every_shortage_of_memory, open_store, close_store),
		cmocka_unit_test_setup_teardown(one_writes_and_others_read, open_store, close_store),
		cmocka_unit_test_setup_teardown(data_of_a_newer_program_is_left_alone, open_store, close_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The database itself, and what it keeps of owners, reports and accounts. */
#include "store/store_account.h"
#include "store/store_owner.h"
#include "store/store_report.h"
#include "support.h"

struct fixture { char *folder; struct store *db; struct arena arena; };

static const struct quota quota = { 3, 1000, 4, 1500 };

static bool
owner_make(struct store *db, str id, struct err *e)
{
	return store_owner_add(db, &(struct owner){ .id = id, .name = S("Name"), .created = 7,
	    .keys = { 1, S("list"), S("signature"), 7 } }, e);
}

static int
open_store(void **state)
{
	static struct fixture f;
	struct err e;

	f.folder = folder_make();
	arena_init(&f.arena, 1 << 20);
	*state = &f;
	return store_open(f.folder, STORE_WRITE, &f.db, &e) && owner_make(f.db, S("acme"), &e)
	    && owner_make(f.db, S("other"), &e) ? 0 : -1;
}

static int
close_store(void **state)
{
	struct fixture *f = *state;

	store_close(f->db);
	arena_free(&f->arena);
	folder_remove(f->folder);
	return 0;
}

/* Adds report id for owner, with the byte digest all over its SHA-256. */
static enum err_kind
add(struct fixture *f, const char *id, const char *owner, int digest, uint64_t size, bool *is_new)
{
	struct report r = { .id = str_of(id), .owner = str_of(owner), .keys = 1, .received = 7, .size = size };
	struct err e = { 0 };

	memset(r.sha256, digest, sizeof r.sha256);
	return store_report_add(f->db, &r, S("sealed"), &quota, &f->arena, is_new, &e) ? ERR_NONE : e.kind;
}

static void
a_report_is_kept_once_and_found(void **state)
{
	struct fixture *f = *state;
	struct report r = { 0 };
	struct err e = { 0 };
	bool is_new;
	str sealed;

	assert_int_equal(add(f, "r1", "acme", 1, 6, &is_new), ERR_NONE);
	assert_true(is_new);
	assert_int_equal(add(f, "r1", "acme", 1, 6, &is_new), ERR_NONE);
	assert_false(is_new);
	assert_true(store_report_find(f->db, S("r1"), &f->arena, &r, &e));
	assert_true(str_eq(r.owner, S("acme")) && str_eq(r.owner_name, S("Name")) && str_eq(r.state, S("received")));
	assert_int_equal(r.received, 7);
	assert_int_equal(r.size, 6);
	assert_int_equal(r.sha256[31], 1);
	assert_true(pack_settle(store_pack(f->db), &e));
	assert_true(store_report_sealed(f->db, r.seq, &f->arena, &sealed, &e));
	assert_true(str_eq(sealed, S("sealed")));
	assert_false(store_report_find(f->db, S("r2"), &f->arena, &r, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(store_report_sealed(f->db, 99, &f->arena, &sealed, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void
an_id_never_comes_to_mean_another_report(void **state)
{
	struct fixture *f = *state;
	bool is_new;

	assert_int_equal(add(f, "r1", "acme", 1, 6, &is_new), ERR_NONE);
	assert_int_equal(add(f, "r1", "acme", 2, 6, &is_new), ERR_CONFLICT);
	assert_int_equal(add(f, "r1", "other", 1, 6, &is_new), ERR_CONFLICT);
}

static void
a_full_quota_refuses(void **state)
{
	static const struct { const char *id, *owner; uint64_t size; enum err_kind kind; } cases[] = {
		{ "a", "acme", 400, ERR_NONE },  { "b", "acme", 601, ERR_LIMIT },   /* bytes of the owner */
		{ "c", "acme", 300, ERR_NONE },  { "d", "acme", 300, ERR_NONE },
		{ "e", "acme", 0, ERR_LIMIT },                                      /* reports of the owner */
		{ "f", "other", 501, ERR_LIMIT },                                   /* bytes of all */
		{ "g", "other", 500, ERR_NONE }, { "h", "other", 0, ERR_LIMIT },    /* reports of all */
	};
	struct fixture *f = *state;
	struct store *db = f->db;
	bool is_new;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e;
		enum err_kind got;

		assert_true(store_run(db, SQL_TXN_BEGIN, &e));
		got = add(f, cases[i].id, cases[i].owner, (int)i, cases[i].size, &is_new);
		if (got != cases[i].kind)
			fail_msg("%s: kind %d", cases[i].id, (int)got);
		assert_true(store_run(db, got == ERR_NONE ? SQL_TXN_COMMIT : SQL_TXN_ROLLBACK, &e));
	}
	assert_int_equal(folder_query(f->folder, "SELECT bytes FROM total"), 1500);
	assert_int_equal(folder_query(f->folder, "SELECT SUM(bytes) FROM owner"), 1500);
	assert_int_equal(folder_query(f->folder, "SELECT SUM(reports) FROM owner"), 4);
}

static void
keys_that_changed_or_an_owner_that_is_shut_refuse(void **state)
{
	struct fixture *f = *state;
	struct owner_keys next = { 2, S("list 2"), S("signature 2"), 8 }, kept;
	struct owner o;
	struct err e;
	bool is_new;

	assert_true(store_owner_add_keys(f->db, S("acme"), &next, &e));
	assert_false(store_owner_add_keys(f->db, S("acme"), &next, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(add(f, "r1", "acme", 1, 6, &is_new), ERR_CONFLICT);
	assert_true(store_owner_find(f->db, S("acme"), &f->arena, &o, &e));
	assert_true(o.keys.version == 2 && str_eq(o.keys.list, S("list 2")) && str_eq(o.keys.signature, S("signature 2")));
	assert_true(store_owner_keys_find(f->db, S("acme"), 1, &f->arena, &kept, &e));
	assert_true(str_eq(kept.list, S("list")));
	(void)folder_query(f->folder, "UPDATE owner SET state = 'suspended' WHERE id = 'other'");
	assert_int_equal(add(f, "r2", "other", 1, 6, &is_new), ERR_DENIED);
	assert_int_equal(add(f, "r3", "nobody", 1, 6, &is_new), ERR_CONFLICT);
}

static void
an_owner_is_made_once(void **state)
{
	struct fixture *f = *state;
	struct owner *owners;
	struct err e;
	size_t n;

	assert_false(owner_make(f->db, S("acme"), &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_true(store_owner_list(f->db, 10, &f->arena, &owners, &n, &e));
	assert_int_equal(n, 2);
	assert_true(str_eq(owners[1].id, S("other")));
}

static void
reports_are_listed_newest_first(void **state)
{
	struct fixture *f = *state;
	struct report *r;
	struct err e;
	size_t n;
	bool is_new;

	assert_int_equal(add(f, "a", "acme", 1, 6, &is_new), ERR_NONE);
	assert_int_equal(add(f, "b", "acme", 2, 6, &is_new), ERR_NONE);
	assert_int_equal(add(f, "c", "acme", 3, 6, &is_new), ERR_NONE);
	assert_true(store_report_list(f->db, 0, 2, &f->arena, &r, &n, &e));
	assert_true(n == 2 && str_eq(r[0].id, S("c")) && str_eq(r[1].id, S("b")));
	assert_true(store_report_list(f->db, r[1].seq, 2, &f->arena, &r, &n, &e));
	assert_true(n == 1 && str_eq(r[0].id, S("a")));
	assert_true(store_report_open(f->db, S("a"), &is_new, &e) && is_new);
	assert_true(store_report_open(f->db, S("a"), &is_new, &e) && !is_new);
	assert_true(store_report_list(f->db, r[0].seq + 1, 2, &f->arena, &r, &n, &e));
	assert_true(str_eq(r[0].state, S("opened")));
}

static void
sessions_and_links_end(void **state)
{
	struct fixture *f = *state;
	struct account who = { .name = S("ops"), .password = S("kept"), .role = 5 }, got;
	struct err e;
	bool was_there;
	int64_t n;

	assert_true(store_account_add(f->db, &who, 7, &e));
	assert_false(store_account_add(f->db, &who, 7, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_true(store_account_count(f->db, &n, &e) && n == 1);
	assert_true(store_session_add(f->db, S("hash"), S("ops"), 10, 20, &e));
	assert_true(store_session_find(f->db, S("hash"), 19, &f->arena, &got, &e));
	assert_true(str_eq(got.name, S("ops")) && got.role == 5);
	assert_false(store_session_find(f->db, S("hash"), 20, &f->arena, &got, &e));
	assert_false(store_session_find(f->db, S("hush"), 19, &f->arena, &got, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_true(store_session_remove(f->db, S("hash"), &was_there, &e) && was_there);
	assert_false(store_session_find(f->db, S("hash"), 19, &f->arena, &got, &e));

	assert_true(store_setup_link_set(f->db, S("one"), 20, &e));
	assert_true(store_setup_link_set(f->db, S("two"), 20, &e));
	assert_false(store_setup_link_find(f->db, S("one"), 10, &e));
	assert_false(store_setup_link_take(f->db, S("two"), 20, &e));
	assert_true(store_setup_link_find(f->db, S("two"), 19, &e));
	assert_true(store_setup_link_take(f->db, S("two"), 19, &e));
	assert_false(store_setup_link_take(f->db, S("two"), 19, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void
finding_survives_every_shortage_of_memory(void **state)
{
	struct fixture *f = *state;
	struct report r;
	struct err e = { 0 };
	bool ok = false, is_new;

	assert_int_equal(add(f, "r1", "acme", 1, 6, &is_new), ERR_NONE);
	for (size_t budget = 0; !ok; budget++) {
		struct arena a;

		arena_init(&a, budget);
		ok = store_report_find(f->db, S("r1"), &a, &r, &e);
		if (!ok)
			assert_int_equal(e.kind, ERR_MEMORY);
		arena_free(&a);
		assert_true(budget < 1024);
	}
}

static void
one_writes_and_others_read(void **state)
{
	struct fixture *f = *state, other = *f;
	struct store *second;
	struct err e;
	bool is_new;

	assert_false(store_open(f->folder, STORE_WRITE, &second, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_true(store_open(f->folder, STORE_READ, &other.db, &e));
	assert_int_equal(add(&other, "r1", "acme", 1, 6, &is_new), ERR_IO);
	store_close(other.db);
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_store, close_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_report_is_kept_once_and_found),
		TEST(an_id_never_comes_to_mean_another_report),
		TEST(a_full_quota_refuses),
		TEST(keys_that_changed_or_an_owner_that_is_shut_refuse),
		TEST(an_owner_is_made_once),
		TEST(reports_are_listed_newest_first),
		TEST(sessions_and_links_end),
		TEST(finding_survives_every_shortage_of_memory),
		TEST(one_writes_and_others_read),
		TEST(data_of_a_newer_program_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

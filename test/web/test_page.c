/* SPDX-License-Identifier: Apache-2.0 */
/* The pages under /reports, called without a server. */
#include "store/store_report.h"
#include "support.h"
#include "web/web.h"

struct fixture { char *folder; struct store *db; struct arena arena; };

static int
start(void **state)
{
	static struct fixture f;
	const struct report reports[] = {
		{ .id = STR("R1"), .owner = STR("acme"), .received = 1789113600 },
		{ .id = STR("R2"), .owner = STR("<acme>"), .received = 1789113600 },
	};
	struct err e;
	bool is_new;

	f.folder = folder_make();
	arena_init(&f.arena, 1 << 16);
	*state = &f;
	return store_open(f.folder, STORE_WRITE, &f.db, &e)
	    && store_report_add(f.db, &reports[0], S("sealed"), &is_new, &e)
	    && store_report_add(f.db, &reports[1], S("sealed"), &is_new, &e) ? 0 : -1;
}

static int
end(void **state)
{
	struct fixture *f = *state;

	store_close(f->db);
	arena_free(&f->arena);
	folder_remove(f->folder);
	return 0;
}

/* The page that GET path gives role, in French; or its error in *e. */
static bool
get(struct fixture *f, enum role role, str path, str *out, struct err *e)
{
	struct req q = { .role = role, .reader = { .lang = LANG_FR }, .store = f->db, .arena = &f->arena };
	struct buf body = { .arena = &f->arena };

	return route_find(&q, S("GET"), path, e) && q.route->run(&q, &body, e)
	    && buf_take(&body, out, e) && arena_copy(&f->arena, *out, out, e);
}

static void
a_member_sees_how_far_a_report_is(void **state)
{
	struct err e;
	str s;

	assert_true(get(*state, ROLE_MEMBER, S("/reports/R2"), &s, &e));
	assert_non_null(strstr(s.p, "<h1>Signalement R2</h1>"));
	assert_non_null(strstr(s.p, "&lt;acme&gt;"));
	assert_non_null(strstr(s.p, "<dd>nouveau"));
	assert_non_null(strstr(s.p, "2026-09-11T08:00:00Z"));
	assert_null(strstr(s.p, "Embargo"));
	assert_null(strstr(s.p, "sealed"));
	assert_false(get(*state, ROLE_MEMBER, S("/reports/R3"), &s, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void
a_guest_sees_what_is_public(void **state)
{
	struct fixture *f = *state;
	struct err e;
	str s;

	assert_false(get(f, ROLE_GUEST, S("/reports/R1"), &s, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	(void)folder_query(f->folder, "UPDATE report SET state = 'public', embargo_until = 1789113600 WHERE id = 'R1'");
	assert_true(get(f, ROLE_GUEST, S("/reports/R1"), &s, &e));
	assert_non_null(strstr(s.p, "Embargo jusqu’au"));
}

static void
what_is_due_is_listed_in_order(void **state)
{
	struct fixture *f = *state;
	struct err e;
	const char *first;
	str s;

	assert_true(get(f, ROLE_MEMBER, S("/reports"), &s, &e));
	assert_non_null(strstr(s.p, "0 signalement est échu"));
	(void)folder_query(f->folder, "UPDATE report SET embargo_until = CASE id WHEN 'R1' THEN 9 ELSE 8 END");
	assert_true(get(f, ROLE_MEMBER, S("/reports"), &s, &e));
	assert_non_null(strstr(s.p, "2 signalements sont échus"));
	first = strstr(s.p, "<a href=\"/reports/R2\">R2</a>");
	assert_non_null(first);
	assert_non_null(strstr(first, "<a href=\"/reports/R1\">R1</a>"));
}

static void
every_page_survives_every_shortage_of_memory(void **state)
{
	static const str paths[] = { STR("/reports/R1"), STR("/reports") };
	struct fixture *f = *state;

	(void)folder_query(f->folder, "UPDATE report SET embargo_until = 9");
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct fixture poor = *f;
		struct err e;
		bool ok = false;
		str s;

		for (size_t budget = 0; !ok; budget += 13) {
			arena_init(&poor.arena, budget);
			ok = get(&poor, ROLE_MEMBER, paths[i], &s, &e);
			if (!ok)
				assert_int_equal(e.kind, ERR_MEMORY);
			arena_free(&poor.arena);
			assert_true(budget < 1 << 17);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_member_sees_how_far_a_report_is, start, end),
		cmocka_unit_test_setup_teardown(a_guest_sees_what_is_public, start, end),
		cmocka_unit_test_setup_teardown(what_is_due_is_listed_in_order, start, end),
		cmocka_unit_test_setup_teardown(every_page_survives_every_shortage_of_memory, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

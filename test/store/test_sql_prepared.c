/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement of sql/ is good on an empty database of the newest schema. */
#include "store/sql.h"
#include "support.h"

#include <sqlite3.h>
#include <stdio.h>

static int
open_empty(void **state)
{
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		return -1;
	for (int i = 0; i < schema_version; i++)
		for (const char *const *sql = schema_steps[i]; *sql != NULL; sql++)
			if (sqlite3_exec(db, *sql, NULL, NULL, NULL) != SQLITE_OK)
				fail_msg("step %d: %s: %s", i + 1, *sql, sqlite3_errmsg(db));
	*state = db;
	return 0;
}

static int
close_empty(void **state)
{
	return sqlite3_close(*state) == SQLITE_OK ? 0 : -1;
}

/* Why sql cannot be a statement of ours, or NULL. */
static const char *
wrong_with(sqlite3 *db, const char *sql)
{
	const char *rest, *why = NULL;
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &q, &rest) != SQLITE_OK)
		why = sqlite3_errmsg(db);
	else if (q == NULL)
		why = "it is empty";
	else if (*rest != '\0')
		why = "it is more than one statement";
	for (int i = 1; why == NULL && i <= sqlite3_bind_parameter_count(q); i++) {
		char name[16];

		(void)snprintf(name, sizeof name, "$%d", i);
		if (strcmp(name, sqlite3_bind_parameter_name(q, i)) != 0)
			why = "its parameters are not $1, $2, ... in the order of their first use";
	}
	sqlite3_finalize(q);
	return why;
}

static void
every_statement_is_prepared(void **state)
{
	size_t bad = 0;

	assert_true(SQL_COUNT > 0);
	for (int i = 0; i < SQL_COUNT; i++) {
		const char *why = wrong_with(*state, sql_text[i]);

		if (why != NULL)
			printf("%s: %s\n", sql_text[i], why);
		bad += why != NULL;
	}
	assert_int_equal(bad, 0);
}

static void
what_is_wrong_with_a_statement_is_seen(void **state)
{
	static const struct { const char *sql, *why; } cases[] = {
		{ "SELECT idx FROM act WHERE kind = $1", NULL },
		{ "SELECT idx FROM acts", "no such table: acts" },
		{ "SELECT id FROM act", "no such column: id" },
		{ "SELECT FROM act", "near \"FROM\": syntax error" },
		{ "-- nothing", "it is empty" },
		{ "SELECT idx FROM act; DELETE FROM act", "it is more than one statement" },
		{ "SELECT idx FROM act WHERE idx > $2 AND idx < $1",
		  "its parameters are not $1, $2, ... in the order of their first use" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why = wrong_with(*state, cases[i].sql);

		if (cases[i].why == NULL ? why != NULL : why == NULL || strcmp(why, cases[i].why) != 0)
			fail_msg("%s: %s", cases[i].sql, why ? why : "taken");
	}
}

/* SQL that only one engine has; PostgreSQL is to run the same texts. */
static void
no_statement_is_for_sqlite_alone(void **state)
{
	static const char *const alone[] = {
		"OR IGNORE", "OR REPLACE", "REPLACE INTO", "ROWID", "IFNULL", "GLOB", "strftime", "datetime(",
		"last_insert_rowid", "AUTOINCREMENT", "hex(", "total(", "->>",
	};

	(void)state;
	for (int i = 0; i < SQL_COUNT; i++)
		for (size_t k = 0; k < sizeof alone / sizeof *alone; k++)
			if (strcasestr(sql_text[i], alone[k]) != NULL)
				fail_msg("%s: %s is known to SQLite alone", sql_text[i], alone[k]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_statement_is_prepared, open_empty, close_empty),
		cmocka_unit_test_setup_teardown(what_is_wrong_with_a_statement_is_seen, open_empty, close_empty),
		cmocka_unit_test(no_statement_is_for_sqlite_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

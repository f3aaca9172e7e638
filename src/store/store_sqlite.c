/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include "base/file.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PATH = 512 };

struct store {
	sqlite3 *db;
	sqlite3_stmt *stmts[SQL_COUNT];
	int lock;           /* on the folder; -1 in a reader */
	struct pack *pack;  /* NULL in a reader */
	uint64_t room;      /* bytes that the disk had free, less what was taken since */
	char folder[PATH];
};

/* FULL: an acknowledged commit outlives a power cut. Readers never checkpoint. */
static const char *const settings[] = {
	[STORE_READ] = "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;"
	    " PRAGMA wal_autocheckpoint=0",
	[STORE_WRITE] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
	    " PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY",
};

static bool
sqlite_fail(struct store *s, int rc, struct err *e)
{
	static const struct { int rc; enum err_kind kind; } kinds[] = {
		{ SQLITE_BUSY, ERR_BUSY }, { SQLITE_CONSTRAINT, ERR_CONFLICT }, { SQLITE_NOMEM, ERR_MEMORY },
	};
	enum err_kind kind = ERR_IO;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].rc == (rc & 0xff))
			kind = kinds[i].kind;
	return fail(e, kind, NULL, "the store says: %s", s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
}

static bool
run(struct store *s, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK || sqlite_fail(s, rc, e);
}

static bool
version_get(struct store *s, int *out, struct err *e)
{
	sqlite3_stmt *q;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &q, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW)
		*out = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return rc == SQLITE_ROW || sqlite_fail(s, rc, e);
}

static bool
step(struct store *s, int to, struct err *e)
{
	char set[64];

	(void)snprintf(set, sizeof set, "PRAGMA user_version=%d", to);
	if (!run(s, "BEGIN", e))
		return false;
	for (const char *const *sql = schema_steps[to - 1]; *sql != NULL; sql++)
		if (!run(s, *sql, e))
			return false;  /* closing the connection rolls back */
	return run(s, set, e) && run(s, "COMMIT", e);
}

static bool
schema_settle(struct store *s, enum store_mode mode, struct err *e)
{
	int version = 0;

	if (!version_get(s, &version, e))
		return false;
	while (mode == STORE_WRITE && version < schema_version)
		if (!step(s, ++version, e))
			return false;
	return version == schema_version || fail(e, ERR_CONFLICT, NULL,
	    "the data has schema %d, this program schema %d: use the program that wrote it",
	    version, schema_version);
}

static bool
prepare_all(struct store *s, struct err *e)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		int rc = sqlite3_prepare_v3(s->db, sql_text[i], -1, SQLITE_PREPARE_PERSISTENT, &s->stmts[i], NULL);
		if (rc != SQLITE_OK)
			return sqlite_fail(s, rc, e);
	}
	return true;
}

/* SQLite counts its memory under one lock for all threads unless told not to. */
static void
configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool
connect(struct store *s, const char *path, enum store_mode mode, struct err *e)
{
	int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return sqlite_fail(s, rc, e);
	(void)sqlite3_busy_timeout(s->db, 5000);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == STORE_READ, (int *)NULL);
	return run(s, settings[mode], e) && schema_settle(s, mode, e) && prepare_all(s, e);
}

/* After the bytes of the last report: what stands behind them never was. */
static bool
pack_begin(struct store *s, struct err *e)
{
	struct cursor c = cursor_of(s, SQL_PACK_END, e);
	struct pack_place end = { 0 };

	if (cursor_row(&c))
		end = (struct pack_place){ (uint64_t)cursor_i64(&c, 0), (uint64_t)cursor_i64(&c, 1) };
	return cursor_end(&c) && pack_open(s->folder, end, &s->pack, e);
}

bool
store_open(const char *folder, enum store_mode mode, struct store **out, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char data[PATH + 16], lock[PATH + 16];
	struct store *s;

	(void)pthread_once(&once, configure);
	(void)snprintf(data, sizeof data, "%s/leman.db", folder);
	(void)snprintf(lock, sizeof lock, "%s/leman.lock", folder);
	if (strlen(folder) >= PATH)
		return fail(e, ERR_INPUT, NULL, "%s: the path is too long", folder);
	if ((s = calloc(1, sizeof *s)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the store");
	s->lock = -1;
	s->room = UINT64_MAX;
	(void)snprintf(s->folder, sizeof s->folder, "%s", folder);
	if ((mode == STORE_READ || (file_make_folder(folder, e) && file_lock(lock, &s->lock, e)))
	    && connect(s, data, mode, e) && (mode == STORE_READ || pack_begin(s, e))) {
		*out = s;
		return true;
	}
	store_close(s);
	return false;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->stmts[i]);
	sqlite3_close(s->db);
	pack_close(s->pack);
	if (s->lock != -1)
		close(s->lock);
	free(s);
}

struct pack *store_pack(struct store *s) { return s->pack; }
const char *store_folder(const struct store *s) { return s->folder; }

void
store_measure(struct store *s)
{
	struct statvfs disk;

	s->room = fstatvfs(s->lock, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX;
}

bool
store_take_room(struct store *s, uint64_t reserve, uint64_t bytes, struct err *e)
{
	if (s->room < reserve || s->room - reserve < bytes)
		return fail(e, ERR_LIMIT, NULL,
		    "the disk of this server is nearly full: tell its operator; nothing was changed");
	s->room -= bytes;
	return true;
}

static sqlite3_stmt *stmt_of(struct cursor *c) { return c->db->stmts[c->sql]; }

struct cursor
cursor_of(struct store *db, enum sql sql, struct err *e)
{
	return (struct cursor){ .db = db, .sql = sql, .e = e };
}

static void
check(struct cursor *c, int rc)
{
	if (rc != SQLITE_OK && !c->bad)
		c->bad = !sqlite_fail(c->db, rc, c->e);
}

void
cursor_bind_str(struct cursor *c, str s)
{
	check(c, sqlite3_bind_text64(stmt_of(c), ++c->bound, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8));
}

void
cursor_bind_bytes(struct cursor *c, str s)
{
	check(c, sqlite3_bind_blob64(stmt_of(c), ++c->bound, s.p ? s.p : "", s.n, SQLITE_STATIC));
}

void
cursor_bind_i64(struct cursor *c, int64_t v)
{
	check(c, sqlite3_bind_int64(stmt_of(c), ++c->bound, v));
}

bool
cursor_row(struct cursor *c)
{
	int rc = c->bad ? SQLITE_DONE : sqlite3_step(stmt_of(c));

	assert(c->bound == sqlite3_bind_parameter_count(stmt_of(c)));
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		check(c, rc);
	return rc == SQLITE_ROW;
}

bool
cursor_is_null(struct cursor *c, int col)
{
	return sqlite3_column_type(stmt_of(c), col) == SQLITE_NULL;
}

int64_t cursor_i64(struct cursor *c, int col) { return sqlite3_column_int64(stmt_of(c), col); }

str
cursor_str(struct cursor *c, int col)
{
	const char *p = (const char *)sqlite3_column_text(stmt_of(c), col);
	return (str){ p, (size_t)sqlite3_column_bytes(stmt_of(c), col) };
}

str
cursor_bytes(struct cursor *c, int col)
{
	const char *p = sqlite3_column_blob(stmt_of(c), col);
	return (str){ p ? p : "", (size_t)sqlite3_column_bytes(stmt_of(c), col) };
}

bool
cursor_done(struct cursor *c)
{
	while (cursor_row(c))
		;
	return cursor_end(c);
}

bool
cursor_end(struct cursor *c)
{
	sqlite3_reset(stmt_of(c));
	sqlite3_clear_bindings(stmt_of(c));
	return !c->bad;
}

bool
store_run(struct store *db, enum sql sql, struct err *e)
{
	struct cursor c = cursor_of(db, sql, e);
	return cursor_done(&c);
}

void
store_rollback(struct store *db)
{
	struct err ignored;
	bool open = !sqlite3_get_autocommit(db->db);

	if (open && !store_run(db, SQL_TXN_ROLLBACK, &ignored))
		assert(sqlite3_get_autocommit(db->db));  /* a failed ROLLBACK has ended it all the same */
}

/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - the database, seen as a list of named statements.
 *
 * SQL lives in sql/, never in C. The build turns each "-- name:" into an enum
 * constant and its text; nothing else can be run. A cursor is one run of one
 * statement: bind in order, step, end. SQLite and PostgreSQL each implement
 * these functions; callers cannot tell which is behind them.
 *
 * A struct store is one connection and belongs to one thread. Exactly one in
 * the whole system writes, and only store/writer.c uses it: SQLite before
 * 3.51.3 can lose a commit when one connection checkpoints while another
 * commits. */
#pragma once
#include "base/arena.h"
#include "store/pack.h"
#include "store/sql.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* Opens the data in folder and prepares every statement. STORE_WRITE makes what
 * is missing, brings the schema up to date and locks the folder: ERR_BUSY while
 * another program writes. ERR_CONFLICT for data of a newer schema. */
bool store_open(const char *folder, enum store_mode mode, struct store **out, struct err *e) MUST_USE;
void store_close(struct store *db);  /* NULL is fine */

struct cursor { struct store *db; enum sql sql; int bound; struct err *e; bool bad; };

struct cursor cursor_of(struct store *db, enum sql sql, struct err *e);
void cursor_bind_str(struct cursor *c, str s);
void cursor_bind_bytes(struct cursor *c, str s);
void cursor_bind_i64(struct cursor *c, int64_t v);

/* True with a row to read; false at the end or on failure: see cursor_end(). */
bool cursor_row(struct cursor *c) MUST_USE;
int64_t cursor_i64(struct cursor *c, int col);        /* 0 for null */
bool cursor_is_null(struct cursor *c, int col);
str cursor_str(struct cursor *c, int col);            /* good until the next cursor call */
str cursor_bytes(struct cursor *c, int col);          /* the same, of a column of bytes */

/* Always call it. False, with the error filled in, if any step above failed. */
bool cursor_end(struct cursor *c) MUST_USE;

/* Runs a statement that gives no row, and ends it. */
bool cursor_done(struct cursor *c) MUST_USE;

/* A statement without parameters and rows. */
bool store_run(struct store *db, enum sql sql, struct err *e) MUST_USE;

/* Where sealed files go, and when: the writer's alone. */
struct pack *store_pack(struct store *db);
const char *store_folder(const struct store *db);

/* The disk is kept from getting full under the database, which could then not tell
 * whether a commit is on it. Measured at each batch's begin: ERR_LIMIT when the disk has
 * less than the reserve and bytes beside. Reports leave room for what is small. */
enum { STORE_RESERVE = 4 << 20, STORE_RESERVE_REPORT = 8 << 20 };
void store_measure(struct store *db);
bool store_take_room(struct store *db, uint64_t reserve, uint64_t bytes, struct err *e) MUST_USE;

/* Gives the open transaction up, if one is open: some errors end it by themselves. */
void store_rollback(struct store *db);

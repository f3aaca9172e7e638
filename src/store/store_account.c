/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_account.h"

bool
store_account_add(struct store *db, const struct account *a, int64_t now, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_ACCOUNT_ADD, e);
	bool is_new;

	cursor_bind_str(&c, a->name);
	cursor_bind_str(&c, a->password);
	cursor_bind_i64(&c, a->role);
	cursor_bind_i64(&c, now);
	is_new = cursor_row(&c);
	return cursor_end(&c)
	    && (is_new || fail(e, ERR_CONFLICT, NULL, "there is an account of the name %.*s already",
	    STR_ARG(a->name)));
}

bool
store_account_find(struct store *db, str name, struct arena *a, struct account *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_ACCOUNT_FIND, e);
	bool found, copied = true;

	cursor_bind_str(&c, name);
	if ((found = cursor_row(&c))) {
		*out = (struct account){ .name = name, .role = cursor_i64(&c, 1) };
		copied = arena_copy(a, cursor_str(&c, 0), &out->password, e);
	}
	if (!cursor_end(&c) || !copied)
		return false;
	return found || fail(e, ERR_NOT_FOUND, NULL, "no account %.*s", STR_ARG(name));
}

bool
store_account_count(struct store *db, int64_t *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_ACCOUNT_COUNT, e);

	if (cursor_row(&c))
		*out = cursor_i64(&c, 0);
	return cursor_end(&c);
}

static bool
session_expire(struct store *db, int64_t now, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_SESSION_EXPIRE, e);

	cursor_bind_i64(&c, now);
	return cursor_done(&c);
}

bool
store_session_add(struct store *db, str token_hash, str account, int64_t now, int64_t expires, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_SESSION_ADD, e);

	cursor_bind_bytes(&c, token_hash);
	cursor_bind_str(&c, account);
	cursor_bind_i64(&c, now);
	cursor_bind_i64(&c, expires);
	return cursor_done(&c) && session_expire(db, now, e);
}

bool
store_session_find(struct store *db, str token_hash, int64_t now, struct arena *a, struct account *out,
    struct err *e)
{
	struct cursor c = cursor_of(db, SQL_SESSION_FIND, e);
	bool found, copied = true;

	cursor_bind_bytes(&c, token_hash);
	cursor_bind_i64(&c, now);
	if ((found = cursor_row(&c))) {
		*out = (struct account){ .role = cursor_i64(&c, 1) };
		copied = arena_copy(a, cursor_str(&c, 0), &out->name, e);
	}
	if (!cursor_end(&c) || !copied)
		return false;
	return found || fail(e, ERR_NOT_FOUND, NULL, "this session has ended: sign in again");
}

bool
store_session_remove(struct store *db, str token_hash, bool *was_there, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_SESSION_REMOVE, e);

	cursor_bind_bytes(&c, token_hash);
	*was_there = cursor_row(&c);
	return cursor_end(&c);
}

bool
store_setup_link_set(struct store *db, str token_hash, int64_t expires, struct err *e)
{
	struct cursor c;

	if (!store_run(db, SQL_SETUP_LINK_CLEAR, e))
		return false;
	c = cursor_of(db, SQL_SETUP_LINK_ADD, e);
	cursor_bind_bytes(&c, token_hash);
	cursor_bind_i64(&c, expires);
	return cursor_done(&c);
}

static bool
setup_link(struct store *db, enum sql sql, str token_hash, int64_t now, struct err *e)
{
	struct cursor c = cursor_of(db, sql, e);
	bool good;

	cursor_bind_bytes(&c, token_hash);
	cursor_bind_i64(&c, now);
	good = cursor_row(&c);
	return cursor_end(&c) && (good || fail(e, ERR_NOT_FOUND, NULL,
	    "this set-up link has been used or has expired: start the server again for a new one"));
}

bool
store_setup_link_find(struct store *db, str token_hash, int64_t now, struct err *e)
{
	return setup_link(db, SQL_SETUP_LINK_FIND, token_hash, now, e);
}

bool
store_setup_link_take(struct store *db, str token_hash, int64_t now, struct err *e)
{
	return setup_link(db, SQL_SETUP_LINK_TAKE, token_hash, now, e);
}

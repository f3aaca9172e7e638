/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_report.h"

/* Is this very report kept already? */
static bool
store_report_is(struct store *db, const struct report *r, str sealed, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_IS, e);
	bool same;

	cursor_bind_str(&c, r->id);
	cursor_bind_str(&c, r->owner);
	cursor_bind_bytes(&c, sealed);
	same = cursor_row(&c);
	return cursor_end(&c)
	    && (same || fail(e, ERR_CONFLICT, NULL, "another report has the id %.*s", STR_ARG(r->id)));
}

bool
store_report_add(struct store *db, const struct report *r, str sealed, bool *is_new, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_ADD, e);

	cursor_bind_str(&c, r->id);
	cursor_bind_str(&c, r->owner);
	cursor_bind_bytes(&c, sealed);
	cursor_bind_i64(&c, r->received);
	*is_new = cursor_row(&c);
	return cursor_end(&c) && (*is_new || store_report_is(db, r, sealed, e));
}

bool
store_report_find(struct store *db, str id, struct arena *a, struct report *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_FIND, e);
	bool found, copied = true;

	cursor_bind_str(&c, id);
	if ((found = cursor_row(&c))) {
		*out = (struct report){ .id = id, .received = cursor_i64(&c, 2), .embargo_until = cursor_i64(&c, 3) };
		copied = arena_copy(a, cursor_str(&c, 0), &out->owner, e)
		    && arena_copy(a, cursor_str(&c, 1), &out->state, e);
	}
	if (!cursor_end(&c) || !copied)
		return false;
	return found || fail(e, ERR_NOT_FOUND, NULL, "no report %.*s", STR_ARG(id));
}

bool
store_report_list_due(struct store *db, int64_t then, size_t max, struct arena *a,
    struct report **out, size_t *n, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_LIST_DUE, e);
	struct report *r = ARENA_NEW(a, struct report, max);
	bool copied = r != NULL || fail(e, ERR_MEMORY, NULL, "no room for %zu reports", max);

	cursor_bind_i64(&c, then);
	cursor_bind_i64(&c, (int64_t)max);
	for (*n = 0; copied && cursor_row(&c); ++*n) {
		r[*n] = (struct report){ .received = cursor_i64(&c, 3), .embargo_until = cursor_i64(&c, 4) };
		copied = arena_copy(a, cursor_str(&c, 0), &r[*n].id, e)
		    && arena_copy(a, cursor_str(&c, 1), &r[*n].owner, e)
		    && arena_copy(a, cursor_str(&c, 2), &r[*n].state, e);
	}
	*out = r;
	return cursor_end(&c) && copied;
}

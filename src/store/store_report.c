/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_report.h"

#include "store/store_owner.h"

enum { ROW_BYTES = 16 << 10 };  /* that a report's rows, act and indexes may take on the disk, twice */

static bool
report_copy(struct cursor *c, struct arena *a, struct report *out, struct err *e)
{
	str sha256 = cursor_bytes(c, 6);

	*out = (struct report){
		.seq = (uint64_t)cursor_i64(c, 0), .keys = (uint64_t)cursor_i64(c, 3),
		.received = cursor_i64(c, 4), .size = (uint64_t)cursor_i64(c, 5),
	};
	memcpy(out->sha256, sha256.p, sha256.n < sizeof out->sha256 ? sha256.n : sizeof out->sha256);
	return arena_copy(a, cursor_str(c, 1), &out->id, e) && arena_copy(a, cursor_str(c, 2), &out->owner, e)
	    && arena_copy(a, cursor_str(c, 7), &out->state, e)
	    && arena_copy(a, cursor_str(c, 8), &out->owner_name, e);
}

bool
store_report_find(struct store *db, str id, struct arena *a, struct report *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_FIND, e);
	bool found, copied = true;

	cursor_bind_str(&c, id);
	if ((found = cursor_row(&c)))
		copied = report_copy(&c, a, out, e);
	if (!cursor_end(&c) || !copied)
		return false;
	return found || fail(e, ERR_NOT_FOUND, NULL, "there is no report %.*s here", STR_ARG(id));
}

/* Is this very file kept under this id already? */
static bool
report_is_same(struct store *db, struct report *r, struct arena *a, struct err *e)
{
	struct report kept;

	if (!store_report_find(db, r->id, a, &kept, e))
		return false;
	if (!str_eq(kept.owner, r->owner) || memcmp(kept.sha256, r->sha256, sizeof kept.sha256) != 0)
		return fail(e, ERR_CONFLICT, NULL, "another report has the id %.*s: seal it again under a new one",
		    STR_ARG(r->id));
	*r = kept;
	return true;
}

static bool
total_charge(struct store *db, const struct report *r, const struct quota *q, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_TOTAL_CHARGE, e);
	bool has_room;

	cursor_bind_i64(&c, (int64_t)r->size);
	cursor_bind_i64(&c, q->reports);
	cursor_bind_i64(&c, q->bytes);
	has_room = cursor_row(&c);
	return cursor_end(&c) && (has_room || fail(e, ERR_LIMIT, NULL,
	    "this server has no room for more reports: tell its operator, and keep your sealed file"));
}

/* Says why owner_charge() changed no row. */
static bool
charge_refuse(struct store *db, const struct report *r, struct arena *a, struct err *e)
{
	struct owner o;

	if (!store_owner_find(db, r->owner, a, &o, e))
		return false;
	if (o.keys.version != r->keys)
		return fail(e, ERR_CONFLICT, NULL,
		    "the keys of %.*s have changed since you sealed this: fetch them and seal it again",
		    STR_ARG(r->owner));
	if (!str_eq(o.state, S("open")))
		return fail(e, ERR_DENIED, NULL, "%.*s takes no reports at present", STR_ARG(r->owner));
	return fail(e, ERR_LIMIT, NULL,
	    "%.*s has no room for more reports: keep your sealed file and try another way", STR_ARG(r->owner));
}

static bool
owner_charge(struct store *db, const struct report *r, const struct quota *q, struct arena *a, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_OWNER_CHARGE, e);
	bool charged;

	cursor_bind_i64(&c, (int64_t)r->size);
	cursor_bind_str(&c, r->owner);
	cursor_bind_i64(&c, (int64_t)r->keys);
	cursor_bind_i64(&c, q->owner_reports);
	cursor_bind_i64(&c, q->owner_bytes);
	charged = cursor_row(&c);
	return cursor_end(&c) && (charged || charge_refuse(db, r, a, e)) && total_charge(db, r, q, e);
}

static bool
sealed_add(struct store *db, uint64_t seq, str sealed, struct err *e)
{
	struct pack_place place;
	struct cursor c;

	if (!pack_add(store_pack(db), sealed, &place, e))
		return false;
	c = cursor_of(db, SQL_REPORT_PLACE, e);
	cursor_bind_i64(&c, (int64_t)place.pack);
	cursor_bind_i64(&c, (int64_t)place.at);
	cursor_bind_i64(&c, (int64_t)seq);
	return cursor_done(&c);
}

bool
store_report_add(struct store *db, struct report *r, str sealed, const struct quota *q, struct arena *a,
    bool *is_new, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_ADD, e);

	cursor_bind_str(&c, r->id);
	cursor_bind_str(&c, r->owner);
	cursor_bind_i64(&c, (int64_t)r->keys);
	cursor_bind_i64(&c, r->received);
	cursor_bind_i64(&c, (int64_t)r->size);
	cursor_bind_bytes(&c, (str){ (const char *)r->sha256, sizeof r->sha256 });
	if ((*is_new = cursor_row(&c)))
		r->seq = (uint64_t)cursor_i64(&c, 0);
	if (!cursor_end(&c))
		return false;
	if (!*is_new)
		return report_is_same(db, r, a, e);
	return store_take_room(db, STORE_RESERVE_REPORT, sealed.n + ROW_BYTES, e) && owner_charge(db, r, q, a, e)
	    && (sealed.p == NULL || sealed_add(db, r->seq, sealed, e));
}

bool
store_report_list(struct store *db, uint64_t before, size_t max, struct arena *a, struct report **out, size_t *n,
    struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_LIST, e);
	struct report *r = ARENA_NEW(a, struct report, max);
	bool copied = r != NULL || fail(e, ERR_MEMORY, NULL, "no room for %zu reports", max);

	cursor_bind_i64(&c, before == 0 ? INT64_MAX : (int64_t)before);
	cursor_bind_i64(&c, (int64_t)max);
	for (*n = 0; copied && *n < max && cursor_row(&c); ++*n)
		copied = report_copy(&c, a, &r[*n], e);
	*out = r;
	return cursor_end(&c) && copied;
}

bool
store_report_sealed(struct store *db, uint64_t seq, struct arena *a, str *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_SEALED_FIND, e);
	struct pack_place place = { 0 };
	bool in_pack = false;
	size_t size = 0;

	cursor_bind_i64(&c, (int64_t)seq);
	if (cursor_row(&c)) {
		in_pack = !cursor_is_null(&c, 0);
		place = (struct pack_place){ (uint64_t)cursor_i64(&c, 0), (uint64_t)cursor_i64(&c, 1) };
		size = (size_t)cursor_i64(&c, 2);
	}
	if (!cursor_end(&c))
		return false;
	return in_pack ? pack_read(store_folder(db), place, size, a, out, e)
	    : fail(e, ERR_NOT_FOUND, NULL, "the sealed file of report %llu is not here", (unsigned long long)seq);
}

bool
store_report_open(struct store *db, str id, bool *is_new, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_OPEN, e);

	cursor_bind_str(&c, id);
	*is_new = cursor_row(&c);
	return cursor_end(&c);
}

bool
store_report_has_blob(struct store *db, str sha256, bool *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_REPORT_OF_BLOB, e);

	cursor_bind_bytes(&c, sha256);
	*out = cursor_row(&c);
	return cursor_end(&c);
}

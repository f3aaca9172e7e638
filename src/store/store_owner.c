/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_owner.h"

static bool
key_list_add(struct store *db, str id, const struct owner_keys *k, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_KEY_LIST_ADD, e);

	cursor_bind_str(&c, id);
	cursor_bind_i64(&c, (int64_t)k->version);
	cursor_bind_str(&c, k->list);
	cursor_bind_bytes(&c, k->signature);
	cursor_bind_i64(&c, k->received);
	return cursor_done(&c);
}

bool
store_owner_add(struct store *db, const struct owner *o, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_OWNER_ADD, e);
	bool is_new;

	cursor_bind_str(&c, o->id);
	cursor_bind_str(&c, o->name);
	cursor_bind_i64(&c, o->created);
	is_new = cursor_row(&c);
	if (!cursor_end(&c))
		return false;
	if (!is_new)
		return fail(e, ERR_CONFLICT, NULL,
		    "there is a code owner with the short name %.*s already: choose another",
		    STR_ARG(o->id));
	return key_list_add(db, o->id, &o->keys, e);
}

bool
store_owner_add_keys(struct store *db, str id, const struct owner_keys *keys, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_OWNER_ADVANCE, e);
	bool is_next;

	cursor_bind_i64(&c, (int64_t)keys->version);
	cursor_bind_str(&c, id);
	is_next = cursor_row(&c);
	if (!cursor_end(&c))
		return false;
	if (!is_next)
		return fail(e, ERR_CONFLICT, NULL,
		    "list %llu is not the next one of %.*s: fetch the present keys first",
		    (unsigned long long)keys->version, STR_ARG(id));
	return key_list_add(db, id, keys, e);
}

/* From the columns list, signature, received at col. */
static bool
keys_copy(struct cursor *c, int col, uint64_t version, struct arena *a, struct owner_keys *out, struct err *e)
{
	*out = (struct owner_keys){ .version = version, .received = cursor_i64(c, col + 2) };
	return arena_copy(a, cursor_str(c, col), &out->list, e)
	    && arena_copy(a, cursor_bytes(c, col + 1), &out->signature, e);
}

bool
store_owner_find(struct store *db, str id, struct arena *a, struct owner *out, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_OWNER_FIND, e);
	bool found, copied = true;

	cursor_bind_str(&c, id);
	if ((found = cursor_row(&c))) {
		*out = (struct owner){ .id = id, .created = cursor_i64(&c, 2) };
		copied = arena_copy(a, cursor_str(&c, 0), &out->name, e)
		    && arena_copy(a, cursor_str(&c, 1), &out->state, e)
		    && keys_copy(&c, 4, (uint64_t)cursor_i64(&c, 3), a, &out->keys, e);
	}
	if (!cursor_end(&c) || !copied)
		return false;
	return found || fail(e, ERR_NOT_FOUND, NULL, "there is no code owner %.*s here", STR_ARG(id));
}

bool
store_owner_list(struct store *db, size_t max, struct arena *a, struct owner **out, size_t *n, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_OWNER_LIST, e);
	struct owner *o = ARENA_NEW(a, struct owner, max);
	bool copied = o != NULL || fail(e, ERR_MEMORY, NULL, "no room for %zu owners", max);

	cursor_bind_i64(&c, (int64_t)max);
	for (*n = 0; copied && *n < max && cursor_row(&c); ++*n) {
		o[*n] = (struct owner){ .created = cursor_i64(&c, 3) };
		copied = arena_copy(a, cursor_str(&c, 0), &o[*n].id, e)
		    && arena_copy(a, cursor_str(&c, 1), &o[*n].name, e)
		    && arena_copy(a, cursor_str(&c, 2), &o[*n].state, e);
	}
	*out = o;
	return cursor_end(&c) && copied;
}

bool
store_owner_keys_find(struct store *db, str id, uint64_t version, struct arena *a, struct owner_keys *out,
    struct err *e)
{
	struct cursor c = cursor_of(db, SQL_KEY_LIST_FIND, e);
	bool found, copied = true;

	cursor_bind_str(&c, id);
	cursor_bind_i64(&c, (int64_t)version);
	if ((found = cursor_row(&c)))
		copied = keys_copy(&c, 0, version, a, out, e);
	if (!cursor_end(&c) || !copied)
		return false;
	return found || fail(e, ERR_NOT_FOUND, NULL, "%.*s has no key list %llu", STR_ARG(id),
	    (unsigned long long)version);
}

bool
store_owner_keys_list(struct store *db, str id, size_t max, struct arena *a, struct owner_keys **out, size_t *n,
    struct err *e)
{
	struct cursor c = cursor_of(db, SQL_KEY_LIST_LIST, e);
	struct owner_keys *k = ARENA_NEW(a, struct owner_keys, max);
	bool copied = k != NULL || fail(e, ERR_MEMORY, NULL, "no room for %zu lists", max);

	cursor_bind_str(&c, id);
	cursor_bind_i64(&c, (int64_t)max);
	for (*n = 0; copied && *n < max && cursor_row(&c); ++*n)
		copied = keys_copy(&c, 1, (uint64_t)cursor_i64(&c, 0), a, &k[*n], e);
	*out = k;
	return cursor_end(&c) && copied;
}

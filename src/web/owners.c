/* SPDX-License-Identifier: Apache-2.0 */
#include "web/owners.h"

#include "base/base64.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "web/shown.h"

enum { OWNERS_MAX = 1000 };

bool
owner_keys_digest(str list, struct arena *a, str *out, struct err *e)
{
	uint8_t hash[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	if (!hash_sha256(list, hash, e))
		return false;
	hash_hex(hash, sizeof hash, hex);
	return arena_copy(a, str_of(hex), out, e);
}

bool
owner_load(struct req *q, str id, struct owner_now *out, struct err *e)
{
	int64_t now = time_now();

	if (!store_owner_find(q->store, id, q->arena, &out->owner, e)
	    || !key_list_parse(out->owner.keys.list, q->arena, &out->list, e)
	    || !owner_keys_digest(out->owner.keys.list, q->arena, &out->digest, e))
		return false;
	out->state = !str_eq(out->owner.state, S("open")) ? "suspended"
	    : now < out->list.from || now >= out->list.until ? "expired" : "open";
	return true;
}

static bool
base64_text(const uint8_t *bytes, size_t n, struct arena *a, str *out, struct err *e)
{
	char *p = arena_alloc(a, BASE64_PADDED_SIZE(n) + 1);

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for a key");
	*out = (str){ p, base64_write(bytes, n, BASE64_PADDED, p) };
	return true;
}

bool
owner_keys_row(const struct owner_keys *k, struct arena *a, struct key_list_row *out, struct err *e)
{
	struct key_list list;
	struct recipient_row *rows;

	if (!key_list_parse(k->list, a, &list, e))
		return false;
	*out = (struct key_list_row){ .version = k->version, .list = k->list, .n = list.n };
	if ((rows = ARENA_NEW(a, struct recipient_row, list.n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu recipients", list.n);
	for (size_t i = 0; i < list.n; i++) {
		rows[i] = (struct recipient_row){ .label = list.recipients[i].label, .age = list.recipients[i].age };
		if (!key_short(rows[i].age, a, &rows[i].shorted, e))
			return false;
	}
	out->recipients = rows;
	return owner_keys_digest(k->list, a, &out->digest, e)
	    && base64_text(list.key, sizeof list.key, a, &out->signing_key, e)
	    && base64_text((const uint8_t *)k->signature.p, k->signature.n, a, &out->signature, e)
	    && moment_of(list.from, a, &out->from, e) && moment_of(list.until, a, &out->until, e)
	    && moment_of(k->received, a, &out->received, e);
}

bool
owner_rows(struct req *q, struct owner_row **out, size_t *n, struct err *e)
{
	struct owner *owners;
	struct owner_row *rows;

	if (!store_owner_list(q->store, OWNERS_MAX, q->arena, &owners, n, e))
		return false;
	if ((rows = ARENA_NEW(q->arena, struct owner_row, *n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu owners", *n);
	for (size_t i = 0; i < *n; i++) {
		rows[i] = (struct owner_row){ .id = owners[i].id, .name = owners[i].name };
		if (!moment_of(owners[i].created, q->arena, &rows[i].since, e))
			return false;
	}
	*out = rows;
	return true;
}

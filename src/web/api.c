/* SPDX-License-Identifier: Apache-2.0 */
#include "web/api.h"

#include "crypto/hash.h"

void
api_str(struct json_out *j, const char *key, str value)
{
	json_key(j, str_of(key));
	json_put_str(j, value);
}

void
api_i64(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, str_of(key));
	json_put_i64(j, value);
}

bool
act_of_account(struct arena *a, const char *kind, int64_t now, struct act *out, struct err *e)
{
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };

	json_object(&j);
	api_i64(&j, "at", now);
	api_str(&j, "kind", str_of(kind));
	json_object_end(&j);
	out->kind = str_of(kind);
	return buf_take(&b, &out->bytes, e);
}

bool
act_of_keys(struct arena *a, str owner, uint64_t version, str digest, int64_t now, struct act *out, struct err *e)
{
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };

	json_object(&j);
	api_i64(&j, "at", now);
	api_str(&j, "digest", digest);
	api_str(&j, "kind", S("owner.keys"));
	api_str(&j, "owner", owner);
	api_i64(&j, "version", (int64_t)version);
	json_object_end(&j);
	out->kind = S("owner.keys");
	return buf_take(&b, &out->bytes, e);
}

bool
act_of_report(struct arena *a, const char *kind, const struct report *r, int64_t now, struct act *out, struct err *e)
{
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };
	char hex[2 * HASH_SIZE + 1];

	hash_hex(r->sha256, sizeof r->sha256, hex);
	json_object(&j);
	api_i64(&j, "at", now);
	api_str(&j, "id", r->id);
	api_i64(&j, "keys", (int64_t)r->keys);
	api_str(&j, "kind", str_of(kind));
	api_str(&j, "owner", r->owner);
	api_str(&j, "sha256", str_of(hex));
	api_i64(&j, "size", (int64_t)r->size);
	json_object_end(&j);
	out->kind = str_of(kind);
	return buf_take(&b, &out->bytes, e);
}

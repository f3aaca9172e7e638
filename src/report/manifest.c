/* SPDX-License-Identifier: Apache-2.0 */
#include "report/manifest.h"

#include "crypto/age.h"
#include "format/json_write.h"
#include "report/field.h"
#include "report/id.h"
#include "report/keylist.h"
#include "report/name.h"

static const char kind[] = "leman/envelope/1";

uint64_t
manifest_content(const struct manifest *m)
{
	uint64_t n = m->message.size;

	for (size_t i = 0; i < m->n_files; i++)
		n += m->files[i].size;
	return n;
}

str
manifest_claim(const struct manifest *m, str name)
{
	for (size_t i = 0; i < m->n_claims; i++)
		if (str_eq(m->claims[i].name, name))
			return m->claims[i].value;
	return S("");
}

static bool
claim_name_check(str name, struct err *e)
{
	bool ok = name.n >= 1 && name.n <= CLAIM_NAME_MAX;

	for (size_t i = 0; ok && i < name.n; i++)
		ok = (name.p[i] >= 'a' && name.p[i] <= 'z') || name.p[i] == '_';
	return ok || fail(e, ERR_INPUT, "leman/envelope/1, claims", "a claim's name is 1 to %d of a-z and _: \"%.*s\"",
	    CLAIM_NAME_MAX, STR_ARG(name));
}

static bool
claims_get(struct json doc, struct arena *a, struct manifest *m, struct err *e)
{
	static const char rule[] = "leman/envelope/1, claims";
	struct json all = json_get(doc, S("claims")), value;
	size_t n = json_count(all);
	struct json_walk w;
	struct claim *c;
	str name;

	if (json_is_missing(all) || json_kind(all) != JSON_OBJECT)
		return fail(e, ERR_INPUT, rule, "the object \"%s\" is missing", "claims");
	if (n > CLAIMS_MAX)
		return fail(e, ERR_INPUT, rule, "%zu claims, at most %d allowed", n, CLAIMS_MAX);
	if ((c = ARENA_NEW(a, struct claim, n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu claims", n);
	for (w = json_each(all); json_next(&w, &name, &value); m->n_claims++) {
		if (!claim_name_check(name, e))
			return false;
		if (json_kind(value) != JSON_STRING || json_str(value).n == 0 || json_str(value).n > CLAIM_MAX)
			return fail(e, ERR_INPUT, rule, "\"%.*s\": text of 1 to %d bytes is expected",
			    STR_ARG(name), CLAIM_MAX);
		c[m->n_claims] = (struct claim){ name, json_str(value) };
	}
	m->claims = c;
	return true;
}

static bool
part_get(struct json v, const char *rule, int64_t most, struct part *out, struct err *e)
{
	int64_t size;

	if (json_kind(v) != JSON_OBJECT)
		return fail(e, ERR_INPUT, rule, "an object of sha256 and size is expected");
	if (!field_digest(v, "sha256", rule, out->sha256, e) || !field_number(v, "size", rule, 0, most, &size, e))
		return false;
	out->size = (uint64_t)size;
	return true;
}

static bool
files_get(struct json doc, struct arena *a, struct manifest *m, struct err *e)
{
	static const char rule[] = "leman/envelope/1, files";
	struct json all = json_get(doc, S("files")), v;
	size_t n = json_count(all);
	struct json_walk w;
	struct part *f;

	if (json_is_missing(all) || json_kind(all) != JSON_ARRAY)
		return fail(e, ERR_INPUT, rule, "the array \"%s\" is missing", "files");
	if (n > FILES_MAX)
		return fail(e, ERR_INPUT, rule, "%zu files, at most %d allowed", n, FILES_MAX);
	if ((f = ARENA_NEW(a, struct part, n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu files", n);
	for (w = json_each(all); json_next(&w, NULL, &v); m->n_files++) {
		struct part *p = &f[m->n_files];

		if (!part_get(v, rule, CONTENT_MAX, p, e)
		    || !field_text(v, "name", "leman/envelope/1, name", &p->name, e)
		    || !file_name_check(p->name, e))
			return false;
	}
	m->files = f;
	return true;
}

static bool
keys_get(struct json doc, struct manifest *m, struct err *e)
{
	static const char rule[] = "leman/envelope/1, keys";
	struct json v = json_get(doc, S("keys"));
	int64_t version;

	if (json_is_missing(v) || json_kind(v) != JSON_OBJECT)
		return fail(e, ERR_INPUT, rule, "the object \"%s\" is missing", "keys");
	if (!field_text(v, "owner", rule, &m->owner, e) || !key_list_owner_check(m->owner, e)
	    || !field_digest(v, "digest", rule, m->keys, e)
	    || !field_number(v, "version", rule, 1, FIELD_NUMBER_MAX, &version, e))
		return false;
	m->version = (uint64_t)version;
	return true;
}

static bool
reply_get(struct json doc, struct manifest *m, struct err *e)
{
	static const char rule[] = "leman/envelope/1, reply";
	struct json v = json_get(doc, S("reply"));
	struct age_recipient point;
	struct err why;

	if (json_is_missing(v))
		return fail(e, ERR_INPUT, rule, "a recipient or null is expected");
	if (json_kind(v) == JSON_NULL)
		return true;
	m->reply = json_str(v);
	return (json_kind(v) == JSON_STRING && age_recipient_parse(m->reply, &point, &why))
	    || fail(e, ERR_INPUT, rule, "a recipient or null is expected");
}

static bool
kind_check(struct json doc, struct err *e)
{
	static const char rule[] = "leman/envelope/1, kind";
	str name;

	if (json_kind(doc) != JSON_OBJECT)
		return fail(e, ERR_INPUT, rule, "a manifest is a JSON object");
	return field_text(doc, "kind", rule, &name, e) && (str_eq(name, str_of(kind))
	    || fail(e, ERR_INPUT, rule, "%s is expected, and \"%.*s\" stands there", kind, STR_ARG(name)));
}

bool
manifest_parse(str text, struct arena *a, struct manifest *out, struct err *e)
{
	struct manifest m = { 0 };
	struct json doc;
	str again;

	if (text.n > MANIFEST_MAX)
		return fail(e, ERR_TOO_BIG, kind, "a manifest of %zu bytes, at most %d allowed", text.n, MANIFEST_MAX);
	if (!json_parse(text, a, &doc, e) || !kind_check(doc, e) || !claims_get(doc, a, &m, e)
	    || !field_number(doc, "created", "leman/envelope/1, created", 0, FIELD_TIME_MAX, &m.created, e)
	    || !files_get(doc, a, &m, e) || !keys_get(doc, &m, e)
	    || !part_get(json_get(doc, S("message")), "leman/envelope/1, message", MESSAGE_MAX, &m.message, e)
	    || !reply_get(doc, &m, e) || !field_text(doc, "report", "leman/envelope/1, report", &m.report, e)
	    || !report_id_check(m.report, e))
		return false;
	if (manifest_content(&m) > CONTENT_MAX)
		return fail(e, ERR_TOO_BIG, "leman/envelope/1, files",
		    "%llu bytes of message and files, at most %d allowed",
		    (unsigned long long)manifest_content(&m), CONTENT_MAX);
	if (!manifest_print(&m, a, &again, e) || !field_canonical(text, again, e))
		return false;
	*out = m;
	return true;
}

static void
put_str(struct json_out *j, const char *key, str value)
{
	json_key(j, str_of(key));
	json_put_str(j, value);
}

static void
put_number(struct json_out *j, const char *key, uint64_t value)
{
	json_key(j, str_of(key));
	json_put_i64(j, (int64_t)value);
}

static void
put_digest(struct json_out *j, const char *key, const uint8_t digest[HASH_SIZE])
{
	char hex[2 * HASH_SIZE + 1];

	hash_hex(digest, HASH_SIZE, hex);
	put_str(j, key, str_of(hex));
}

static int
name_order(str a, str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* The next claim in the order of names after the one before; NULL when none is left. */
static const struct claim *
claim_next(const struct manifest *m, const struct claim *before)
{
	const struct claim *next = NULL;

	for (const struct claim *c = m->claims; c < m->claims + m->n_claims; c++)
		if (c->value.n > 0 && (before == NULL || name_order(c->name, before->name) > 0)
		    && (next == NULL || name_order(c->name, next->name) < 0))
			next = c;
	return next;
}

static void
manifest_write(struct json_out *j, const struct manifest *m)
{
	json_object(j);
	json_key(j, S("claims"));
	json_object(j);
	for (const struct claim *c = NULL; m->n_claims > 0 && (c = claim_next(m, c)) != NULL; ) {
		json_key(j, c->name);
		json_put_str(j, c->value);
	}
	json_object_end(j);
	put_number(j, "created", (uint64_t)m->created);
	json_key(j, S("files"));
	json_array(j);
	for (size_t i = 0; i < m->n_files; i++) {
		json_object(j);
		put_str(j, "name", m->files[i].name);
		put_digest(j, "sha256", m->files[i].sha256);
		put_number(j, "size", m->files[i].size);
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, S("keys"));
	json_object(j);
	put_digest(j, "digest", m->keys);
	put_str(j, "owner", m->owner);
	put_number(j, "version", m->version);
	json_object_end(j);
	put_str(j, "kind", str_of(kind));
	json_key(j, S("message"));
	json_object(j);
	put_digest(j, "sha256", m->message.sha256);
	put_number(j, "size", m->message.size);
	json_object_end(j);
	json_key(j, S("reply"));
	if (m->reply.n > 0)
		json_put_str(j, m->reply);
	else
		json_put_null(j);
	put_str(j, "report", m->report);
	json_object_end(j);
}

bool
manifest_print(const struct manifest *m, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };

	manifest_write(&j, m);
	return buf_take(&b, out, e);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/keylist.h"

#include "base/base64.h"
#include "format/json.h"
#include "format/json_write.h"

static const char kind[] = "leman/key-list/1";
static const char hex_digits[] = "0123456789abcdef";

bool
key_list_owner_check(str owner, struct err *e)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	bool ok = owner.n >= 1 && owner.n <= 63 && owner.p[0] != '-';

	for (size_t i = 0; ok && i < owner.n; i++)
		ok = memchr(allowed, owner.p[i], sizeof allowed - 1) != NULL;
	return ok || fail(e, ERR_INPUT, "leman formats, Names",
	    "a short name is 1 to 63 of a-z, 0-9 and -, and does not begin with -: %.*s", STR_ARG(owner));
}

static bool
text_get(struct json doc, const char *key, str *out, struct err *e)
{
	struct json v = json_get(doc, str_of(key));

	if (json_is_missing(v) || json_kind(v) != JSON_STRING)
		return fail(e, ERR_INPUT, kind, "the text %s is missing", key);
	*out = json_str(v);
	return true;
}

static bool
number_get(struct json doc, const char *key, int64_t least, int64_t *out, struct err *e)
{
	struct json v = json_get(doc, str_of(key));

	return (!json_is_missing(v) && json_i64(v, out) && *out >= least)
	    || fail(e, ERR_INPUT, kind, "the number %s is missing, or less than %lld", key, (long long)least);
}

static bool
digest_read(str hex, uint8_t out[HASH_SIZE])
{
	if (hex.n != 2 * HASH_SIZE)
		return false;
	for (size_t i = 0; i < hex.n; i++) {
		const char *digit = hex.p[i] != '\0' ? strchr(hex_digits, hex.p[i]) : NULL;

		if (digit == NULL)
			return false;
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | (digit - hex_digits));
	}
	return true;
}

static bool
previous_get(struct json doc, struct key_list *l, struct err *e)
{
	struct json v = json_get(doc, S("previous"));

	if (json_is_missing(v))
		return fail(e, ERR_INPUT, kind, "the text %s is missing", "previous");
	if (l->version == 1)
		return json_kind(v) == JSON_NULL
		    || fail(e, ERR_INPUT, kind, "the first list has none before it: previous is null");
	return (json_kind(v) == JSON_STRING && digest_read(json_str(v), l->previous))
	    || fail(e, ERR_INPUT, kind, "previous is the digest of the list before, 64 hex digits");
}

static size_t
characters(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
recipient_read(struct json v, struct key_recipient *r, struct err *e)
{
	if (json_kind(v) != JSON_OBJECT || json_count(v) != 2 || !text_get(v, "age", &r->age, e)
	    || !text_get(v, "label", &r->label, e))
		return fail(e, ERR_INPUT, kind, "a recipient has age and label, and nothing else");
	if (!str_is_text(r->label) || r->label.n == 0 || characters(r->label) > KEY_LIST_LABEL_MAX
	    || memchr(r->label.p, '\n', r->label.n) != NULL)
		return fail(e, ERR_INPUT, kind, "a label is one line of 1 to %d characters", KEY_LIST_LABEL_MAX);
	return age_recipient_parse(r->age, &r->point, e);
}

static bool
recipients_get(struct json doc, struct arena *a, struct key_list *l, struct err *e)
{
	struct json v = json_get(doc, S("recipients")), item;
	struct key_recipient *r;
	struct json_walk w;
	str key;

	if (json_is_missing(v) || json_kind(v) != JSON_ARRAY || json_count(v) < KEY_LIST_RECIPIENTS_MIN
	    || json_count(v) > KEY_LIST_RECIPIENTS_MAX)
		return fail(e, ERR_INPUT, kind,
		    "there are %d to %d recipients: with one alone, its loss is the loss of all reports",
		    KEY_LIST_RECIPIENTS_MIN, KEY_LIST_RECIPIENTS_MAX);
	if ((r = ARENA_NEW(a, struct key_recipient, json_count(v))) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu recipients", json_count(v));
	for (w = json_each(v); json_next(&w, &key, &item); l->n++) {
		if (!recipient_read(item, &r[l->n], e))
			return false;
		for (size_t i = 0; i < l->n; i++)
			if (memcmp(&r[i].point, &r[l->n].point, sizeof r[i].point) == 0)
				return fail(e, ERR_INPUT, kind, "the recipient %.*s stands there twice",
				    STR_ARG(r[i].age));
	}
	l->recipients = r;
	return true;
}

bool
key_list_parse(str text, struct arena *a, struct key_list *out, struct err *e)
{
	struct key_list l = { 0 };
	struct json doc;
	str name, key, again;
	int64_t version;

	if (text.n > KEY_LIST_MAX)
		return fail(e, ERR_TOO_BIG, kind, "%zu bytes, at most %d allowed", text.n, KEY_LIST_MAX);
	if (!json_parse(text, a, &doc, e))
		return false;
	if (json_kind(doc) != JSON_OBJECT || !text_get(doc, "kind", &name, e) || !str_eq(name, str_of(kind)))
		return fail(e, ERR_INPUT, kind, "this is not a key list of that version");
	if (!text_get(doc, "owner", &l.owner, e) || !key_list_owner_check(l.owner, e)
	    || !number_get(doc, "version", 1, &version, e) || !number_get(doc, "from", 0, &l.from, e)
	    || !number_get(doc, "until", 0, &l.until, e) || !text_get(doc, "key", &key, e))
		return false;
	l.version = (uint64_t)version;
	if (!base64_read_exactly(key, BASE64_PADDED, l.key, sizeof l.key))
		return fail(e, ERR_INPUT, kind, "key is 32 bytes of base64, an Ed25519 key");
	if (l.until <= l.from || l.until - l.from > KEY_LIST_LASTS_MAX)
		return fail(e, ERR_INPUT, kind, "until is after from, and at most 731 days after it");
	if (!previous_get(doc, &l, e) || !recipients_get(doc, a, &l, e) || !key_list_print(&l, a, &again, e))
		return false;
	if (!str_eq(again, text))
		return fail(e, ERR_INPUT, "RFC 8785",
		    "the list is not canonical: keys in order, no blanks, nothing added");
	*out = l;
	return true;
}

static void
list_write(struct json_out *j, const struct key_list *l)
{
	char text[BASE64_PADDED_SIZE(SIGN_PUBLIC)], hex[2 * HASH_SIZE + 1];

	hash_hex(l->previous, HASH_SIZE, hex);
	json_object(j);
	json_key(j, S("from"));
	json_put_i64(j, l->from);
	json_key(j, S("key"));
	json_put_str(j, (str){ text, base64_write(l->key, SIGN_PUBLIC, BASE64_PADDED, text) });
	json_key(j, S("kind"));
	json_put_str(j, str_of(kind));
	json_key(j, S("owner"));
	json_put_str(j, l->owner);
	json_key(j, S("previous"));
	if (l->version == 1)
		json_put_null(j);
	else
		json_put_str(j, str_of(hex));
	json_key(j, S("recipients"));
	json_array(j);
	for (size_t i = 0; i < l->n; i++) {
		json_object(j);
		json_key(j, S("age"));
		json_put_str(j, l->recipients[i].age);
		json_key(j, S("label"));
		json_put_str(j, l->recipients[i].label);
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, S("until"));
	json_put_i64(j, l->until);
	json_key(j, S("version"));
	json_put_i64(j, (int64_t)l->version);
	json_object_end(j);
}

bool
key_list_print(const struct key_list *l, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };

	list_write(&j, l);
	return buf_take(&b, out, e);
}

/* What is signed: a name of the kind comes first, so that no other text that this
 * key signs can be taken for a list. */
static bool
signed_text(str list, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };

	buf_str(&b, str_of(kind));
	buf_add(&b, "\n", 1);
	buf_str(&b, list);
	return buf_take(&b, out, e);
}

bool
key_list_sign(str text, const struct sign_key *key, struct arena *a, uint8_t out[SIGN_SIZE], struct err *e)
{
	str message;

	if (!signed_text(text, a, &message, e))
		return false;
	sign_bytes(key, message, out);
	return true;
}

bool
key_list_digest(str text, uint8_t out[HASH_SIZE], struct err *e)
{
	return hash_sha256(text, out, e);
}

static bool
follows(const struct key_list *l, const struct key_list *before, str text_before, struct err *e)
{
	uint8_t digest[HASH_SIZE];

	if (!str_eq(l->owner, before->owner))
		return fail(e, ERR_CONFLICT, kind, "the list is of %.*s, the one before of %.*s", STR_ARG(l->owner),
		    STR_ARG(before->owner));
	if (l->version != before->version + 1)
		return fail(e, ERR_CONFLICT, kind, "version %llu does not follow version %llu",
		    (unsigned long long)l->version, (unsigned long long)before->version);
	return key_list_digest(text_before, digest, e) && (memcmp(digest, l->previous, sizeof digest) == 0
	    || fail(e, ERR_CONFLICT, kind, "previous is not the digest of the list before"));
}

bool
key_list_check(str text, const uint8_t signature[SIGN_SIZE], const str *previous, struct arena *a,
    struct key_list *out, struct err *e)
{
	struct key_list l, before;
	str message;

	if (!key_list_parse(text, a, &l, e) || !signed_text(text, a, &message, e))
		return false;
	if (previous == NULL) {
		if (l.version != 1)
			return fail(e, ERR_CONFLICT, kind, "version %llu, and there is no list before it",
			    (unsigned long long)l.version);
		before = l;
	} else if (!key_list_parse(*previous, a, &before, e) || !follows(&l, &before, *previous, e)) {
		return false;
	}
	if (!sign_check(before.key, message, signature))
		return fail(e, ERR_DENIED, kind, "the signature is not by the owner's key");
	*out = l;
	return true;
}

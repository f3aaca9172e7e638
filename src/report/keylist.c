/* SPDX-License-Identifier: Apache-2.0 */
#include "report/keylist.h"

#include "base/base64.h"
#include "format/json_write.h"
#include "report/field.h"

static const char kind[] = "leman/key-list/1";

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
previous_get(struct json doc, struct key_list *l, struct err *e)
{
	static const char rule[] = "leman/key-list/1, previous";
	struct json v = json_get(doc, S("previous"));

	if (l->version > 1)
		return field_digest(doc, "previous", rule, l->previous, e);
	return (!json_is_missing(v) && json_kind(v) == JSON_NULL)
	    || fail(e, ERR_INPUT, rule, "version 1 has no list before it: null is expected");
}

static bool
recipient_read(struct json v, struct key_recipient *r, struct err *e)
{
	static const char rule[] = "leman/key-list/1, recipients", label_rule[] = "leman/key-list/1, label";

	if (json_kind(v) != JSON_OBJECT)
		return fail(e, ERR_INPUT, rule, "a recipient is an object of age and label");
	if (!field_text(v, "age", rule, &r->age, e) || !field_text(v, "label", label_rule, &r->label, e))
		return false;
	if (!str_is_text(r->label) || r->label.n == 0 || field_characters(r->label) > KEY_LIST_LABEL_MAX
	    || memchr(r->label.p, '\n', r->label.n) != NULL)
		return fail(e, ERR_INPUT, label_rule,
		    "one line of 1 to %d characters is expected, and \"%.*s\" stands there",
		    KEY_LIST_LABEL_MAX, STR_ARG(r->label));
	return age_recipient_parse(r->age, &r->point, e);
}

static bool
recipients_get(struct json doc, struct arena *a, struct key_list *l, struct err *e)
{
	static const char rule[] = "leman/key-list/1, recipients";
	struct json v = json_get(doc, S("recipients")), item;
	size_t n = json_count(v);
	struct key_recipient *r;
	struct json_walk w;

	if (json_is_missing(v) || json_kind(v) != JSON_ARRAY)
		return fail(e, ERR_INPUT, rule, "the array \"%s\" is missing", "recipients");
	if (n < KEY_LIST_RECIPIENTS_MIN || n > KEY_LIST_RECIPIENTS_MAX)
		return fail(e, ERR_INPUT, rule,
		    "%d to %d recipients are expected (one alone could be lost), and there are %zu",
		    KEY_LIST_RECIPIENTS_MIN, KEY_LIST_RECIPIENTS_MAX, n);
	if ((r = ARENA_NEW(a, struct key_recipient, n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu recipients", n);
	for (w = json_each(v); json_next(&w, NULL, &item); l->n++) {
		if (!recipient_read(item, &r[l->n], e))
			return false;
		for (size_t i = 0; i < l->n; i++)
			if (memcmp(&r[i].point, &r[l->n].point, sizeof r[i].point) == 0)
				return fail(e, ERR_INPUT, rule, "the recipient %.*s stands there twice",
				    STR_ARG(r[i].age));
	}
	l->recipients = r;
	return true;
}

static bool
kind_check(struct json doc, struct err *e)
{
	static const char rule[] = "leman/key-list/1, kind";
	str name;

	if (json_kind(doc) != JSON_OBJECT)
		return fail(e, ERR_INPUT, rule, "a key list is a JSON object");
	return field_text(doc, "kind", rule, &name, e) && (str_eq(name, str_of(kind))
	    || fail(e, ERR_INPUT, rule, "%s is expected, and \"%.*s\" stands there", kind, STR_ARG(name)));
}

static bool
times_get(struct json doc, struct key_list *l, struct err *e)
{
	static const char rule[] = "leman/key-list/1, until";

	if (!field_number(doc, "from", "leman/key-list/1, from", 0, FIELD_TIME_MAX, &l->from, e)
	    || !field_number(doc, "until", rule, 0, FIELD_TIME_MAX, &l->until, e))
		return false;
	return (l->until > l->from && l->until - l->from <= KEY_LIST_LASTS_MAX)
	    || fail(e, ERR_INPUT, rule,
	    "1 second to 731 days after \"from\" is expected, and it is %lld seconds after it",
	    (long long)(l->until - l->from));
}

bool
key_list_parse(str text, struct arena *a, struct key_list *out, struct err *e)
{
	static const char key_rule[] = "leman/key-list/1, key";
	struct key_list l = { 0 };
	struct json doc;
	int64_t version;
	str key, again;

	if (text.n > KEY_LIST_MAX)
		return fail(e, ERR_TOO_BIG, kind, "%zu bytes, at most %d allowed", text.n, KEY_LIST_MAX);
	if (!json_parse(text, a, &doc, e) || !kind_check(doc, e)
	    || !field_text(doc, "owner", "leman/key-list/1, owner", &l.owner, e) || !key_list_owner_check(l.owner, e)
	    || !field_number(doc, "version", "leman/key-list/1, version", 1, FIELD_NUMBER_MAX, &version, e)
	    || !field_text(doc, "key", key_rule, &key, e))
		return false;
	l.version = (uint64_t)version;
	if (!base64_read_exactly(key, BASE64_PADDED, l.key, sizeof l.key))
		return fail(e, ERR_INPUT, key_rule,
		    "32 bytes in base64 are expected, and \"%.*s\" stands there", STR_ARG(key));
	if (!times_get(doc, &l, e) || !previous_get(doc, &l, e) || !recipients_get(doc, a, &l, e)
	    || !key_list_print(&l, a, &again, e) || !field_canonical(text, again, e))
		return false;
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
		return fail(e, ERR_CONFLICT, "leman/key-list/1, owner", "the list is of %.*s, the one before of %.*s",
		    STR_ARG(l->owner), STR_ARG(before->owner));
	if (l->version != before->version + 1)
		return fail(e, ERR_CONFLICT, "leman/key-list/1, version", "version %llu does not follow version %llu",
		    (unsigned long long)l->version, (unsigned long long)before->version);
	return key_list_digest(text_before, digest, e) && (memcmp(digest, l->previous, sizeof digest) == 0
	    || fail(e, ERR_CONFLICT, "leman/key-list/1, previous", "it is not the digest of the list before"));
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
			return fail(e, ERR_CONFLICT, "leman/key-list/1, version",
			    "version %llu, and there is no list before it",
			    (unsigned long long)l.version);
		before = l;
	} else if (!key_list_parse(*previous, a, &before, e) || !follows(&l, &before, *previous, e)) {
		return false;
	}
	if (!sign_check(before.key, message, signature))
		return fail(e, ERR_DENIED, "leman/key-list/1, Signature", "the signature is not by the owner's key");
	*out = l;
	return true;
}

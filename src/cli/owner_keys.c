/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/owner_keys.h"

#include "base/base64.h"
#include "base/time.h"
#include "cli/home.h"
#include "cli/terminal.h"

#include <stdio.h>

static const char file[] = "known-keys";

/* A list and its signature, as the API gives them. */
struct shown {
	str text, name, state;
	uint8_t signature[SIGN_SIZE];
	uint8_t sha256[HASH_SIZE];
	char digest[2 * HASH_SIZE + 1];
	int64_t version;
};

static bool
shown_get(const struct remote *r, const char *path, struct shown *out, struct err *e)
{
	struct shown s;
	struct json doc;
	str signature, said;

	if (!remote_get(r, path, &doc, e) || !remote_text(doc, "list", &s.text, e)
	    || !remote_text(doc, "signature", &signature, e) || !remote_text(doc, "digest", &said, e)
	    || !remote_text(doc, "name", &s.name, e) || !remote_text(doc, "state", &s.state, e)
	    || !remote_number(doc, "version", &s.version, e) || !key_list_digest(s.text, s.sha256, e))
		return false;
	hash_hex(s.sha256, sizeof s.sha256, s.digest);
	if (!base64_read_exactly(signature, BASE64_PADDED, s.signature, sizeof s.signature))
		return fail(e, ERR_INPUT, "RFC 4648 4", "a signature is 64 bytes in base64");
	if (!str_eq(said, str_of(s.digest)))
		return fail(e, ERR_DENIED, NULL, "the server's digest of the key list is not that of the list");
	*out = s;
	return true;
}

/* What was seen here before: "VERSION DIGEST DATE". */
struct known { uint64_t version; str digest; };

static bool
known_key(const struct remote *r, str owner, str *out, struct err *e)
{
	struct buf b = { .arena = r->c->arena };

	buf_fmt(&b, "%.*s %.*s", STR_ARG(r->origin), STR_ARG(owner));
	return buf_take(&b, out, e);
}

static bool
known_get(const struct remote *r, str owner, struct known *out, bool *is_known, struct err *e)
{
	str key, value, version;

	*out = (struct known){ 0 };
	if (!known_key(r, owner, &key, e) || !home_find(file, key, r->c->arena, &value, e))
		return false;
	*is_known = value.n > 0;
	if (!*is_known)
		return true;
	if (!str_cut(&value, ' ', &version) || !str_to_u64(version, &out->version) || !str_cut(&value, ' ',
	    &out->digest)
	    || out->version == 0 || out->digest.n != 2 * HASH_SIZE)
		return fail(e, ERR_INPUT, NULL, "the line for %.*s in the file %s is broken", STR_ARG(key), file);
	return true;
}

static bool
alarm_raise(const struct remote *r, str owner, const char *why, struct err *e)
{
	enum lang lang = r->c->lang;
	const char *path;
	struct err none;

	if (!home_path(file, r->c->arena, &path, &none))
		path = file;
	fprintf(stderr, "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\n");
	fprintf(stderr, msg(lang,
	    "WARNING: THE KEYS OF %.*s AT %.*s ARE NOT THOSE THAT WERE SEEN BEFORE\n"), STR_ARG(owner),
	    STR_ARG(r->origin));
	fprintf(stderr, "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\n");
	fprintf(stderr, "%s\n", msg(lang, why));
	fprintf(stderr, "%s\n", msg(lang,
	    "Somebody may want to read what is meant for the code owner. Nothing was sent."));
	fprintf(stderr, msg(lang,
	    "Ask the code owner by another way. If these keys are right, take its line out of %s\n"), path);
	return fail(e, ERR_DENIED, NULL, "the keys of %.*s changed, and the former key did not sign that",
	    STR_ARG(owner));
}

/* Walks from the list that is known, or the first one, to the present one: each must
 * be signed by the one before. */
static bool
chain_check(const struct remote *r, str owner, const struct shown *now, const struct known *known, bool is_known,
    struct owner_keys *k, struct err *e)
{
	uint64_t first = is_known ? known->version : 1, last = (uint64_t)now->version;
	struct shown at, before = { 0 };
	struct key_list l = { 0 };

	if (last - first > OWNER_LISTS_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%llu key lists, at most %d are looked through",
		    (unsigned long long)(last - first),
		    OWNER_LISTS_MAX);
	for (uint64_t v = first; v <= last; v++, before = at) {
		char path[160];
		bool begins = v == first;

		(void)snprintf(path, sizeof path, "/api/v1/owners/%.*s/keys/%llu", STR_ARG(owner),
		    (unsigned long long)v);
		at = *now;
		if (v < last && !shown_get(r, path, &at, e))
			return false;
		if (begins && is_known) {
			if (!str_eq(known->digest, str_of(at.digest)))
				return alarm_raise(r, owner,
				    N_("The server now shows another list under the number that is known."), e);
			if (!key_list_parse(at.text, r->c->arena, &l, e))
				return false;
			k->before = l;
		} else if (!key_list_check(at.text, at.signature, begins ? NULL : &before.text, r->c->arena, &l, e)) {
			return is_known && e->kind != ERR_MEMORY
			    ? alarm_raise(r, owner,
			    N_("A list is not signed by the key of the one before."), e) : false;
		}
		if (!str_eq(l.owner, owner) || l.version != v)
			return fail(e, ERR_DENIED, NULL,
			    "the server shows the key list of another owner, or of another number");
	}
	k->list = l;
	return true;
}

bool
owner_keys_get(const struct remote *r, str owner, struct owner_keys *out, struct err *e)
{
	struct owner_keys k = { 0 };
	struct known known;
	struct shown now;
	char path[120];
	bool is_known;

	(void)snprintf(path, sizeof path, "/api/v1/owners/%.*s/keys", STR_ARG(owner));
	if (!known_get(r, owner, &known, &is_known, e) || !shown_get(r, path, &now, e))
		return false;
	if (now.version < 1)
		return fail(e, ERR_INPUT, NULL, "the server's answer has no \"%s\": is it a newer one?", "version");
	if (is_known && (uint64_t)now.version < known.version)
		return alarm_raise(r, owner, N_("The server shows an older list than the one that is known."), e);
	if (!chain_check(r, owner, &now, &known, is_known, &k, e))
		return false;
	k.seen = !is_known ? KEYS_NEW : known.version == k.list.version ? KEYS_SAME : KEYS_FOLLOW;
	k.name = now.name;
	k.state = now.state;
	memcpy(k.sha256, now.sha256, sizeof k.sha256);
	memcpy(k.digest, now.digest, sizeof k.digest);
	*out = k;
	return true;
}

static bool
known_set(const struct remote *r, const struct key_list *l, const char *digest, struct err *e)
{
	struct buf b = { .arena = r->c->arena };
	str key, value, now;

	if (!known_key(r, l->owner, &key, e) || !time_to_rfc3339(time_now(), r->c->arena, &now, e))
		return false;
	buf_fmt(&b, "%llu %s %.*s", (unsigned long long)l->version, digest, STR_ARG(now));
	return buf_take(&b, &value, e) && home_set(file, key, value, r->c->arena, e);
}

bool
owner_keys_remember(const struct remote *r, const struct owner_keys *k, struct err *e)
{
	return k->seen == KEYS_SAME || known_set(r, &k->list, k->digest, e);
}

bool
owner_keys_know(const struct remote *r, const struct key_list *l, struct err *e)
{
	char digest[2 * HASH_SIZE + 1];
	uint8_t sha256[HASH_SIZE];
	str text;

	if (!key_list_print(l, r->c->arena, &text, e) || !key_list_digest(text, sha256, e))
		return false;
	hash_hex(sha256, sizeof sha256, digest);
	return known_set(r, l, digest, e);
}

static const struct key_recipient *
recipient_find(const struct key_list *l, const struct key_recipient *r)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->recipients[i].age, r->age))
			return &l->recipients[i];
	return NULL;
}

/* Those of l that other has not. */
static void
others_print(struct buf *b, const char *sign, const struct key_list *l, const struct key_list *other)
{
	for (size_t i = 0; i < l->n; i++)
		if (recipient_find(other, &l->recipients[i]) == NULL) {
			buf_fmt(b, "  %s ", sign);
			terminal_text(b, l->recipients[i].label, false);
			buf_fmt(b, "  %.*s\n", STR_ARG(l->recipients[i].age));
		}
}

static void
change_print(struct buf *b, const struct owner_keys *k, enum lang lang)
{
	buf_fmt(b, msg(lang, "These keys have changed since this computer saw them: list %llu has become list %llu.\n"),
	    (unsigned long long)k->before.version, (unsigned long long)k->list.version);
	buf_fmt(b, "%s\n", memcmp(k->before.key, k->list.key, SIGN_PUBLIC) == 0
	    ? msg(lang, "The code owner has signed each change with its key:")
	    : msg(lang, "The code owner has signed each change, and has changed its own key too:"));
	others_print(b, "+", &k->list, &k->before);
	others_print(b, "-", &k->before, &k->list);
}

bool
owner_keys_print(const struct remote *r, const struct owner_keys *k, struct err *e)
{
	enum lang lang = r->c->lang;
	struct arena *a = r->c->arena;
	struct buf b = { .arena = a };
	str until, out;

	if (!time_to_rfc3339(k->list.until, a, &until, e))
		return false;
	terminal_text(&b, k->name, false);
	buf_fmt(&b, " (%.*s), %.*s\n\n%s\n", STR_ARG(k->list.owner), STR_ARG(r->origin), msg(lang, "Who can read it:"));
	for (size_t i = 0; i < k->list.n; i++) {
		buf_fmt(&b, "  ");
		terminal_text(&b, k->list.recipients[i].label, false);
		buf_fmt(&b, "  %.*s\n", STR_ARG(k->list.recipients[i].age));
	}
	buf_fmt(&b, msg(lang,
	    "Nobody else: not %.*s, which keeps the sealed file, and not who runs it.\n\n"), STR_ARG(r->origin));
	buf_fmt(&b, msg(lang, "Key list %llu, until %.*s, SHA-256\n"), (unsigned long long)k->list.version,
	    10, until.p);
	buf_fmt(&b, "  %s\n", k->digest);
	if (k->seen == KEYS_NEW)
		buf_fmt(&b, "%s\n", msg(lang,
		    "Seen here for the first time. Where the code owner shows the digest elsewhere, compare it."));
	else if (k->seen == KEYS_SAME)
		buf_fmt(&b, "%s\n", msg(lang, "They are the keys that this computer has seen before."));
	else
		change_print(&b, k, lang);
	if (!buf_take(&b, &out, e))
		return false;
	fwrite(out.p, 1, out.n, stdout);
	return true;
}

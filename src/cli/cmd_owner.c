/* SPDX-License-Identifier: Apache-2.0 */
/* leman owner new|renew|list|keys - code owners, and the keys that reports to them are
 * sealed to. What is secret is made here and stays here. */
#include "base/base64.h"
#include "base/buf.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/locked.h"
#include "cli/option.h"
#include "cli/owner_keys.h"
#include "cli/terminal.h"
#include "format/json_write.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

enum { DAY = 86400, DAYS = 365 };

struct owner_options { const char *server, *cacert, *name, *days, *identity, *add, *remove; };

const struct option_row owner_options[] = {
	{ "server", 0, "URL", offsetof(struct owner_options, server),
	  N_("the instance, where one is signed in to several or to none") },
	{ "name", 'n', "NAME", offsetof(struct owner_options, name), N_("new: the owner's name, as people read it") },
	{ "days", 0, "N", offsetof(struct owner_options, days),
	  N_("how long the key list is valid: 365, at most 731") },
	{ "identity", 'i', "FILE", offsetof(struct owner_options, identity),
	  N_("renew: an identity file with the owner key in it") },
	{ "add", 0, "LABEL=age1...", offsetof(struct owner_options, add), N_("renew: one recipient more") },
	{ "remove", 0, "age1...", offsetof(struct owner_options, remove),
	  N_("renew: one recipient less, for what comes from now on") },
	{ "cacert", 0, "FILE", offsetof(struct owner_options, cacert),
	  N_("authorities of the server, PEM, instead of this machine's") },
	{ 0 },
};

static bool
days_read(const char *text, int64_t *out, struct err *e)
{
	uint64_t n = DAYS;

	if (text != NULL && (!str_to_u64(str_of(text), &n) || n == 0 || n > KEY_LIST_LASTS_MAX / DAY))
		return fail(e, ERR_INPUT, "leman/key-list/1, until",
		    "a key list is valid for 1 to %d days, not %s", KEY_LIST_LASTS_MAX / DAY, text);
	*out = (int64_t)n * DAY;
	return true;
}

/* {"id","list","name","signature"} or, for a list more, {"list","signature"}. */
static bool
list_post(const struct remote *r, const char *path, const char *id, const char *name, const struct key_list *l,
    const struct sign_key *key, struct err *e)
{
	char text[BASE64_PADDED_SIZE(SIGN_SIZE)];
	uint8_t signature[SIGN_SIZE];
	struct arena *a = r->c->arena;
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };
	struct json answer;
	str list, body;

	if (!key_list_print(l, a, &list, e) || !key_list_sign(list, key, a, signature, e))
		return false;
	json_object(&j);
	if (id != NULL) {
		json_key(&j, S("id"));
		json_put_str(&j, str_of(id));
	}
	json_key(&j, S("list"));
	json_put_str(&j, list);
	if (name != NULL) {
		json_key(&j, S("name"));
		json_put_str(&j, str_of(name));
	}
	json_key(&j, S("signature"));
	json_put_str(&j, (str){ text, base64_write(signature, sizeof signature, BASE64_PADDED, text) });
	json_object_end(&j);
	return buf_take(&b, &body, e) && remote_post(r, path, body, &answer, NULL, e);
}

/* Two identities and the owner's key; what is made of them. */
struct made {
	struct age_identity key[2];
	struct sign_key owner;
	char recipient[2][AGE_RECIPIENT_TEXT], path[2][100], name[2][120];
	struct key_recipient recipients[2];
};
static const char *const labels[] = { "team", "recovery" };

static bool
made_write(struct made *m, const char *id, const struct cmd *c, struct err *e)
{
	struct passphrase phrase;
	bool ok;

	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(m->path[i], sizeof m->path[i], "%s-%s.age", id, labels[i]);
		(void)snprintf(m->name[i], sizeof m->name[i], "%s %s", id, labels[i]);
		if (access(m->path[i], F_OK) == 0)
			return fail(e, ERR_CONFLICT, NULL,
			    "%s: it is there already, and a key is never overwritten: choose another name", m->path[i]);
	}
	if (!locked_passphrase(m->path[0], c->lang, &phrase, e))
		return false;
	ok = locked_write(m->path[0], m->name[0], &m->key[0], &m->owner, &phrase, c->arena, e);
	if (ok && !locked_write(m->path[1], m->name[1], &m->key[1], &m->owner, &phrase, c->arena, e)) {
		(void)unlink(m->path[0]);
		ok = false;
	}
	passphrase_wipe(&phrase);
	return ok;
}

static bool
made_make(struct made *m, struct err *e)
{
	struct age_recipient r;

	for (size_t i = 0; i < 2; i++) {
		if (!age_identity_make(&m->key[i], e))
			return false;
		age_identity_recipient(&m->key[i], &r);
		age_recipient_print(&r, m->recipient[i]);
		m->recipients[i] = (struct key_recipient){ .label = str_of(labels[i]),
		    .age = str_of(m->recipient[i]), .point = r };
	}
	return sign_key_make(&m->owner, e);
}

static void
made_wipe(struct made *m)
{
	age_identity_wipe(&m->key[0]);
	age_identity_wipe(&m->key[1]);
	sign_key_wipe(&m->owner);
}

/* Refused: the keys are good for nothing. But where nobody knows whether the server has
 * the list, they may be all that opens what comes. */
static void
made_drop(const struct made *m, enum lang lang, const struct err *why)
{
	if (why->kind == ERR_BUSY || why->kind == ERR_UNKNOWN || why->kind == ERR_IO || why->kind == ERR_MEMORY) {
		fprintf(stderr, msg(lang,
		    "Has the server made the owner? If \"leman owner list\" does not show it, delete %s and %s.\n"),
		    m->path[0], m->path[1]);
		return;
	}
	(void)unlink(m->path[0]);
	(void)unlink(m->path[1]);
}

static bool
owner_made(struct cmd *c, const struct owner_options *o, const char *id, struct made *m, struct err *e)
{
	struct key_list l = { .owner = str_of(id), .version = 1, .from = time_now(), .n = 2 };
	struct remote r;
	int64_t lasts;

	if (!key_list_owner_check(l.owner, e) || !days_read(o->days, &lasts, e)
	    || !remote_of_login(c, o->server, o->cacert, &r, e) || !made_make(m, e))
		return false;
	l.until = l.from + lasts;
	l.recipients = m->recipients;
	memcpy(l.key, m->owner.public, sizeof l.key);
	/* The keys are safe before anybody can seal to them. */
	if (!made_write(m, id, c, e))
		return false;
	if (!list_post(&r, "/api/v1/owners", id, o->name, &l, &m->owner, e)) {
		made_drop(m, c->lang, e);
		return false;
	}
	printf(msg(c->lang, "%s can be reported to at %.*s/report/%s\n"), id, STR_ARG(r.origin), id);
	printf(msg(c->lang, "%s opens reports: for those who work on them.\n"), m->path[0]);
	printf(msg(c->lang,
	    "%s is for the day that the other is lost: keep it elsewhere, off this computer.\n"), m->path[1]);
	return owner_keys_know(&r, &l, e);
}

static bool
owner_new(struct cmd *c, const struct owner_options *o, struct err *e)
{
	struct made *m = ARENA_NEW(c->arena, struct made, 1);
	bool ok;

	if (m == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *m);
	if (o->name == NULL)
		return fail(e, ERR_INPUT, NULL, "the owner's name is missing: --name NAME");
	ok = owner_made(c, o, c->argv[2], m, e);
	made_wipe(m);
	return ok;
}

/* The present recipients, without the one to remove, with the one to add. */
static bool
recipients_next(const struct key_list *l, const struct owner_options *o, struct arena *a, struct key_list *next,
    struct err *e)
{
	struct key_recipient *all = ARENA_NEW(a, struct key_recipient, l->n + 1);
	str label, rest = str_of(o->add);
	bool is_gone = o->remove == NULL;

	if (all == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu recipients", l->n + 1);
	next->n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (o->remove != NULL && str_eq(l->recipients[i].age, str_of(o->remove)))
			is_gone = true;
		else
			all[next->n++] = l->recipients[i];
	if (!is_gone)
		return fail(e, ERR_NOT_FOUND, NULL, "%s is no recipient of the present list", o->remove);
	if (o->add != NULL) {
		if (!str_cut(&rest, '=', &label))
			return fail(e, ERR_INPUT, NULL, "--add takes a label, =, and a recipient: NAME=age1...");
		if (!age_recipient_parse(rest, &all[next->n].point, e))
			return false;
		all[next->n].label = label;
		all[next->n++].age = rest;
	}
	next->recipients = all;
	return true;
}

static bool
owner_renew(struct cmd *c, const struct owner_options *o, struct err *e)
{
	struct owner_keys k;
	struct key_list next;
	struct sign_key key;
	struct remote r;
	int64_t lasts;
	char path[120];
	bool ok;

	if (o->identity == NULL)
		return fail(e, ERR_INPUT, NULL, "the identity file with the owner key is missing: -i FILE");
	if (!key_list_owner_check(str_of(c->argv[2]), e) || !days_read(o->days, &lasts, e)
	    || !remote_of_login(c, o->server, o->cacert, &r, e) || !owner_keys_get(&r, str_of(c->argv[2]), &k, e))
		return false;
	next = k.list;
	next.version++;
	next.from = time_now();
	next.until = next.from + lasts;
	memcpy(next.previous, k.sha256, sizeof next.previous);
	if (!recipients_next(&k.list, o, c->arena, &next, e) || !locked_owner_key(o->identity, c->lang,
	    c->arena, &key, e))
		return false;
	(void)snprintf(path, sizeof path, "/api/v1/owners/%s/keys", c->argv[2]);
	ok = (memcmp(key.public, k.list.key, SIGN_PUBLIC) == 0
	    || fail(e, ERR_DENIED, NULL, "%s: the owner key in it is not that of the present list", o->identity))
	    && list_post(&r, path, NULL, NULL, &next, &key, e);
	sign_key_wipe(&key);
	if (!ok)
		return false;
	printf(msg(c->lang, "Key list %llu of %s is valid from now on.\n"),
	    (unsigned long long)next.version, c->argv[2]);
	return owner_keys_know(&r, &next, e);
}

static bool
owner_list(struct cmd *c, const struct owner_options *o, struct err *e)
{
	struct buf b = { .arena = c->arena };
	struct json doc, owner;
	struct json_walk w;
	struct remote r;
	str out;

	if (!remote_of(c, o->server, o->cacert, &r, e) || !remote_get(&r, "/api/v1/owners", &doc, e))
		return false;
	for (w = json_each(json_get(doc, S("owners"))); json_next(&w, NULL, &owner); ) {
		terminal_text(&b, json_str(json_get(owner, S("id"))), false);
		buf_fmt(&b, "\t");
		terminal_text(&b, json_str(json_get(owner, S("name"))), false);
		buf_fmt(&b, "\n");
	}
	if (!buf_take(&b, &out, e))
		return false;
	if (out.n > 0)
		fwrite(out.p, 1, out.n, stdout);
	return true;
}

static bool
owner_keys(struct cmd *c, const struct owner_options *o, struct err *e)
{
	struct owner_keys k;
	struct remote r;

	return key_list_owner_check(str_of(c->argv[2]), e) && remote_of(c, o->server, o->cacert, &r, e)
	    && owner_keys_get(&r, str_of(c->argv[2]), &k, e) && owner_keys_print(&r, &k, e);
}

static const struct {
	const char *name;
	int argc;
	bool (*run)(struct cmd *c, const struct owner_options *o, struct err *e);
} actions[] = {
	{ "new", 3, owner_new }, { "renew", 3, owner_renew }, { "list", 2, owner_list }, { "keys", 3, owner_keys },
};

int
cmd_owner(struct cmd *c, struct err *e)
{
	struct owner_options o = { 0 };

	if (!options_read(owner_options, c, &o, e) || c->argc < 2)
		return CMD_USAGE;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (strcmp(c->argv[1], actions[i].name) == 0)
			return c->argc != actions[i].argc ? CMD_USAGE : actions[i].run(c, &o, e) ? 0
			    : err_exit_code(e->kind);
	return CMD_USAGE;
}

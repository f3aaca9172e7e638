/* SPDX-License-Identifier: Apache-2.0 */
/* leman setup LINK, leman login URL, leman logout URL - an account at an instance.
 *
 * The token that stands for it is kept in the file tokens (cli/home.h), for this
 * person alone; the password is kept nowhere. */
#include "base/buf.h"
#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/home.h"
#include "cli/option.h"
#include "cli/remote.h"
#include "format/json_write.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct login_options { const char *name, *cacert; };

const struct option_row login_options[] = {
	{ "name", 'n', "NAME", offsetof(struct login_options, name),
	  N_("the account's name, instead of being asked for it") },
	{ "cacert", 0, "FILE", offsetof(struct login_options, cacert),
	  N_("authorities of the server, PEM, instead of this machine's") },
	{ 0 },
};

/* For a new one, twice. LEMAN_PASSWORD for scripts. */
static bool
password_get(bool is_new, enum lang lang, struct asked *out, struct err *e)
{
	const char *given = getenv("LEMAN_PASSWORD");
	struct asked again;
	bool ok;

	if (given != NULL) {
		out->n = strlen(given);
		if (out->n == 0 || out->n > ASK_MAX)
			return fail(e, ERR_INPUT, NULL, "the password in LEMAN_PASSWORD is empty or too long");
		memcpy(out->text, given, out->n + 1);
		return true;
	}
	if (!ask_line(is_new ? msg(lang, "A password for it, at least 12 characters:") : msg(lang,
	    "Password:"), true, out, e))
		return false;
	if (!is_new)
		return true;
	ok = ask_line(msg(lang, "The same again:"), true, &again, e)
	    && ((again.n == out->n && memcmp(again.text, out->text, out->n) == 0)
	        || fail(e, ERR_INPUT, NULL, "the two passwords differ"));
	explicit_bzero(&again, sizeof again);
	return ok;
}

static bool
name_get(const char *given, enum lang lang, struct asked *out, struct err *e)
{
	if (given == NULL)
		return ask_line(msg(lang, "Name of the account:"), false, out, e);
	out->n = strlen(given);
	if (out->n == 0 || out->n > ASK_MAX)
		return fail(e, ERR_INPUT, NULL, "the name is empty or too long");
	memcpy(out->text, given, out->n + 1);
	return true;
}

static bool
token_keep(const struct remote *r, const struct asked *name, struct json answer, struct err *e)
{
	struct buf b = { .arena = r->c->arena };
	int64_t expires;
	str token, line;

	if (!remote_text(answer, "token", &token, e) || !remote_number(answer, "expires", &expires, e))
		return false;
	for (size_t i = 0; i < token.n; i++)
		if (token.p[i] <= ' ' || token.p[i] >= 0x7f)
			return fail(e, ERR_INPUT, NULL,
			    "the server's answer has no \"%s\": is it a newer one?", "token");
	buf_fmt(&b, "%.*s %lld %s", STR_ARG(token), (long long)expires, name->text);
	return buf_take(&b, &line, e) && home_set("tokens", r->origin, line, r->c->arena, e);
}

/* A name, a password and, to set up, the link's token, to where they belong. */
static bool
account_post(const struct remote *r, const char *path, const struct asked *name, const struct asked *password, str link,
    struct err *e)
{
	struct buf b = { .arena = r->c->arena };
	struct json_out j = { .b = &b };
	struct json answer;
	str body;
	bool ok;

	json_object(&j);
	json_key(&j, S("name"));
	json_put_str(&j, (str){ name->text, name->n });
	json_key(&j, S("password"));
	json_put_str(&j, (str){ password->text, password->n });
	if (link.n > 0) {
		json_key(&j, S("token"));
		json_put_str(&j, link);
	}
	json_object_end(&j);
	ok = buf_take(&b, &body, e) && remote_post(r, path, body, &answer, NULL, e) && token_keep(r, name, answer, e);
	if (b.p != NULL)
		explicit_bzero(b.p, b.n);
	return ok;
}

static int
account_enter(struct cmd *c, bool is_setup, struct err *e)
{
	struct login_options o = { 0 };
	struct asked name, password;
	struct remote r;
	str link = { 0 };
	bool ok;

	if (!options_read(login_options, c, &o, e) || c->argc != 2)
		return CMD_USAGE;
	ok = remote_open(c, str_of(c->argv[1]), o.cacert, &r, e);
	if (ok && is_setup && !remote_word(str_of(c->argv[1]), "setup", &link))
		ok = fail(e, ERR_INPUT, NULL,
		    "%s: the set-up link is expected, https://host/setup/...: copy all of it", c->argv[1]);
	if (ok) {
		r.token = (str){ 0 };  /* whoever was signed in before */
		ok = name_get(o.name, c->lang, &name, e) && password_get(is_setup, c->lang, &password, e)
		    && account_post(&r, is_setup ? "/api/v1/setup" : "/api/v1/login", &name, &password, link, e);
		explicit_bzero(&password, sizeof password);
	}
	if (ok)
		printf(msg(c->lang, "Signed in to %.*s as %s.\n"), STR_ARG(r.origin), name.text);
	return ok ? 0 : err_exit_code(e->kind);
}

int cmd_setup(struct cmd *c, struct err *e) { return account_enter(c, true, e); }
int cmd_login(struct cmd *c, struct err *e) { return account_enter(c, false, e); }

int
cmd_logout(struct cmd *c, struct err *e)
{
	struct login_options o = { 0 };
	struct json answer;
	struct remote r;
	struct err why = { 0 };

	if (!options_read(login_options, c, &o, e) || c->argc > 2)
		return CMD_USAGE;
	if (!remote_of_login(c, c->argc == 2 ? c->argv[1] : NULL, o.cacert, &r, e))
		return err_exit_code(e->kind);
	/* Out already is out. */
	if (!remote_post(&r, "/api/v1/logout", S("{}"), &answer, NULL, &why) && why.kind != ERR_SIGN_IN)
		*e = why;
	else if (home_set("tokens", r.origin, (str){ 0 }, c->arena, e))
		return printf(msg(c->lang, "Signed out of %.*s.\n"), STR_ARG(r.origin)) > 0 ? 0 : err_exit_code(ERR_IO);
	return err_exit_code(e->kind);
}

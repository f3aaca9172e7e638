/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote.h"

#include "base/buf.h"
#include "cli/home.h"
#include "report/keylist.h"

#include <stdlib.h>

/* Who on this machine, or reached through Tor, cannot be impersonated on the way. */
static bool
is_close(str host)
{
	static const str names[] = { STR("localhost"), STR("127.0.0.1"), STR("[::1]") };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (host.n >= names[i].n && memcmp(host.p, names[i].p, names[i].n) == 0
		    && (host.n == names[i].n || host.p[names[i].n] == ':'))
			return true;
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] == ':')
			host.n = i;
	return host.n > 6 && memcmp(host.p + host.n - 6, ".onion", 6) == 0;
}

bool
remote_open(const struct cmd *c, str url, const char *cacert, struct remote *out, struct err *e)
{
	enum { HTTP = sizeof "http://" - 1 };
	struct remote r = { .c = c, .cacert = cacert };

	if (!fetch_origin(url, c->arena, &r.origin, e))
		return false;
	if (r.origin.p[4] == ':' && !is_close((str){ r.origin.p + HTTP, r.origin.n - HTTP }))
		return fail(e, ERR_DENIED, NULL,
		    "%.*s: https:// is needed, or anybody on the way could put in keys of their own",
		    STR_ARG(r.origin));
	if (!home_find("tokens", r.origin, c->arena, &r.token, e))
		return false;
	for (size_t i = 0; i < r.token.n; i++)  /* the account's name stands behind it */
		if (r.token.p[i] == ' ')
			r.token.n = i;
	*out = r;
	return true;
}

bool
remote_of(const struct cmd *c, const char *server, const char *cacert, struct remote *out, struct err *e)
{
	str rest, first, others, only = { 0 };
	size_t n = 0;

	if (server == NULL)
		server = getenv("LEMAN_SERVER");
	if (server != NULL && server[0] != '\0')
		return remote_open(c, str_of(server), cacert, out, e);
	if (!home_read("tokens", c->arena, &rest, e))
		return false;
	for (; home_next(&rest, &first, &others); n++)
		only = first;
	if (n == 0)
		return fail(e, ERR_SIGN_IN, NULL,
		    "at which server? sign in with \"leman login URL\", or name it with --server URL");
	if (n > 1)
		return fail(e, ERR_INPUT, NULL, "signed in to %zu servers: name one with --server URL", n);
	return remote_open(c, only, cacert, out, e);
}

bool
remote_of_login(const struct cmd *c, const char *server, const char *cacert, struct remote *out, struct err *e)
{
	return remote_of(c, server, cacert, out, e) && (out->token.n > 0
	    || fail(e, ERR_SIGN_IN, NULL, "not signed in: leman login %.*s", STR_ARG(out->origin)));
}

static const struct { int least, most; enum err_kind kind; } kinds[] = {
	{ 400, 400, ERR_INPUT }, { 401, 401, ERR_SIGN_IN }, { 403, 403, ERR_DENIED }, { 404, 404, ERR_NOT_FOUND },
	{ 409, 409, ERR_CONFLICT }, { 413, 413, ERR_TOO_BIG }, { 429, 429, ERR_LIMIT }, { 503, 503, ERR_BUSY },
	{ 500, 599, ERR_BUSY }, { 400, 499, ERR_INPUT },
};

static enum err_kind
kind_of(int status)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (status >= kinds[i].least && status <= kinds[i].most)
			return kinds[i].kind;
	return ERR_INPUT;
}

/* A text longer than an err's argument, in three of them. */
static bool
fail_said(struct err *e, enum err_kind kind, const char *rule, str text)
{
	str part[3];

	for (size_t i = 0; i < 3; i++) {
		part[i] = str_fit(text, ERR_ARG_MAX - 1);
		text = (str){ text.p + part[i].n, text.n - part[i].n };
	}
	return fail(e, kind, rule, "%.*s%.*s%.*s", STR_ARG(part[0]), STR_ARG(part[1]), STR_ARG(part[2]));
}

/* What the instance says was wrong: RFC 9457. */
static bool
problem(const struct remote *r, const struct fetch_answer *answer, struct err *e)
{
	enum err_kind kind = kind_of(answer->status);
	struct json doc, detail, rule;
	const char *clause = NULL;
	struct err none;
	str text;

	if (answer->status == 401 && r->token.n > 0)
		return fail(e, ERR_SIGN_IN, NULL, "signed out meanwhile: leman login %.*s", STR_ARG(r->origin));
	if (!str_eq(answer->type, S("application/problem+json")) || !json_parse(answer->body, r->c->arena, &doc, &none)
	    || json_is_missing(detail = json_get(doc, S("detail"))))
		return fail(e, kind, NULL, "%.*s answers with status %d: is it an instance of Leman?",
		    STR_ARG(r->origin), answer->status);
	rule = json_get(doc, S("rule"));
	if (json_kind(rule) == JSON_STRING && str_is_text(json_str(rule)) && memchr(json_str(rule).p, '\n',
	    json_str(rule).n) == NULL
	    && arena_copy(r->c->arena, str_fit(json_str(rule), 100), &text, &none))
		clause = text.p;
	return fail_said(e, kind, clause, json_str(detail));
}

bool
remote_fetch(const struct remote *r, const char *path, const struct fetch *f, struct fetch_answer *out, struct err *e)
{
	struct buf b = { .arena = r->c->arena };
	struct fetch asked = *f;

	buf_fmt(&b, "%.*s%s", STR_ARG(r->origin), path);
	if (!buf_take(&b, &asked.url, e))
		return false;
	asked.token = r->token;
	asked.accept_language = str_of(lang_tag(r->c->lang));
	asked.cacert = r->cacert;
	return fetch(&asked, r->c->arena, out, e)
	    && ((out->status >= 200 && out->status < 300) || problem(r, out, e));
}

static bool
json_fetch(const struct remote *r, const char *path, const struct fetch *f, struct json *out, int *status,
    struct err *e)
{
	struct fetch_answer answer;

	if (!remote_fetch(r, path, f, &answer, e))
		return false;
	if (status != NULL)
		*status = answer.status;
	if (answer.body.n == 0) {
		*out = (struct json){ 0 };
		return true;
	}
	return json_parse(answer.body, r->c->arena, out, e);
}

bool
remote_get(const struct remote *r, const char *path, struct json *out, struct err *e)
{
	return json_fetch(r, path, &(struct fetch){ 0 }, out, NULL, e);
}

bool
remote_post(const struct remote *r, const char *path, str body, struct json *out, int *status, struct err *e)
{
	return json_fetch(r, path, &(struct fetch){ .is_post = true, .type = S("application/json"), .body = body }, out,
	    status, e);
}

bool
remote_text(struct json answer, const char *key, str *out, struct err *e)
{
	struct json v = json_get(answer, str_of(key));

	if (json_kind(v) != JSON_STRING)
		return fail(e, ERR_INPUT, NULL, "the server's answer has no \"%s\": is it a newer one?", key);
	*out = json_str(v);
	return true;
}

bool
remote_number(struct json answer, const char *key, int64_t *out, struct err *e)
{
	return json_i64(json_get(answer, str_of(key)), out)
	    || fail(e, ERR_INPUT, NULL, "the server's answer has no \"%s\": is it a newer one?", key);
}

/* The next part of a path; empty at its end. */
static str
part_next(str *path)
{
	str part;

	while (path->n > 0 && path->p[0] == '/')
		*path = (str){ path->p + 1, path->n - 1 };
	if (!str_cut(path, '/', &part)) {
		part = *path;
		*path = (str){ 0 };
	}
	return part;
}

/* What follows the origin, without query and fragment. */
static str
path_of(str url)
{
	size_t n;
	str scheme;

	if (!str_cut(&url, ':', &scheme))
		return S("");
	while (url.n > 0 && url.p[0] == '/')
		url = (str){ url.p + 1, url.n - 1 };
	for (n = 0; n < url.n && url.p[n] != '?' && url.p[n] != '#'; n++)
		;
	url.n = n;
	(void)part_next(&url);  /* the host */
	return url;
}

bool
remote_owner(str url, str *out, struct err *e)
{
	str path = path_of(url), part = part_next(&path), next = part_next(&path);
	struct err none;

	/* A page's language stands first. */
	if (next.n > 0 && !str_eq(part, S("report")) && !str_eq(part, S("owners"))) {
		part = next;
		next = part_next(&path);
	}
	if (str_eq(part, S("report")) || str_eq(part, S("owners")))
		part = next;
	if (!key_list_owner_check(part, &none))
		return fail(e, ERR_INPUT, NULL,
		    "%.*s: the address of a code owner's page is expected: https://host/report/acme",
		    STR_ARG(url));
	*out = part;
	return true;
}

bool
remote_word(str url, const char *word, str *out)
{
	str path = path_of(url), part;

	while ((part = part_next(&path)).n > 0)
		if (str_eq(part, str_of(word)))
			return (*out = part_next(&path)).n > 0;
	return false;
}

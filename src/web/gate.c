/* SPDX-License-Identifier: Apache-2.0 */
#include "web/gate.h"

#include <stddef.h>

const struct head_name head_names[] = {
	{ "Host", offsetof(struct head, host) },
	{ "Origin", offsetof(struct head, origin) },
	{ "Sec-Fetch-Site", offsetof(struct head, fetch_site) },
	{ "Cookie", offsetof(struct head, cookie) },
	{ "Authorization", offsetof(struct head, authorization) },
	{ "X-CSRF", offsetof(struct head, csrf) },
	{ "Content-Type", offsetof(struct head, content_type) },
	{ "Content-Length", offsetof(struct head, content_length) },
	{ "Transfer-Encoding", offsetof(struct head, transfer_encoding) },
	{ "Accept-Language", offsetof(struct head, accept_language) },
	{ "Accept-Encoding", offsetof(struct head, accept_encoding) },
};
const size_t head_names_n = sizeof head_names / sizeof *head_names;

static bool
cut_start(str *s, str start)
{
	if (s->n < start.n || memcmp(s->p, start.p, start.n) != 0)
		return false;
	*s = (str){ s->p + start.n, s->n - start.n };
	return true;
}

bool
origin_parse(str origin, str *host, bool *is_https, struct err *e)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
	bool ok = (*is_https = cut_start(&origin, S("https://"))) || cut_start(&origin, S("http://"));

	ok = ok && origin.n > 0 && origin.n <= 255;
	for (size_t i = 0; ok && i < origin.n; i++)
		ok = memchr(allowed, origin.p[i], sizeof allowed - 1) != NULL;
	*host = origin;
	return ok || fail(e, ERR_INPUT, "RFC 6454 7",
	    "an origin is http:// or https://, a host in lower case and a port, without a path: https://leman.example");
}

bool
host_is_local(str host)
{
	static const str names[] = { STR("localhost"), STR("127."), STR("[::1]") };
	str rest = host;

	if (cut_start(&rest, names[1]))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i += 2) {
		rest = host;
		if (cut_start(&rest, names[i]) && (rest.n == 0 || rest.p[0] == ':'))
			return true;
	}
	return false;
}

bool
gate_check(const struct head *h, str origin, bool is_safe, enum gate *out, struct err *e)
{
	static const char rule[] = "Fetch Metadata, Sec-Fetch-Site";
	str host;
	bool is_https;

	if (!origin_parse(origin, &host, &is_https, e))
		return false;
	*out = GATE_OPEN;
	if (!str_eq(h->host, host)) {
		*out = GATE_ELSEWHERE;
		return is_safe || fail(e, ERR_DENIED, "RFC 9110 7.4",
		    "this server is %.*s, and the request is for %.*s: see --origin", STR_ARG(origin),
		    STR_ARG(h->host));
	}
	if (is_safe)
		return true;
	if (h->fetch_site.p != NULL && !str_eq(h->fetch_site, S("same-origin")) && !str_eq(h->fetch_site, S("none")))
		return fail(e, ERR_DENIED, rule,
		    "another site sent this, not you: open the page here and send it again");
	if (h->origin.p != NULL && !str_eq(h->origin, origin)
	    && !(str_eq(h->origin, S("null")) && h->fetch_site.p != NULL))
		return fail(e, ERR_DENIED, "RFC 6454 7.2",
		    "the request comes from %.*s, and this server is %.*s: see --origin", STR_ARG(h->origin),
		    STR_ARG(origin));
	return true;
}

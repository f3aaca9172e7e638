/* SPDX-License-Identifier: Apache-2.0 */
#include "web/answer.h"

#include "base/log.h"
#include "format/gzip.h"
#include "format/json_write.h"
#include "web/views.h"

#include <stdio.h>

static void
header(struct answer *a, const char *name, str value)
{
	if (a->n < ANSWER_HEADERS)
		a->headers[a->n++].name = name, a->headers[a->n - 1].value = value;
}

/* What every answer has. */
static void
headers_common(struct answer *a, const struct house *house)
{
	header(a, "X-Content-Type-Options", S("nosniff"));
	header(a, "Referrer-Policy", S("same-origin"));
	header(a, "Cross-Origin-Resource-Policy", S("same-origin"));
	if (house->settings->origin.n > 5 && house->settings->origin.p[4] == 's')
		header(a, "Strict-Transport-Security", S("max-age=31536000"));
}

static const str closed_policy = STR("default-src 'none'; frame-ancestors 'none'");

/* Style and script by address, which holds their digest, and by digest; nothing
 * else is loaded, and nothing from anywhere else. */
static str
policy(const struct req *q, struct arena *a)
{
	const struct asset *style = asset_find(S("base.css"));
	str origin = q->house->settings->origin, out;
	struct buf b = { .arena = a };
	struct err e;

	buf_fmt(&b, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; img-src 'self'");
	if (style != NULL)
		buf_fmt(&b, "; style-src %.*s%.*s '%.*s'", STR_ARG(origin), STR_ARG(style->path), STR_ARG(style->sri));
	if (q->script != NULL)
		buf_fmt(&b, "; script-src %.*s%.*s '%.*s'; connect-src 'self'; trusted-types 'none';"
		    " require-trusted-types-for 'script'",
		    STR_ARG(origin), STR_ARG(q->script->path), STR_ARG(q->script->sri));
	return buf_take(&b, &out, &e) ? out : closed_policy;
}

static void
headers_page(struct answer *a, const struct req *q, struct arena *arena)
{
	bool shared = q->route != NULL && q->route->is_cached && q->role == ROLE_GUEST && a->status == 200;

	header(a, "Content-Type", S("text/html; charset=utf-8"));
	header(a, "Content-Language", str_of(lang_tag(q->reader.lang)));
	header(a, "Content-Security-Policy", policy(q, arena));
	header(a, "Cross-Origin-Opener-Policy", S("same-origin"));
	header(a, "Permissions-Policy", S("camera=(), geolocation=(), microphone=()"));
	header(a, "Cache-Control", shared ? S("no-cache") : S("no-store"));
	header(a, "Vary", S("Accept-Language, Accept-Encoding, Cookie"));
}

/* This page in the languages that are offered, but for the one it is in. */
static size_t
languages_of(const struct req *q, struct arena *a, struct language out[LANG_COUNT])
{
	size_t n = 0;

	for (enum lang l = 0; l < LANG_COUNT; l++) {
		struct buf b = { .arena = a };
		struct err e;
		str here;

		if (l == q->reader.lang || !lang_is_offered(l))
			continue;
		buf_fmt(&b, "%.*s/%s%.*s", STR_ARG(q->house->settings->origin), lang_prefix(l), STR_ARG(q->plain_path));
		if (buf_take(&b, &here, &e) && url_from(here, &out[n].here, &e)) {
			out[n].tag = str_of(lang_tag(l));
			out[n++].name = str_of(lang_name(l));
		}
	}
	return n;
}

static bool
page_frame(const struct req *q, str main, struct arena *a, str *out, struct err *e)
{
	struct language languages[LANG_COUNT];
	struct buf b = { .arena = a };
	struct page p = {
		.title = q->title, .lang = str_of(lang_tag(q->reader.lang)), .dir = str_of(lang_dir(q->reader.lang)),
		.nav = str_of(q->nav), .account = q->account, .csrf = q->csrf,
		.operator = q->house->settings->operator, .languages = languages,
		.style = asset_find(S("base.css")), .script = q->script, .main = { main },
	};

	p.n_languages = languages_of(q, a, languages);
	view_page(&b, &q->reader, &p);
	return buf_take(&b, out, e);
}

static bool
error_page(struct req *q, const struct err *e, const char *text, struct arena *a, str *out)
{
	struct error_page p = {
		.text = str_of(text), .rule = str_of(e->rule), .can_sign_in = q->role == ROLE_GUEST
		    && e->kind == ERR_DENIED,
		.is_sent_form = q->route != NULL && !str_eq(str_of(q->route->method), S("GET")),
	};
	struct buf b = { .arena = a };
	struct err again;
	str main;

	q->title = str_of(msg(q->reader.lang, "This did not work"));
	q->script = NULL;
	view_error(&b, &q->reader, &p);
	return buf_take(&b, &main, &again) && page_frame(q, main, a, out, &again);
}

static bool
error_problem(const struct err *e, const char *text, struct arena *a, str *out)
{
	struct buf b = { .arena = a };
	struct json_out j = { .b = &b };
	struct err again;

	json_object(&j);
	json_key(&j, S("detail"));
	json_put_str(&j, str_of(text));
	if (e->rule != NULL) {
		json_key(&j, S("rule"));
		json_put_str(&j, str_of(e->rule));
	}
	json_key(&j, S("status"));
	json_put_i64(&j, err_http_status(e->kind));
	json_key(&j, S("title"));
	json_put_str(&j, str_of(err_http_phrase(e->kind)));  /* RFC 9457 4.2.1: there is no type */
	json_object_end(&j);
	return buf_take(&b, out, &again);
}

/* What *e says without its rule, which has a place of its own. Paths and the
 * like are for the log alone. */
static struct err_text
text_of(const struct req *q, const struct err *e)
{
	struct err plain = *e;
	struct err_text text;

	plain.rule = NULL;
	text = err_text(&plain, q->reader.lang);
	if (e->kind == ERR_IO)
		(void)snprintf(text.s, sizeof text.s, "%s",
		    msg(q->reader.lang, "the server could not do it, and has noted why"));
	return text;
}

/* What a status asks for: RFC 9110 11.6.1, 15.5.6, 10.2.3. */
static void
headers_error(const struct req *q, const struct err *e, struct answer *out)
{
	if (e->kind == ERR_SIGN_IN)
		header(out, "WWW-Authenticate", S("Bearer"));
	if (e->kind == ERR_METHOD)
		header(out, "Allow", str_of(q->allow));
	if (e->kind == ERR_BUSY || e->kind == ERR_LIMIT || e->kind == ERR_UNKNOWN)
		header(out, "Retry-After", S("60"));
}

static void
error_make(struct req *q, const struct err *e, struct arena *spare, struct answer *out)
{
	bool is_page = q->route == NULL ? !q->is_api : q->route->face == FACE_PAGE;
	struct err_text text = text_of(q, e);

	out->status = err_http_status(e->kind);
	if (out->status >= 500 || e->kind == ERR_LIMIT)  /* a full quota is the operator's to know, too */
		log_event(out->status >= 500 ? LOG_ERROR : LOG_WARNING, "failed",
		    (struct log_field[]){ log_text("row", q->route ? q->route->pattern : "-"),
		    log_number("status", out->status), log_err(e), { 0 } });
	if (is_page ? error_page(q, e, text.s, spare, &out->body) : error_problem(e, text.s, spare, &out->body)) {
		if (is_page) {
			headers_page(out, q, spare);
		} else {
			header(out, "Content-Type", S("application/problem+json"));
			header(out, "Content-Security-Policy", closed_policy);
			header(out, "Cache-Control", S("no-store"));
		}
	} else {
		out->body = S("out of memory\n");
		header(out, "Content-Type", S("text/plain; charset=utf-8"));
		header(out, "Content-Security-Policy", closed_policy);
	}
	headers_error(q, e, out);
}

/* A guest who follows a link into the desk signs in, and comes back to it. */
static bool
sign_in_first(struct req *q, const struct err *e)
{
	struct buf b = { .arena = q->arena };
	struct err none;

	if (e->kind != ERR_SIGN_IN || q->route == NULL || q->route->face != FACE_PAGE
	    || !str_eq(str_of(q->route->method), S("GET")))
		return false;
	buf_fmt(&b, "/login?next=");
	html_segment(&b, q->plain_path);
	return buf_take(&b, &q->location, &none);
}

/* A path of ours, in the language that was chosen. */
static void
redirect_make(struct req *q, struct answer *out)
{
	struct buf b = { .arena = q->arena };
	struct err e;
	str to = q->location;

	buf_fmt(&b, "%.*s%.*s", STR_ARG(q->reader.base), STR_ARG(q->location));
	(void)!buf_take(&b, &to, &e);
	out->status = 303;
	out->body = S("");
	header(out, "Location", to);
	header(out, "Cache-Control", S("no-store"));
	header(out, "Content-Security-Policy", closed_policy);
}

static void
cookie_make(struct req *q, struct answer *out)
{
	bool ends = str_eq(q->set_cookie, S("-"));
	struct buf b = { .arena = q->arena };
	struct err e;
	str cookie;

	buf_fmt(&b, "__Host-leman=%.*s; Path=/; Secure; HttpOnly; SameSite=Strict%s",
	    ends ? 0 : (int)q->set_cookie.n, q->set_cookie.p, ends ? "; Max-Age=0" : "");
	if (buf_take(&b, &cookie, &e))
		header(out, "Set-Cookie", cookie);
}

static const struct { enum face face; str type; } types[] = {
	{ FACE_API, STR("application/json") },
	{ FACE_TEXT, STR("text/plain; charset=utf-8") },
	{ FACE_FILE, STR("application/octet-stream") },
};

static void
file_headers(const struct req *q, struct answer *out)
{
	struct buf b = { .arena = q->arena };
	struct err e;
	str value;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].face == q->route->face)
			header(out, "Content-Type", types[i].type);
	header(out, "Content-Security-Policy", closed_policy);
	header(out, "Cache-Control", S("no-store"));
	if (q->file_name.n == 0)
		return;
	buf_fmt(&b, "attachment; filename=\"%.*s\"", STR_ARG(q->file_name));
	if (buf_take(&b, &value, &e))
		header(out, "Content-Disposition", value);
}

void
answer_make(struct req *q, bool ok, const struct buf *main, struct err *e, struct arena *spare, struct answer *out)
{
	*out = (struct answer){ .status = q->status ? q->status : 200 };
	headers_common(out, q->house);
	if (ok && q->location.p == NULL && q->file_path.p == NULL)
		ok = buf_take(main, &out->body, e)
		    && (q->route->face != FACE_PAGE || page_frame(q, out->body, q->arena, &out->body, e));
	if (!ok && !sign_in_first(q, e)) {
		error_make(q, e, spare, out);
		return;
	}
	if (q->location.p != NULL) {
		redirect_make(q, out);
	} else if (q->route->face == FACE_PAGE) {
		headers_page(out, q, q->arena);
		if (q->problem != NULL)  /* the form again */
			headers_error(q, q->problem, out);
	} else {
		out->file = q->file_path;
		out->file_size = q->file_size;
		file_headers(q, out);
	}
	if (q->set_cookie.p != NULL)
		cookie_make(q, out);
}

void
answer_asset(const struct asset *a, bool gzip, struct answer *out)
{
	*out = (struct answer){ .status = 200, .body = gzip ? a->gzip : a->bytes };
	header(out, "Content-Type", str_of(a->type));
	header(out, "Cache-Control", S("public, max-age=31536000, immutable"));
	header(out, "X-Content-Type-Options", S("nosniff"));
	header(out, "Cross-Origin-Resource-Policy", S("same-origin"));
	header(out, "Vary", S("Accept-Encoding"));
	if (gzip)
		header(out, "Content-Encoding", S("gzip"));
}

bool
answer_takes_gzip(str accept)
{
	static const char gzip[] = "gzip";

	for (str part; accept.n > 0; ) {
		if (!str_cut(&accept, ',', &part)) {
			part = accept;
			accept.n = 0;
		}
		while (part.n > 0 && part.p[0] == ' ')
			part = (str){ part.p + 1, part.n - 1 };
		if (part.n >= 4 && memcmp(part.p, gzip, 4) == 0)
			return part.n == 4 || memmem(part.p, part.n, "q=0", 3) == NULL || part.p[part.n - 1] != '0';
	}
	return false;
}

void
answer_gzip(struct answer *out, struct arena *a)
{
	struct err e;
	str packed;

	if (out->file.p != NULL || !gzip_pack(out->body, a, &packed, &e) || packed.n >= out->body.n)
		return;
	out->body = packed;
	header(out, "Content-Encoding", S("gzip"));
}

void
answer_elsewhere(struct req *q, struct answer *out)
{
	struct buf b = { .arena = q->arena };
	struct err e;
	str to;

	*out = (struct answer){ .status = 307 };
	buf_fmt(&b, "%.*s%.*s%.*s", STR_ARG(q->house->settings->origin), STR_ARG(q->reader.base),
	    STR_ARG(q->plain_path));
	if (buf_take(&b, &to, &e))
		header(out, "Location", to);
	header(out, "Cache-Control", S("no-store"));
}

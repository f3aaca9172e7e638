/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/fetch.h"

#include "base/buf.h"
#include "base/library.h"

#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

/* libcurl brings thirty libraries with it, which cost each start of the program two
 * milliseconds and each process of the server memory. So it is loaded by who needs
 * it, when it is needed: docs/decisions.md has the figures. */
static struct {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *c, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *c);
	CURLcode (*easy_getinfo)(CURL *c, CURLINFO info, ...);
	void (*easy_cleanup)(CURL *c);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
} lib;

static const struct library_symbol symbols[] = {
	{ "curl_global_init", &lib.global_init },
	{ "curl_easy_init", &lib.easy_init },
	{ "curl_easy_setopt", &lib.easy_setopt },
	{ "curl_easy_perform", &lib.easy_perform },
	{ "curl_easy_getinfo", &lib.easy_getinfo },
	{ "curl_easy_cleanup", &lib.easy_cleanup },
	{ "curl_easy_strerror", &lib.easy_strerror },
	{ "curl_slist_append", &lib.slist_append },
	{ "curl_slist_free_all", &lib.slist_free_all },
};

static bool
lib_load(struct err *e)
{
	static bool is_loaded;

	if (is_loaded)
		return true;
	if (!library_load("libcurl.so.4", "libcurl4", symbols, sizeof symbols / sizeof *symbols, e))
		return false;
	is_loaded = lib.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return is_loaded || fail(e, ERR_MEMORY, NULL, "libcurl does not start here");
}

/* One exchange on its way. */
struct exchange {
	const struct fetch *f;
	CURL *curl;
	struct buf body;
	size_t max;
	uint64_t sent, got;
	bool to_sink, has_failed;
	struct err err;             /* when has_failed: why it was stopped by us */
	char text[CURL_ERROR_SIZE];
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool
starts(str s, str start)
{
	if (s.n < start.n)
		return false;
	for (size_t i = 0; i < start.n; i++)
		if (lower(s.p[i]) != start.p[i])
			return false;
	return true;
}

static const struct { str scheme, port; } schemes[] = {
	{ STR("https://"), STR(":443") }, { STR("http://"), STR(":80") },
};

bool
fetch_origin(str url, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	size_t s = 0, end;
	str port;

	while (s < 2 && !starts(url, schemes[s].scheme))
		s++;
	if (s == 2)
		return fail(e, ERR_INPUT, NULL, "%.*s: an address that begins with https:// is expected", STR_ARG(url));
	for (end = schemes[s].scheme.n; end < url.n && strchr("/?#", url.p[end]) == NULL; end++)
		if (url.p[end] == '@' || url.p[end] == '\\' || (unsigned char)url.p[end] <= ' ' || url.p[end] == 0x7f)
			return fail(e, ERR_INPUT, NULL, "%.*s: an address without a user's name and blanks is expected",
			    STR_ARG(url));
	port = schemes[s].port;
	if (end - schemes[s].scheme.n > port.n && memcmp(url.p + end - port.n, port.p, port.n) == 0)
		end -= port.n;
	if (end == schemes[s].scheme.n || url.p[schemes[s].scheme.n] == ':')
		return fail(e, ERR_INPUT, NULL, "%.*s: the name of a server is missing", STR_ARG(url));
	for (size_t i = 0; i < end; i++) {
		char c = lower(url.p[i]);
		buf_add(&b, &c, 1);
	}
	return buf_take(&b, out, e);
}

static size_t
on_body(char *bytes, size_t one, size_t n, void *to)
{
	struct exchange *x = to;
	long status = 0;

	(void)one;  /* is 1 */
	x->got += n;
	(void)lib.easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
	x->to_sink = x->f->sink != NULL && status >= 200 && status < 300;
	if (x->to_sink ? x->got > x->max : x->body.n + n > (x->f->sink ? FETCH_ANSWER_MAX : x->max)) {
		x->has_failed = true;
		(void)fail(&x->err, ERR_TOO_BIG, NULL,
		    "the answer of %.*s is larger than the %zu bytes that were expected",
		    STR_ARG(x->f->url), x->max);
		return 0;
	}
	if (!x->to_sink) {
		buf_add(&x->body, bytes, n);
		return x->body.bad ? 0 : n;
	}
	x->has_failed = !x->f->sink->take(x->f->sink->to, (str){ bytes, n }, &x->err);
	return x->has_failed ? 0 : n;
}

static size_t
on_read(char *into, size_t one, size_t n, void *to)
{
	struct exchange *x = to;
	uint64_t left = x->f->file_size - x->sent;
	ssize_t got = pread(x->f->file, into, n < left ? n : (size_t)left, (off_t)x->sent);

	(void)one;
	if (got < 0 || (got == 0 && left > 0)) {
		x->has_failed = true;
		(void)fail(&x->err, ERR_IO, NULL, "the file that is being sent cannot be read to its end");
		return CURL_READFUNC_ABORT;
	}
	x->sent += (uint64_t)got;
	return (size_t)got;
}

static int
on_seek(void *to, curl_off_t offset, int origin)
{
	struct exchange *x = to;

	if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > x->f->file_size)
		return CURL_SEEKFUNC_FAIL;
	x->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int
on_progress(void *to, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
	const struct exchange *x = to;

	if (x->f->file != 0)
		x->f->progress(x->f->progress_to, (uint64_t)up, (uint64_t)up_all);
	else
		x->f->progress(x->f->progress_to, (uint64_t)down, (uint64_t)down_all);
	return 0;
}

/* What went wrong, for somebody who is tired. */
static const struct {
	CURLcode code;
	enum err_kind kind;
	const char *text;
} reasons[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, ERR_BUSY,
	  N_("cannot reach %.*s: there is no server of that name, or no network; is the address right?") },
	{ CURLE_COULDNT_RESOLVE_PROXY, ERR_BUSY, N_("cannot reach %.*s: the proxy of the environment is not found") },
	{ CURLE_COULDNT_CONNECT, ERR_BUSY,
	  N_("cannot reach %.*s: nobody answers there (%s); is the address right?") },
	{ CURLE_OPERATION_TIMEDOUT, ERR_BUSY, N_("%.*s took too long to answer (%s): try again later") },
	{ CURLE_PEER_FAILED_VERIFICATION, ERR_DENIED,
	  N_("%.*s cannot prove that it is that server: %s; for an authority of one's own there is --cacert") },
	{ CURLE_SSL_CACERT_BADFILE, ERR_INPUT, N_("%.*s: the file of --cacert cannot be used: %s") },
	{ CURLE_SSL_CONNECT_ERROR, ERR_BUSY, N_("%.*s does not speak TLS as it should (%s); is it http://?") },
	{ CURLE_URL_MALFORMAT, ERR_INPUT, N_("%.*s: this is not an address") },
};

static bool
why_failed(const struct exchange *x, CURLcode code, struct err *e)
{
	const char *text = x->text[0] != '\0' ? x->text : lib.easy_strerror(code);

	if (x->has_failed) {
		*e = x->err;
		return false;
	}
	if (x->body.bad)
		return fail(e, ERR_MEMORY, NULL, "no room for the answer");
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].code == code)
			return fail(e, reasons[i].kind, NULL, reasons[i].text, STR_ARG(x->f->url), text);
	return fail(e, ERR_BUSY, NULL, "the exchange with %.*s broke off: %s", STR_ARG(x->f->url), text);
}

static bool
header_add(struct curl_slist **list, struct arena *a, const char *name, str value, struct err *e)
{
	struct buf b = { .arena = a };
	struct curl_slist *more;
	str line;

	buf_fmt(&b, "%s: %.*s", name, STR_ARG(value));
	buf_add(&b, "", 1);
	if (!buf_take(&b, &line, e))
		return false;
	if ((more = lib.slist_append(*list, line.p)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for the headers");
	*list = more;
	return true;
}

static bool
headers_make(const struct fetch *f, struct arena *a, struct curl_slist **list, struct err *e)
{
	struct buf b = { .arena = a };
	str value;

	/* No "Expect: 100-continue": a server that means to refuse says so soon enough. */
	if (!header_add(list, a, "Expect", S(""), e))
		return false;
	if (f->is_post && !header_add(list, a, "Content-Type", f->type, e))
		return false;
	if (f->accept_language.n > 0 && !header_add(list, a, "Accept-Language", f->accept_language, e))
		return false;
	if (f->token.n == 0)
		return true;
	buf_fmt(&b, "Bearer %.*s", STR_ARG(f->token));
	return buf_take(&b, &value, e) && header_add(list, a, "Authorization", value, e);
}

/* A str as a C string; the address holds no NUL, or it were no address. */
static bool
c_string(str s, struct arena *a, str *out, struct err *e)
{
	if (s.n > FETCH_URL_MAX || memchr(s.p, '\0', s.n) != NULL)
		return fail(e, ERR_INPUT, NULL, "%.*s: this is not an address", STR_ARG(s));
	return arena_copy(a, s, out, e);
}

static void
options_set(struct exchange *x, const char *url, struct curl_slist *headers)
{
	const struct fetch *f = x->f;
	CURL *c = x->curl;

	lib.easy_setopt(c, CURLOPT_URL, url);
	lib.easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	lib.easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	lib.easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	lib.easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	lib.easy_setopt(c, CURLOPT_USERAGENT, "leman");
	lib.easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	lib.easy_setopt(c, CURLOPT_ERRORBUFFER, x->text);
	lib.easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	lib.easy_setopt(c, CURLOPT_WRITEDATA, x);
	lib.easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)FETCH_CONNECT_SECONDS);
	if (f->cacert != NULL)
		lib.easy_setopt(c, CURLOPT_CAINFO, f->cacert);
	if (f->file != 0 || f->sink != NULL) {
		lib.easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
		lib.easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)FETCH_STALL_SECONDS);
	} else {
		lib.easy_setopt(c, CURLOPT_TIMEOUT, (long)FETCH_SECONDS);
	}
	if (f->progress != NULL) {
		lib.easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
		lib.easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
		lib.easy_setopt(c, CURLOPT_XFERINFODATA, x);
	}
	if (!f->is_post)
		return;
	lib.easy_setopt(c, CURLOPT_POST, 1L);
	if (f->file != 0) {
		lib.easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->file_size);
		lib.easy_setopt(c, CURLOPT_READFUNCTION, on_read);
		lib.easy_setopt(c, CURLOPT_READDATA, x);
		lib.easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
		lib.easy_setopt(c, CURLOPT_SEEKDATA, x);
	} else {
		lib.easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->body.n);
		lib.easy_setopt(c, CURLOPT_POSTFIELDS, f->body.p != NULL ? f->body.p : "");
	}
}

static bool
answer_make(struct exchange *x, struct arena *a, struct fetch_answer *out, str *next, struct err *e)
{
	const char *type = NULL, *location = NULL;
	struct fetch_answer answer = { 0 };
	long status = 0;
	size_t n;

	(void)lib.easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)lib.easy_getinfo(x->curl, CURLINFO_CONTENT_TYPE, &type);
	(void)lib.easy_getinfo(x->curl, CURLINFO_REDIRECT_URL, &location);
	answer.status = (int)status;
	if (type != NULL) {
		n = strcspn(type, "; ");
		if (!arena_copy(a, (str){ type, n }, &answer.type, e))
			return false;
	}
	if (!buf_take(&x->body, &answer.body, e))
		return false;
	*next = (str){ 0 };
	if (location != NULL && status >= 300 && status < 400 && !arena_copy(a, str_of(location), next, e))
		return false;
	*out = answer;
	return true;
}

/* One request, without what a redirection asks for. */
static bool
fetch_once(const struct fetch *f, struct arena *a, struct fetch_answer *out, str *next, struct err *e)
{
	struct exchange x = { .f = f, .body.arena = a, .max = f->max > 0 ? f->max : FETCH_ANSWER_MAX };
	struct curl_slist *headers = NULL;
	bool ok = false;
	CURLcode code;
	str url;

	if (!c_string(f->url, a, &url, e) || !lib_load(e))
		return false;
	if ((x.curl = lib.easy_init()) == NULL)
		return fail(e, ERR_MEMORY, NULL, "libcurl does not start here");
	if (headers_make(f, a, &headers, e)) {
		options_set(&x, url.p, headers);
		code = lib.easy_perform(x.curl);
		ok = code == CURLE_OK ? answer_make(&x, a, out, next, e) : why_failed(&x, code, e);
	}
	lib.easy_cleanup(x.curl);
	lib.slist_free_all(headers);
	return ok;
}

bool
fetch(const struct fetch *f, struct arena *a, struct fetch_answer *out, struct err *e)
{
	struct fetch now = *f;
	str origin, there, next;

	if (!fetch_origin(f->url, a, &origin, e))
		return false;
	for (int i = 0; i <= FETCH_REDIRECTS_MAX; i++) {
		if (!fetch_once(&now, a, out, &next, e))
			return false;
		if (next.n == 0)
			return true;
		if (!fetch_origin(next, a, &there, e) || !str_eq(there, origin) || f->is_post)
			return fail(e, ERR_INPUT, NULL, "%.*s sends on to %.*s: if that is right, give that address",
			    STR_ARG(now.url), STR_ARG(next));
		now.url = next;
	}
	return fail(e, ERR_INPUT, NULL, "%.*s sends on and on, and never answers", STR_ARG(f->url));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static const struct { int http, exit; const char *phrase; } err_kinds[ERR_COUNT] = {
	[ERR_NONE]      = { 200, 0, "OK" },
	[ERR_INPUT]     = { 400, 65, "Bad Request" },
	[ERR_NOT_FOUND] = { 404, 66, "Not Found" },
	[ERR_METHOD]    = { 405, 65, "Method Not Allowed" },
	[ERR_SIGN_IN]   = { 401, 77, "Unauthorized" },
	[ERR_DENIED]    = { 403, 77, "Forbidden" },
	[ERR_CONFLICT]  = { 409, 73, "Conflict" },
	[ERR_TOO_BIG]   = { 413, 65, "Content Too Large" },
	[ERR_LIMIT]     = { 429, 75, "Too Many Requests" },
	[ERR_BUSY]      = { 503, 75, "Service Unavailable" },
	[ERR_IO]        = { 500, 74, "Internal Server Error" },
	[ERR_MEMORY]    = { 503, 71, "Service Unavailable" },
	[ERR_UNKNOWN]   = { 503, 69, "Service Unavailable" },
};

static const struct conversion {
	const char *text;
	enum { CUT_TEXT, TEXT, INT, SIZE, SIGNED, UNSIGNED } takes;
} conversions[] = {
	{ "%.*s", CUT_TEXT }, { "%s", TEXT }, { "%d", INT }, { "%zu", SIZE },
	{ "%lld", SIGNED }, { "%llu", UNSIGNED },
};

static const struct conversion *
conversion_at(const char *p)
{
	for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
		if (strncmp(p, conversions[i].text, strlen(conversions[i].text)) == 0)
			return &conversions[i];
	assert(false && "a conversion that fail() does not know");
	return NULL;
}

/* Foreign bytes end up in logs and terminals: nothing in them may act there. */
static void
arg_set(char *arg, str s)
{
	s = str_fit(s, ERR_ARG_MAX - 1);
	for (size_t i = 0; i < s.n; i++)
		arg[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? '?' : s.p[i];
	/* Nor may they make what quotes them something that is no text. */
	for (size_t i = 0; i < s.n && !str_is_text((str){ arg, s.n }); i++)
		if ((unsigned char)arg[i] >= 0x80)
			arg[i] = '?';
}

bool
fail(struct err *e, enum err_kind kind, const char *rule, const char *id, ...)
{
	va_list ap;
	size_t n = 0;

	*e = (struct err){ .kind = kind, .rule = rule, .id = id };
	va_start(ap, id);
	for (const char *p = id; (p = strchr(p, '%')) != NULL; n++) {
		const struct conversion *c = conversion_at(p);
		char *arg = e->args[n];
		const char *s;

		assert(n < ERR_ARGS);
		switch (c->takes) {
		case CUT_TEXT: {
			size_t most = (size_t)va_arg(ap, int);
			s = va_arg(ap, const char *);
			arg_set(arg, (str){ s, most });
			break;
		}
		case TEXT:
			s = va_arg(ap, const char *);
			arg_set(arg, (str){ s, strlen(s) });
			break;
		case INT:      (void)snprintf(arg, ERR_ARG_MAX, "%d", va_arg(ap, int)); break;
		case SIZE:     (void)snprintf(arg, ERR_ARG_MAX, "%zu", va_arg(ap, size_t)); break;
		case SIGNED:   (void)snprintf(arg, ERR_ARG_MAX, "%lld", va_arg(ap, long long)); break;
		case UNSIGNED: (void)snprintf(arg, ERR_ARG_MAX, "%llu", va_arg(ap, unsigned long long)); break;
		}
		p += strlen(c->text);
	}
	va_end(ap);
	return false;
}

static size_t
text_add(struct err_text *t, size_t at, const char *p, size_t n)
{
	str s = str_fit((str){ p, n }, sizeof t->s - 1 - at);

	memcpy(t->s + at, s.p, s.n);
	return at + s.n;
}

struct err_text
err_text(const struct err *e, enum lang lang)
{
	struct err_text t = { 0 };
	const char *p = e->id ? msg(lang, e->id) : "", *next;
	size_t at = 0;

	for (size_t n = 0; (next = strchr(p, '%')) != NULL && n < ERR_ARGS; n++) {
		at = text_add(&t, at, p, (size_t)(next - p));
		at = text_add(&t, at, e->args[n], strlen(e->args[n]));
		p = next + strlen(conversion_at(next)->text);
	}
	at = text_add(&t, at, p, strlen(p));
	if (e->rule != NULL) {
		at = text_add(&t, at, ": ", 2);
		(void)text_add(&t, at, e->rule, strlen(e->rule));
	}
	return t;
}

int err_http_status(enum err_kind kind) { return err_kinds[kind].http; }
const char *err_http_phrase(enum err_kind kind) { return err_kinds[kind].phrase; }
int err_exit_code(enum err_kind kind) { return err_kinds[kind].exit; }

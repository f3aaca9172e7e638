/* SPDX-License-Identifier: Apache-2.0 */
#include "report/name.h"

#include "base/buf.h"

static const char rule[] = "leman/envelope/1, name";

/* C0, DEL, C1; and of Unicode's 23.2 what is not seen: marks and embeddings of
 * direction, zero-width characters, line and paragraph separators, the byte order
 * mark. A name with them can look like another one. */
static const struct { str first; unsigned char least, most; } unseen[] = {
	{ STR("\xc2"), 0x80, 0x9f },
	{ STR("\xd8"), 0x9c, 0x9c },
	{ STR("\xe2\x80"), 0x8b, 0x8f },
	{ STR("\xe2\x80"), 0xa8, 0xae },
	{ STR("\xe2\x81"), 0xa0, 0xa4 },
	{ STR("\xe2\x81"), 0xa6, 0xa9 },
	{ STR("\xef\xbb"), 0xbf, 0xbf },
};

size_t
character_unseen(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (n > 0 && (u[0] < ' ' || u[0] == 0x7f))
		return 1;
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		size_t at = unseen[i].first.n;

		if (n > at && memcmp(p, unseen[i].first.p, at) == 0 && u[at] >= unseen[i].least
		    && u[at] <= unseen[i].most)
			return at + 1;
	}
	return 0;
}

static bool is_dots(str name) { return str_eq(name, S(".")) || str_eq(name, S("..")); }

bool
file_name_check(str name, struct err *e)
{
	if (name.n == 0 || name.n > FILE_NAME_MAX)
		return fail(e, ERR_INPUT, rule, "1 to %d bytes are expected, and there are %zu", FILE_NAME_MAX, name.n);
	if (!str_is_text(name) || memchr(name.p, '\n', name.n) != NULL)
		return fail(e, ERR_INPUT, rule, "\"%.*s\": a control character, or bytes that are not UTF-8",
		    STR_ARG(name));
	if (memchr(name.p, '/', name.n) != NULL || memchr(name.p, '\\', name.n) != NULL || is_dots(name))
		return fail(e, ERR_INPUT, rule, "\"%.*s\": the way to a folder, not a name", STR_ARG(name));
	return true;
}

bool
file_name_of(str path, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };

	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/') {
			path = (str){ path.p + i, path.n - i };
			break;
		}
	for (size_t i = 0; i < path.n; ) {
		size_t n = 1;

		while (i + n < path.n && ((unsigned char)path.p[i + n] & 0xc0) == 0x80)
			n++;
		if (path.p[i] == '\\' || path.p[i] == '\n' || !str_is_text((str){ path.p + i, n }))
			buf_add(&b, "_", 1);
		else
			buf_add(&b, path.p + i, n);
		i += n;
	}
	if (!buf_take(&b, out, e))
		return false;
	*out = str_fit(*out, FILE_NAME_MAX);
	if (out->n == 0 || is_dots(*out))
		*out = S("_");
	return true;
}

/* "poc.py" the second time: "poc-2.py". */
static bool
name_numbered(str name, unsigned nth, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	size_t dot = name.n;
	str tail;

	while (dot > 1 && name.p[dot - 1] != '.')
		dot--;
	dot = dot > 1 ? dot - 1 : name.n;
	tail = str_fit((str){ name.p + dot, name.n - dot }, 64);
	buf_str(&b, str_fit((str){ name.p, dot }, FILE_NAME_MAX - tail.n - sizeof "-4294967295"));
	buf_fmt(&b, "-%u", nth);
	buf_str(&b, tail);
	return buf_take(&b, out, e);
}

bool
file_name_safe(str name, unsigned nth, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };

	for (size_t i = 0; i < name.n; ) {
		size_t n = character_unseen(name.p + i, name.n - i);
		bool bad = n > 0 || name.p[i] == '/' || name.p[i] == '\\'
		    || (i == 0 && strchr(".-~ ", name.p[0]) != NULL);

		buf_add(&b, bad ? "_" : name.p + i, 1);
		i += n > 0 ? n : 1;
	}
	if (b.n == 0)
		buf_add(&b, "_", 1);
	if (!buf_take(&b, out, e))
		return false;
	if (b.p[b.n - 1] == ' ' || b.p[b.n - 1] == '.')
		b.p[b.n - 1] = '_';
	return nth < 2 || name_numbered(*out, nth, a, out, e);
}

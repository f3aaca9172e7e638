/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"

enum { ROWS_MAX = 64 };

static str
trim(str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = (str){ s.p + 1, s.n - 1 };
	while (s.n > 0 && strchr(" \t\r", s.p[s.n - 1]) != NULL)
		s.n--;
	return s;
}

static const struct config_row *
row_find(const struct config_row *rows, str key)
{
	for (; rows->key != NULL; rows++)
		if (str_eq(key, str_of(rows->key)))
			return rows;
	return NULL;
}

static bool
size_read(str s, bool with_unit, int64_t *out)
{
	static const char units[] = "KMGT";
	const char *unit = s.n > 1 && with_unit && s.p[s.n - 1] != '\0' ? strchr(units, s.p[s.n - 1]) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t v;

	if (unit != NULL)
		s.n--;
	if (!str_to_u64(s, &v) || v > ((uint64_t)1 << 53) >> shift)
		return false;
	*out = (int64_t)(v << shift);
	return true;
}

static bool
is_choice(str value, const char *choices)
{
	str rest = str_of(choices), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(value, one))
			return true;
	return str_eq(value, rest);
}

bool
config_set(const struct config_row *rows, str key, str value, void *settings, struct err *e)
{
	const struct config_row *r = row_find(rows, key);
	char *to;

	if (r == NULL)
		return fail(e, ERR_INPUT, NULL, "there is no setting %.*s", STR_ARG(key));
	if (value.p == NULL)
		value = S("");
	to = (char *)settings + r->offset;
	switch (r->kind) {
	case CONFIG_TEXT:
		if (!str_is_text(value) || memchr(value.p, '\n', value.n) != NULL)
			return fail(e, ERR_INPUT, NULL, "%s is one line of UTF-8", r->key);
		if (r->choices != NULL && !is_choice(value, r->choices))
			return fail(e, ERR_INPUT, NULL, "%s is one of %s, not %.*s", r->key, r->choices,
			    STR_ARG(value));
		memcpy(to, &value, sizeof value);
		return true;
	case CONFIG_NUMBER:
		return size_read(value, false, (int64_t *)(void *)to)
		    || fail(e, ERR_INPUT, NULL, "%s is a number, not %.*s", r->key, STR_ARG(value));
	case CONFIG_SIZE:
		return size_read(value, true, (int64_t *)(void *)to)
		    || fail(e, ERR_INPUT, NULL, "%s is a size like 512M or 20G, not %.*s", r->key, STR_ARG(value));
	}
	return false;
}

bool
config_init(const struct config_row *rows, void *settings, struct err *e)
{
	for (const struct config_row *r = rows; r->key != NULL; r++)
		if (r->initial != NULL && !config_set(rows, str_of(r->key), str_of(r->initial), settings, e))
			return false;
	return true;
}

/* What is wrong with a line, after the file's name and the line's number. */
static bool
line_fail(struct err *e, const char *file, size_t line, const struct err *why)
{
	return fail(e, ERR_INPUT, NULL, "%s, line %zu: %s", file, line, err_text(why, LANG_EN).s);
}

static bool
line_read(const struct config_row *rows, str line, bool seen[ROWS_MAX], struct arena *a, void *settings,
    struct err *e)
{
	const struct config_row *r;
	str key, value;

	if (!str_cut(&line, '=', &key))
		return fail(e, ERR_INPUT, NULL, "a line is \"key = value\", or begins with #");
	key = trim(key);
	if ((r = row_find(rows, key)) != NULL && seen[r - rows])
		return fail(e, ERR_INPUT, NULL, "%s stands there twice", r->key);
	if (r != NULL)
		seen[r - rows] = true;
	return arena_copy(a, trim(line), &value, e) && config_set(rows, key, value, settings, e);
}

bool
config_read(const struct config_row *rows, str text, const char *file, struct arena *a, void *settings, struct err *e)
{
	bool seen[ROWS_MAX] = { false };
	size_t n = 0;

	if (text.n > CONFIG_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%s: more than %d bytes", file, CONFIG_MAX);
	while (text.n > 0) {
		struct err why;
		str line;

		if (!str_cut(&text, '\n', &line)) {
			line = text;
			text.n = 0;
		}
		n++;
		line = trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!line_read(rows, line, seen, a, settings, &why))
			return why.kind == ERR_MEMORY ? (*e = why, false) : line_fail(e, file, n, &why);
	}
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"

#include <stdio.h>

/* Where a setting stands: "leman.conf:12" or "--quota". */
enum { WHERE = 110, CHOICES_TEXT = 100 };

static const struct { char letter; uint64_t of; } sizes[] = {
	{ 'K', 1 << 10 }, { 'M', 1 << 20 }, { 'G', 1 << 30 },
}, durations[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
};

static str
trim(str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = (str){ s.p + 1, s.n - 1 };
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* Cuts the unit off the end of *s; 0 where that is no unit of kind. */
static uint64_t
unit_cut(enum config_kind kind, str *s)
{
	char last = s->n > 0 ? s->p[s->n - 1] : '\0';

	if (kind == CONFIG_SIZE)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
			if (last == sizes[i].letter) {
				s->n--;
				return sizes[i].of;
			}
	if (kind != CONFIG_DURATION)
		return 1;
	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
		if (last == durations[i].letter) {
			s->n--;
			return durations[i].of;
		}
	return 0;
}

static bool
count_read(const struct config_row *row, str value, uint64_t *out)
{
	uint64_t n, unit = unit_cut(row->kind, &value);

	if (unit == 0 || !str_to_u64(value, &n) || n > UINT64_MAX / unit)
		return false;
	*out = n * unit;
	return true;
}

static bool
count_set(const struct config_row *row, const char *where, str value, void *field, struct err *e)
{
	uint64_t n;

	if (!count_read(row, value, &n)) {
		switch (row->kind) {
		case CONFIG_SIZE:
			return fail(e, ERR_INPUT, NULL, "%s: a size is expected, such as 512, 64K, 20M or 2G, not %.*s",
			    where, STR_ARG(value));
		case CONFIG_DURATION:
			return fail(e, ERR_INPUT, NULL,
			    "%s: a duration is expected, such as 30s, 15m, 12h or 90d, not %.*s",
			    where, STR_ARG(value));
		default:
			return fail(e, ERR_INPUT, NULL, "%s: a number is expected, not %.*s", where, STR_ARG(value));
		}
	}
	if (n < row->min)
		return fail(e, ERR_INPUT, NULL, "%s: at least %llu is expected", where, (unsigned long long)row->min);
	if (row->max != 0 && n > row->max)
		return fail(e, ERR_INPUT, NULL, "%s: at most %llu is expected", where, (unsigned long long)row->max);
	memcpy(field, &n, sizeof n);
	return true;
}

static bool
choice_set(const struct config_row *row, const char *where, str value, void *field, struct err *e)
{
	char all[CHOICES_TEXT] = "";
	size_t n = 0;

	for (int i = 0; row->choices[i] != NULL; i++) {
		if (str_eq(value, str_of(row->choices[i]))) {
			memcpy(field, &i, sizeof i);
			return true;
		}
		if (n < sizeof all)
			n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i > 0 ? ", " : "", row->choices[i]);
	}
	return fail(e, ERR_INPUT, NULL, "%s: one of %s is expected, not %.*s", where, all, STR_ARG(value));
}

static bool
value_set(const struct config_row *row, const char *where, str value, void *out, struct arena *a, struct err *e)
{
	void *field = (char *)out + row->at;
	bool yes = str_eq(value, S("yes"));
	str copy;

	if (value.n == 0)
		return fail(e, ERR_INPUT, NULL, "%s: the value is missing", where);
	if (!str_is_text(value) || memchr(value.p, '\n', value.n) != NULL)
		return fail(e, ERR_INPUT, NULL, "%s: bytes that are not UTF-8, or a control character", where);
	switch (row->kind) {
	case CONFIG_TEXT:
	case CONFIG_PATH:
		if (!arena_copy(a, value, &copy, e))
			return false;
		memcpy(field, &copy, sizeof copy);
		return true;
	case CONFIG_NUMBER:
	case CONFIG_SIZE:
	case CONFIG_DURATION:
		return count_set(row, where, value, field, e);
	case CONFIG_BOOL:
		if (!yes && !str_eq(value, S("no")))
			return fail(e, ERR_INPUT, NULL, "%s: yes or no is expected, not %.*s", where, STR_ARG(value));
		memcpy(field, &yes, sizeof yes);
		return true;
	case CONFIG_CHOICE:
		return choice_set(row, where, value, field, e);
	}
	return false;
}

/* The row called name. *seen has a bit for each row that had a value. */
static bool
row_find(const struct config_row *rows, const char *where, str name, uint64_t *seen,
    const struct config_row **out, struct err *e)
{
	for (size_t i = 0; i < CONFIG_ROWS_MAX && rows[i].name != NULL; i++) {
		if (!str_eq(name, str_of(rows[i].name)))
			continue;
		if ((*seen >> i & 1) != 0)
			return fail(e, ERR_INPUT, NULL, "%s: %s stands there twice", where, rows[i].name);
		*seen |= UINT64_C(1) << i;
		*out = &rows[i];
		return true;
	}
	return fail(e, ERR_INPUT, NULL, "%s: there is no setting %.*s", where, STR_ARG(name));
}

bool
config_defaults(const struct config_row *rows, void *out, struct arena *a, struct err *e)
{
	for (const struct config_row *row = rows; row->name != NULL; row++)
		if (row->value != NULL && !value_set(row, row->name, str_of(row->value), out, a, e))
			return false;
	return true;
}

bool
config_parse(str text, const char *file, const struct config_row *rows, void *out, struct arena *a,
    struct err *e)
{
	str rest = text;
	uint64_t seen = 0;

	if (text.n > CONFIG_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%zu bytes, at most %d allowed", text.n, CONFIG_MAX);
	for (size_t number = 1; rest.n > 0; number++) {
		const struct config_row *row;
		char where[WHERE];
		str line, name;

		if (!str_cut(&rest, '\n', &line)) {
			line = rest;
			rest.n = 0;
		}
		line = trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		/* A long name loses its end, never its line. */
		(void)snprintf(where, sizeof where, "%.80s:%zu", file, number);
		if (!str_cut(&line, '=', &name))
			return fail(e, ERR_INPUT, NULL, "%s: \"name = value\" is expected", where);
		if (!row_find(rows, where, trim(name), &seen, &row, e)
		    || !value_set(row, where, trim(line), out, a, e))
			return false;
	}
	return true;
}

bool
config_args(char *const *argv, size_t n, const struct config_row *rows, void *out, size_t *used,
    struct arena *a, struct err *e)
{
	uint64_t seen = 0;
	size_t i = 0;

	while (i < n && strncmp(argv[i], "--", 2) == 0) {
		const struct config_row *row;
		const char *where = argv[i++];
		str value = str_of(where + 2), name;

		if (value.n == 0)
			break;  /* "--": what follows is no option */
		if (!str_cut(&value, '=', &name)) {
			name = value;
			value.p = NULL;
		}
		if (!row_find(rows, where, name, &seen, &row, e))
			return false;
		if (value.p == NULL && row->kind == CONFIG_BOOL)
			value = S("yes");
		else if (value.p == NULL)
			value = i < n ? str_of(argv[i++]) : S("");
		if (!value_set(row, where, value, out, a, e))
			return false;
	}
	*used = i;
	return true;
}

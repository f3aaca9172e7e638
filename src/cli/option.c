/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/option.h"

#include <stdio.h>

static const struct option_row *
row_of_name(const struct option_row *rows, str name)
{
	for (; rows->help != NULL; rows++)
		if (rows->name != NULL && str_eq(name, str_of(rows->name)))
			return rows;
	return NULL;
}

static const struct option_row *
row_of_letter(const struct option_row *rows, char letter)
{
	for (; rows->help != NULL; rows++)
		if (rows->letter == letter)
			return rows;
	return NULL;
}

static void
value_set(const struct option_row *row, void *into, const char *value)
{
	char *at = (char *)into + row->at;

	if (row->value == NULL)
		*(bool *)(void *)at = true;
	else
		memcpy(at, &value, sizeof value);
}

/* The value that stands in this argument, or in the next one. */
static bool
value_take(const struct option_row *row, const char *here, struct cmd *c, int *i, void *into, struct err *e)
{
	if (row->value == NULL) {
		if (here != NULL)
			return fail(e, ERR_INPUT, NULL, "--%s takes no value", row->name);
	} else if (here == NULL) {
		if (*i + 1 == c->argc)
			return fail(e, ERR_INPUT, NULL, "%s: its value, %s, is missing", c->argv[*i], row->value);
		here = c->argv[++*i];
	}
	value_set(row, into, here);
	return true;
}

static bool
long_take(const struct option_row *rows, struct cmd *c, int *i, void *into, struct err *e)
{
	const char *text = c->argv[*i] + 2, *equals = strchr(text, '=');
	str name = equals != NULL ? (str){ text, (size_t)(equals - text) } : str_of(text);
	const struct option_row *row = row_of_name(rows, name);

	if (row == NULL)
		return fail(e, ERR_INPUT, NULL, "there is no option --%.*s", STR_ARG(name));
	return value_take(row, equals != NULL ? equals + 1 : NULL, c, i, into, e);
}

/* "-ab": flags; "-ovalue" or "-o value". */
static bool
short_take(const struct option_row *rows, struct cmd *c, int *i, void *into, struct err *e)
{
	for (const char *p = c->argv[*i] + 1; *p != '\0'; p++) {
		const struct option_row *row = row_of_letter(rows, *p);

		if (row == NULL)
			return fail(e, ERR_INPUT, NULL, "there is no option -%.*s", 1, p);
		if (row->value != NULL)
			return value_take(row, p[1] != '\0' ? p + 1 : NULL, c, i, into, e);
		value_set(row, into, NULL);
	}
	return true;
}

bool
options_read(const struct option_row *rows, struct cmd *c, void *into, struct err *e)
{
	int kept = 1;
	bool over = false;

	for (int i = 1; i < c->argc; i++) {
		char *arg = c->argv[i];

		if (over || arg[0] != '-' || arg[1] == '\0')
			c->argv[kept++] = arg;
		else if (strcmp(arg, "--") == 0)
			over = true;
		else if (arg[1] == '-' ? !long_take(rows, c, &i, into, e) : !short_take(rows, c, &i, into, e))
			return false;
	}
	c->argc = kept;
	return true;
}

void
options_print(FILE *out, const struct option_row *rows, enum lang lang)
{
	for (; rows->help != NULL; rows++) {
		char names[80];

		(void)snprintf(names, sizeof names, "%c%c%s%s%s%s%s", rows->letter ? '-' : ' ', rows->letter
		    ? rows->letter : ' ',
		    rows->letter && rows->name ? ", " : "  ", rows->name ? "--" : "", rows->name ? rows->name : "",
		    rows->value ? " " : "", rows->value ? rows->value : "");
		fprintf(out, "\t%-28s %s\n", names, msg(lang, rows->help));
	}
}

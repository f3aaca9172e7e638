/* SPDX-License-Identifier: Apache-2.0 */
/* mksql - turns the named statements of sql/ into C, at build time.
 *
 *   mksql enum   sql/x.sql ...           enum sql, a constant each
 *   mksql text   sql/x.sql ...           their texts, in the same order
 *   mksql schema sql/schema/0001.sql ... the steps of the schema
 *
 * A statement follows "-- name: noun_verb" and ends with the line that ends
 * with ';'. Refused: a parameter whose first use is out of order ("$2" before
 * "$1": SQLite numbers them by first use, PostgreSQL by name), a name twice, a
 * statement without a name, a gap between the schema's files. */
#include "literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1000, NAME_SIZE = 64 };

static const char *file;
static int line_no;
static char names[NAMES_MAX][NAME_SIZE];
static int n_names;

static void
refuse(const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", file, line_no, why);
	exit(65);
}

static void
name_add(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (n == 0 || n >= NAME_SIZE || name[n] != '\0')
		refuse("a name is lower-case letters, digits and _");
	for (int i = 0; i < n_names; i++)
		if (strcmp(names[i], name) == 0)
			refuse("this name is taken");
	if (n_names == NAMES_MAX)
		refuse("too many statements");
	memcpy(names[n_names++], name, n + 1);
}

/* A '$' inside a string is no parameter. */
static void
parameters_check(const char *sql)
{
	long highest = 0;

	for (bool quoted = false; *sql != '\0'; sql++) {
		quoted ^= *sql == '\'';
		if (quoted || *sql != '$')
			continue;
		long number = strtol(sql + 1, NULL, 10);
		if (number < 1 || number > highest + 1)
			refuse("parameters are first used in the order $1, $2, ...");
		if (number > highest)
			highest = number;
	}
}

/* Reads one file; prints each statement as a row of an array if print is set. */
static void
file_read(bool named, bool print)
{
	char sql[LITERAL_MAX] = "", line[1024];
	bool open = !named;  /* may a statement begin or go on here? */
	FILE *in = fopen(file, "r");

	if (in == NULL)
		refuse("cannot be read");
	for (line_no = 1; fgets(line, sizeof line, in) != NULL; line_no++) {
		size_t n = strcspn(line, "\n"), have = strlen(sql);

		if (line[n] != '\n')
			refuse("a line of more than 1,022 bytes, or without its end");
		if (named && strncmp(line, "-- name: ", 9) == 0) {
			if (open)
				refuse("the statement above has no ';' at the end of a line");
			line[n] = '\0';
			name_add(line + 9);
			open = true;
		}
		if (n == 0 || strncmp(line, "--", 2) == 0)
			continue;
		if (!open)
			refuse("a statement without '-- name: '");
		if (have + n + 2 > sizeof sql)
			refuse("a statement of more than 4,000 bytes");
		memcpy(sql + have, line, n + 1);
		sql[have + n + 1] = '\0';
		if (line[n - 1] != ';')
			continue;
		parameters_check(sql);
		if (print) {
			putchar('\t');
			literal_print(sql, strlen(sql) - 2);
			puts(",");
		}
		sql[0] = '\0';
		open = !named;
	}
	if (sql[0] != '\0' || (named && open))
		refuse("the last statement has no ';' at the end of a line");
	fclose(in);
}

static void
print_enum(char **files, int n)
{
	for (int i = 0; i < n; i++) {
		file = files[i];
		file_read(true, false);
	}
	printf("enum sql {\n");
	for (int i = 0; i < n_names; i++) {
		printf("\tSQL_");
		for (const char *c = names[i]; *c != '\0'; c++)
			putchar(toupper((unsigned char)*c));
		printf(",\n");
	}
	printf("\tSQL_COUNT\n};\n");
}

static void
print_text(char **files, int n)
{
	printf("#include \"store/sql.h\"\n\nconst char *const sql_text[SQL_COUNT] = {\n");
	for (int i = 0; i < n; i++) {
		file = files[i];
		file_read(true, true);
	}
	printf("};\n");
}

static void
print_schema(char **files, int n)
{
	printf("#include \"store/sql.h\"\n\n");
	for (int i = 0; i < n; i++) {
		char wanted[16];

		file = files[i];
		line_no = 0;
		(void)snprintf(wanted, sizeof wanted, "%04d.sql", i + 1);
		if (strlen(file) < 8 || strcmp(file + strlen(file) - 8, wanted) != 0)
			refuse("schema files are 0001.sql, 0002.sql, ... without a gap");
		printf("static const char *const step_%d[] = {\n", i + 1);
		file_read(false, true);
		printf("\t0\n};\n\n");
	}
	printf("const char *const *const schema_steps[] = {");
	for (int i = 0; i < n; i++)
		printf(" step_%d,", i + 1);
	printf(" };\nconst int schema_version = %d;\n", n);
}

int
main(int argc, char **argv)
{
	static const struct { const char *name; void (*print)(char **files, int n); } outputs[] = {
		{ "enum", print_enum }, { "text", print_text }, { "schema", print_schema },
	};

	for (size_t i = 0; argc > 2 && i < sizeof outputs / sizeof *outputs; i++)
		if (strcmp(argv[1], outputs[i].name) == 0)
			return outputs[i].print(argv + 2, argc - 2), fflush(stdout) == 0 ? 0 : 74;
	return fprintf(stderr, "usage: mksql enum|text|schema FILE...\n"), 64;
}

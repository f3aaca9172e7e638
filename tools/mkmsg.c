/* SPDX-License-Identifier: Apache-2.0 */
/* mkmsg - turns po/LANG.po into the tables of base/words.h, at build time.
 *
 * Usage: mkmsg po/fr.po gen/xb.po > words.gen.c. Empty texts are left out.
 * Refused: a translation whose conversions are not those of its msgid (it may be
 * a printf format), a plural rule that is not arithmetic on n, another number of
 * forms than the rule has, a msgid twice, a fuzzy one. */
#include "literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS = 6, ROWS_MAX = 8000 };

static struct row { char *id, *many, *forms[FORMS]; } pool[ROWS_MAX], *rows = pool;
static size_t n_rows;  /* of this file; what the files before had stands before rows */
static const char *file;
static int line_no;

static void
refuse(const char *why, const char *what)
{
	fprintf(stderr, "%s:%d: %s: %s\n", file, line_no, why, what);
	exit(65);
}

/* The same in the same order; or none in a plural form, where the word may say it. */
static bool
conversions_agree(const char *id, const char *form, bool plural)
{
	if (plural && strchr(form, '%') == NULL)
		return true;
	while ((id = strchr(id, '%')) != NULL && (form = strchr(form, '%')) != NULL) {
		size_t n = 2 + strspn(id + 1, ".*lz");

		if (strncmp(id, form, n) != 0)
			return false;
		id += n;
		form += n;
	}
	return id == NULL && strchr(form, '%') == NULL;
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->id, ((const struct row *)b)->id);
}

static void
po_read(FILE *in)
{
	char line[8192], **to = NULL;

	rows += n_rows;
	n_rows = 0;
	for (line_no = 1; fgets(line, sizeof line, in) != NULL; line_no++) {
		struct row *row = &rows[n_rows ? n_rows - 1 : 0];
		int form = 0;

		if (strncmp(line, "#,", 2) == 0 && strstr(line, "fuzzy") != NULL)
			refuse("mend it, or leave msgstr empty", line);
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (strncmp(line, "msgid ", 6) == 0 && rows + n_rows < pool + ROWS_MAX) {
			rows[n_rows] = (struct row){ 0 };
			to = &rows[n_rows++].id;
		} else if (n_rows > 0 && strncmp(line, "msgid_plural ", 13) == 0)
			to = &row->many;
		else if (n_rows > 0 && (strncmp(line, "msgstr ", 7) == 0 || sscanf(line, "msgstr[%1d]", &form) == 1))
			to = form < FORMS ? &row->forms[form] : NULL;
		else if (line[0] != '"')
			to = NULL;
		if (to == NULL || !literal_add(to, line))
			refuse("not a line of a .po file that is known here", line);
	}
	if (n_rows == 0 || rows[0].id[0] != '\0' || rows[0].forms[0] == NULL)
		refuse("the header, msgid \"\", is missing", file);
}

static void
row_print(const struct row *r, int n_forms)
{
	int n = 0;

	while (n < FORMS && r->forms[n] != NULL)
		n++;
	if (n != (r->many ? n_forms : 1))
		refuse("not as many forms as nplurals", r->id);
	printf("\t{ ");
	literal_print(r->id, strlen(r->id));
	for (int i = 0; i < n; i++) {
		if (!conversions_agree(r->many ? r->many : r->id, r->forms[i], r->many != NULL))
			refuse("the conversions differ from those of the msgid", r->forms[i]);
		fputs(i == 0 ? ", { " : ", ", stdout);
		literal_print(r->forms[i], strlen(r->forms[i]));
	}
	printf(" } },\n");
}

static void
po_print(const char *lang)
{
	const char *plurals = strstr(rows[0].forms[0], "nplurals=");
	const char *rule = plurals ? strstr(plurals, "plural=(") : NULL;
	size_t n = rule ? strcspn(rule += 7, ";\n") : 0;
	int n_forms = plurals ? plurals[9] - '0' : 0;

	if (n_forms < 1 || n_forms > FORMS || rule == NULL || strspn(rule, "n0123456789 ()?:<>=!&|%") < n)
		refuse("the header needs Plural-Forms: nplurals=1 to 6; plural=(arithmetic on n)", file);
	qsort(rows, n_rows, sizeof *rows, by_id);
	printf("enum { %s_forms = %d };\n", lang, n_forms);
	printf("static size_t %s_form(size_t n) { return (size_t)(%.*s); }\n", lang, (int)n, rule);
	printf("static const struct word %s_words[] = {\n", lang);
	for (size_t i = 1; i < n_rows; i++) {
		if (strcmp(rows[i].id, rows[i - 1].id) == 0)
			refuse("a msgid twice", rows[i].id);
		if (rows[i].forms[0] != NULL && rows[i].forms[0][0] != '\0')
			row_print(&rows[i], n_forms);
	}
	printf("};\n\n");
}

int
main(int argc, char **argv)
{
	printf("#include \"base/words.h\"\n\n");
	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(file = argv[i], "r");
		size_t n = strlen(file);

		if (in == NULL || n < 5 || strcmp(file + n - 3, ".po") != 0)
			refuse("cannot be read, or is no LANG.po", file);
		po_read(in);
		fclose(in);
		po_print((char[]){ file[n - 5], file[n - 4], '\0' });
	}
	printf("const struct words words[LANG_COUNT] = {\n");
	for (int i = 1; i < argc; i++) {
		const char *l = argv[i] + strlen(argv[i]) - 5;

		printf("\t[LANG_%c%c] = { %.2s_words, sizeof %.2s_words / sizeof *%.2s_words, %.2s_forms,"
		    " %.2s_form },\n", toupper((unsigned char)l[0]), toupper((unsigned char)l[1]), l, l, l, l, l);
	}
	printf("};\n");
	return fflush(stdout) == 0 ? 0 : 74;
}

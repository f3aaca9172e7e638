/* SPDX-License-Identifier: Apache-2.0 */
/* mkview - turns views/NAME.html into the C function view_NAME, at build time.
 *
 *   {{% param T *p }}   what the view is given; its first line
 *   {{ x }}             x, escaped by its type and its place: see base/html.h
 *   {{_ "English" }}    text in the reader's language
 *   {{_n "one file", "%zu files", n }}   the same for a count
 *   {{% if (...) }} {{% for (...) }} {{% else }} {{% end }}   plain C
 *   {{@ x }}            of a struct asset *: its address as a whole <link href> or
 *                       <script src>, its digest as a whole integrity
 *   {{# why }}          a comment that stays here
 *
 * {{ }} is refused wherever escaping could not make it harmless: see place.h.
 * A link to a path of ours, <a href="/x"> or <form action="/x">, gets the
 * reader's language put before it, so that a chosen language stays chosen.
 *
 * Usage: mkview views/NAME.html > NAME.c */
#include "literal.h"
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32, VIEW_MAX = 1 << 20 };

static const char *file;
static int line = 1;
static struct place at, began[DEPTH_MAX];  /* began: where each open block did */
static int depth;

_Noreturn void
refuse(const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, why);
	exit(65);
}

static void
text(const char *p, const char *end)
{
	for (size_t n; p < end; p += n) {
		n = end - p > LITERAL_MAX ? LITERAL_MAX : (size_t)(end - p);
		printf("\tbuf_add(b, ");
		literal_print(p, n);
		printf(", %zu);\n", n);
	}
}

static void
literal(const char *p, const char *end)
{
	for (const char *c = p; c < end; c++) {
		if (*c == '/' && place_begins_link(&at)) {
			text(p, c);
			p = c;
			printf("\thtml_base(b, r);\n");
		}
		place_step(&at, c);
		line += *c == '\n';
	}
	text(p, end);
}

static void
call(const char *function, const char *first, const char *args, int n)
{
	printf("#line %d \"%s\"\n\t%s(b, %s%.*s);\n", line, file, function, first, n, args);
}

static void
escape(const char *in, int n)
{
	const char *escaper = place_escaper(&at);
	call(escaper, strcmp(escaper, "html_url") == 0 ? "r, " : "", in, n);
}

static void
words(const char *in, int n)
{
	const char *escaper = place_escaper(&at);

	if (strcmp(escaper, "html") != 0 && strcmp(escaper, "html_attr") != 0)
		refuse("{{_ }} in a link");
	if (in[1] == 'n')
		call("html_msg_n", "r->lang,", in + 2, n - 2);
	else
		call("html_msg", "r->lang,", in + 1, n - 1);
}

static void
block(const char *in, int n)
{
	if (strncmp(in, "% if ", 5) == 0 || strncmp(in, "% for ", 6) == 0) {
		if (!place_takes_block(&at) || depth == DEPTH_MAX)
			refuse("a block cannot begin here");
		began[depth++] = at;
		printf("#line %d \"%s\"\n\t%.*s {\n", line, file, n - 2, in + 2);
		return;
	}
	if (strncmp(in, "% else ", 7) != 0 && strncmp(in, "% end ", 6) != 0)
		refuse("not one of if, for, else, end; or a param after the first line");
	if (depth == 0)
		refuse("no block is open here");
	if (!place_is_same(&at, &began[depth - 1]))
		refuse("the block ends in another tag or attribute than it began in");
	if (in[3] == 'l') {
		printf("\t} else {\n");
	} else {
		printf("\t}\n");
		depth--;
	}
}

int
main(int argc, char **argv)
{
	static char view[VIEW_MAX + 1];
	FILE *in = argc == 2 ? fopen(file = argv[1], "r") : NULL;
	size_t n = in ? fread(view, 1, VIEW_MAX, in) : 0;
	const char *name, *p, *open, *shut;

	if (in == NULL || n == VIEW_MAX)
		return fprintf(stderr, "usage: mkview views/NAME.html\n"), 64;
	name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	if (strlen(view) != n || strncmp(view, "{{% param ", 10) != 0 || (shut = strstr(view, " }}\n")) == NULL)
		refuse("the first line is {{% param T *p }}, and no NUL follows");
	printf("#include \"web/views.h\"\n\nvoid\nview_%.*s(struct buf *b, const struct reader *r, %.*s)\n{\n",
	    (int)strcspn(name, "."), name, (int)(shut - view) - 10, view + 10);
	printf("\t(void)r;\n\t(void)p;\n");
	for (p = shut + 4, line++; (open = strstr(p, "{{")) != NULL; p = shut + 2) {
		literal(p, open);
		if ((shut = strstr(open, "}}")) == NULL)
			refuse("{{ without }}");
		n = (size_t)(shut - open - 2);
		if (open[2] == '_')
			words(open + 2, (int)n);
		else if (open[2] == '%')
			block(open + 2, (int)n);
		else if (open[2] == '@')
			call(place_asset(&at), "", open + 3, (int)n - 1);
		else if (open[2] != '#')
			escape(open + 2, (int)n);
		if (strchr("%#", open[2]) != NULL && shut[2] == '\n') {
			shut++;  /* a directive's own line leaves no blank line */
			line++;
		}
	}
	literal(p, p + strlen(p));
	if (depth != 0 || at.in != BODY)
		refuse("{{% end }}, '>' or a closing tag is missing");
	printf("}\n");
	return fflush(stdout) == 0 ? 0 : 74;
}

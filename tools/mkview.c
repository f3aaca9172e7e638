/* SPDX-License-Identifier: Apache-2.0 */
/* mkview - turns views/NAME.html into the C function view_NAME, at build time.
 *
 *   {{% param T *p }}   what the view is given; its first line
 *   {{ x }}             x, escaped by its type and its place: see base/html.h
 *   {{_ "English" }}    text in the reader's language
 *   {{_n "one file", "%zu files", n }}   the same for a count
 *   {{@ base.css }}     in href and src the path of that asset, in integrity its digest
 *   {{% if (...) }} {{% for (...) }} {{% else }} {{% end }}   plain C
 *   {{# why }}          a comment that stays here
 *
 * {{ }} is refused wherever escaping could not make it harmless: see place.h.
 *
 * Usage: mkview views/NAME.html > NAME.c */
#include "literal.h"
#include "place.h"

#include <ctype.h>
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
literal(const char *p, const char *end)
{
	for (const char *c = p; c < end; c++) {
		place_step(&at, c);
		line += *c == '\n';
	}
	for (size_t n; p < end; p += n) {
		n = end - p > LITERAL_MAX ? LITERAL_MAX : (size_t)(end - p);
		printf("\tbuf_add(b, ");
		literal_print(p, n);
		printf(", %zu);\n", n);
	}
}

static void
call(const char *function, const char *first, const char *args, int n)
{
	printf("#line %d \"%s\"\n\t%s(b, %s%.*s);\n", line, file, function, first, n, args);
}

static void
words(const char *in, int n)
{
	const char *escaper = place_escaper(&at);

	if (strcmp(escaper, "html") != 0 && strcmp(escaper, "html_attr") != 0)
		refuse("{{_ }} in a link");
	if (in[1] == 'n')
		call("html_msg_n", "lang,", in + 2, n - 2);
	else
		call("html_msg", "lang,", in + 1, n - 1);
}

/* The field of struct asset for {{@ }} here, which is the whole value. */
static const char *
asset_field(void)
{
	static const struct { const char *tag, *attr, *field; } places[] = {
		{ "a", "href", "path" }, { "img", "src", "path" }, { "link", "href", "path" },
		{ "link", "integrity", "sri" }, { "script", "src", "path" }, { "script", "integrity", "sri" },
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (at.in == VALUE && at.start[0] == '\0' && !at.whole
		    && strcmp(at.tag, places[i].tag) == 0 && strcmp(at.attr, places[i].attr) == 0) {
			at.whole = true;
			return places[i].field;
		}
	refuse("an asset is the whole href, src or integrity of an a, img, link or script");
}

/* The name becomes a constant: an asset that does not exist does not compile. */
static void
asset(const char *in, int n)
{
	const char *field = asset_field();
	int length = (int)strspn(in, "abcdefghijklmnopqrstuvwxyz0123456789_.");

	if (length == 0 || strncmp(in + length, " }}", 3) != 0 || n != length + 1)
		refuse("{{@ NAME }}: lower-case letters, digits, _ and '.'");
	printf("#line %d \"%s\"\n\tbuf_str(b, assets[ASSET_", line, file);
	for (int i = 0; i < length; i++)
		putchar(in[i] == '.' ? '_' : toupper((unsigned char)in[i]));
	printf("].%s);\n", field);
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
	static char text[VIEW_MAX + 1];
	FILE *in = argc == 2 ? fopen(file = argv[1], "r") : NULL;
	size_t n = in ? fread(text, 1, VIEW_MAX, in) : 0;
	const char *name, *p, *open, *shut;

	if (in == NULL || n == VIEW_MAX)
		return fprintf(stderr, "usage: mkview views/NAME.html\n"), 64;
	name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	if (strlen(text) != n || strncmp(text, "{{% param ", 10) != 0 || (shut = strstr(text, " }}\n")) == NULL)
		refuse("the first line is {{% param T *p }}, and no NUL follows");
	printf("#include \"web/asset.h\"\n#include \"web/views.h\"\n\n");
	printf("void\nview_%.*s(struct buf *b, enum lang lang, %.*s)\n{\n",
	    (int)strcspn(name, "."), name, (int)(shut - text) - 10, text + 10);
	printf("\t(void)lang;\n\t(void)p;\n");
	for (p = shut + 4, line++; (open = strstr(p, "{{")) != NULL; p = shut + 2) {
		literal(p, open);
		if ((shut = strstr(open, "}}")) == NULL)
			refuse("{{ without }}");
		n = (size_t)(shut - open - 2);
		if (open[2] == '_')
			words(open + 2, (int)n);
		else if (strncmp(open, "{{@ ", 4) == 0)
			asset(open + 4, (int)n - 2);
		else if (open[2] == '%')
			block(open + 2, (int)n);
		else if (open[2] != '#')
			call(place_escaper(&at), "", open + 2, (int)n);
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

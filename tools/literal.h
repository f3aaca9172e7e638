/* SPDX-License-Identifier: Apache-2.0 */
/* literal.h - C string literals, for the tools that write C.
 *
 * C17 5.2.4.1 promises 4,095 characters a literal, so a caller cuts at
 * LITERAL_MAX. '?' is escaped when printed: "??!" would be a trigraph. */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LITERAL_MAX = 4000 };

static inline void
literal_print(const char *p, size_t n)
{
	putchar('"');
	for (; n > 0; n--, p++)
		if (*p == '\n')
			fputs("\\n", stdout);
		else if (*p == '"' || *p == '\\' || *p == '?')
			printf("\\%c", *p);
		else if (*p < ' ' || *p > '~')
			printf("\\%03o", (unsigned)(unsigned char)*p);
		else
			putchar(*p);
	putchar('"');
}

/* Adds the first literal of line to *to. False where there is none, or one that
 * does not end, has an escape other than \n \t \" \\ or grows past LITERAL_MAX. */
static inline bool
literal_add(char **to, const char *line)
{
	const char *p = strchr(line, '"');
	size_t n = *to ? strlen(*to) : 0;

	if (p == NULL || (*to = realloc(*to, n + strlen(p))) == NULL)
		return false;
	while (*++p != '"') {
		char c = *p;

		if (c == '\\')
			c = *++p == 'n' ? '\n' : *p == 't' ? '\t' : *p == '"' || *p == '\\' ? *p : '\0';
		if (c == '\0' || n == LITERAL_MAX)
			return false;
		(*to)[n++] = c;
	}
	(*to)[n] = '\0';
	return true;
}

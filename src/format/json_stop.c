/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_read.h"

#include <stdio.h>

enum { FOUND_MAX = 100 };

/* Each text is filled with line, column and what was found; the third column is
 * for a text that ends there. */
static const struct { const char *rule, *text, *end; } problems[PROBLEM_COUNT] = {
	[WANT_VALUE]    = { "RFC 8259 3", N_("line %zu, column %zu: a value is expected, not %s"),
	                    N_("line %zu, column %zu: the text ends where a value is expected") },
	[WANT_KEY]      = { "RFC 8259 4", N_("line %zu, column %zu: a key in quotation marks is expected, not %s"),
	                    N_("line %zu, column %zu: the text ends where a key is expected") },
	[WANT_COLON]    = { "RFC 8259 4", N_("line %zu, column %zu: a colon is expected after the key, not %s"),
	                    N_("line %zu, column %zu: the text ends where a colon is expected") },
	[WANT_PAIR]     = { "RFC 8259 4",
	    N_("line %zu, column %zu: a comma or the end of the object is expected, not %s"),
	                    N_("line %zu, column %zu: the text ends inside an object") },
	[WANT_ITEM]     = { "RFC 8259 5",
	    N_("line %zu, column %zu: a comma or the end of the array is expected, not %s"),
	                    N_("line %zu, column %zu: the text ends inside an array") },
	[WANT_END]      = { "RFC 8259 2",
	    N_("line %zu, column %zu: nothing may follow the value, but here is %s"), NULL },
	[WANT_WORD]     = { "RFC 8259 3", N_("line %zu, column %zu: the only words are true, false and null"), NULL },
	[WANT_DIGIT]    = { "RFC 8259 6", N_("line %zu, column %zu: a digit is expected, not %s"),
	                    N_("line %zu, column %zu: the text ends where a digit is expected") },
	[WANT_HEX]      = { "RFC 8259 7", N_("line %zu, column %zu: a hexadecimal digit is expected, not %s"),
	                    N_("line %zu, column %zu: the text ends inside a string") },
	[NO_ZERO_FIRST] = { "RFC 8259 6", N_("line %zu, column %zu: a number with a zero too many in front"), NULL },
	[NO_CONTROL]    = { "RFC 8259 7", N_("line %zu, column %zu: %s must be escaped in a string"),
	                    N_("line %zu, column %zu: the text ends inside a string") },
	[NO_ESCAPE]     = { "RFC 8259 7", N_("line %zu, column %zu: %s after a backslash is no escape"),
	                    N_("line %zu, column %zu: the text ends inside a string") },
	[NO_UTF8]       = { "RFC 8259 8.1",
	    N_("line %zu, column %zu: bytes that are not UTF-8, beginning with %s"), NULL },
	[NO_MARK]       = { "RFC 8259 8.1", N_("line %zu, column %zu: a byte order mark"), NULL },
	[NO_SURROGATE]  = { "RFC 7493 2.1", N_("line %zu, column %zu: half of a surrogate pair"), NULL },
	[NO_NUL]        = { "RFC 8259 9", N_("line %zu, column %zu: a NUL in a key"), NULL },
	[NO_DEEPER]     = { "RFC 8259 9",
	    N_("line %zu, column %zu: more than 256 arrays and objects around one another"), NULL },
	[NO_SECOND]     = { "RFC 7493 2.3", N_("line %zu, column %zu: the key \"%s\" stands there twice"), NULL },
};
_Static_assert(JSON_DEPTH_MAX == 256, "the text of NO_DEEPER says so");

static bool
stop_with(const struct json_reader *r, const char *at, enum json_problem problem, const char *found)
{
	size_t line = 1, column = 1;

	for (const char *p = r->text.p; p < at; p++) {
		line += *p == '\n';
		column = *p == '\n' ? 1 : column + (((unsigned char)*p & 0xc0) != 0x80);
	}
	return fail(r->e, ERR_INPUT, problems[problem].rule,
	    at == r->end && problems[problem].end != NULL ? problems[problem].end : problems[problem].text,
	    line, column, found);
}

bool
json_stop(const struct json_reader *r, const char *at, enum json_problem problem)
{
	unsigned c = at == r->end ? 0 : (unsigned char)*at;
	char found[FOUND_MAX];

	(void)snprintf(found, sizeof found, c > ' ' && c < 0x7f ? "'%c'" : "0x%02x", c);
	return stop_with(r, at, problem, found);
}

const char *
json_stop_null(const struct json_reader *r, const char *at, enum json_problem problem)
{
	(void)json_stop(r, at, problem);
	return NULL;
}

bool
json_stop_twice(const struct json_reader *r, const struct json_node *key)
{
	str s = str_fit((str){ key->p, key->n }, FOUND_MAX - 1);
	char found[FOUND_MAX] = { 0 };
	struct json v = { key };

	if (s.n > 0)
		memcpy(found, s.p, s.n);
	return stop_with(r, r->text.p + json_offset(v, r->text), NO_SECOND, found);
}

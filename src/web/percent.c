/* SPDX-License-Identifier: Apache-2.0 */
#include "web/percent.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
percent_decode(str s, bool is_form, struct arena *a, str *out, struct err *e)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	if (p == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", s.n);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			int high = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1;
			int low = high < 0 ? -1 : hex_digit(s.p[i + 2]);

			if (low < 0)
				return fail(e, ERR_INPUT, "RFC 3986 2.1",
				    "a percent sign without two hex digits after it");
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && is_form) {
			c = ' ';
		}
		if (c == '\0')
			return fail(e, ERR_INPUT, NULL, "a NUL byte");
		p[n++] = c;
	}
	*out = (str){ p, n };
	return true;
}

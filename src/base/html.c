/* SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"

#include <inttypes.h>

void
html_str(struct buf *b, str s)
{
	static const char *const escape[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
	};
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *x = escape[(unsigned char)s.p[i]];
		if (x == NULL)
			continue;
		buf_add(b, s.p + from, i - from);
		buf_add(b, x, strlen(x));
		from = i + 1;
	}
	if (s.n > from)
		buf_add(b, s.p + from, s.n - from);
}

void html_safe(struct buf *b, struct safe_html h) { buf_str(b, h.s); }
void html_i64(struct buf *b, int64_t v) { buf_fmt(b, "%" PRId64, v); }
void html_u64(struct buf *b, uint64_t v) { buf_fmt(b, "%" PRIu64, v); }
void html_base(struct buf *b, const struct reader *r) { html_str(b, r->base); }

void
html_url(struct buf *b, const struct reader *r, struct url u)
{
	if (u.s.n > 0 && u.s.p[0] == '/')
		html_base(b, r);
	html_str(b, u.s);
}

void
html_segment(struct buf *b, str s)
{
	static const char unreserved[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	/* Browsers climb at "..", and at "%2e%2e" too: no encoding helps. */
	if (str_eq(s, S(".")) || str_eq(s, S("..")))
		return;
	for (size_t i = 0; i < s.n; i++)
		if (memchr(unreserved, s.p[i], sizeof unreserved - 1) != NULL)
			buf_add(b, s.p + i, 1);
		else
			buf_fmt(b, "%%%02X", (unsigned)(unsigned char)s.p[i]);
}

void
html_msg(struct buf *b, enum lang lang, const char *id)
{
	html_str(b, str_of(msg(lang, id)));
}

void
html_msg_n(struct buf *b, enum lang lang, const char *one, const char *many, size_t n)
{
	const char *text = msg_n(lang, one, many, n), *number = strstr(text, "%zu");

	if (number == NULL) {
		html_str(b, str_of(text));
		return;
	}
	html_str(b, (str){ text, (size_t)(number - text) });
	html_u64(b, n);
	html_str(b, str_of(number + 3));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_read.h"

#include "format/json_scan.h"

/* What stands for one byte after a backslash. */
static const char letters[256] = {
	['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
};

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* The code unit of the four digits at p, which are there. */
static unsigned
hex_unit(const char *p)
{
	return (unsigned)hex_digit(p[0]) << 12 | (unsigned)hex_digit(p[1]) << 8
	    | (unsigned)hex_digit(p[2]) << 4 | (unsigned)hex_digit(p[3]);
}

static const char *
check_hex(const struct json_reader *r, const char *p)
{
	for (int i = 0; i < 4; i++, p++)
		if (p == r->end || hex_digit(*p) < 0)
			return json_stop_null(r, p, WANT_HEX);
	return p;
}

/* The end of the escape at p, a backslash. */
static const char *
check_escape(const struct json_reader *r, const char *p)
{
	const char *q = p + 1;
	unsigned unit;

	if (q == r->end)
		return json_stop_null(r, q, NO_ESCAPE);
	if (*q != 'u')
		return letters[(unsigned char)*q] != 0 ? q + 1 : json_stop_null(r, q, NO_ESCAPE);
	if ((q = check_hex(r, q + 1)) == NULL)
		return NULL;
	unit = hex_unit(q - 4);
	if (unit < 0xd800 || unit > 0xdfff)
		return q;
	if (unit > 0xdbff || r->end - q < 2 || q[0] != '\\' || q[1] != 'u')
		return json_stop_null(r, p, NO_SURROGATE);
	if ((q = check_hex(r, q + 2)) == NULL)
		return NULL;
	unit = hex_unit(q - 4);
	return unit >= 0xdc00 && unit <= 0xdfff ? q : json_stop_null(r, p, NO_SURROGATE);
}

static char *
put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* Writes the bytes from p to end, checked already, with escapes undone. What is
 * written is never longer than what was read, so end - p bytes are room enough,
 * also for scan_copy(), which may write beyond what it copies. */
static char *
unescape(char *to, const char *p, const char *end)
{
	for (;;) {
		const char *q = scan_copy(to, p, end);
		uint32_t c;

		to += q - p;
		if (q == end)
			return to;
		if (q[1] != 'u') {
			*to++ = letters[(unsigned char)q[1]];
			p = q + 2;
			continue;
		}
		c = hex_unit(q + 2);
		p = q + 6;
		if (c >= 0xd800 && c <= 0xdfff) {
			c = 0x10000 + ((c - 0xd800) << 10) + (hex_unit(p + 2) - 0xdc00);
			p += 6;
		}
		to = put_utf8(to, c);
	}
}

const char *
json_rough_string(struct json_reader *r, const char *p, const char *q, struct json_node *node)
{
	bool escaped = false;
	const char **origin;
	char *bytes;

	for (; q != r->end && *q != '"'; q = scan_plain(q, r->end)) {
		if (*q == '\\') {
			if ((q = check_escape(r, q)) == NULL)
				return NULL;
			escaped = true;
		} else if ((unsigned char)*q < ' ') {
			return json_stop_null(r, q, NO_CONTROL);
		} else {
			int n = scan_utf8(q, r->end);

			if (n < 0)
				return json_stop_null(r, q, NO_UTF8);
			q += n;
		}
	}
	if (q == r->end)
		return json_stop_null(r, q, NO_CONTROL);
	*node = (struct json_node){ p, (uint32_t)(q - p), JSON_STRING | JSON_ONE };
	if (escaped) {
		size_t size = sizeof *origin + node->n;

		if ((origin = arena_take(r->arena, size)) == NULL) {
			(void)fail(r->e, ERR_MEMORY, NULL, "no room for %zu bytes", size);
			return NULL;
		}
		*origin = p;
		bytes = (char *)(origin + 1);
		*node = (struct json_node){ bytes, (uint32_t)(unescape(bytes, p, q) - bytes),
		    JSON_STRING | JSON_ESCAPED | JSON_ONE };
	}
	return q + 1;
}

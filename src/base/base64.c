/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* A digit's value with GOOD set; 0 for every other byte. */
enum { GOOD = 0x40 };
#define D(c, v) [c] = GOOD | (v)
#define D4(c, v) D(c, v), D((c) + 1, (v) + 1), D((c) + 2, (v) + 2), D((c) + 3, (v) + 3)
#define D24(c, v) D4(c, v), D4((c) + 4, (v) + 4), D4((c) + 8, (v) + 8), D4((c) + 12, (v) + 12), \
	D4((c) + 16, (v) + 16), D4((c) + 20, (v) + 20)
static const uint8_t values[256] = {
	D24('A', 0), D('Y', 24), D('Z', 25), D24('a', 26), D('y', 50), D('z', 51),
	D4('0', 52), D4('4', 56), D('8', 60), D('9', 61), D('+', 62), D('/', 63),
};
#undef D
#undef D4
#undef D24

size_t
base64_write(const uint8_t *bytes, size_t n, enum base64_form form, char *out)
{
	char *to = out;
	size_t i = 0;

	for (; n - i >= 3; i += 3, to += 4) {
		uint32_t v = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
		to[0] = digits[v >> 18];
		to[1] = digits[v >> 12 & 63];
		to[2] = digits[v >> 6 & 63];
		to[3] = digits[v & 63];
	}
	if (i < n) {
		uint32_t v = (uint32_t)bytes[i] << 16 | (n - i == 2 ? (uint32_t)bytes[i + 1] << 8 : 0);
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		if (n - i == 2)
			*to++ = digits[v >> 6 & 63];
		for (size_t pad = 3 - (n - i); form == BASE64_PADDED && pad > 0; pad--)
			*to++ = '=';
	}
	return (size_t)(to - out);
}

/* Takes the padding off s. */
static bool
unpad(str *s, enum base64_form form)
{
	if (form == BASE64_PADDED) {
		if (s->n % 4 != 0)
			return false;
		for (int i = 0; i < 2 && s->n > 0 && s->p[s->n - 1] == '='; i++)
			s->n--;
	}
	return s->n % 4 != 1;
}

static unsigned value_at(str s, size_t i) { return values[(unsigned char)s.p[i]]; }

/* Bytes from s, which has no padding; out may be NULL: then only the form counts. */
static bool
read_bare(str s, uint8_t *out)
{
	size_t i = 0, left = s.n % 4;

	for (; i + 4 <= s.n; i += 4) {
		unsigned a = value_at(s, i), b = value_at(s, i + 1), c = value_at(s, i + 2), d = value_at(s, i + 3);

		if ((a & b & c & d & GOOD) == 0)
			return false;
		if (out != NULL) {
			*out++ = (uint8_t)(a << 2 | (b & 63) >> 4);
			*out++ = (uint8_t)(b << 4 | (c & 63) >> 2);
			*out++ = (uint8_t)(c << 6 | (d & 63));
		}
	}
	if (left > 0) {
		unsigned a = value_at(s, i), b = value_at(s, i + 1), c = left == 3 ? value_at(s, i + 2) : GOOD;

		if ((a & b & c & GOOD) == 0 || (left == 2 ? b & 15 : c & 3) != 0)
			return false;
		if (out != NULL) {
			*out++ = (uint8_t)(a << 2 | (b & 63) >> 4);
			if (left == 3)
				*out = (uint8_t)(b << 4 | (c & 63) >> 2);
		}
	}
	return true;
}

bool
base64_check(str s, enum base64_form form, size_t *n)
{
	if (!unpad(&s, form) || !read_bare(s, NULL))
		return false;
	*n = s.n / 4 * 3 + (s.n % 4 == 0 ? 0 : s.n % 4 - 1);
	return true;
}

bool
base64_read(str s, enum base64_form form, uint8_t *out, size_t max, size_t *n)
{
	size_t size;

	if (!unpad(&s, form) || (size = s.n / 4 * 3 + (s.n % 4 == 0 ? 0 : s.n % 4 - 1)) > max || !read_bare(s, out))
		return false;
	*n = size;
	return true;
}

bool
base64_read_exactly(str s, enum base64_form form, uint8_t *out, size_t n)
{
	size_t got;

	return base64_read(s, form, out, n, &got) && got == n;
}

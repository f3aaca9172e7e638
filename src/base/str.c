/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/base64.h"

str
str_fit(str s, size_t max)
{
	if (s.n > max)
		for (s.n = max; s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80; s.n--)
			;
	return s;
}

bool
str_is_text(str s)
{
	/* The first byte's bits, how many follow, the least value that needs so many. */
	static const struct { unsigned mask, bits, follow; uint32_t least; } forms[] = {
		{ 0x80, 0x00, 0, ' ' }, { 0xe0, 0xc0, 1, 0xa0 }, { 0xf0, 0xe0, 2, 0x800 }, { 0xf8, 0xf0, 3, 0x10000 },
	};

	for (size_t i = 0; i < s.n; ) {
		unsigned first = (unsigned char)s.p[i++], f = 0;
		uint32_t c;

		while (f < 4 && (first & forms[f].mask) != forms[f].bits)
			f++;
		if (f == 4 || s.n - i < forms[f].follow)
			return false;
		c = first & ~forms[f].mask;
		for (unsigned k = 0; k < forms[f].follow; k++, i++) {
			if (((unsigned char)s.p[i] & 0xc0) != 0x80)
				return false;
			c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
		}
		if ((c < forms[f].least && !(f == 0 && c == '\n')) || c == 0x7f || (c >= 0xd800 && c <= 0xdfff)
		    || c > 0x10ffff)
			return false;
	}
	return true;
}

bool
str_cut(str *rest, char sep, str *part)
{
	const char *end = rest->n ? memchr(rest->p, sep, rest->n) : NULL;

	if (end == NULL)
		return false;
	*part = (str){ rest->p, (size_t)(end - rest->p) };
	*rest = (str){ end + 1, rest->n - part->n - 1 };
	return true;
}

bool
str_to_u64(str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';
		if (d > 9 || v > (UINT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool
str_from_base64(str s, uint8_t *out, size_t n)
{
	return base64_read_exactly(s, BASE64_PADDED, out, n);
}

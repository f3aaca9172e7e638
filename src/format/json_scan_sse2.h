/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_sse2.h - 16 bytes at a time, as every x86-64 can; see json_scan.h.
 * Nothing is read past end. */
#pragma once
#include "base/str.h"

#include <emmintrin.h>

/* The first of the bytes from p that is not plain, or end: a quote, a backslash,
 * a control character, a byte that is not ASCII. */
static inline const char *
scan_plain(const char *p, const char *end)
{
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* signed: what is not ASCII is negative, so less than a space as well */
		__m128i odd = _mm_or_si128(_mm_cmplt_epi8(v, space),
		    _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(odd);

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
	while (p != end && (signed char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* The first byte from p on that is not white space (RFC 8259 2), or end. */
static inline const char *
scan_space(const char *p, const char *end)
{
	const __m128i space = _mm_set1_epi8(' '), newline = _mm_set1_epi8('\n');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i gap = _mm_or_si128(_mm_cmpeq_epi8(v, space), _mm_cmpeq_epi8(v, newline));
		unsigned mask = ~(unsigned)_mm_movemask_epi8(gap) & 0xffff;

		if (mask != 0) {
			p += __builtin_ctz(mask);
			break;
		}
	}
	while (p != end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* Copies up to a backslash or end, and returns where that is. May write more
 * than that, never more than end - p bytes. */
static inline const char *
scan_copy(char *to, const char *p, const char *end)
{
	const __m128i backslash = _mm_set1_epi8('\\');

	for (; end - p >= 16; p += 16, to += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, backslash));

		_mm_storeu_si128((__m128i *)(void *)to, v);
		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
	while (p != end && *p != '\\')
		*to++ = *p++;
	return p;
}

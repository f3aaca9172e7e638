/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_plain.h - in plain C, for machines without SSE2; see json_scan.h and
 * json_scan_sse2.h, which says what each does. */
#pragma once
#include "base/str.h"

static inline const char *
scan_plain(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;

	for (; end - p >= 8; p += 8) {
		uint64_t v, quote, backslash;

		memcpy(&v, p, sizeof v);
		quote = v ^ ones * '"';
		backslash = v ^ ones * '\\';
		/* a byte under 0x20, under 1 (that is, equal) or over 0x7f leaves its top bit */
		if ((((v - ones * ' ') | (quote - ones) | (backslash - ones) | v) & tops) != 0)
			break;
	}
	while (p != end && (unsigned char)*p >= ' ' && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static inline const char *
scan_space(const char *p, const char *end)
{
	while (p != end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

static inline const char *
scan_copy(char *to, const char *p, const char *end)
{
	const char *stop = p == end ? NULL : memchr(p, '\\', (size_t)(end - p));

	if (stop == NULL)
		stop = end;
	if (stop != p)
		memcpy(to, p, (size_t)(stop - p));
	return stop;
}

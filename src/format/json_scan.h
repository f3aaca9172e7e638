/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan.h - the loops over bytes that the JSON reader and writer spend their
 * time in; for them alone. JSON_PORTABLE chooses those in plain C, for tests. */
#pragma once
#if defined __SSE2__ && !defined JSON_PORTABLE
#include "format/json_scan_sse2.h"
#else
#include "format/json_scan_plain.h"
#endif

/* Bytes of the UTF-8 character at p (Unicode 3.9, D92), which is not ASCII; or,
 * negative, how many bytes belong together and are none. */
static inline int
scan_utf8(const char *p, const char *end)
{
	unsigned first = (unsigned char)*p;
	unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	int n = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (first < 0xc2 || first > 0xf4)
		return -1;
	for (int i = 1; i < n; i++) {
		if (end - p == i || (unsigned char)p[i] < low || (unsigned char)p[i] > high)
			return -i;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base32.h"

size_t
base32_write(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint32_t bits = 0;
	size_t have = 0, made = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | bytes[i];
		for (have += 8; have >= 5; have -= 5)
			out[made++] = digits[bits >> (have - 5) & 31];
	}
	if (have > 0)
		out[made++] = digits[bits << (5 - have) & 31];
	return made;
}

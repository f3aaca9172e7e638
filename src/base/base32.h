/* SPDX-License-Identifier: Apache-2.0 */
/* base32.h - bytes as text in the alphabet of RFC 4648 6, in lower case and without
 * padding: names that survive being read aloud and typed. */
#pragma once
#include "base/str.h"

/* Characters that n bytes take. */
#define BASE32_SIZE(n) (((n) * 8 + 4) / 5)

/* Writes n bytes as text, without a NUL; how many characters is returned. */
size_t base32_write(const uint8_t *bytes, size_t n, char *out);

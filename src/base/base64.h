/* SPDX-License-Identifier: Apache-2.0 */
/* base64.h - bytes as text in the alphabet of RFC 4648 4.
 *
 * Reading is strict, as 3.5 there allows: a run of bytes has one text and no
 * other. White space, padding where there is none or none where there is, and
 * bits past the last byte are refused. */
#pragma once
#include "base/str.h"

enum base64_form { BASE64_PADDED, BASE64_BARE };  /* with '=' at the end, or without */

/* Characters that n bytes take. */
#define BASE64_PADDED_SIZE(n) (((n) + 2) / 3 * 4)
#define BASE64_BARE_SIZE(n)   (((n) * 8 + 5) / 6)

/* Writes n bytes as text, without a NUL; how many characters is returned. */
size_t base64_write(const uint8_t *bytes, size_t n, enum base64_form form, char *out);

/* How many bytes s holds, if it is well formed; false if not. */
bool base64_check(str s, enum base64_form form, size_t *n);

/* The bytes of s: at most max, or exactly n. What was written to out is no secret
 * kept when it fails: it may hold the good part. */
bool base64_read(str s, enum base64_form form, uint8_t *out, size_t max, size_t *n);
bool base64_read_exactly(str s, enum base64_form form, uint8_t *out, size_t n);

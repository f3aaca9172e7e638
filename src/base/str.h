/* SPDX-License-Identifier: Apache-2.0 */
/* str.h - a borrowed run of bytes: pointer and length, no NUL at the end.
 *
 * A str never owns memory. It points into the request body, an arena or the
 * program text, and is good for as long as that is. Pass it by value.
 * Floor 0: includes nothing of ours. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct { const char *p; size_t n; } str;

#define STR(lit)   { "" lit, sizeof(lit) - 1 }  /* in a static table */
#define S(lit)     ((str)STR(lit))              /* anywhere else */
#define STR_ARG(s) (int)((s).n > 4096 ? 4096 : (s).n), (s).p  /* for "%.*s" */

static inline bool str_eq(str a, str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
static inline str str_bytes(const void *p, size_t n) { return (str){ (const char *)p, n }; }
static inline str str_of(const char *c) { return (str){ c, c ? strlen(c) : 0 }; }

/* The first max bytes of s, or fewer: a UTF-8 character is not cut in two. */
str str_fit(str s, size_t max);

/* Valid UTF-8 (Unicode 3.9, D92) without control characters other than '\n'. */
bool str_is_text(str s);

/* Cuts the text up to and without sep off the front of *rest. False, with
 * nothing changed, when *rest holds no sep. */
bool str_cut(str *rest, char sep, str *part);

/* Decimal digits only, no sign, no leading zero, at most UINT64_MAX. */
bool str_to_u64(str s, uint64_t *out);

/* Standard base64 with padding that decodes to exactly n bytes. */
bool str_from_base64(str s, uint8_t *out, size_t n);

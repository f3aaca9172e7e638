/* SPDX-License-Identifier: Apache-2.0 */
/* name.h - names of files that came from a stranger.
 *
 * Source: docs/formats.md, leman/envelope/1. */
#pragma once
#include "base/arena.h"

enum { FILE_NAME_MAX = 255 };  /* bytes; what file systems hold */

/* 1 to 255 bytes of UTF-8 without '/', '\' and control characters; not "." or "..". */
bool file_name_check(str name, struct err *e) MUST_USE;

/* The last part of path, with '_' for what may not stand in a name. */
bool file_name_of(str path, struct arena *a, str *out, struct err *e) MUST_USE;

/* A name to write a file under: besides, it does not begin with '.', '-' or '~', does
 * not end with a blank or '.', and holds nothing that turns the direction of writing.
 * nth: 0, or 2 and more for a further file that would have the same name. */
bool file_name_safe(str name, unsigned nth, struct arena *a, str *out, struct err *e) MUST_USE;

/* How many bytes at p, of n, are one character that is seen as nothing or changes how
 * others are seen: a control character, or one that sets the direction. 0: a plain one. */
size_t character_unseen(const char *p, size_t n);

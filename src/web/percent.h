/* SPDX-License-Identifier: Apache-2.0 */
/* percent.h - percent-encoded text of a path or a form, decoded.
 *
 * Source: RFC 3986 2.1; in forms, URL Standard 5.1 ('+' is a space).
 * Input is hostile: it is what a browser, or something else, sent. */
#pragma once
#include "base/arena.h"

/* *out is in a. ERR_INPUT for '%' without two hex digits and for NUL. */
bool percent_decode(str s, bool is_form, struct arena *a, str *out, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* url.h - where a link in a page may lead.
 *
 * Source: RFC 3986 2 and 3; what browsers make of the rest: URL Standard 4.4. */
#pragma once
#include "base/err.h"

/* Made by url_from() alone, so that no link of ours runs a script. */
struct url { str s; };

/* Takes http:, https: and mailto: addresses and paths of this site. *out points
 * into s. Anything else is ERR_INPUT: another scheme, another site's path
 * ("//host"), spaces, control characters, a backslash, bytes over 126. */
bool url_from(str s, struct url *out, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* oracle.h - our reader of JSON beside simdjson and jansson.
 *
 * Each text must be taken by all or refused by all, and where two take it they
 * must see the same. Intended differences, and no others:
 * - we refuse duplicate keys (RFC 7493 2.3); simdjson takes them, jansson is
 *   told to refuse them;
 * - we refuse depth over 256 and a NUL in a key (limits that RFC 8259 9 leaves to
 *   us); simdjson goes to 1,024 and takes NUL, jansson to 2,048;
 * - we keep numbers as they are written; simdjson refuses integers beyond uint64,
 *   jansson beyond int64, and both what no double can hold;
 * - jansson 2.14 loses a NUL byte that follows a number or a word. */
#pragma once
#include "base/str.h"

/* What was compared, to say at the end. */
struct oracle_count { size_t texts, taken, by_us_alone, by_them_alone; };

/* NULL, or what differs where nothing may. */
const char *oracle_compare(str text, struct oracle_count *count);

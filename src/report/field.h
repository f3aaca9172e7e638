/* SPDX-License-Identifier: Apache-2.0 */
/* field.h - the fields of our JSON formats, each read against its clause.
 *
 * rule is a literal such as "leman/key-list/1, version": an err keeps it. */
#pragma once
#include "base/buf.h"
#include "crypto/hash.h"
#include "format/json.h"

enum { FIELD_NUMBER_MAX = INT32_MAX };           /* of a version or a size: no reader's number is smaller */
#define FIELD_TIME_MAX INT64_C(253402300799)     /* the last second of the year 9999 */

bool field_text(struct json object, const char *key, const char *rule, str *out, struct err *e) MUST_USE;
bool field_number(struct json object, const char *key, const char *rule, int64_t least, int64_t most,
    int64_t *out, struct err *e) MUST_USE;

/* SHA-256 in 64 hex digits, lower case. */
bool field_digest(struct json object, const char *key, const char *rule, uint8_t out[HASH_SIZE],
    struct err *e) MUST_USE;
bool digest_read(str hex, uint8_t out[HASH_SIZE]) MUST_USE;

/* Is text, which says the same as canonical, also the same bytes? */
bool field_canonical(str text, str canonical, struct err *e) MUST_USE;

/* Code points of valid UTF-8. */
size_t field_characters(str s);

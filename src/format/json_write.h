/* SPDX-License-Identifier: Apache-2.0 */
/* json_write.h - JSON text, written into a buf.
 *
 * The writer puts the commas. With keys given in order (of their UTF-16 code
 * units, which for ASCII is bytewise) what comes out is canonical: RFC 8785,
 * for strings, integers up to 2^53, booleans and null. Nothing is checked: who
 * opens closes, who writes a key writes its value. */
#pragma once
#include "base/buf.h"
#include "format/json.h"

struct json_out { struct buf *b; bool comma; };

void json_object(struct json_out *o);      /* '{' */
void json_object_end(struct json_out *o);
void json_array(struct json_out *o);
void json_array_end(struct json_out *o);
void json_key(struct json_out *o, str key);

/* s is UTF-8: a byte, or bytes that belong together, that is not becomes U+FFFD.
 * Escaped is only what must be. */
void json_put_str(struct json_out *o, str s);
void json_put_i64(struct json_out *o, int64_t v);
void json_put_bool(struct json_out *o, bool v);
void json_put_null(struct json_out *o);

/* A value that was read, with all it contains: keys in their order, numbers as
 * they were written. A missing one is null. */
void json_put(struct json_out *o, struct json v);

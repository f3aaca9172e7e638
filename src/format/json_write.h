/* SPDX-License-Identifier: Apache-2.0 */
/* json_write.h - JSON text, written into a buf.
 *
 * The writer puts the commas. With keys given in order (bytewise for ASCII) what
 * comes out is canonical: RFC 8785, for strings, integers, booleans and null. */
#pragma once
#include "base/buf.h"

struct json_out { struct buf *b; bool comma; };

void json_object(struct json_out *o);      /* '{' */
void json_object_end(struct json_out *o);
void json_array(struct json_out *o);
void json_array_end(struct json_out *o);
void json_key(struct json_out *o, str key);
void json_put_str(struct json_out *o, str s);   /* s is UTF-8: what is not becomes U+FFFD */
void json_put_i64(struct json_out *o, int64_t v);
void json_put_bool(struct json_out *o, bool v);
void json_put_null(struct json_out *o);

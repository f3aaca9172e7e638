/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_write.h"

#include "format/json_scan.h"

/* Before each value and key. */
static void
comma(struct json_out *o)
{
	if (o->comma)
		buf_add(o->b, ",", 1);
	o->comma = true;
}

static void
begin(struct json_out *o, const char *bracket)
{
	comma(o);
	buf_add(o->b, bracket, 1);
	o->comma = false;
}

static void
end(struct json_out *o, const char *bracket)
{
	buf_add(o->b, bracket, 1);
	o->comma = true;
}

void json_object(struct json_out *o) { begin(o, "{"); }
void json_object_end(struct json_out *o) { end(o, "}"); }
void json_array(struct json_out *o) { begin(o, "["); }
void json_array_end(struct json_out *o) { end(o, "]"); }

/* RFC 8785 3.2.2.2: two characters where there are such, else \u and lower case. */
static void
put_escape(struct buf *b, unsigned char c)
{
	static const char letters[256] = {
		['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};
	static const char hex[] = "0123456789abcdef";

	if (letters[c] != 0)
		buf_add(b, (const char[]){ '\\', letters[c] }, 2);
	else
		buf_add(b, (const char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
}

static void
put_quoted(struct buf *b, str s)
{
	const char *p = s.n > 0 ? s.p : "", *stop = p + s.n, *q = p;

	buf_add(b, "\"", 1);
	while ((q = scan_plain(q, stop)) != stop) {
		int n = (unsigned char)*q < 0x80 ? 0 : scan_utf8(q, stop);

		if (n > 0) {
			q += n;
			continue;
		}
		buf_add(b, p, (size_t)(q - p));
		if (n == 0) {
			put_escape(b, (unsigned char)*q++);
		} else {
			buf_str(b, S("\xef\xbf\xbd"));
			q -= n;
		}
		p = q;
	}
	buf_add(b, p, (size_t)(stop - p));
	buf_add(b, "\"", 1);
}

void
json_key(struct json_out *o, str key)
{
	comma(o);
	put_quoted(o->b, key);
	buf_add(o->b, ":", 1);
	o->comma = false;
}

void
json_put_str(struct json_out *o, str s)
{
	comma(o);
	put_quoted(o->b, s);
}

void
json_put_i64(struct json_out *o, int64_t v)
{
	comma(o);
	buf_fmt(o->b, "%lld", (long long)v);
}

void
json_put_bool(struct json_out *o, bool v)
{
	comma(o);
	buf_str(o->b, v ? S("true") : S("false"));
}

void
json_put_null(struct json_out *o)
{
	comma(o);
	buf_str(o->b, S("null"));
}

/* A value, of an array or object only its beginning. */
static void
put_one(struct json_out *o, struct json v)
{
	switch (json_kind(v)) {
	case JSON_NULL:   json_put_null(o); break;
	case JSON_FALSE:  json_put_bool(o, false); break;
	case JSON_TRUE:   json_put_bool(o, true); break;
	case JSON_NUMBER: comma(o); buf_str(o->b, json_str(v)); break;
	case JSON_STRING: json_put_str(o, json_str(v)); break;
	case JSON_ARRAY:  json_array(o); break;
	case JSON_OBJECT: json_object(o); break;
	}
}

void
json_put(struct json_out *o, struct json v)
{
	struct json_walk open_ones[JSON_DEPTH_MAX], *top = open_ones;
	str key = S("");

	put_one(o, v);
	if (json_kind(v) < JSON_ARRAY)
		return;
	*top = json_each(v);
	for (;;) {
		if (!json_next(top, &key, &v)) {
			if (top->is_object)
				json_object_end(o);
			else
				json_array_end(o);
			if (top == open_ones)
				return;
			top--;
			continue;
		}
		if (top->is_object)
			json_key(o, key);
		put_one(o, v);
		if (json_kind(v) >= JSON_ARRAY)
			*++top = json_each(v);
	}
}

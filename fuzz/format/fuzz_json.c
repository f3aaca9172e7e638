/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: they are refused as input, or for want of memory; or what
 * they hold is well formed, stands where it says, and comes back the same when
 * it is written and read again. */
#include "format/json_write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_utf8(str s)
{
	size_t left = 0;
	uint32_t c = 0, least = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned b = (unsigned char)s.p[i];

		if (left == 0) {
			must(b < 0x80 || (b >= 0xc0 && b < 0xf8));
			left = b < 0x80 ? 0 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
			least = left == 1 ? 0x80 : left == 2 ? 0x800 : left == 3 ? 0x10000 : 0;
			c = left == 0 ? b : b & (0x3fu >> left);
		} else {
			must((b & 0xc0) == 0x80);
			c = c << 6 | (b & 0x3f);
			left--;
		}
		must(left > 0 || (c >= least && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff)));
	}
	must(left == 0);
}

static void
check_number(struct json v)
{
	str s = json_str(v);
	int64_t i;
	double f;

	must(s.n > 0);
	if (json_i64(v, &i)) {
		must(json_f64(v, &f) && f == (double)i);
	} else if (json_f64(v, &f)) {
		must(f - f == 0);  /* finite */
	}
}

/* v, read from text, and all it contains. */
static void
check_value(struct json v, str text)
{
	static const char first[][16] = {
		[JSON_NULL] = "n", [JSON_FALSE] = "f", [JSON_TRUE] = "t", [JSON_NUMBER] = "-0123456789",
		[JSON_STRING] = "\"", [JSON_ARRAY] = "[", [JSON_OBJECT] = "{",
	};
	struct json_walk w = json_each(v);
	size_t at = json_offset(v, text), n = 0;
	struct json item;
	str key;

	must(at < text.n && text.p[at] != '\0' && strchr(first[json_kind(v)], text.p[at]) != NULL);
	if (json_kind(v) == JSON_STRING)
		check_utf8(json_str(v));
	if (json_kind(v) == JSON_NUMBER)
		check_number(v);
	for (; json_next(&w, &key, &item); n++) {
		must(json_offset(item, text) > at);
		check_value(item, text);
		if (json_kind(v) != JSON_OBJECT)
			continue;
		check_utf8(key);
		must(key.n == 0 || memchr(key.p, 0, key.n) == NULL);
		if (n < 200)
			must(json_get(v, key).node == item.node);  /* so no key comes twice */
	}
	must(n == json_count(v));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena a = { .budget = 1 << 22 };
	str text = { (const char *)data, size };
	struct buf b = { .arena = &a }, again = { .arena = &a };
	struct json_out out = { &b, false }, out_again = { &again, false };
	struct json v, w;
	struct err e;

	arena_reset(&a);
	if (!json_parse(text, &a, &v, &e)) {
		must(e.kind == ERR_INPUT || e.kind == ERR_MEMORY || e.kind == ERR_TOO_BIG);
		must(e.kind != ERR_INPUT || (e.rule != NULL && err_text(&e, LANG_FR).s[0] != '\0'));
		must(e.kind != ERR_MEMORY || size > (1 << 22) / 32);
		return 0;
	}
	check_value(v, text);
	json_put(&out, v);
	if (!buf_ok(&b))
		return 0;
	if (!json_parse((str){ b.p, b.n }, &a, &w, &e)) {
		must(e.kind == ERR_MEMORY);
		return 0;
	}
	check_value(w, (str){ b.p, b.n });
	json_put(&out_again, w);
	must(!buf_ok(&again) || (b.n == again.n && memcmp(b.p, again.p, b.n) == 0));
	return 0;
}

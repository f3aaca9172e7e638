/* SPDX-License-Identifier: Apache-2.0 */
#include "json_case.h"

#include <stdlib.h>

void
case_read(struct json_case *c, str text)
{
	*c = (struct json_case){ .text = malloc(text.n + (text.n == 0)), .n = text.n };
	if (c->text == NULL)
		abort();
	if (text.n > 0)
		memcpy(c->text, text.p, text.n);
	arena_init(&c->arena, (size_t)64 << 20);
	c->ok = json_parse((str){ c->text, text.n }, &c->arena, &c->v, &c->e);
}

void
case_end(struct json_case *c)
{
	arena_free(&c->arena);
	free(c->text);
}

str
case_written(struct arena *a, struct json v)
{
	struct buf b = { .arena = a };
	struct json_out o = { &b, false };

	json_put(&o, v);
	return buf_ok(&b) ? (str){ b.p, b.n } : S("");
}

void
case_keys(struct buf *b, size_t n, const char *prefix, size_t again)
{
	buf_str(b, S("{"));
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "%s\"%s%zu\":[%zu]", i > 0 ? ",\n" : "", prefix, i + 1 == n && again < n ? again : i, i);
	buf_str(b, S("}"));
}

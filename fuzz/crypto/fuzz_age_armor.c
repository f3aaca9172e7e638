/* SPDX-License-Identifier: Apache-2.0 */
/* Armor has one form: taken off and put on anew it is the same text, but for the
 * white space around it and CR before each LF. In pieces the same comes out. */
#include "crypto/age_inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text { char *p; size_t n, cap; };

static bool
take(void *to, str bytes, struct err *e)
{
	struct text *t = to;

	(void)e;
	if (t->n + bytes.n > t->cap && (t->p = realloc(t->p, t->cap = 2 * (t->n + bytes.n))) == NULL)
		abort();
	if (bytes.n > 0)
		memcpy(t->p + t->n, bytes.p, bytes.n);
	t->n += bytes.n;
	return true;
}

static bool
unarmor(str text, size_t piece, struct text *out, struct err *e)
{
	static struct age_unarmor u;

	memset(&u, 0, sizeof u);
	age_unarmor_start(&u, (struct age_sink){ take, out });
	for (size_t at = 0; at < text.n; at += piece)
		if (!age_unarmor_write(&u, (str){ text.p + at, text.n - at < piece ? text.n - at : piece }, e))
			return false;
	return age_unarmor_end(&u, e);
}

/* text without white space around it and without CR. */
static str
plain_of(str text, char *to)
{
	size_t n = 0;

	while (text.n > 0 && strchr(" \t\n\v\f\r", text.p[0]) != NULL)
		text = (str){ text.p + 1, text.n - 1 };
	while (text.n > 0 && strchr(" \t\n\v\f\r", text.p[text.n - 1]) != NULL)
		text.n--;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r')
			to[n++] = text.p[i];
	to[n++] = '\n';
	return (str){ to, n };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = str_bytes(data, size);
	struct text whole = { 0 }, pieces = { 0 }, again = { 0 };
	struct err e = { 0 }, other = { 0 };
	bool ok = unarmor(text, size + 1, &whole, &e);

	if (unarmor(text, size > 0 ? data[size - 1] % 100 + 1u : 1, &pieces, &other) != ok
	    || e.kind != other.kind || e.id != other.id)
		abort();
	if (ok ? !str_eq((str){ whole.p, whole.n }, (str){ pieces.p, pieces.n }) : e.kind != ERR_INPUT)
		abort();
	if (ok) {
		char *to = malloc(size + 1);
		struct age_armor *m;
		struct arena a;

		arena_init(&a, 1 << 16);
		if (to == NULL || !age_armor_start((struct age_sink){ take, &again }, &a, &m, &e)
		    || !age_armor_write(m, (str){ whole.p, whole.n }, &e) || !age_armor_end(m, &e)
		    || !str_eq((str){ again.p, again.n }, plain_of(text, to)))
			abort();
		free(to);
		arena_free(&a);
	}
	free(whole.p);
	free(pieces.p);
	free(again.p);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: whole or in pieces the same comes out and the same is said,
 * and what opens, sealed anew, opens to the same. To get past the MAC the input
 * is also taken as the parts of a file: how many bytes of plaintext, which byte
 * of the sealed file is changed and how. */
#include "crypto/age.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct age_identity key = { "a fixed identity for the fuzzer" };

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
open_text(str sealed, size_t piece, struct text *out, struct err *e)
{
	struct arena a;
	struct age_open *o;
	bool ok;

	arena_init(&a, 1 << 20);
	ok = age_open_start(&key, 1, (str){ 0 }, (struct age_sink){ take, out }, &a, &o, e);
	for (size_t at = 0; ok && at < sealed.n; at += piece)
		ok = age_open_write(o, (str){ sealed.p + at, sealed.n - at < piece ? sealed.n - at : piece }, e);
	ok = ok && age_open_end(o, e);
	arena_free(&a);
	return ok;
}

static void
seal_text(str plain, size_t piece, struct text *out)
{
	struct age_recipient own;
	struct arena a;
	struct age_seal *s;
	struct err e;

	arena_init(&a, 1 << 20);
	age_identity_recipient(&key, &own);
	if (!age_seal_start(&own, 1, 2, (struct age_sink){ take, out }, &a, &s, &e))
		abort();
	for (size_t at = 0; at < plain.n; at += piece)
		if (!age_seal_write(s, (str){ plain.p + at, plain.n - at < piece ? plain.n - at : piece }, &e))
			abort();
	if (!age_seal_end(s, &e))
		abort();
	arena_free(&a);
}

/* What opens, sealed anew, opens to the same. */
static bool
open_both_ways(str sealed, size_t piece, struct text *out)
{
	struct text pieces = { 0 };
	struct err e = { 0 }, other = { 0 };
	bool ok = open_text(sealed, sealed.n + 1, out, &e);

	if (open_text(sealed, piece, &pieces, &other) != ok || e.kind != other.kind || e.id != other.id
	    || !str_eq((str){ out->p, out->n }, (str){ pieces.p, pieces.n }))
		abort();
	if (!ok && e.kind != ERR_INPUT && e.kind != ERR_DENIED && e.kind != ERR_TOO_BIG)
		abort();
	free(pieces.p);
	return ok;
}

static void
change_one(const uint8_t *data, size_t size, size_t piece)
{
	static char plain[200000];
	size_t n = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16) % sizeof plain;
	size_t at = (size_t)data[3] | (size_t)data[4] << 8 | (size_t)data[5] << 16;
	struct text sealed = { 0 }, out = { 0 };

	memcpy(plain, data + 7, size - 7 < sizeof plain ? size - 7 : sizeof plain);
	seal_text((str){ plain, n }, piece * 977, &sealed);
	sealed.p[at % sealed.n] = (char)(sealed.p[at % sealed.n] ^ data[6]);
	if (open_both_ways((str){ sealed.p, sealed.n }, piece * 977, &out) != (data[6] == 0))
		abort();
	if (out.n > n || (out.n > 0 && memcmp(out.p, plain, out.n) != 0) || (data[6] == 0 && out.n != n))
		abort();
	free(sealed.p);
	free(out.p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text out = { 0 }, sealed = { 0 }, again = { 0 };
	size_t piece = size > 0 ? data[size - 1] % 150 + 1u : 1;

	if (open_both_ways(str_bytes(data, size), piece, &out)) {
		seal_text((str){ out.p, out.n }, piece, &sealed);
		if (!open_both_ways((str){ sealed.p, sealed.n }, piece, &again)
		    || !str_eq((str){ out.p, out.n }, (str){ again.p, again.n }))
			abort();
	}
	if (size > 7 && data[0] % 8 == 0)
		change_one(data, size, piece);
	free(out.p);
	free(sealed.p);
	free(again.p);
	return 0;
}

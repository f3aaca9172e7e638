/* SPDX-License-Identifier: Apache-2.0 */
/* A header has one form: read apart and written anew it is the same bytes. Cut
 * anywhere it is waited for, and what is waited for never shrinks. */
#include "base/base64.h"
#include "crypto/age_inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text { char *p; size_t n; };

static void
add(struct text *t, str s)
{
	if (s.n > 0)
		memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

/* The lines of a body from its bytes. */
static void
body_again(struct text *t, str body)
{
	static uint8_t bytes[AGE_HEADER_MAX];
	size_t n = 0, part;
	str line;

	while (str_cut(&body, '\n', &line)) {
		if (!base64_read(line, BASE64_BARE, bytes + n, sizeof bytes - n, &part))
			abort();
		n += part;
	}
	for (size_t at = 0; ; at += 48) {
		part = n - at < 48 ? n - at : 48;
		t->n += base64_write(bytes + at, part, BASE64_BARE, t->p + t->n);
		add(t, S("\n"));
		if (part < 48)
			return;
	}
}

static void
write_again(str head, const struct age_header *h)
{
	struct text t = { malloc(2 * h->size + 128), 0 };
	str rest = { head.p + sizeof AGE_VERSION - 1, h->size - (sizeof AGE_VERSION - 1) - AGE_MAC_LINE };
	uint8_t mac[HASH_SIZE];
	size_t stanzas = 0;

	if (t.p == NULL)
		abort();
	add(&t, S(AGE_VERSION));
	while (rest.n > 0) {
		struct age_stanza s;
		struct err e;

		if (!age_stanza_next(&rest, &s, &e))
			abort();
		add(&t, S("-> "));
		add(&t, s.args);
		add(&t, S("\n"));
		body_again(&t, s.body);
		stanzas++;
	}
	if (stanzas != h->x25519 + h->scrypt + h->grease + h->other || stanzas == 0 || stanzas > AGE_STANZAS_MAX
	    || (h->scrypt > 0 && stanzas > 1))
		abort();
	if (!base64_read_exactly((str){ head.p + h->size - 44, 43 }, BASE64_BARE, mac, sizeof mac))
		abort();
	add(&t, S("--- "));
	t.n += base64_write(mac, sizeof mac, BASE64_BARE, t.p + t.n);
	add(&t, S("\n"));
	if (!str_eq((str){ t.p, t.n }, (str){ head.p, h->size }))
		abort();
	free(t.p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = str_bytes(data, size);
	struct age_header h, cut;
	struct err e, why;
	bool ok = age_header_parse(text, &h, &e);
	size_t half = size > 1 ? data[size / 2] % size : 0;

	if (ok)
		write_again(text, &h);
	else if (e.kind != ERR_INPUT && e.kind != ERR_BUSY && e.kind != ERR_TOO_BIG)
		abort();
	/* Of any beginning, the same is said or it is waited for. */
	if (age_header_parse((str){ text.p, half }, &cut, &why)) {
		if (!ok || cut.size != h.size)
			abort();
	} else if (why.kind == ERR_INPUT && (ok || e.kind != ERR_INPUT)) {
		abort();
	} else if (ok && half < h.size && why.kind != ERR_BUSY) {
		abort();
	}
	return 0;
}

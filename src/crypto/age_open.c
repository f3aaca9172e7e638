/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"

#include "base/base64.h"
#include "crypto/hmac.h"
#include "crypto/start.h"

#include <sodium.h>

static const char payload_rule[] = "C2SP age, Payload";

enum { SEALED = AGE_CHUNK + AEAD_TAG };
_Static_assert((int)AGE_HEADER_MAX <= (int)SEALED, "a header that is not whole yet has room in the buffer");

struct age_open {
	struct age_sink sink;
	const struct age_identity *keys;
	size_t n_keys;
	str passphrase;
	enum { OPEN_SNIFF, OPEN_HEADER, OPEN_NONCE, OPEN_CHUNKS, OPEN_OVER } state;
	bool armored;
	uint8_t file_key[AGE_FILE_KEY];  /* between header and nonce alone */
	struct age_payload payload;
	size_t n, most;                  /* bytes that wait in sealed; that ever were in plain */
	uint8_t sealed[SEALED];
	uint8_t plain[AGE_CHUNK];
	struct age_unarmor unarmor;
};

void
age_open_drop(struct age_open *o)
{
	sodium_memzero(o->file_key, sizeof o->file_key);
	sodium_memzero(&o->payload, sizeof o->payload);
	sodium_memzero(o->plain, o->most);
	o->state = OPEN_OVER;
}

/* The file key from whichever stanza one of the keys opens. */
static bool
unwrap(struct age_open *o, str stanzas, struct err *e)
{
	for (size_t k = 0; k < o->n_keys; k++) {
		struct age_recipient own;
		struct err other;

		age_identity_recipient(&o->keys[k], &own);
		for (str rest = stanzas; rest.n > 0; ) {
			struct age_stanza s;

			if (!age_stanza_next(&rest, &s, e))
				return false;
			if (s.type != AGE_X25519)
				continue;
			if (age_stanza_open(&s, &o->keys[k], &own, o->file_key, &other))
				return true;
			if (other.kind != ERR_DENIED) {
				*e = other;
				return false;
			}
		}
	}
	if (o->n_keys == 0)
		return fail(e, ERR_DENIED, NULL, "this file is sealed to recipients, and no identity was given");
	return fail(e, ERR_DENIED, NULL, "no identity that was given opens this file: it was sealed to others");
}

static bool
unwrap_passphrase(struct age_open *o, str stanza, struct err *e)
{
	struct age_stanza s;

	if (o->passphrase.n == 0)
		return fail(e, ERR_DENIED, NULL, "this file is sealed with a passphrase, and none was given");
	if (!age_stanza_next(&stanza, &s, e))
		return false;
	if (age_stanza_open_passphrase(&s, o->passphrase, o->file_key, e))
		return true;
	return e->kind == ERR_DENIED ? fail(e, ERR_DENIED, NULL, "the passphrase is another one") : false;
}

static bool
header_open(struct age_open *o, str text, const struct age_header *h, struct err *e)
{
	enum { VERSION = sizeof AGE_VERSION - 1 };
	str stanzas = { text.p + VERSION, h->size - VERSION - AGE_MAC_LINE };
	str mac_text = { text.p + h->size - AGE_MAC_LINE + 4, AGE_MAC_LINE - 5 };
	uint8_t mac[HASH_SIZE], own[HASH_SIZE];

	if (h->scrypt > 0 ? !unwrap_passphrase(o, stanzas, e) : !unwrap(o, stanzas, e))
		return false;
	age_mac(o->file_key, (str){ text.p, h->size - AGE_MAC_LINE + 3 }, own);
	return (base64_read_exactly(mac_text, BASE64_BARE, mac, sizeof mac) && hmac_same(mac, own, sizeof mac))
	    || fail(e, ERR_INPUT, "C2SP age, Header MAC", "the header was changed after the file was sealed");
}

/* Tries for a whole header in what waits and what is new; *sealed is what is
 * left of it after that. */
static bool
header_take(struct age_open *o, str *sealed, struct err *e)
{
	struct age_header h;
	struct err why;
	size_t was = o->n, n = sizeof o->sealed - was < sealed->n ? sizeof o->sealed - was : sealed->n;
	str text = *sealed;

	if (was > 0) {
		memcpy(o->sealed + was, sealed->p, n);
		o->n += n;
		/* A header ends with a line, so nothing changes until one does. */
		if (was > sizeof AGE_VERSION && o->n < AGE_HEADER_MAX && memchr(sealed->p, '\n', n) == NULL) {
			sealed->n = 0;
			return true;
		}
		text = str_bytes(o->sealed, o->n);
	}
	if (age_header_parse(text, &h, &why)) {
		if (!header_open(o, text, &h, e))
			return false;
		o->state = OPEN_NONCE;
		o->n = 0;
		*sealed = (str){ sealed->p + (h.size - was), sealed->n - (h.size - was) };
		return true;
	}
	if (why.kind != ERR_BUSY) {
		*e = why;
		return false;
	}
	if (was == 0) {
		memcpy(o->sealed, sealed->p, sealed->n);  /* less than AGE_HEADER_MAX, or it were no ERR_BUSY */
		o->n = sealed->n;
	}
	sealed->n = 0;
	return true;
}

static void
nonce_take(struct age_open *o, str *sealed)
{
	size_t n = AGE_SALT - o->n < sealed->n ? AGE_SALT - o->n : sealed->n;

	memcpy(o->sealed + o->n, sealed->p, n);
	o->n += n;
	*sealed = (str){ sealed->p + n, sealed->n - n };
	if (o->n == AGE_SALT) {
		age_payload_start(&o->payload, o->file_key, o->sealed);
		sodium_memzero(o->file_key, sizeof o->file_key);
		o->state = OPEN_CHUNKS;
		o->n = 0;
	}
}

/* Does it open as the last chunk, or as one before? What failed fills *e later. */
static bool
chunk_try(struct age_open *o, str sealed, bool last)
{
	struct err e;
	uint8_t nonce[AEAD_NONCE];
	size_t size = sealed.n - AEAD_TAG;

	age_payload_nonce(&o->payload, last, nonce);
	o->most = size > o->most ? size : o->most;
	return aead_open(o->payload.key, nonce, (str){ 0 }, sealed, o->plain, &e);
}

static bool
chunk_release(struct age_open *o, str sealed, struct err *e)
{
	o->payload.chunk++;
	return o->sink.take(o->sink.to, str_bytes(o->plain, sealed.n - AEAD_TAG), e);
}

/* One full chunk with more behind it. */
static bool
chunk_open(struct age_open *o, str sealed, struct err *e)
{
	unsigned long long number = (unsigned long long)o->payload.chunk + 1;

	if (chunk_try(o, sealed, false))
		return chunk_release(o, sealed, e);
	if (!chunk_try(o, sealed, true))
		return fail(e, ERR_INPUT, payload_rule, "chunk %llu was changed, or the file was cut within it",
		    number);
	return chunk_release(o, sealed, e)
	    && fail(e, ERR_INPUT, payload_rule, "bytes follow after the last chunk, number %llu", number);
}

/* What is left when the file ends. */
static bool
last_open(struct age_open *o, str sealed, struct err *e)
{
	unsigned long long number = (unsigned long long)o->payload.chunk + 1;

	if (sealed.n < AEAD_TAG)
		return fail(e, ERR_INPUT, payload_rule, "the file ends too early: chunk %llu is missing or cut",
		    number);
	if (chunk_try(o, sealed, true)) {
		if (sealed.n == AEAD_TAG && number > 1)
			return fail(e, ERR_INPUT, payload_rule, "the last chunk, number %llu, is empty", number);
		return chunk_release(o, sealed, e);
	}
	if (sealed.n == SEALED && chunk_try(o, sealed, false)) {  /* good as far as it goes */
		if (!chunk_release(o, sealed, e))
			return false;
		return fail(e, ERR_INPUT, payload_rule, "the file ends too early: chunk %llu is missing or cut",
		    number + 1);
	}
	return fail(e, ERR_INPUT, payload_rule, "chunk %llu was changed, or the file was cut within it", number);
}

static bool
chunks_take(struct age_open *o, str *sealed, struct err *e)
{
	size_t n = SEALED - o->n < sealed->n ? SEALED - o->n : sealed->n;

	if (o->n == SEALED) {
		if (!chunk_open(o, str_bytes(o->sealed, SEALED), e))
			return false;
		o->n = 0;
		return true;
	}
	if (o->n == 0 && sealed->n > SEALED) {  /* from where it stands, not copied */
		if (!chunk_open(o, (str){ sealed->p, SEALED }, e))
			return false;
		n = SEALED;
	} else {
		memcpy(o->sealed + o->n, sealed->p, n);
		o->n += n;
	}
	*sealed = (str){ sealed->p + n, sealed->n - n };
	return true;
}

static bool
binary_take(void *to, str sealed, struct err *e)
{
	struct age_open *o = to;

	while (sealed.n > 0) {
		if (o->state == OPEN_NONCE)
			nonce_take(o, &sealed);
		else if (o->state == OPEN_HEADER ? !header_take(o, &sealed, e) : !chunks_take(o, &sealed, e))
			return false;
	}
	return true;
}

bool
age_open_start(const struct age_identity *keys, size_t n, str passphrase, struct age_sink sink,
    struct arena *a, struct age_open **out, struct err *e)
{
	struct age_open *o = ARENA_NEW(a, struct age_open, 1);

	if (o == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *o);
	crypto_start_sodium();
	o->sink = sink;
	o->keys = keys;
	o->n_keys = n;
	o->passphrase = passphrase;
	age_unarmor_start(&o->unarmor, (struct age_sink){ binary_take, o });
	*out = o;
	return true;
}

bool
age_open_write(struct age_open *o, str sealed, struct err *e)
{
	if (o->state == OPEN_OVER)
		return fail(e, ERR_INPUT, NULL, "the sealed file has ended already");
	if (o->state == OPEN_SNIFF && sealed.n > 0) {
		o->armored = sealed.p[0] == '-' || sealed.p[0] == ' ' || (sealed.p[0] >= '\t' && sealed.p[0] <= '\r');
		o->state = OPEN_HEADER;
	}
	if (o->armored ? age_unarmor_write(&o->unarmor, sealed, e) : binary_take(o, sealed, e))
		return true;
	age_open_drop(o);
	return false;
}

static bool
end_check(struct age_open *o, struct err *e)
{
	struct age_header h;

	if (o->armored && !age_unarmor_end(&o->unarmor, e))
		return false;
	switch (o->state) {
	case OPEN_SNIFF:
		return fail(e, ERR_INPUT, NULL, "nothing was given where an age file is expected");
	case OPEN_HEADER:
		/* Its last line, which has no end, was perhaps not looked at yet. */
		if (!age_header_parse(str_bytes(o->sealed, o->n), &h, e) && e->kind != ERR_BUSY)
			return false;
		return fail(e, ERR_INPUT, "C2SP age, Header", "the file ends within its header");
	case OPEN_NONCE:
		return fail(e, ERR_INPUT, "C2SP age, Payload", "the file ends right after its header");
	case OPEN_CHUNKS:
		return last_open(o, str_bytes(o->sealed, o->n), e);
	case OPEN_OVER:
		break;
	}
	return fail(e, ERR_INPUT, NULL, "the sealed file has ended already");
}

bool
age_open_end(struct age_open *o, struct err *e)
{
	bool ok = end_check(o, e);

	age_open_drop(o);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"

#include "base/base64.h"
#include "base/rand.h"

#include <sodium.h>

enum { SEALED = AGE_CHUNK + AEAD_TAG, BATCH = 4 };  /* chunks that go to the sink at once */

struct age_seal {
	struct age_sink sink;
	struct age_payload payload;
	bool over;
	size_t n, most;                        /* bytes that wait in plain; that ever did */
	size_t made;                           /* bytes in sealed */
	uint8_t plain[AGE_CHUNK];
	uint8_t sealed[BATCH * SEALED];
};

void
age_seal_drop(struct age_seal *s)
{
	sodium_memzero(&s->payload, sizeof s->payload);
	sodium_memzero(s->plain, s->most);
	s->over = true;
	s->n = 0;
}

/* The header's end, the payload's nonce, and the state that goes on from there.
 * head has room for both, and n characters already. */
static bool
seal_begin(const uint8_t file_key[AGE_FILE_KEY], char *head, size_t n, struct age_sink sink,
    struct arena *a, struct age_seal **out, struct err *e)
{
	struct age_seal *s = ARENA_NEW(a, struct age_seal, 1);
	uint8_t mac[HASH_SIZE], nonce[AGE_SALT];

	if (s == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *s);
	if (!rand_bytes(nonce, sizeof nonce, e))
		return false;
	memcpy(head + n, "--- ", 4);
	age_mac(file_key, (str){ head, n + 3 }, mac);
	n += 4;
	n += base64_write(mac, sizeof mac, BASE64_BARE, head + n);
	head[n++] = '\n';
	memcpy(head + n, nonce, sizeof nonce);
	n += sizeof nonce;
	age_payload_start(&s->payload, file_key, nonce);
	s->sink = sink;
	if (!sink.take(sink.to, (str){ head, n }, e)) {
		age_seal_drop(s);
		return false;
	}
	*out = s;
	return true;
}

enum { VERSION = sizeof AGE_VERSION - 1, HEAD_END = AGE_MAC_LINE + AGE_SALT };

/* Which stanza stands where: all places equally likely, so that a recipient who
 * finds its own learns nothing of how many others are real. */
static bool
order_make(uint8_t *order, size_t n, struct err *e)
{
	uint32_t random[AGE_STANZAS_MAX];

	if (!rand_bytes((uint8_t *)random, n * sizeof *random, e))
		return false;
	for (size_t i = 0; i < n; i++)
		order[i] = (uint8_t)i;
	for (size_t i = n; i > 1; i--) {
		size_t k = random[i - 1] % i;  /* of 2 to the 32: at most 64 in 4 billion uneven */
		uint8_t was = order[i - 1];

		order[i - 1] = order[k];
		order[k] = was;
	}
	return true;
}

bool
age_seal_start(const struct age_recipient *to, size_t n, size_t stanzas, struct age_sink sink,
    struct arena *a, struct age_seal **out, struct err *e)
{
	static const char rule[] = "C2SP age, Header";
	size_t all = stanzas > n ? stanzas : n, at = VERSION;
	uint8_t file_key[AGE_FILE_KEY], order[AGE_STANZAS_MAX];
	char *head;
	bool ok;

	if (n == 0)
		return fail(e, ERR_INPUT, rule, "no recipient: nobody could open this file");
	if (all > AGE_STANZAS_MAX)
		return fail(e, ERR_INPUT, rule, "%zu recipients, at most %d allowed", all, AGE_STANZAS_MAX);
	if ((head = arena_alloc(a, VERSION + all * AGE_STANZA_TEXT + HEAD_END)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes",
		    VERSION + all * AGE_STANZA_TEXT + HEAD_END);
	memcpy(head, AGE_VERSION, VERSION);
	for (size_t i = 0; i < all; i++)
		order[i] = (uint8_t)i;
	ok = (all == n || order_make(order, all, e)) && rand_bytes(file_key, sizeof file_key, e);
	for (size_t i = 0; ok && i < all; i++) {
		size_t size = 0;

		ok = age_stanza_wrap(order[i] < n ? &to[order[i]] : NULL, file_key, head + at, &size, e);
		at += size;
	}
	ok = ok && seal_begin(file_key, head, at, sink, a, out, e);
	sodium_memzero(file_key, sizeof file_key);
	return ok;
}

bool
age_seal_start_passphrase(str passphrase, struct age_sink sink, struct arena *a, struct age_seal **out,
    struct err *e)
{
	uint8_t file_key[AGE_FILE_KEY];
	char head[VERSION + AGE_STANZA_TEXT + HEAD_END];
	size_t n;
	bool ok;

	if (passphrase.n == 0)
		return fail(e, ERR_INPUT, NULL, "the passphrase is empty");
	memcpy(head, AGE_VERSION, VERSION);
	ok = rand_bytes(file_key, sizeof file_key, e)
	    && age_stanza_wrap_passphrase(passphrase, file_key, head + VERSION, &n, e)
	    && seal_begin(file_key, head, VERSION + n, sink, a, out, e);
	sodium_memzero(file_key, sizeof file_key);
	return ok;
}

/* Few large writes: a sealed chunk alone ends in the midst of a file's page. */
static bool
sealed_pass(struct age_seal *s, struct err *e)
{
	size_t n = s->made;

	s->made = 0;
	return n == 0 || s->sink.take(s->sink.to, str_bytes(s->sealed, n), e);
}

static bool
chunk_seal(struct age_seal *s, str plain, bool last, struct err *e)
{
	uint8_t nonce[AEAD_NONCE];

	if (s->made + SEALED > sizeof s->sealed && !sealed_pass(s, e))
		return false;
	age_payload_nonce(&s->payload, last, nonce);
	s->payload.chunk++;
	if (!aead_seal(s->payload.key, nonce, (str){ 0 }, plain, s->sealed + s->made, e))
		return false;
	s->made += plain.n + AEAD_TAG;
	return true;
}

/* A chunk is sealed when a byte after it is seen: only then is it not the last. */
static bool
plain_take(struct age_seal *s, str plain, struct err *e)
{
	while (plain.n > 0) {
		size_t n = AGE_CHUNK - s->n < plain.n ? AGE_CHUNK - s->n : plain.n;

		if (s->n == AGE_CHUNK) {
			if (!chunk_seal(s, str_bytes(s->plain, AGE_CHUNK), false, e))
				return false;
			s->n = 0;
			continue;
		}
		if (s->n == 0 && plain.n > AGE_CHUNK) {  /* from where it stands, not copied */
			if (!chunk_seal(s, (str){ plain.p, AGE_CHUNK }, false, e))
				return false;
			n = AGE_CHUNK;
		} else {
			memcpy(s->plain + s->n, plain.p, n);
			s->n += n;
			s->most = s->n > s->most ? s->n : s->most;
		}
		plain = (str){ plain.p + n, plain.n - n };
	}
	return sealed_pass(s, e);
}

bool
age_seal_write(struct age_seal *s, str plain, struct err *e)
{
	if (s->over)
		return fail(e, ERR_INPUT, NULL, "the sealed file has ended already");
	if (plain_take(s, plain, e))
		return true;
	age_seal_drop(s);
	return false;
}

bool
age_seal_end(struct age_seal *s, struct err *e)
{
	bool ok;

	if (s->over)
		return fail(e, ERR_INPUT, NULL, "the sealed file has ended already");
	ok = chunk_seal(s, str_bytes(s->plain, s->n), true, e) && sealed_pass(s, e);
	age_seal_drop(s);
	return ok;
}

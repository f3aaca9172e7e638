/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"

#include "base/base64.h"
#include "crypto/hmac.h"

#include <sodium.h>

static const char rule[] = "C2SP age, Header";

/* Does text begin with start, as far as there is any of it? */
static bool
may_begin(str text, str start)
{
	size_t n = text.n < start.n ? text.n : start.n;

	return str_eq((str){ text.p, n }, (str){ start.p, n });
}

static bool
version_take(str *rest, struct err *e)
{
	static const str version = STR(AGE_VERSION), any = STR("age-encryption.org/");

	if (may_begin(*rest, version)) {
		if (rest->n < version.n)
			return fail(e, ERR_BUSY, rule, "the header is not whole yet");
		*rest = (str){ rest->p + version.n, rest->n - version.n };
		return true;
	}
	return may_begin(*rest, any)
	    ? fail(e, ERR_INPUT, rule, "a version of the age format that is not known here: only v1 is")
	    : fail(e, ERR_INPUT, rule, "not an age file: its first line is not \"age-encryption.org/v1\"");
}

static bool
mac_take(str *rest, struct err *e)
{
	uint8_t mac[HASH_SIZE];

	if (!may_begin(*rest, S("--- ")))
		return fail(e, ERR_INPUT, rule, "a line that begins neither with \"-> \" nor with \"--- \"");
	if (rest->n < AGE_MAC_LINE && memchr(rest->p, '\n', rest->n) == NULL)
		return fail(e, ERR_BUSY, rule, "the header is not whole yet");
	if (rest->n < AGE_MAC_LINE || rest->p[AGE_MAC_LINE - 1] != '\n'
	    || !base64_read_exactly((str){ rest->p + 4, AGE_MAC_LINE - 5 }, BASE64_BARE, mac, sizeof mac))
		return fail(e, ERR_INPUT, rule, "the MAC is not 32 bytes of base64 in its one right form");
	*rest = (str){ rest->p + AGE_MAC_LINE, rest->n - AGE_MAC_LINE };
	return true;
}

static bool
header_read(str text, struct age_header *out, struct err *e)
{
	struct age_header h = { 0 };
	str rest = text;

	if (!version_take(&rest, e))
		return false;
	for (size_t stanzas = 0; rest.n < 2 || !may_begin(rest, S("--")); stanzas++) {
		struct age_stanza s;

		if (rest.n < 2 && may_begin(rest, S("--")))
			return fail(e, ERR_BUSY, rule, "the header is not whole yet");
		if (stanzas == AGE_STANZAS_MAX)
			return fail(e, ERR_INPUT, rule, "more than %d stanzas", AGE_STANZAS_MAX);
		if (!age_stanza_next(&rest, &s, e))
			return false;
		h.x25519 += s.type == AGE_X25519;
		h.scrypt += s.type == AGE_SCRYPT;
		h.grease += s.type == AGE_GREASE;
		h.other += s.type == AGE_OTHER;
		if (h.scrypt > 0 && stanzas > 0)
			return fail(e, ERR_INPUT, "C2SP age, scrypt recipient stanza",
			    "a passphrase's stanza beside another: it must be alone");
	}
	if (h.x25519 + h.scrypt + h.grease + h.other == 0)
		return fail(e, ERR_INPUT, rule, "no stanza: nobody could open this file");
	if (!mac_take(&rest, e))
		return false;
	h.size = text.n - rest.n;
	*out = h;
	return true;
}

bool
age_header_parse(str text, struct age_header *out, struct err *e)
{
	str head = { text.p, text.n < AGE_HEADER_MAX ? text.n : AGE_HEADER_MAX };

	if (header_read(head, out, e))
		return true;
	if (e->kind == ERR_BUSY && head.n == AGE_HEADER_MAX)
		return fail(e, ERR_TOO_BIG, rule, "a header of more than %d bytes", AGE_HEADER_MAX);
	return false;
}

void
age_mac(const uint8_t file_key[AGE_FILE_KEY], str head, uint8_t out[HASH_SIZE])
{
	uint8_t key[HASH_SIZE];

	hkdf_sha256(str_bytes(file_key, AGE_FILE_KEY), (str){ 0 }, S("header"), key, sizeof key);
	hmac_sha256(str_bytes(key, sizeof key), head, out);
	sodium_memzero(key, sizeof key);
}

void
age_payload_start(struct age_payload *p, const uint8_t file_key[AGE_FILE_KEY], const uint8_t nonce[AGE_SALT])
{
	hkdf_sha256(str_bytes(file_key, AGE_FILE_KEY), str_bytes(nonce, AGE_SALT), S("payload"), p->key, sizeof p->key);
	p->chunk = 0;
}

void
age_payload_nonce(const struct age_payload *p, bool last, uint8_t out[AEAD_NONCE])
{
	memset(out, 0, 3);
	for (int i = 0; i < 8; i++)
		out[3 + i] = (uint8_t)(p->chunk >> 8 * (7 - i));
	out[11] = last;
}

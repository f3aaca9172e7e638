/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"

#include "base/base64.h"
#include "base/rand.h"
#include "crypto/hmac.h"
#include "crypto/start.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>

enum { LINE = 64, SHARE_TEXT = 43, SALT_TEXT = 22, BODY_TEXT = 43 };
enum { SCRYPT_R = 8, SCRYPT_P = 1 };

static const char stanza_rule[] = "C2SP age, Recipient stanza";
static const char x25519_rule[] = "C2SP age, X25519 recipient stanza";
static const char scrypt_rule[] = "C2SP age, scrypt recipient stanza";
static const char scrypt_label[] = "age-encryption.org/v1/scrypt";

/* Each wrapping key is used for one file key only, so its nonce may be fixed. */
static const uint8_t zero_nonce[AEAD_NONCE];

/* One or more runs of visible characters, one space between them. */
static bool
args_are_good(str args)
{
	bool inside = false;

	for (size_t i = 0; i < args.n; i++) {
		if (args.p[i] == ' ' ? !inside : args.p[i] < '!' || args.p[i] > '~')
			return false;
		inside = args.p[i] != ' ';
	}
	return inside;
}

/* Cuts the next argument off *args; an empty one when none is left. */
static str
arg_next(str *args)
{
	str arg;

	if (!str_cut(args, ' ', &arg)) {
		arg = *args;
		args->n = 0;
	}
	return arg;
}

/* The body: full lines, then one that is shorter. */
static bool
body_next(str *rest, str *body, struct err *e)
{
	*body = (str){ rest->p, 0 };
	for (;;) {
		str line;
		size_t n;

		if (!str_cut(rest, '\n', &line)) {
			if (rest->n > LINE)
				return fail(e, ERR_INPUT, stanza_rule,
				    "a line of more than 64 characters in a stanza's body");
			return fail(e, ERR_BUSY, stanza_rule, "the header is not whole yet");
		}
		if (line.n > LINE)
			return fail(e, ERR_INPUT, stanza_rule, "a line of more than 64 characters in a stanza's body");
		if (!base64_check(line, BASE64_BARE, &n))
			return fail(e, ERR_INPUT, stanza_rule,
			    "a stanza's body is not base64 in its one right form, or its short last line is missing");
		body->n += line.n + 1;
		if (line.n < LINE)
			return true;
	}
}

static bool
body_read(struct age_stanza *s, const char *rule, struct err *e)
{
	return (s->body.n == BODY_TEXT + 1
	        && base64_read_exactly((str){ s->body.p, BODY_TEXT }, BASE64_BARE, s->wrapped, sizeof s->wrapped))
	    || fail(e, ERR_INPUT, rule, "a stanza's body is not the 32 bytes of a wrapped file key");
}

static bool
x25519_read(struct age_stanza *s, str args, struct err *e)
{
	str share = arg_next(&args);

	if (share.n == 0 || args.n > 0)
		return fail(e, ERR_INPUT, x25519_rule, "an X25519 stanza has a share and no other argument");
	if (!base64_read_exactly(share, BASE64_BARE, s->share, sizeof s->share))
		return fail(e, ERR_INPUT, x25519_rule, "the share is not 32 bytes of base64 in its one right form");
	return body_read(s, x25519_rule, e);
}

static bool
scrypt_read(struct age_stanza *s, str args, struct err *e)
{
	str salt = arg_next(&args), log = arg_next(&args);
	uint64_t v;

	if (log.n == 0 || args.n > 0)
		return fail(e, ERR_INPUT, scrypt_rule,
		    "a scrypt stanza has a salt, a work factor and no other argument");
	if (!base64_read_exactly(salt, BASE64_BARE, s->share, AGE_SALT))
		return fail(e, ERR_INPUT, scrypt_rule, "the salt is not 16 bytes of base64 in its one right form");
	if (!str_to_u64(log, &v) || v == 0)
		return fail(e, ERR_INPUT, scrypt_rule, "the work factor is not a decimal number");
	if (v > AGE_SCRYPT_LOG_MAX)
		return fail(e, ERR_INPUT, scrypt_rule, "a work factor of 2 to the %llu, at most 2 to the %d is opened",
		    (unsigned long long)v, AGE_SCRYPT_LOG_MAX);
	s->log = (int)v;
	return body_read(s, scrypt_rule, e);
}

static bool
ends_with(str s, str end)
{
	return s.n >= end.n && str_eq((str){ s.p + s.n - end.n, end.n }, end);
}

bool
age_stanza_next(str *rest, struct age_stanza *out, struct err *e)
{
	static const str mark = STR("-> ");
	size_t seen = rest->n < mark.n ? rest->n : mark.n;
	struct age_stanza s = { .type = AGE_OTHER };
	str at = *rest, args, type;

	if (!str_eq((str){ at.p, seen }, (str){ mark.p, seen }))
		return fail(e, ERR_INPUT, stanza_rule, "a line that begins neither with \"-> \" nor with \"--- \"");
	if (!str_cut(&at, '\n', &args))
		return fail(e, ERR_BUSY, stanza_rule, "the header is not whole yet");
	s.args = args = (str){ args.p + mark.n, args.n - mark.n };
	if (!args_are_good(args))
		return fail(e, ERR_INPUT, stanza_rule,
		    "a stanza's arguments are not visible characters with single spaces");
	if (!body_next(&at, &s.body, e))
		return false;
	type = arg_next(&args);
	if (str_eq(type, S("X25519"))) {
		s.type = AGE_X25519;
		if (!x25519_read(&s, args, e))
			return false;
	} else if (str_eq(type, S("scrypt"))) {
		s.type = AGE_SCRYPT;
		if (!scrypt_read(&s, args, e))
			return false;
	} else if (ends_with(type, S("-grease"))) {
		s.type = AGE_GREASE;
	}
	*rest = at;
	*out = s;
	return true;
}

static void
x25519_wrap_key(const uint8_t secret[32], const uint8_t share[32], const uint8_t point[32], uint8_t out[AEAD_KEY])
{
	uint8_t salt[64];

	memcpy(salt, share, 32);
	memcpy(salt + 32, point, 32);
	hkdf_sha256(str_bytes(secret, 32), str_bytes(salt, sizeof salt), S("age-encryption.org/v1/X25519"),
	    out, AEAD_KEY);
}

static bool
scrypt_wrap_key(str passphrase, const uint8_t salt[AGE_SALT], int log, uint8_t out[AEAD_KEY], struct err *e)
{
	enum { LABEL = sizeof scrypt_label - 1 };
	uint8_t all[LABEL + AGE_SALT];
	uint64_t n = (uint64_t)1 << log, memory = (n + 64) * 128 * SCRYPT_R;

	memcpy(all, scrypt_label, LABEL);
	memcpy(all + LABEL, salt, AGE_SALT);
	return EVP_PBE_scrypt(passphrase.p, passphrase.n, all, sizeof all, n, SCRYPT_R, SCRYPT_P, memory,
	           out, AEAD_KEY) == 1
	    || fail(e, ERR_MEMORY, scrypt_rule,
	    "a work factor of 2 to the %d takes %llu MiB of memory, more than there is",
	           log, (unsigned long long)(memory >> 20));
}

/* The body's line and its end, after the line of arguments. */
static size_t
body_write(const uint8_t wrapped[AGE_BODY], char *out)
{
	size_t n = base64_write(wrapped, AGE_BODY, BASE64_BARE, out);

	out[n] = '\n';
	return n + 1;
}

bool
age_stanza_wrap(const struct age_recipient *to, const uint8_t file_key[AGE_FILE_KEY],
    char *out, size_t *n, struct err *e)
{
	static const char mark[] = "-> X25519 ";
	uint8_t own[32], share[32], secret[32], key[AEAD_KEY], wrapped[AGE_BODY];
	char *at = out + sizeof mark - 1;
	bool ok = false;

	crypto_start_sodium();
	if (!rand_bytes(own, sizeof own, e))
		return false;
	(void)crypto_scalarmult_base(share, own);
	if (to == NULL) {
		ok = rand_bytes(wrapped, sizeof wrapped, e);
	} else if (crypto_scalarmult(secret, own, to->point) != 0) {
		fail(e, ERR_INPUT, x25519_rule, "a recipient is a point that keeps nothing secret");
	} else {
		x25519_wrap_key(secret, share, to->point, key);
		ok = aead_seal(key, zero_nonce, (str){ 0 }, str_bytes(file_key, AGE_FILE_KEY), wrapped, e);
	}
	if (ok) {
		memcpy(out, mark, sizeof mark - 1);
		at += base64_write(share, sizeof share, BASE64_BARE, at);
		*at++ = '\n';
		at += body_write(wrapped, at);
		*n = (size_t)(at - out);
	}
	sodium_memzero(own, sizeof own);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(key, sizeof key);
	return ok;
}

bool
age_stanza_wrap_passphrase(str passphrase, const uint8_t file_key[AGE_FILE_KEY],
    char *out, size_t *n, struct err *e)
{
	static const char mark[] = "-> scrypt ";
	uint8_t salt[AGE_SALT], key[AEAD_KEY], wrapped[AGE_BODY];
	char *at = out + sizeof mark - 1;
	bool ok;

	if (!rand_bytes(salt, sizeof salt, e) || !scrypt_wrap_key(passphrase, salt, AGE_SCRYPT_LOG, key, e))
		return false;
	ok = aead_seal(key, zero_nonce, (str){ 0 }, str_bytes(file_key, AGE_FILE_KEY), wrapped, e);
	if (ok) {
		memcpy(out, mark, sizeof mark - 1);
		at += base64_write(salt, sizeof salt, BASE64_BARE, at);
		at += sprintf(at, " %d\n", AGE_SCRYPT_LOG);
		at += body_write(wrapped, at);
		*n = (size_t)(at - out);
	}
	sodium_memzero(key, sizeof key);
	return ok;
}

bool
age_stanza_open(const struct age_stanza *s, const struct age_identity *key,
    const struct age_recipient *own, uint8_t file_key[AGE_FILE_KEY], struct err *e)
{
	uint8_t secret[32], wrap[AEAD_KEY];
	bool ok;

	if (crypto_scalarmult(secret, key->secret, s->share) != 0)
		return fail(e, ERR_INPUT, x25519_rule, "a share is a point that keeps nothing secret");
	x25519_wrap_key(secret, s->share, own->point, wrap);
	ok = aead_open(wrap, zero_nonce, (str){ 0 }, str_bytes(s->wrapped, AGE_BODY), file_key, e);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(wrap, sizeof wrap);
	return ok;
}

bool
age_stanza_open_passphrase(const struct age_stanza *s, str passphrase, uint8_t file_key[AGE_FILE_KEY],
    struct err *e)
{
	uint8_t wrap[AEAD_KEY];
	bool ok;

	if (!scrypt_wrap_key(passphrase, s->share, s->log, wrap, e))
		return false;
	ok = aead_open(wrap, zero_nonce, (str){ 0 }, str_bytes(s->wrapped, AGE_BODY), file_key, e);
	sodium_memzero(wrap, sizeof wrap);
	return ok;
}

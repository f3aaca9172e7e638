/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/password.h"

#include "crypto/start.h"

#include <sodium.h>

_Static_assert(PASSWORD_TEXT == crypto_pwhash_STRBYTES, "the kept form is libsodium's");

static const char rule[] = "RFC 9106, Argon2id";

static bool
is_password(str password, struct err *e)
{
	size_t n = 0;

	if (password.n > PASSWORD_MAX)
		return fail(e, ERR_INPUT, NULL, "a password of %zu bytes, at most %d allowed", password.n,
		    PASSWORD_MAX);
	if (!str_is_text(password))
		return fail(e, ERR_INPUT, NULL, "a password with bytes that are not UTF-8, or a control character");
	for (size_t i = 0; i < password.n; i++)
		n += ((unsigned char)password.p[i] & 0xc0) != 0x80;
	return n >= PASSWORD_MIN
	    || fail(e, ERR_INPUT, NULL, "a password of %zu characters, at least %d needed", n, PASSWORD_MIN);
}

bool
password_keep(str password, char out[PASSWORD_TEXT], struct err *e)
{
	crypto_start_sodium();
	return is_password(password, e)
	    && (crypto_pwhash_str(out, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
	            crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0
	        || fail(e, ERR_MEMORY, rule, "64 MiB of memory for a password are not to be had"));
}

/* As much work as a check, for a name that is not known or a form that is broken. */
static bool
waste(str password)
{
	static const uint8_t salt[crypto_pwhash_SALTBYTES];
	uint8_t out[32];

	return crypto_pwhash(out, sizeof out, password.p, password.n, salt, crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool
password_check(str password, str kept, struct err *e)
{
	char text[PASSWORD_TEXT] = { 0 };

	crypto_start_sodium();
	if (password.n > PASSWORD_MAX)
		password.n = 0;  /* nobody has such a one */
	if (kept.n < sizeof text)
		memcpy(text, kept.p, kept.n);
	if (crypto_pwhash_str_needs_rehash(text, crypto_pwhash_OPSLIMIT_INTERACTIVE,
	        crypto_pwhash_MEMLIMIT_INTERACTIVE) == -1)
		return waste(password) ? fail(e, ERR_DENIED, rule, "another password")
		    : fail(e, ERR_MEMORY, rule, "64 MiB of memory for a password are not to be had");
	return crypto_pwhash_str_verify(text, password.p, password.n) == 0
	    || fail(e, ERR_DENIED, rule, "another password");
}

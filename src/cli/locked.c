/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/locked.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/file.h"
#include "report/field.h"

#include <stdio.h>
#include <stdlib.h>

bool
locked_passphrase(const char *what, enum lang lang, struct passphrase *out, struct err *e)
{
	if (!passphrase_ask(what, true, lang, out, e))
		return false;
	if (field_characters(passphrase_str(out)) >= LOCKED_PASSPHRASE_MIN)
		return true;
	passphrase_wipe(out);
	return fail(e, ERR_INPUT, NULL, "a passphrase has at least %d characters: a sentence is easy to remember",
	    LOCKED_PASSPHRASE_MIN);
}

static bool
buf_take_bytes(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(to, bytes);
	return true;
}

static bool armor_take(void *to, str bytes, struct err *e) { return age_armor_write(to, bytes, e); }

static bool
lock(str text, const struct passphrase *phrase, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	struct age_armor *armor;
	struct age_seal *seal;

	return age_armor_start((struct age_sink){ buf_take_bytes, &b }, a, &armor, e)
	    && age_seal_start_passphrase(passphrase_str(phrase), (struct age_sink){ armor_take, armor }, a, &seal, e)
	    && age_seal_write(seal, text, e) && age_seal_end(seal, e) && age_armor_end(armor, e)
	    && buf_take(&b, out, e);
}

bool
locked_write(const char *path, const char *name, const struct age_identity *key, const struct sign_key *owner_key,
    const struct passphrase *phrase, struct arena *a, struct err *e)
{
	char secret[AGE_IDENTITY_TEXT], public[AGE_RECIPIENT_TEXT], text[512],
	    seed[BASE64_PADDED_SIZE(SIGN_SEED) + 1] = "";
	struct age_recipient own;
	str locked;
	bool ok;

	age_identity_recipient(key, &own);
	age_recipient_print(&own, public);
	age_identity_print(key, secret);
	if (owner_key != NULL)
		(void)base64_write(owner_key->seed, SIGN_SEED, BASE64_PADDED, seed);
	(void)snprintf(text, sizeof text, "# leman identity: %.120s\n# public key: %s\n%s%s%s%s\n", name, public,
	    owner_key ? "# owner key: " : "", seed, owner_key ? "\n" : "", secret);
	ok = lock(str_of(text), phrase, a, &locked, e) && file_new(path, locked, e);
	explicit_bzero(secret, sizeof secret);
	explicit_bzero(seed, sizeof seed);
	explicit_bzero(text, sizeof text);
	return ok;
}

static bool
unlock(const char *path, str sealed, enum lang lang, struct buf *plain, struct arena *a, struct err *e)
{
	struct passphrase phrase;
	struct age_open *o;
	bool ok;

	if (!passphrase_ask(path, false, lang, &phrase, e))
		return false;
	ok = age_open_start(NULL, 0, passphrase_str(&phrase), (struct age_sink){ buf_take_bytes, plain }, a, &o, e)
	    && age_open_write(o, sealed, e) && age_open_end(o, e);
	passphrase_wipe(&phrase);
	return ok;
}

static bool
owner_key_find(str text, const char *path, struct sign_key *out, struct err *e)
{
	static const str start = STR("# owner key: ");
	uint8_t seed[SIGN_SEED];
	str line;

	while (str_cut(&text, '\n', &line))
		if (line.n > start.n && memcmp(line.p, start.p, start.n) == 0) {
			line = (str){ line.p + start.n, line.n - start.n };
			if (line.p[line.n - 1] == '\r')
				line.n--;
			if (!base64_read_exactly(line, BASE64_PADDED, seed, sizeof seed))
				break;
			sign_key_from_seed(seed, out);
			explicit_bzero(seed, sizeof seed);
			return true;
		}
	return fail(e, ERR_INPUT, NULL, "%s: there is no owner key in it, so it may not sign a new key list", path);
}

bool
locked_owner_key(const char *path, enum lang lang, struct arena *a, struct sign_key *out, struct err *e)
{
	static const str starts[] = { STR("-----BEGIN AGE"), STR("age-encryption.org/") };
	struct buf plain = { .arena = a };
	bool is_locked = false, ok = true;
	str text;

	if (!file_read(path, LOCKED_MAX, a, &text, e))
		return false;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		is_locked |= text.n > starts[i].n && memcmp(text.p, starts[i].p, starts[i].n) == 0;
	/* Room for all at once, so that no copy of the keys is left behind by growing. */
	plain.p = arena_alloc(a, text.n);
	plain.cap = plain.p != NULL ? text.n : 0;
	if (is_locked)
		ok = unlock(path, text, lang, &plain, a, e);
	ok = ok && owner_key_find(is_locked ? (str){ plain.p, plain.n } : text, path, out, e);
	if (plain.p != NULL)
		explicit_bzero(plain.p, plain.cap);
	if (!is_locked)
		explicit_bzero((char *)(uintptr_t)text.p, text.n);
	return ok;
}

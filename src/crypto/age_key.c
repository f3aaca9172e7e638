/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age.h"

#include "base/rand.h"
#include "crypto/bech32.h"
#include "crypto/start.h"

#include <sodium.h>

static const str recipient_prefix = STR("age"), identity_prefix = STR("age-secret-key-");

_Static_assert(AGE_RECIPIENT_TEXT == BECH32_SIZE(3, 32) + 1, "a recipient and its NUL");
_Static_assert(AGE_IDENTITY_TEXT == BECH32_SIZE(15, 32) + 1, "an identity and its NUL");

bool
age_recipient_parse(str text, struct age_recipient *out, struct err *e)
{
	return bech32_read(text, recipient_prefix, out->point, sizeof out->point, e);
}

void
age_recipient_print(const struct age_recipient *r, char out[AGE_RECIPIENT_TEXT])
{
	bech32_write(recipient_prefix, r->point, sizeof r->point, false, out);
	out[AGE_RECIPIENT_TEXT - 1] = '\0';
}

bool
age_identity_make(struct age_identity *out, struct err *e)
{
	return rand_bytes(out->secret, sizeof out->secret, e);
}

bool
age_identity_parse(str text, struct age_identity *out, struct err *e)
{
	return bech32_read(text, identity_prefix, out->secret, sizeof out->secret, e);
}

void
age_identity_print(const struct age_identity *i, char out[AGE_IDENTITY_TEXT])
{
	bech32_write(identity_prefix, i->secret, sizeof i->secret, true, out);
	out[AGE_IDENTITY_TEXT - 1] = '\0';
}

void
age_identity_recipient(const struct age_identity *i, struct age_recipient *out)
{
	crypto_start_sodium();
	(void)crypto_scalarmult_base(out->point, i->secret);  /* never fails: the base point has a good order */
}

void age_identity_wipe(struct age_identity *i) { sodium_memzero(i, sizeof *i); }

/* SPDX-License-Identifier: Apache-2.0 */
/* locked.h - the identity file of an owner's member: text under a passphrase.
 *
 * Source: docs/formats.md, Identity file. */
#pragma once
#include "cli/passphrase.h"
#include "crypto/age.h"
#include "crypto/sign.h"

enum { LOCKED_PASSPHRASE_MIN = 12, LOCKED_MAX = 64 * 1024 };  /* characters; bytes of a file */

/* Asks twice for one that is long enough. */
bool locked_passphrase(const char *what, enum lang lang, struct passphrase *out, struct err *e) MUST_USE;

/* A new file at path, in ASCII armor, for its owner alone. owner_key may be NULL. */
bool locked_write(const char *path, const char *name, const struct age_identity *key, const struct sign_key *owner_key,
    const struct passphrase *phrase, struct arena *a, struct err *e) MUST_USE;

/* The owner's key from such a file, locked or not. Wipe it: sign_key_wipe(). */
bool locked_owner_key(const char *path, enum lang lang, struct arena *a, struct sign_key *out, struct err *e) MUST_USE;

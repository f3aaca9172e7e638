/* SPDX-License-Identifier: Apache-2.0 */
/* identity.h - files of keys: identities, which open, and recipients, to seal to.
 *
 * One key a line; empty lines and lines that begin with '#' say nothing. A file
 * of identities may itself be sealed with a passphrase, armored or not. */
#pragma once
#include "cli/cmd.h"
#include "crypto/age.h"

enum { KEY_FILE_MAX = 1 << 20, IDENTITIES_MAX = 256 };

struct identities { struct age_identity key[IDENTITIES_MAX]; size_t n; };
struct recipients { struct age_recipient key[AGE_STANZAS_MAX]; size_t n; };

/* Adds what the file at path holds, "-" being standard input. May ask for its
 * passphrase. A key that is none of ours is ERR_INPUT with its line, and is not
 * repeated in the message. */
bool identities_read(const char *path, enum lang lang, struct arena *a, struct identities *to, struct err *e) MUST_USE;
void identities_wipe(struct identities *i);

bool recipients_add(str text, struct recipients *to, struct err *e) MUST_USE;
bool recipients_read(const char *path, enum lang lang, struct arena *a, struct recipients *to, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* signer.h - the process that holds the instance's Ed25519 key, and nothing else:
 * no file, no network, no database. Web asks it for signatures, over texts that
 * begin as its texts begin; a web that is broken into cannot take the key away. */
#pragma once
#include "base/arena.h"
#include "base/sandbox.h"
#include "crypto/sign.h"

enum {
	SIGNER_TEXT_MAX = 4096,   /* bytes of one text */
	SIGNER_AT_ONCE = 256,     /* texts in one call */
};

/* A text is signed only if it begins so. */
#define SIGNER_PREFIX "leman/receipt/1\n"

struct signer;

/* Forks it. It reads the seed at path, which it makes on the first start, mode
 * 0400, and narrows itself; *in_force says how far. Call it before the first thread. */
bool signer_start(const char *path, enum sandbox_mode mode, bool dumpable, struct sandbox_state *in_force,
    struct signer **out, struct err *e) MUST_USE;

const uint8_t *signer_public(const struct signer *s);  /* SIGN_PUBLIC bytes */

/* Signatures over the n texts, in one round trip. From any thread. */
bool signer_sign(struct signer *s, const str *texts, size_t n, uint8_t (*out)[SIGN_SIZE], struct err *e) MUST_USE;

/* Readable once it has ended: nothing more can be signed. */
int signer_fd(const struct signer *s);
void signer_stop(struct signer *s);

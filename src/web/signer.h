/* SPDX-License-Identifier: Apache-2.0 */
/* signer.h - the process that holds the instance's Ed25519 key, and nothing else.
 *
 * It makes or reads the seed itself, so that web never has it in memory, and
 * signs only texts that begin as one of the kinds it was started for. */
#pragma once
#include "base/sandbox.h"
#include "crypto/sign.h"

enum {
	SIGNER_KINDS_MAX = 8,
	SIGNER_BATCH_MAX = 8192,     /* texts at once */
	SIGNER_BYTES_MAX = 4 << 20,  /* of all texts of a batch */
};

struct signer_terms {
	const char *path;                     /* of the seed: 32 bytes, mode 0400 */
	const char *kinds[SIGNER_KINDS_MAX];  /* how a text may begin, with its '\n'; the first NULL ends it */
	enum sandbox_mode mode;
	bool dumpable;
};

struct signer;

/* Forks the signer before the first thread. Where there is no file at path, a
 * seed is made and kept there first. ERR_DENIED for a file that others may read,
 * ERR_INPUT for one that is no seed. */
bool signer_start(const struct signer_terms *terms, struct sandbox_state *in_force,
    struct signer **out, struct err *e) MUST_USE;

const uint8_t *signer_public(const struct signer *s);  /* SIGN_PUBLIC bytes */

/* Signs n texts in one conversation, from any thread. Fails for all of them:
 *   ERR_DENIED   a text of another kind; the signer goes on
 *   ERR_TOO_BIG  more than a batch holds; nothing was sent
 *   ERR_IO       the signer has ended, or does not answer: it is not asked again */
bool signer_sign(struct signer *s, const str *texts, size_t n, uint8_t (*out)[SIGN_SIZE],
    struct err *e) MUST_USE;

/* Readable once the signer has ended. */
int signer_fd(const struct signer *s);
void signer_stop(struct signer *s);

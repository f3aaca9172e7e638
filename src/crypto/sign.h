/* SPDX-License-Identifier: Apache-2.0 */
/* sign.h - Ed25519 signatures, RFC 8032.
 *
 * Every message that is signed begins with a name of its kind and version, so
 * that a signature over one kind is never good for another. */
#pragma once
#include "base/err.h"

enum { SIGN_SEED = 32, SIGN_PUBLIC = 32, SIGN_SIZE = 64 };

struct sign_key { uint8_t seed[SIGN_SEED], public[SIGN_PUBLIC]; };

bool sign_key_make(struct sign_key *out, struct err *e) MUST_USE;
void sign_key_from_seed(const uint8_t seed[SIGN_SEED], struct sign_key *out);
void sign_key_wipe(struct sign_key *k);
void sign_bytes(const struct sign_key *k, str message, uint8_t out[SIGN_SIZE]);
bool sign_check(const uint8_t public[SIGN_PUBLIC], str message, const uint8_t signature[SIGN_SIZE]) MUST_USE;

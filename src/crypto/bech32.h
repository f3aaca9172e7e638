/* SPDX-License-Identifier: Apache-2.0 */
/* bech32.h - short keys as text that notices a slip of the hand.
 *
 * Source: BIP 173, without its limit of 90 characters, as C2SP age has it. */
#pragma once
#include "base/err.h"

enum { BECH32_BYTES_MAX = 64 };  /* as many as a key of ours has, at most */

/* Characters, without a NUL, for n bytes below a prefix of so many characters. */
#define BECH32_SIZE(prefix, n) ((prefix) + 1 + ((n) * 8 + 4) / 5 + 6)

/* prefix in lower case; what is written is all in the case asked for. No NUL. */
void bech32_write(str prefix, const uint8_t *bytes, size_t n, bool upper, char *out);

/* The exactly n bytes of text, which begins with prefix (lower case) in one case
 * throughout. ERR_INPUT says what is wrong without repeating the text: it may be
 * a secret. */
bool bech32_read(str text, str prefix, uint8_t *out, size_t n, struct err *e) MUST_USE;

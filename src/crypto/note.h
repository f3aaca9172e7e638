/* SPDX-License-Identifier: Apache-2.0 */
/* note.h - a text with signature lines below it.
 *
 * Source: C2SP signed-note v1.0, https://c2sp.org/signed-note; Ed25519 alone.
 * Stricter than it: U+007F to U+009F are refused as the other controls are, for
 * notes end up on terminals, and a key that signs twice must be right twice. */
#pragma once
#include "base/arena.h"
#include "crypto/sign.h"

enum { NOTE_MAX = 64 * 1024, NOTE_SIGNATURES_MAX = 64 };

/* A key that checks notes: name+hash+base64, "vkey" of the standard. */
struct note_key { str name; uint8_t id[4], public[SIGN_PUBLIC]; };

/* *out keeps name, or points into vkey. */
bool note_key_of(str name, const uint8_t public[SIGN_PUBLIC], struct note_key *out, struct err *e) MUST_USE;
bool note_key_parse(str vkey, struct note_key *out, struct err *e) MUST_USE;
bool note_key_print(const struct note_key *k, struct arena *a, str *out, struct err *e) MUST_USE;

/* The line "— name base64(id || signature)\n" for a signature over text. */
bool note_line(const struct note_key *k, const uint8_t signature[SIGN_SIZE], struct arena *a, str *out,
    struct err *e) MUST_USE;

/* Splits note at its last empty line and checks that k signed the text above it.
 * *text, with its last '\n', points into note. ERR_INPUT for bad form, ERR_DENIED
 * when k's signature is missing or wrong. Lines of unknown keys are ignored. */
bool note_check(str note, const struct note_key *k, str *text, struct err *e) MUST_USE;

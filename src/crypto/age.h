/* SPDX-License-Identifier: Apache-2.0 */
/* age.h - files sealed to recipients: the age format, version 1.
 *
 * Source: C2SP age v1.0, https://c2sp.org/age
 * Recipients: X25519 for people, scrypt (a passphrase) for identity files alone.
 * Stricter than the text where it leaves room: armor has line ends of one kind.
 * Files of any size pass in constant memory: bytes are pushed in, and what comes
 * out goes to a sink. What is opened was authenticated before the sink sees it,
 * 64 KiB at a time; that the file is whole is known at age_open_end() only. */
#pragma once
#include "base/arena.h"

enum {
	AGE_HEADER_MAX = 64 * 1024,   /* bytes; a longer header is refused unread */
	AGE_STANZAS_MAX = 64,
	AGE_CHUNK = 64 * 1024,        /* bytes of plaintext authenticated at once */
	AGE_SCRYPT_LOG_MAX = 22,      /* the largest work factor opened */
	AGE_SCRYPT_LOG = 18,          /* the one written: about a second */
	AGE_RECIPIENT_TEXT = 63,      /* "age1" and 58 characters, with a NUL */
	AGE_IDENTITY_TEXT = 75,       /* "AGE-SECRET-KEY-1" and 58, with a NUL */
};

/* Takes bytes, all of them, or returns false with *e filled in. */
struct age_sink {
	bool (*take)(void *to, str bytes, struct err *e);
	void *to;
};

struct age_recipient { uint8_t point[32]; };  /* X25519 public key */
struct age_identity { uint8_t secret[32]; };  /* X25519 secret; wipe it: age_identity_wipe() */

bool age_recipient_parse(str text, struct age_recipient *out, struct err *e) MUST_USE;
void age_recipient_print(const struct age_recipient *r, char out[AGE_RECIPIENT_TEXT]);
bool age_identity_make(struct age_identity *out, struct err *e) MUST_USE;
bool age_identity_parse(str text, struct age_identity *out, struct err *e) MUST_USE;
void age_identity_print(const struct age_identity *i, char out[AGE_IDENTITY_TEXT]);
void age_identity_recipient(const struct age_identity *i, struct age_recipient *out);
void age_identity_wipe(struct age_identity *i);

/* What a header tells without any key: for a server that must not open it. */
struct age_header {
	size_t size;            /* bytes, through the line of the MAC */
	size_t x25519, scrypt;  /* stanzas of each type */
	size_t grease;          /* stanzas of a type that ends in "-grease": they carry nothing */
	size_t other;           /* stanzas of any other type */
};

/* Reads the header at the start of text, which may be cut anywhere. ERR_INPUT
 * for one that breaks the format, ERR_BUSY while more bytes are needed,
 * ERR_TOO_BIG past AGE_HEADER_MAX. */
bool age_header_parse(str text, struct age_header *out, struct err *e) MUST_USE;

/* Sealing. stanzas: how many X25519 stanzas the header has in all; those beyond
 * n are random and open for nobody, which hides n. 0: just n. The state is in
 * the arena; a failed call ends it. */
struct age_seal;
bool age_seal_start(const struct age_recipient *to, size_t n, size_t stanzas, struct age_sink sink,
    struct arena *a, struct age_seal **out, struct err *e) MUST_USE;
bool age_seal_start_passphrase(str passphrase, struct age_sink sink,
    struct arena *a, struct age_seal **out, struct err *e) MUST_USE;
bool age_seal_write(struct age_seal *s, str plain, struct err *e) MUST_USE;
bool age_seal_end(struct age_seal *s, struct err *e) MUST_USE;
void age_seal_drop(struct age_seal *s);  /* gives it up half-way: wipes its secrets */

/* Opening, of binary and of armored files alike. The keys are tried in order;
 * passphrase may be empty text: none. ERR_DENIED when no key fits, ERR_INPUT for
 * a broken file. keys and passphrase are read until the header is whole: they
 * stay as they are until age_open_end(). The sink's own failures pass through. */
struct age_open;
bool age_open_start(const struct age_identity *keys, size_t n, str passphrase, struct age_sink sink,
    struct arena *a, struct age_open **out, struct err *e) MUST_USE;
bool age_open_write(struct age_open *o, str sealed, struct err *e) MUST_USE;
bool age_open_end(struct age_open *o, struct err *e) MUST_USE;
void age_open_drop(struct age_open *o);

/* ASCII armor around whatever goes through: start, write, end, into sink. */
struct age_armor;
bool age_armor_start(struct age_sink sink, struct arena *a, struct age_armor **out, struct err *e) MUST_USE;
bool age_armor_write(struct age_armor *m, str bytes, struct err *e) MUST_USE;
bool age_armor_end(struct age_armor *m, struct err *e) MUST_USE;

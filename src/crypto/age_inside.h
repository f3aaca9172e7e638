/* SPDX-License-Identifier: Apache-2.0 */
/* age_inside.h - what the files of age share among themselves.
 *
 * A file key is 16 random bytes, one a file. Each stanza of the header wraps it
 * for one recipient; the header's MAC and the payload's key come from it. */
#pragma once
#include "crypto/aead.h"
#include "crypto/age.h"
#include "crypto/hash.h"

enum {
	AGE_FILE_KEY = 16,
	AGE_SALT = 16,          /* of scrypt, and the payload's nonce */
	AGE_BODY = 32,          /* a wrapped file key: 16 bytes and a tag */
	AGE_MAC_LINE = 48,      /* "--- ", 43 characters, '\n' */
	AGE_STANZA_TEXT = 98,   /* of an X25519 stanza, all of it */
};
#define AGE_VERSION "age-encryption.org/v1\n"

enum age_type { AGE_X25519, AGE_SCRYPT, AGE_GREASE, AGE_OTHER };

struct age_stanza {
	enum age_type type;
	str args;                /* what follows "-> " on its first line */
	str body;                /* the lines of base64 below, each with its '\n' */
	uint8_t share[32];       /* X25519: the ephemeral share; scrypt: 16 bytes of salt */
	uint8_t wrapped[AGE_BODY];
	int log;                 /* scrypt: of the work factor */
};

/* Takes one stanza off the front of *rest. ERR_BUSY when it ends in the midst. */
bool age_stanza_next(str *rest, struct age_stanza *out, struct err *e) MUST_USE;

/* Wrapping writes a stanza of n characters to out, which has room for
 * AGE_STANZA_TEXT. to NULL: a stanza that looks like any other and opens for
 * nobody. */
bool age_stanza_wrap(const struct age_recipient *to, const uint8_t file_key[AGE_FILE_KEY],
    char *out, size_t *n, struct err *e) MUST_USE;
bool age_stanza_wrap_passphrase(str passphrase, const uint8_t file_key[AGE_FILE_KEY],
    char *out, size_t *n, struct err *e) MUST_USE;

/* ERR_DENIED when the stanza is for another key, ERR_INPUT when it is broken. */
bool age_stanza_open(const struct age_stanza *s, const struct age_identity *key,
    const struct age_recipient *own, uint8_t file_key[AGE_FILE_KEY], struct err *e) MUST_USE;
bool age_stanza_open_passphrase(const struct age_stanza *s, str passphrase,
    uint8_t file_key[AGE_FILE_KEY], struct err *e) MUST_USE;

/* The MAC over a header up to and with its "---". */
void age_mac(const uint8_t file_key[AGE_FILE_KEY], str head, uint8_t out[HASH_SIZE]);

/* The payload: 64 KiB of plaintext at a time, each with its number in the nonce. */
struct age_payload { uint8_t key[AEAD_KEY]; uint64_t chunk; };
void age_payload_start(struct age_payload *p, const uint8_t file_key[AGE_FILE_KEY], const uint8_t nonce[AGE_SALT]);
void age_payload_nonce(const struct age_payload *p, bool last, uint8_t out[AEAD_NONCE]);

/* ASCII armor, taken off: bytes in, bytes to the sink. */
enum { UNARMOR_LINES = 128 };
struct age_unarmor {
	struct age_sink sink;
	enum { UNARMOR_BEFORE, UNARMOR_BEGIN, UNARMOR_BODY, UNARMOR_LAST, UNARMOR_AFTER } state;
	size_t spaces;           /* seen outside */
	size_t n;                /* in line */
	bool crlf;               /* the first line ended so, and all must */
	char line[66];           /* 64 characters, '\r', '\n' */
	size_t made;             /* in out */
	uint8_t out[48 * UNARMOR_LINES];
};
void age_unarmor_start(struct age_unarmor *u, struct age_sink sink);
bool age_unarmor_write(struct age_unarmor *u, str text, struct err *e) MUST_USE;
bool age_unarmor_end(struct age_unarmor *u, struct err *e) MUST_USE;

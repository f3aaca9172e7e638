/* SPDX-License-Identifier: Apache-2.0 */
/* manifest.h - what a report says of itself, inside its sealed file.
 *
 * Source: docs/formats.md, leman/envelope/1
 * Input is hostile: it comes from anybody who can send a report. */
#pragma once
#include "base/arena.h"
#include "crypto/hash.h"

enum {
	MANIFEST_MAX = 256 * 1024,    /* bytes */
	CLAIMS_MAX = 16,
	CLAIM_NAME_MAX = 32,          /* characters of a-z _ */
	CLAIM_MAX = 4096,             /* bytes of a claim's value */
	MESSAGE_MAX = 1 << 20,        /* bytes */
	FILES_MAX = 100,
	CONTENT_MAX = 100 << 20,      /* bytes of message and files together */
};

struct claim { str name, value; };

/* One run of bytes that the manifest announces. */
struct part { str name; uint64_t size; uint8_t sha256[HASH_SIZE]; };

struct manifest {
	const struct claim *claims;  /* in the order of their names */
	size_t n_claims;
	int64_t created;             /* unix seconds, by the finder's clock */
	const struct part *files;
	size_t n_files;
	str owner;                   /* of the key list it was sealed to */
	uint64_t version;            /* of that list, and its digest */
	uint8_t keys[HASH_SIZE];
	struct part message;         /* without a name */
	str reply;                   /* "age1...", or empty: no answer is wanted */
	str report;                  /* id */
};

/* Claims with an empty value are left out. Nothing is checked. */
bool manifest_print(const struct manifest *m, struct arena *a, str *out, struct err *e) MUST_USE;

/* Reads text, which must be canonical. The strs in *out are in a or in text. */
bool manifest_parse(str text, struct arena *a, struct manifest *out, struct err *e) MUST_USE;

/* Bytes of message and files. */
uint64_t manifest_content(const struct manifest *m);

/* What is claimed under name; empty when nothing is. */
str manifest_claim(const struct manifest *m, str name);

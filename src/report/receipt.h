/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - what an instance says it was given, and when.
 *
 * Source: docs/formats.md, leman/receipt/1. This is the text; crypto/note.h has the
 * signature below it. Input is hostile: it comes from servers and from files. */
#pragma once
#include "base/arena.h"
#include "crypto/hash.h"

enum { RECEIPT_MAX = 16 * 1024 };  /* bytes, with all its signatures */

struct receipt {
	str report, owner;
	uint64_t version;            /* of the key list it was handed in under, and its digest */
	uint8_t keys[HASH_SIZE];
	int64_t received;            /* unix seconds */
	uint64_t size;               /* of the sealed file, and its digest */
	uint8_t sha256[HASH_SIZE];
};

bool receipt_sniff(str text);

/* text ends with the '\n' of its last line; the strs in *out point into it. */
bool receipt_parse(str text, struct receipt *out, struct err *e) MUST_USE;
bool receipt_print(const struct receipt *r, struct arena *a, str *out, struct err *e) MUST_USE;

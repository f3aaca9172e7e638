/* SPDX-License-Identifier: Apache-2.0 */
/* checkpoint.h - the signed head of a log: its name, size and root hash.
 *
 * Source: C2SP tlog-checkpoint v1.0, https://c2sp.org/tlog-checkpoint
 * Input is hostile: it comes from other logs and from witnesses. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { CHECKPOINT_MAX = 64 * 1024 };  /* bytes; a longer note is refused unread */

struct checkpoint {
	str origin;        /* who keeps the log, e.g. "leman.example/log"; UTF-8, not empty */
	uint64_t size;     /* leaves in the log */
	uint8_t root[32];  /* RFC 6962 Merkle tree hash of those leaves, SHA-256 */
	str extra;         /* extension lines, each with its '\n'; empty for most logs */
	str signatures;    /* the signature lines after the blank line, not yet checked */
};

/* Does text claim to be a checkpoint? True for broken ones too. */
bool checkpoint_sniff(str text);

/* Reads the note in text. All strs in *out point into text.
 * Checks form only: the signatures are left as they stand.
 * Fails with ERR_TOO_BIG, or ERR_INPUT and the clause that text breaks. */
bool checkpoint_parse(str text, struct checkpoint *out, struct err *e) MUST_USE;

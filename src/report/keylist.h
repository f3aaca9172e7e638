/* SPDX-License-Identifier: Apache-2.0 */
/* keylist.h - who can read what is sealed to an owner: a list of recipients, signed.
 *
 * Source: docs/formats.md, leman/key-list/1
 * Input is hostile: it comes from owners, and to finders from servers. */
#pragma once
#include "base/arena.h"
#include "crypto/age.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

enum {
	KEY_LIST_MAX = 16 * 1024,           /* bytes */
	KEY_LIST_RECIPIENTS_MIN = 2,        /* one alone: lost with it, all reports are */
	KEY_LIST_RECIPIENTS_MAX = 16,
	KEY_LIST_LASTS_MAX = 731 * 86400,   /* seconds */
	KEY_LIST_LABEL_MAX = 64,            /* characters */
};

struct key_recipient {
	str label;                   /* "team"; one line */
	str age;                     /* "age1..." */
	struct age_recipient point;  /* the same, read */
};

struct key_list {
	str owner;
	uint64_t version;                  /* from 1 */
	uint8_t key[SIGN_PUBLIC];          /* the owner's, Ed25519 */
	uint8_t previous[HASH_SIZE];       /* digest of the list before; zero in the first */
	int64_t from, until;               /* unix seconds */
	const struct key_recipient *recipients;
	size_t n;
};

/* 1 to 63 of a-z 0-9 -, not '-' first. */
bool key_list_owner_check(str owner, struct err *e) MUST_USE;

/* Reads text, which must be canonical: the same list is the same bytes. The strs in
 * *out are in a or in text. Form alone: see key_list_check(). */
bool key_list_parse(str text, struct arena *a, struct key_list *out, struct err *e) MUST_USE;

/* The canonical text of l, whose recipients' age and label are used. */
bool key_list_print(const struct key_list *l, struct arena *a, str *out, struct err *e) MUST_USE;

bool key_list_sign(str text, const struct sign_key *key, struct arena *a, uint8_t out[SIGN_SIZE],
    struct err *e) MUST_USE;

/* Is text the next list after previous (its text; NULL: the first one), signed by
 * the key of the list before, or in a first one by its own? ERR_DENIED for a
 * signature that is not good, ERR_CONFLICT for a list that does not follow. */
bool key_list_check(str text, const uint8_t signature[SIGN_SIZE], const str *previous, struct arena *a,
    struct key_list *out, struct err *e) MUST_USE;

/* SHA-256 of a list. */
bool key_list_digest(str text, uint8_t out[HASH_SIZE], struct err *e) MUST_USE;

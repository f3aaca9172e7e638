/* SPDX-License-Identifier: Apache-2.0 */
/* owner_keys.h - an owner's keys as an instance shows them, and whether they are those
 * that this person has seen there before.
 *
 * Trust on first use: what was seen is kept in the file known-keys (cli/home.h). A
 * list that follows the known one, each signed by the key before, is taken and said;
 * anything else stops what was to be done. */
#pragma once
#include "cli/remote.h"
#include "report/keylist.h"

enum { OWNER_LISTS_MAX = 1000 };  /* versions; each is fetched once when they are checked */

struct owner_keys {
	struct key_list list;
	str name;                 /* of the owner, for people; foreign text */
	str state;                /* "open", "expired", "suspended" */
	uint8_t sha256[HASH_SIZE];      /* of the list, and the same in hex */
	char digest[2 * HASH_SIZE + 1];
	enum { KEYS_NEW, KEYS_SAME, KEYS_FOLLOW } seen;
	struct key_list before;   /* the list that was known, where seen is KEYS_FOLLOW */
};

/* ERR_DENIED, with a reason in many words on standard error, when the keys are not
 * those that were known, and nothing that was signed by those says that they changed. */
bool owner_keys_get(const struct remote *r, str owner, struct owner_keys *out, struct err *e) MUST_USE;

/* Keeps them as known. */
bool owner_keys_remember(const struct remote *r, const struct owner_keys *k, struct err *e) MUST_USE;

/* The same for a list that was just made here. */
bool owner_keys_know(const struct remote *r, const struct key_list *l, struct err *e) MUST_USE;

/* Who can read it, who cannot, and since when that is known. To standard output. */
bool owner_keys_print(const struct remote *r, const struct owner_keys *k, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* store_owner.h - code owners and their key lists, as the database keeps them.
 * What a list says was checked before it comes here: report/keylist.h. */
#pragma once
#include "store/store.h"

struct owner_keys {
	uint64_t version;
	str list;          /* as signed */
	str signature;     /* 64 bytes */
	int64_t received;  /* unix seconds */
};

struct owner {
	str id, name;
	str state;         /* "open", "suspended" */
	int64_t created;   /* unix seconds */
	struct owner_keys keys;  /* the newest list; not set by store_owner_list() */
};

/* Keeps a new owner and its first list. ERR_CONFLICT when the id is taken. */
bool store_owner_add(struct store *db, const struct owner *o, struct err *e) MUST_USE;

/* Keeps the owner's next list. ERR_CONFLICT unless its version is the next one. */
bool store_owner_add_keys(struct store *db, str id, const struct owner_keys *keys, struct err *e) MUST_USE;

bool store_owner_find(struct store *db, str id, struct arena *a, struct owner *out, struct err *e) MUST_USE;
bool store_owner_list(struct store *db, size_t max, struct arena *a, struct owner **out, size_t *n,
    struct err *e) MUST_USE;

/* One list; the newest max lists, newest first. */
bool store_owner_keys_find(struct store *db, str id, uint64_t version, struct arena *a, struct owner_keys *out,
    struct err *e) MUST_USE;
bool store_owner_keys_list(struct store *db, str id, size_t max, struct arena *a, struct owner_keys **out,
    size_t *n, struct err *e) MUST_USE;

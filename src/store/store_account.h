/* SPDX-License-Identifier: Apache-2.0 */
/* store_account.h - accounts, sessions and the set-up link, as the database keeps
 * them. Tokens come and go as their SHA-256 alone. */
#pragma once
#include "store/store.h"

struct account {
	str name;
	str password;   /* as crypto/password.h keeps it */
	int64_t role;   /* enum role of web/web.h */
};

/* ERR_CONFLICT when the name is taken. Runs in the writer alone, as all adds do. */
bool store_account_add(struct store *db, const struct account *a, int64_t now, struct err *e) MUST_USE;

/* The account of that name, copied into a; ERR_NOT_FOUND. */
bool store_account_find(struct store *db, str name, struct arena *a, struct account *out, struct err *e) MUST_USE;
bool store_account_count(struct store *db, int64_t *out, struct err *e) MUST_USE;

/* A session of account until expires; those that have expired go. */
bool store_session_add(struct store *db, str token_hash, str account, int64_t now, int64_t expires,
    struct err *e) MUST_USE;

/* Whose session it is: name and role. ERR_NOT_FOUND for none that is good now. */
bool store_session_find(struct store *db, str token_hash, int64_t now, struct arena *a, struct account *out,
    struct err *e) MUST_USE;
bool store_session_remove(struct store *db, str token_hash, bool *was_there, struct err *e) MUST_USE;

/* The one set-up link: a new one ends the one before. */
bool store_setup_link_set(struct store *db, str token_hash, int64_t expires, struct err *e) MUST_USE;
bool store_setup_link_find(struct store *db, str token_hash, int64_t now, struct err *e) MUST_USE;  /* ERR_NOT_FOUND */
bool store_setup_link_take(struct store *db, str token_hash, int64_t now, struct err *e) MUST_USE;  /* ERR_NOT_FOUND */

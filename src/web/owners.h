/* SPDX-License-Identifier: Apache-2.0 */
/* owners.h - an owner and its key list, loaded and read, for the pages about it. */
#pragma once
#include "report/keylist.h"
#include "store/store_owner.h"
#include "web/views.h"
#include "web/web.h"

struct owner_now {
	struct owner owner;
	struct key_list list;   /* owner.keys, read */
	str digest;             /* of the list, hex */
	const char *state;      /* "open", "expired", "suspended" */
};

/* ERR_NOT_FOUND if there is none. */
bool owner_load(struct req *q, str id, struct owner_now *out, struct err *e) MUST_USE;

/* A list as a page shows it. */
bool owner_keys_row(const struct owner_keys *k, struct arena *a, struct key_list_row *out, struct err *e) MUST_USE;

/* SHA-256 of a list in hex, as receipts and clients name it. */
bool owner_keys_digest(str list, struct arena *a, str *out, struct err *e) MUST_USE;

/* All owners, for a page that lets choose. */
bool owner_rows(struct req *q, struct owner_row **out, size_t *n, struct err *e) MUST_USE;

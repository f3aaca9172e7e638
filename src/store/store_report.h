/* SPDX-License-Identifier: Apache-2.0 */
/* store_report.h - sealed reports, as the database keeps them. */
#pragma once
#include "store/store.h"

struct report {
	uint64_t seq;            /* in order of arrival, from 1 */
	str id;                  /* the finder's choice; what makes sending it again harmless */
	str owner, owner_name;
	uint64_t keys;           /* version of the owner's key list it was sealed to */
	int64_t received;        /* unix seconds */
	uint64_t size;           /* bytes of the sealed file */
	uint8_t sha256[32];      /* of the sealed file */
	str state;               /* "received", "opened" */
};

/* What may be kept: for one owner, and for all together. */
struct quota { int64_t owner_reports, owner_bytes, reports, bytes; };

/* Keeps a sealed report: id, owner, keys, received, size and sha256 of *r, and
 * the bytes sealed; none (NULL) where they lie in a file. The very same file
 * under the same id again: true, *is_new is false and *r is as it was kept.
 * ERR_CONFLICT for an id that holds another file, or keys that are not the
 * owner's present ones; ERR_LIMIT when a quota is full. Runs in the writer alone. */
bool store_report_add(struct store *db, struct report *r, str sealed, const struct quota *q, struct arena *a,
    bool *is_new, struct err *e) MUST_USE;

/* ERR_NOT_FOUND if there is none. Texts are copied into a. */
bool store_report_find(struct store *db, str id, struct arena *a, struct report *out, struct err *e) MUST_USE;

/* The newest max reports below seq before (0: from the newest), newest first. */
bool store_report_list(struct store *db, uint64_t before, size_t max, struct arena *a,
    struct report **out, size_t *n, struct err *e) MUST_USE;

/* The sealed bytes, in a; ERR_NOT_FOUND where they lie in a file. */
bool store_report_sealed(struct store *db, uint64_t seq, struct arena *a, str *out, struct err *e) MUST_USE;

/* *is_new: it was not opened before. ERR_NOT_FOUND is the caller's to look for. */
bool store_report_open(struct store *db, str id, bool *is_new, struct err *e) MUST_USE;

/* Does a report have the file with this SHA-256? */
bool store_report_has_blob(struct store *db, str sha256, bool *out, struct err *e) MUST_USE;

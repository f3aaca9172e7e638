/* SPDX-License-Identifier: Apache-2.0 */
/* store_report.h - reports, as the database keeps them. */
#pragma once
#include "store/store.h"

struct report {
	str id;                 /* the finder's choice; what makes sending it again harmless */
	str owner, state;
	int64_t received;       /* unix seconds */
	int64_t embargo_until;  /* unix seconds; 0: none */
};

/* Keeps a sealed report: id, owner and received of *r, and the bytes sealed.
 * The very same id, owner and bytes again: true, and *is_new is false. An id
 * that holds something else: ERR_CONFLICT. Runs in the writer alone. */
bool store_report_add(struct store *db, const struct report *r, str sealed, bool *is_new,
    struct err *e) MUST_USE;

/* The report of that id, its texts copied into a. ERR_NOT_FOUND if there is none. */
bool store_report_find(struct store *db, str id, struct arena *a, struct report *out, struct err *e) MUST_USE;

/* The first max reports, not yet public, whose embargo ends by then, in that
 * order, copied into a. */
bool store_report_list_due(struct store *db, int64_t then, size_t max, struct arena *a,
    struct report **out, size_t *n, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* store_act.h - acts: what someone may later dispute, as the ledger reads it.
 *
 * Acts 0..n are the leaves 0..n of the ledger's tree. There is no row without
 * its act and no act without its row: store/writer.c sees to both. */
#pragma once
#include "store/store.h"

struct act {
	str kind;   /* e.g. "report.received"; empty: nothing was changed */
	str bytes;  /* canonical: the same act is the same bytes, always */
};

/* Adds the act and says its index. Runs in the writer alone. */
bool store_act_add(struct store *db, const struct act *act, uint64_t *index, struct err *e) MUST_USE;

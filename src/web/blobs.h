/* SPDX-License-Identifier: Apache-2.0 */
/* blobs.h - the folder of large sealed files: its making, and its leftovers. */
#pragma once
#include "store/store.h"

enum { BLOBS_ORPHAN_AGE = 24 * 3600 };  /* seconds; a row may still be on its way */

bool blobs_make(str folder, struct err *e) MUST_USE;

/* Takes away uploads that a stop cut off, and files older than a day that no report
 * has. *n: how many. At start, before requests come. */
bool blobs_collect(str folder, struct store *db, size_t *n, struct err *e) MUST_USE;

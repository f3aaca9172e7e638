/* SPDX-License-Identifier: Apache-2.0 */
/* outbox.h - a sealed report on its way: the file, where it goes, and what came back.
 *
 * Beside the sealed file FILE stands FILE.send, so that it can be sent again with the
 * same id, which counts once. */
#pragma once
#include "cli/remote.h"
#include "report/receipt.h"

struct outbox {
	str origin, owner, report;
	uint64_t version;        /* of the key list, and its digest */
	str keys;                /* in hex */
	const char *sealed;      /* path of the sealed file */
	const char *receipt;     /* path that the receipt is to have */
};

bool outbox_write(const struct outbox *o, struct arena *a, struct err *e) MUST_USE;
bool outbox_read(const char *sealed, struct arena *a, struct outbox *out, struct err *e) MUST_USE;

/* Sends it, checks the receipt against the file and the instance's key, keeps it. */
bool outbox_send(const struct outbox *o, const struct remote *r, struct receipt *out, struct err *e) MUST_USE;

/* It arrived: takes away the sealed file and what stands beside it. */
void outbox_end(const struct outbox *o, struct arena *a);

/* "FILE.send" and the like. */
bool outbox_path(const char *path, const char *end, struct arena *a, const char **out, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* opening.h - a sealed report is opened as it comes in, in constant memory: its message
 * is kept, its files go into a folder, or only their digests are checked.
 *
 * Nothing should be shown before opening_end() was true, and no file has its name
 * before opening_keep() gives it one. */
#pragma once
#include "cli/identity.h"
#include "report/envelope.h"

struct opening;

/* folder may be NULL. place: where it was found. */
bool opening_start(const struct identities *keys, const struct envelope_place *place, const char *folder,
    struct arena *a, struct opening **out, struct err *e) MUST_USE;

/* A sink's function: to is the struct opening. */
bool opening_take(void *to, str sealed, struct err *e) MUST_USE;

struct opened {
	const struct manifest *manifest;  /* NULL: a file made with age alone, and message is all of it */
	str message;
	bool is_moved;        /* sealed for another owner, report or key list */
	struct err moved;     /* which */
};

/* sealed: digest of what was taken. */
bool opening_end(struct opening *o, uint8_t sealed[HASH_SIZE], struct opened *out, struct err *e) MUST_USE;

/* The files get their names, safe ones that nothing has yet, in the manifest's order.
 * What has no manifest becomes one file, "report". *names is NULL without a folder. */
bool opening_keep(struct opening *o, const str **names, struct err *e) MUST_USE;

/* Leaves no part of a file behind; also after opening_keep(). */
void opening_drop(struct opening *o);

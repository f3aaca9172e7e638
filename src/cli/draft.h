/* SPDX-License-Identifier: Apache-2.0 */
/* draft.h - a report while it is written: a message, files, claims; and how it is
 * sealed into a file, in constant memory. */
#pragma once
#include "cli/cmd.h"
#include "report/keylist.h"
#include "report/manifest.h"

struct draft {
	struct manifest manifest;
	str message;
	const char *const *paths;  /* of manifest.files, in their order */
	const char *edited;        /* the file that an editor wrote the message to; NULL: none */
};

/* Where the message comes from: text, or the file of that name ("-": standard input),
 * or when both are NULL standard input if it is no terminal, else the editor of
 * VISUAL or EDITOR. */
bool draft_message(struct draft *d, const char *text, const char *file, const struct cmd *c, struct err *e) MUST_USE;

/* Reads the files once, for their sizes and digests. */
bool draft_files(struct draft *d, const char *const *paths, size_t n, const struct cmd *c, struct err *e) MUST_USE;

/* Seals it to all of list into a new file at path, for its writer alone, and takes the
 * digest of what is in there. Nothing is left when it fails. */
bool draft_seal(const struct draft *d, const struct key_list *list, const char *path, const struct cmd *c,
    uint64_t *size, uint8_t sha256[HASH_SIZE], struct err *e) MUST_USE;

/* Takes the editor's file away, when the message is safe elsewhere. */
void draft_end(struct draft *d);

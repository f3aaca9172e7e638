/* SPDX-License-Identifier: Apache-2.0 */
/* envelope.h - what stands inside a report's sealed file: a manifest, the message,
 * the files, and zeros that hide how much that is.
 *
 * Source: docs/formats.md, leman/envelope/1
 * Both ways in constant memory: bytes are pushed in, and go on to a sink. What is
 * read is hostile; that it is whole and right is known at envelope_read_end() only. */
#pragma once
#include "crypto/age.h"
#include "report/manifest.h"

/* Writing: start, then the message's bytes and each file's, in the manifest's order
 * and in pieces of any size, then the end. ERR_CONFLICT when the bytes are not those
 * that the manifest announces: a file was changed meanwhile. */
struct envelope_write;
bool envelope_write_start(const struct manifest *m, struct age_sink sink, struct arena *a,
    struct envelope_write **out, struct err *e) MUST_USE;
bool envelope_write(struct envelope_write *w, str bytes, struct err *e) MUST_USE;
bool envelope_write_end(struct envelope_write *w, struct err *e) MUST_USE;

/* Who takes what is read. part 0 is the message, 1 and above are the files. Each
 * returns false, with *e filled in, to stop. */
struct envelope_taker {
	bool (*manifest)(void *to, const struct manifest *m, struct err *e);
	bool (*part)(void *to, size_t part, str bytes, struct err *e);
	bool (*part_end)(void *to, size_t part, struct err *e);  /* all of it was there, and its digest is right */
	bool (*plain)(void *to, str bytes, struct err *e);  /* of a file that is no envelope: made with age alone */
	void *to;
};

/* envelope_read is a sink's function: to is the struct envelope_read. */
struct envelope_read;
bool envelope_read_start(const struct envelope_taker *taker, struct arena *a, struct envelope_read **out,
    struct err *e) MUST_USE;
bool envelope_read(void *read, str bytes, struct err *e) MUST_USE;
bool envelope_read_end(struct envelope_read *r, struct err *e) MUST_USE;

/* Where an envelope was found: at which owner, as which report, under which keys. */
struct envelope_place { str owner, report; uint64_t version; uint8_t keys[HASH_SIZE]; };

/* Was it sealed for the place where it was found? ERR_DENIED says which of them it
 * was not sealed for: somebody has moved it, or sealed it again. */
bool envelope_bind(const struct manifest *m, const struct envelope_place *found, struct err *e) MUST_USE;

/* What both halves share. */
#define ENVELOPE_MAGIC "leman-envelope/1"
enum { ENVELOPE_HEAD = sizeof ENVELOPE_MAGIC - 1 + 4 };

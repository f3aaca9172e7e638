/* SPDX-License-Identifier: Apache-2.0 */
/* pack.h - sealed files one after the other in large files, beside the database.
 *
 * Through the database every byte is written twice (its log, then its pages) and
 * cut into pages; here once, in one piece a batch, past the page cache where the
 * file system lets us. docs/performance.md has the figures. What a pack holds
 * between the places that rows name is nothing: a batch that never was. */
#pragma once
#include "base/arena.h"

enum { PACK_BLOCK = 4096 };       /* bytes; a batch begins at a multiple of it */

struct pack;
struct pack_place { uint64_t pack, at; };  /* file number, byte */

/* Opens the packs in folder for adding, after end: where the last row's bytes end.
 * Made for the writer alone. */
bool pack_open(const char *folder, struct pack_place end, struct pack **out, struct err *e) MUST_USE;
void pack_close(struct pack *p);  /* NULL is fine */

/* Takes bytes for the next pack_settle() and says where they will stand. */
bool pack_add(struct pack *p, str bytes, struct pack_place *out, struct err *e) MUST_USE;

/* What was added since the mark is not wanted after all. */
uint64_t pack_mark(const struct pack *p);
void pack_undo(struct pack *p, uint64_t mark);

/* On return all that was added is on the disk. On failure none of it counts, and
 * the rows that name it must not be committed. */
bool pack_settle(struct pack *p, struct err *e) MUST_USE;

/* The n bytes at that place, in a. Anyone's. */
bool pack_read(const char *folder, struct pack_place place, size_t n, struct arena *a, str *out,
    struct err *e) MUST_USE;

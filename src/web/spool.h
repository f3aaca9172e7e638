/* SPDX-License-Identifier: Apache-2.0 */
/* spool.h - a sealed file on its way in: in memory while it is small, else in a
 * file, and never opened.
 *
 * Its age header is looked at as soon as it is there, and what is wrong is kept
 * until the end: the library under us cannot answer in the middle of a body. */
#pragma once
#include "base/arena.h"
#include "crypto/age.h"
#include "crypto/hash.h"

enum {
	SPOOL_MEMORY = 1 << 20,  /* bytes; a larger file is written to the disk as it comes */
	SPOOL_CHUNK = 1 << 20,   /* bytes that are written at once */
	SPOOL_PATH = 512,
	SPOOL_DISK_FREE = 64 << 20,  /* bytes that must stay free on the disk */
};

struct spool {
	uint64_t size;                /* bytes taken */
	uint8_t sha256[HASH_SIZE];    /* after spool_end() */
	struct age_header header;     /* after spool_end(); counts alone, size is of the binary form */
	str memory;                   /* after spool_end(): all of it, or p NULL for a file */

	/* The spool's own. */
	struct arena *arena;
	str folder;
	uint64_t expected;
	struct hash hash;
	char *head;
	size_t head_n, head_size;
	int fd;
	char *chunk;                  /* what is not on the disk yet */
	size_t chunk_n;
	uint64_t written;
	bool header_is_known;
	struct err err;
	char path[SPOOL_PATH];
};

/* Expects at most so many bytes. ERR_LIMIT when the disk has no room for them. */
bool spool_begin(struct spool *s, str folder, uint64_t expected, struct arena *a, struct err *e) MUST_USE;
void spool_take(struct spool *s, str bytes);

/* Is a chunk together? Then have spool_flush() write it, in a thread that may wait
 * for the disk, before more is taken. Who takes more all the same waits himself. */
bool spool_is_full(const struct spool *s);
void spool_flush(struct spool *s);

/* All has come. False with what was wrong: no age file, an I/O error. */
bool spool_end(struct spool *s, struct err *e) MUST_USE;

/* Puts the file on the disk for good, under its SHA-256: waits for the disk. Not
 * for what is in memory. *path, in the arena, is below folder. */
bool spool_keep(struct spool *s, str *path, struct err *e) MUST_USE;

/* Ends it, at any time; a file that was not kept goes. */
void spool_drop(struct spool *s);

/* Where a kept file lies, below the folder: "blobs/ab/abcd...". */
bool spool_path(const uint8_t sha256[HASH_SIZE], struct arena *a, str *out, struct err *e) MUST_USE;

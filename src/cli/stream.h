/* SPDX-License-Identifier: Apache-2.0 */
/* stream.h - bytes from a file to a file, of any size, in constant memory.
 *
 * A path of NULL or "-" is standard input or output. What is written to a file
 * stands under its name only when it is whole; until then it has no name, or
 * where the file system knows no such files, another one beside it. */
#pragma once
#include "base/arena.h"

enum { STREAM_BLOCK = 256 * 1024 };

bool in_open(const char *path, int *fd, struct err *e) MUST_USE;

/* At most STREAM_BLOCK bytes, as many as there are at once; none at the end. */
bool in_read(int fd, char *block, str *got, struct err *e) MUST_USE;

enum out_kind { OUT_BINARY, OUT_ARMOR, OUT_PLAIN };

struct out {
	const char *path;      /* for messages */
	enum { OUT_DIRECT, OUT_NAMELESS, OUT_BESIDE } way;
	bool guard;            /* a terminal: only text goes there */
	int fd;
	char *whole, *part;    /* the name at the end; the name beside */
	char before;           /* the last byte of what went before, on a terminal */
};

/* Refuses a terminal for OUT_BINARY unless the path is "-", that is, asked for. */
bool out_open(struct out *o, const char *path, enum out_kind kind, struct arena *a, struct err *e) MUST_USE;

/* A sink: to is a struct out. */
bool out_take(void *to, str bytes, struct err *e) MUST_USE;

/* Gives the file its name; replaces one that has it. */
bool out_keep(struct out *o, struct err *e) MUST_USE;

/* Leaves nothing behind. Also right after out_keep(), and after a failed call. */
void out_drop(struct out *o);

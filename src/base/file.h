/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - whole files: read within a bound, replace without a torn state. */
#pragma once
#include "base/arena.h"

/* The file's bytes, in a. ERR_TOO_BIG past max, and nothing is read then. */
bool file_read(const char *path, size_t max, struct arena *a, str *out, struct err *e) MUST_USE;

/* Puts bytes in path so that a reader, or a crash, sees the old file or the
 * new one and never a part. Mode 0600. */
bool file_replace(const char *path, str bytes, struct err *e) MUST_USE;

/* A new file, mode 0600; ERR_CONFLICT when path is there already. None is left behind
 * when it fails. */
bool file_new(const char *path, str bytes, struct err *e) MUST_USE;

/* Makes the folder, mode 0700, unless it is there. */
bool file_make_folder(const char *path, struct err *e) MUST_USE;

/* Locks path, made if missing, until *fd is closed or the process ends, however
 * it ends. ERR_BUSY at once when another holds it. */
bool file_lock(const char *path, int *fd, struct err *e) MUST_USE;

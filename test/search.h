/* SPDX-License-Identifier: Apache-2.0 */
/* search.h - does a text stand in a file, a folder, the memory of a process? */
#pragma once
#include "base/str.h"

#include <sys/types.h>

/* How many files, or mapped regions, hold it. */
size_t search_file(const char *path, str what);
size_t search_folder(const char *path, str what);

/* All that pid can read itself, so more than a core dump holds. SIZE_MAX: we may not look. */
size_t search_memory(pid_t pid, str what);

/* The processes of a server: web, and then those it forked. Returns how many. */
size_t search_processes(pid_t web, pid_t *out, size_t max);

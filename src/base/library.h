/* SPDX-License-Identifier: Apache-2.0 */
/* library.h - a shared library that is loaded by who needs it, when it is needed.
 *
 * What a library costs (its start, its own libraries, memory in each process) is
 * then not paid by every command and every process. docs/decisions.md has figures. */
#pragma once
#include "base/err.h"

/* A function of the library, and the pointer that is to lead to it. */
struct library_symbol { const char *name; void *at; };

/* soname: "libcurl.so.4"; package: where Debian has it. ERR_NOT_FOUND says what to
 * install. Before the process gives up opening files. */
bool library_load(const char *soname, const char *package, const struct library_symbol *symbols, size_t n,
    struct err *e) MUST_USE;

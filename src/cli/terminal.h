/* SPDX-License-Identifier: Apache-2.0 */
/* terminal.h - foreign text on a terminal, and how far something has come. */
#pragma once
#include "base/buf.h"
#include "cli/cmd.h"

/* text with what drives or deceives a terminal made visible: "\x1b", "\u202e", "\xff"
 * for a byte that is not UTF-8. Line feeds and tabs stay in a text of many lines. */
void terminal_text(struct buf *b, str text, bool many_lines);

/* The same at once to standard output. ERR_MEMORY. */
bool terminal_print(str text, bool many_lines, struct arena *a, struct err *e) MUST_USE;

/* "45 % of 20.0 MiB" behind a word, on a terminal alone; ends with progress_end(). */
struct progress { const char *word; int shown; bool is_on; };
void progress_start(struct progress *p, const char *word);
void progress_show(void *progress, uint64_t done, uint64_t all);
void progress_end(struct progress *p);

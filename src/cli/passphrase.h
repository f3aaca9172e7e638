/* SPDX-License-Identifier: Apache-2.0 */
/* passphrase.h - words that lock a file, from the one who sits there. */
#pragma once
#include "cli/cmd.h"

enum { PASSPHRASE_MAX = 1024 };  /* bytes */

/* Wipe it: passphrase_wipe(). */
struct passphrase { char text[PASSPHRASE_MAX + 1]; size_t n; };
static inline str passphrase_str(const struct passphrase *p) { return (str){ p->text, p->n }; }

/* From the environment variable LEMAN_PASSPHRASE, else asked for on the terminal,
 * unseen; twice where it is to lock something. what names it in the question.
 * ERR_INPUT for an empty one, for two that differ, and where there is no terminal. */
bool passphrase_ask(const char *what, bool twice, enum lang lang, struct passphrase *out, struct err *e) MUST_USE;
void passphrase_wipe(struct passphrase *p);

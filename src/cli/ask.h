/* SPDX-License-Identifier: Apache-2.0 */
/* ask.h - questions to the one who sits at the terminal, whatever stands in stdin. */
#pragma once
#include "cli/cmd.h"

enum { ASK_MAX = 1024 };  /* bytes of an answer */

/* Wipe it, where it is a secret: explicit_bzero(). text ends with a NUL. */
struct asked { char text[ASK_MAX + 1]; size_t n; };

/* One line, without its end; unseen: not shown while it is typed. ERR_NOT_FOUND where
 * there is no terminal, ERR_INPUT for an answer that is empty or too long. */
bool ask_line(const char *question, bool unseen, struct asked *out, struct err *e) MUST_USE;

/* True for an answer that begins with y, or with o for oui. False without a terminal. */
bool ask_yes(const char *question);

bool ask_is_possible(void);

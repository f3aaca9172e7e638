/* SPDX-License-Identifier: Apache-2.0 */
/* raw.h - requests byte for byte, as no well-behaved client would send them. */
#pragma once
#include "base/arena.h"

struct raw_answer { int status; str head, body; };  /* status -1: the other side ended without one */

/* Sends text as it is over a new connection and reads one answer, in a; waits for
 * at most so many milliseconds. is_head: there will be no body. */
void raw_ask(int port, str text, bool is_head, int ms, struct arena *a, struct raw_answer *out);

/* The same on a connection that is open: what was read past the answer is lost. */
void raw_read(int fd, bool is_head, int ms, struct arena *a, struct raw_answer *out);

/* The value of a header, of the first one of that name; p NULL without it. */
str raw_header(const struct raw_answer *an, const char *name);

bool raw_has(str text, const char *what);

/* Sends all of it; false when the other side ends first. */
bool raw_send(int fd, str text);

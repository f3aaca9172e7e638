/* SPDX-License-Identifier: Apache-2.0 */
/* serve.h - HTTP on the loopback address, for a proxy or a browser beside it. */
#pragma once
#include "base/err.h"

struct serve;

/* Opens the data in folder, starts the writer and a thread a core, and answers.
 * port 0: any free one. */
bool serve_start(const char *folder, uint16_t port, struct serve **out, struct err *e) MUST_USE;
uint16_t serve_port(const struct serve *s);

/* Readable once writing has stopped for good: stop, and start again. */
int serve_fd(const struct serve *s);

/* Takes no new connection, finishes the writes that wait, answers them, ends. */
void serve_stop(struct serve *s);

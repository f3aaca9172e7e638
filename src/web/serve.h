/* SPDX-License-Identifier: Apache-2.0 */
/* serve.h - HTTP, for a proxy or a browser: the only file that knows the library
 * for it is serve.c. */
#pragma once
#include "web/web.h"

struct serve;

/* Loads the library for HTTP; before the process gives up opening files. */
bool serve_load(struct err *e) MUST_USE;

/* What serve_start() needs beside the house: PEM texts, NUL-terminated, or NULL. */
struct serve_tls { const char *cert, *key; };

/* Starts the writer, a thread a core, and answers on listen, which is the serve's
 * from then on. db: opened with STORE_WRITE, and the serve's too. tasks: a pool that
 * is running. After a failure they are the caller's as before, and the pool is stopped. */
bool serve_start(const struct house *house, struct store *db, struct task_pool *tasks, int listen,
    struct serve_tls tls, struct serve **out, struct err *e) MUST_USE;

/* Readable once writing has stopped for good: stop, and start again. */
int serve_fd(const struct serve *s);

/* Takes no new connection, finishes the writes that wait, answers them, ends. */
void serve_stop(struct serve *s);

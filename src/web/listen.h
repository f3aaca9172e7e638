/* SPDX-License-Identifier: Apache-2.0 */
/* listen.h - a socket that waits for connections. */
#pragma once
#include "base/err.h"

#include <sys/socket.h>

/* Listens on "127.0.0.1:8080" or "[::1]:0" (any free port), so that it can be done
 * before the process gives that right up. */
bool listen_on(str address, int *fd, uint16_t *port, struct err *e) MUST_USE;

/* Hands every connection that comes at fd to take, which owns it from then on,
 * until another thread calls listen_stop(). */
void listen_each(int fd, void (*take)(void *with, int fd, const struct sockaddr *from, socklen_t n), void *with);
void listen_stop(int fd);

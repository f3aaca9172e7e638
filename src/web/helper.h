/* SPDX-License-Identifier: Apache-2.0 */
/* helper.h - a process of ours beside web: forked, narrowed, talked to by msg.
 *
 * It ends when web does, however that ends: its socket then is at its end. */
#pragma once
#include "base/arena.h"
#include "base/sandbox.h"

#include <sys/types.h>

enum { HELPER_READY_MAX = 1024 };

struct helper { pid_t pid; int fd; };

/* Forks a child that calls serve and ends when serve returns. The child has the
 * socket, stderr and no other descriptor, and no signal of a terminal ends it.
 * serve does what needs rights, narrows itself and calls helper_ready() or
 * helper_refuse(). *ready is in a. Call it before the first thread. */
typedef void helper_serve(int socket, void *arg);
bool helper_start(helper_serve *serve, void *arg, struct helper *out, struct arena *a,
    struct sandbox_state *in_force, str *ready, struct err *e) MUST_USE;

/* In the child, once. False when nobody listens any more. */
bool helper_ready(int socket, const struct sandbox_state *in_force, str ready);
void helper_refuse(int socket, const struct err *e);

/* Closes the socket and waits for the end. */
void helper_stop(struct helper *h);

/* SPDX-License-Identifier: Apache-2.0 */
/* guard.h - cuts connections that only hold a place: heads and bodies that do not
 * come. The library's own limit starts anew with each byte; this one does not. */
#pragma once
#include "base/err.h"

enum {
	GUARD_HEAD = 30,            /* seconds until a head is here */
	GUARD_BODY = 30,            /* seconds of grace, then */
	GUARD_BODY_RATE = 2048,     /* bytes a second, on average */
};

struct guard;
struct guarded;  /* one connection */

bool guard_start(struct guard **out, struct err *e) MUST_USE;
void guard_stop(struct guard *g);  /* after the last connection has ended */

struct guarded *guard_add(struct guard *g, int fd);   /* NULL: out of memory; it is unguarded then */
void guard_remove(struct guard *g, struct guarded *c); /* before fd is closed */

/* What the connection does now: waits for a head, takes a body, is busy. */
void guard_head(struct guarded *c);
void guard_body(struct guarded *c, uint64_t taken);
void guard_busy(struct guarded *c);

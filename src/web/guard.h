/* SPDX-License-Identifier: Apache-2.0 */
/* guard.h - cuts connections that only hold a place: heads and bodies that do not
 * come. The library's own limit starts anew with each byte; this one does not. */
#pragma once
#include "base/err.h"

struct guard_terms {
	int head;        /* seconds until a head is here */
	int body;        /* seconds of grace, then */
	uint64_t rate;   /* bytes a second, on average */
};

struct guard;
struct guarded;  /* one connection */

bool guard_start(struct guard_terms terms, struct guard **out, struct err *e) MUST_USE;
void guard_stop(struct guard *g);  /* after the last connection has ended */

struct guarded *guard_add(struct guard *g, int fd);   /* NULL: out of memory; it is unguarded then */
void guard_remove(struct guard *g, struct guarded *c); /* before fd is closed */

/* What the connection does now: waits for a head, takes a body, is busy. */
void guard_head(struct guarded *c);
void guard_body(struct guarded *c, uint64_t taken);
void guard_busy(struct guarded *c);

/* SPDX-License-Identifier: Apache-2.0 */
/* tries.h - how often someone may try to sign in as an account.
 *
 * Per account and not per address, since no address is kept: five tries at once,
 * then one in ten seconds. The table is of one size, whatever is thrown at it. */
#pragma once
#include "base/err.h"

struct tries;

bool tries_make(struct tries **out, struct err *e) MUST_USE;
void tries_free(struct tries *t);

/* One more try for name at now_ms. ERR_LIMIT says in how many seconds to come again. */
bool tries_take(struct tries *t, str name, int64_t now_ms, struct err *e) MUST_USE;

/* It was the right one: the count begins anew. */
void tries_forget(struct tries *t, str name);

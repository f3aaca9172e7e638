/* SPDX-License-Identifier: Apache-2.0 */
/* time.h - moments as unix seconds, and how they are written. */
#pragma once
#include "base/arena.h"

int64_t time_now(void);

/* RFC 3339 in UTC, "2026-09-11T08:00:00Z", for years 0 to 9999; else ERR_INPUT. */
bool time_to_rfc3339(int64_t t, struct arena *a, str *out, struct err *e) MUST_USE;

/* Microseconds of a clock that is never set; only differences mean something. */
int64_t time_monotonic_us(void);

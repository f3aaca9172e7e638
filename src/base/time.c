/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>
#include <time.h>

int64_t time_now(void) { return (int64_t)time(NULL); }

int64_t
time_monotonic_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
time_to_rfc3339(int64_t t, struct arena *a, str *out, struct err *e)
{
	time_t at = (time_t)t;
	struct tm tm;
	char text[64];

	if (gmtime_r(&at, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 8099)
		return fail(e, ERR_INPUT, "RFC 3339 1", "%lld is not in the years 0 to 9999", (long long)t);
	(void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return arena_copy(a, str_of(text), out, e);
}

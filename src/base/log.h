/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - what the server tells its operator: a line of JSON an event, on stderr.
 *
 * Never a person: no address, no path with what stands in it, no query, no header,
 * no name. A line is written at once or dropped: a full pipe stops no request. */
#pragma once
#include "base/err.h"

enum log_level { LOG_ERRORS, LOG_EVENTS, LOG_REQUESTS };  /* each with those before it */

/* Where lines go, and how many; stderr and LOG_EVENTS until it is called. */
void log_open(int fd, enum log_level level);

/* "started", "stopped", ...; detail is ours, may be NULL. */
void log_event(const char *what, const char *detail);

/* A request that could not be done: the row it fits, the status, why. At most ten
 * such lines a second; the next one says how many were left out. */
void log_failure(const char *pattern, int status, const struct err *e);

/* A request: method and row, status, microseconds. */
void log_request(const char *method, const char *pattern, int status, int64_t us);

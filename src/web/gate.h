/* SPDX-License-Identifier: Apache-2.0 */
/* gate.h - may this request come in at all? By its head alone, before anyone
 * asks who sends it: against other sites that use a visitor's browser. */
#pragma once
#include "base/arena.h"

/* Headers of a request; p NULL where one is missing. */
struct head {
	str host, origin, fetch_site;   /* Host, Origin, Sec-Fetch-Site */
	str cookie, authorization, csrf; /* Cookie, Authorization, X-CSRF */
	str content_type, content_length, transfer_encoding;
	str accept_language, accept_encoding;
};

/* Each header that is looked at, and its place in struct head. */
struct head_name { const char *name; size_t at; };
extern const struct head_name head_names[];
extern const size_t head_names_n;
static inline str *head_at(struct head *h, size_t i) { return (str *)(void *)((char *)h + head_names[i].at); }

/* "https://leman.example:8443" -> "leman.example:8443". ERR_INPUT for an origin
 * with a path, or another scheme than http and https. RFC 6454 7. */
bool origin_parse(str origin, str *host, bool *is_https, struct err *e) MUST_USE;

/* Is host this very machine: localhost, 127.0.0.0/8 or ::1, with any port? */
bool host_is_local(str host);

enum gate { GATE_OPEN, GATE_ELSEWHERE };

/* Is the request for us (Host, RFC 9112 3.2; else a name that was pointed at our
 * address could read us, DNS rebinding)? GATE_ELSEWHERE asks to send a reader on
 * to origin. A request that changes something and that a browser says comes from
 * another site is ERR_DENIED: Fetch Metadata, and Origin (RFC 6454). */
bool gate_check(const struct head *h, str origin, bool is_safe, enum gate *out, struct err *e) MUST_USE;

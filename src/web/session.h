/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - who sends a request: a browser's cookie, or an API token.
 *
 * Both are 32 random bytes in hex; the database has their SHA-256. The cookie is
 * __Host-leman (RFC 6265bis 4.1.3): https or this very machine, no other host. */
#pragma once
#include "web/gate.h"
#include "web/web.h"

enum {
	SESSION_TOKEN = 64,              /* characters */
	SESSION_BROWSER = 12 * 3600,     /* seconds that one lasts */
	SESSION_TOKEN_LASTS = 90 * 86400,
	SESSION_SETUP_LASTS = 24 * 3600,
};

/* Fills role, account, session, csrf and by_cookie of *q. A token that is not
 * good (any more): a guest by cookie, ERR_SIGN_IN by Authorization. */
bool session_find(struct req *q, const struct head *h, struct err *e) MUST_USE;

/* Of a request that a browser sent with its cookie and that changes something:
 * did the form, or the header X-CSRF, bring the session's own text along? */
bool session_check_csrf(const struct req *q, const struct head *h, struct err *e) MUST_USE;

/* A new token, in the arena, and its SHA-256. */
bool session_token(struct arena *a, str *token, str *hash, struct err *e) MUST_USE;
bool session_hash(struct arena *a, str token, str *hash, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* house.h - a server without its network: a store, a signer, a writer, an owner
 * "acme" with keys, an account "ops" with a session, a report. Calls are driven by hand. */
#pragma once
#include "web/call.h"

#define HOUSE_REPORT "aaaaaaaaaaaaaaaaaaaaaaaaaa"

struct house_made {
	struct house house;
	char *folder;
	char digest[65];       /* of the key list */
	char token[65];        /* of the session */
	str sealed;            /* of the report HOUSE_REPORT; good to send again */
	struct store *reader;
	struct writer *writer;
};

/* Stops the test where it cannot. Forks: before any thread. */
struct house_made *house_make(void);
void house_end(struct house_made *h);

/* A sealed file of n bytes inside to acme's keys, in a. */
str house_seal(size_t n, struct arena *a);

/* One request, with arenas of these budgets; the answer's strs are good until call_end(). */
struct house_request {
	const char *method, *path, *type;
	str body;
	size_t piece;          /* bytes of the body at once; 0: all */
	bool signed_in, by_cookie;
	struct head head;      /* more of it */
	size_t budget, spare;  /* 0: all that a call has */
};
void house_ask(struct house_made *h, const struct house_request *r, struct call *c, struct answer *out);

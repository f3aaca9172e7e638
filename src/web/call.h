/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one request, from its head to its answer, without the library that
 * carries it: what serve.c drives, and what a test or a fuzzer can drive too. */
#pragma once
#include "web/answer.h"
#include "web/body.h"

struct call {
	struct req req;
	struct head head;
	struct body body;
	struct arena arena, spare;  /* spare: for an error's page when arena is used up */
	str query;             /* the query of the address, not decoded */
	struct err refused;         /* by its head alone; ERR_NONE: it goes on */
	bool is_elsewhere, is_head_read;
	int64_t began_us;           /* monotonic */
};

enum { CALL_BUDGET = 4 << 20, CALL_BODY_EXTRA = 2 << 20 };  /* bytes of memory a request may use */

/* Before the head: its address as it stands in the request line, query and all. */
void call_init(struct call *c, const struct house *house, str uri);

/* The head is here, in c->head. Afterwards c->refused tells whether to read on. */
void call_begin(struct call *c, struct store *reader, str method);

/* All is here, or the job or task that the call waited for is done. CALL_WAIT: hand
 * c->req.job to the writer or c->req.task to the pool, and call again afterwards. */
enum call_next { CALL_ANSWER, CALL_WAIT };
enum call_next call_run(struct call *c, struct answer *out);

/* A line about it, where the settings ask for one a request. */
void call_log(const struct call *c, int status);

void call_end(struct call *c);

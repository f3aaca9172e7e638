/* SPDX-License-Identifier: Apache-2.0 */
/* body.h - the body of a request, from its first byte to the fields of a form, the
 * members of a JSON object, or a sealed file. */
#pragma once
#include "web/gate.h"
#include "web/multipart.h"
#include "web/spool.h"
#include "web/web.h"

struct body {
	struct req *q;
	enum body_kind { BODY_NONE, BODY_FORM, BODY_JSON, BODY_SEALED, BODY_PARTS } kind;
	char *text;               /* of a form or JSON; of the field that comes in parts */
	size_t text_n, text_size;
	uint64_t expected, taken;
	struct multipart *parts;
	struct spool spool;
	bool has_spool, sealed_is_whole;
	struct err err;           /* the first thing wrong in a part */
};

/* Makes room by what the head says, or refuses before the first byte is read.
 * fields: the query of the address. */
bool body_expect(struct body *b, struct req *q, const struct head *h, str query, struct err *e) MUST_USE;

/* False past what was announced: end the connection. */
bool body_take(struct body *b, str bytes) MUST_USE;

/* Is there a chunk of a sealed file to be written before more is taken, and its
 * writing, in a thread that may wait. */
bool body_is_full(const struct body *b);
void body_flush(struct body *b);

/* All is here: fills q->input and q->spool. */
bool body_end(struct body *b, struct err *e) MUST_USE;

/* At the end of the request, in any case. */
void body_drop(struct body *b);

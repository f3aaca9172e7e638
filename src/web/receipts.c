/* SPDX-License-Identifier: Apache-2.0 */
#include "web/receipts.h"

#include "crypto/note.h"
#include "report/field.h"
#include "report/receipt.h"

enum { RECEIPTS_AT_ONCE = 256 };

bool
receipt_note(struct arena *a, const struct report *r, str digest, str *out, struct err *e)
{
	struct receipt text = {
		.report = r->id, .owner = r->owner, .version = r->keys, .received = r->received, .size = r->size,
	};

	memcpy(text.sha256, r->sha256, sizeof text.sha256);
	return (digest_read(digest, text.keys) || fail(e, ERR_INPUT, NULL, "a digest is 64 hex digits in lower case"))
	    && receipt_print(&text, a, out, e);
}

/* The note and, below it, the signature line. */
static bool
whole(struct req *q, str note, const uint8_t signature[SIGN_SIZE], str *out, struct err *e)
{
	struct buf b = { .arena = q->arena };
	struct note_key key;
	str line;

	if (!note_key_of(q->house->origin_host, signer_public(q->house->signer), &key, e)
	    || !note_line(&key, signature, q->arena, &line, e))
		return false;
	buf_fmt(&b, "%.*s\n%.*s", STR_ARG(note), STR_ARG(line));
	return buf_take(&b, out, e);
}

bool
receipt_of_job(struct req *q, const struct job *job, str *out, struct err *e)
{
	if (!job->is_signed)
		return fail(e, ERR_BUSY, NULL,
		    "your report is kept; its receipt could not be signed: ask for it in a minute");
	return whole(q, job->note, job->signature, out, e);
}

bool
receipt_now(struct req *q, const struct report *r, str digest, str *out, struct err *e)
{
	uint8_t signature[1][SIGN_SIZE];
	str note;

	return receipt_note(q->arena, r, digest, &note, e)
	    && signer_sign(q->house->signer, &note, 1, signature, e) && whole(q, note, signature[0], out, e);
}

void
receipts_sign(struct signer *s, struct job *batch)
{
	struct job *jobs[RECEIPTS_AT_ONCE];
	str notes[RECEIPTS_AT_ONCE];
	uint8_t signatures[RECEIPTS_AT_ONCE][SIGN_SIZE];
	struct err e;

	while (batch != NULL) {
		size_t n = 0;

		for (; batch != NULL && n < RECEIPTS_AT_ONCE; batch = batch->next)
			if (batch->err.kind == ERR_NONE && batch->note.n > 0) {
				jobs[n] = batch;
				notes[n++] = batch->note;
			}
		if (n == 0 || !signer_sign(s, notes, n, signatures, &e))
			continue;
		for (size_t i = 0; i < n; i++) {
			memcpy(jobs[i]->signature, signatures[i], SIGN_SIZE);
			jobs[i]->is_signed = true;
		}
	}
}

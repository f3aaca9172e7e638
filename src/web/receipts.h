/* SPDX-License-Identifier: Apache-2.0 */
/* receipts.h - receipts of reports, signed by the instance: docs/formats.md. */
#pragma once
#include "store/store_report.h"
#include "web/web.h"

/* How the text of a receipt begins: what the signer signs for web, and nothing else. */
#define RECEIPT_KIND "leman/receipt/1\n"

/* The text to be signed. digest: of the key list, in hex. */
bool receipt_note(struct arena *a, const struct report *r, str digest, str *out, struct err *e) MUST_USE;

/* The whole receipt of a job whose note was signed. ERR_BUSY where the signer
 * failed: the report is kept all the same. */
bool receipt_of_job(struct req *q, const struct job *job, str *out, struct err *e) MUST_USE;

/* The receipt once more. */
bool receipt_now(struct req *q, const struct report *r, str digest, str *out, struct err *e) MUST_USE;

/* Signs the notes of all jobs of a batch that are kept. */
void receipts_sign(struct signer *s, struct job *batch);

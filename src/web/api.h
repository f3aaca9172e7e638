/* SPDX-License-Identifier: Apache-2.0 */
/* api.h - what several handlers share: acts, and answers in JSON. */
#pragma once
#include "format/json_write.h"
#include "store/store_report.h"
#include "web/check.h"
#include "web/web.h"

/* Canonical bytes of an act about an account: no name, since acts are for ever. */
bool act_of_account(struct arena *a, const char *kind, int64_t now, struct act *out, struct err *e) MUST_USE;

/* Of an owner's new key list; digest in hex. */
bool act_of_keys(struct arena *a, str owner, uint64_t version, str digest, int64_t now, struct act *out,
    struct err *e) MUST_USE;

/* Of a report: "report.received", "report.opened". */
bool act_of_report(struct arena *a, const char *kind, const struct report *r, int64_t now, struct act *out,
    struct err *e) MUST_USE;

/* A member of an object of JSON: a text; a number. */
void api_str(struct json_out *j, const char *key, str value);
void api_i64(struct json_out *j, const char *key, int64_t value);

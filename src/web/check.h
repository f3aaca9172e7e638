/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - what the value of an input field must be. Each fails with ERR_INPUT.
 * The formats are those of docs/formats.md. */
#pragma once
#include "base/err.h"

bool check_owner_id(str value, struct err *e) MUST_USE;   /* 1 to 63 of a-z 0-9 -, not '-' first */
bool check_report_id(str value, struct err *e) MUST_USE;  /* 26 of a-z 2-7 */
bool check_name(str value, struct err *e) MUST_USE;       /* a line of 1 to 100 characters */
bool check_account(str value, struct err *e) MUST_USE;    /* 1 to 64 of a-z A-Z 0-9 . - _ @ */
bool check_new_password(str value, struct err *e) MUST_USE;  /* as crypto/password.h asks for */
bool check_password(str value, struct err *e) MUST_USE;   /* any that could be one */
bool check_digest(str value, struct err *e) MUST_USE;     /* SHA-256 in lower-case hex */
bool check_signature(str value, struct err *e) MUST_USE;  /* 64 bytes in base64 */
bool check_list(str value, struct err *e) MUST_USE;       /* text; report/keylist.h reads it */
bool check_token(str value, struct err *e) MUST_USE;      /* 64 hex digits */
bool check_next(str value, struct err *e) MUST_USE;       /* a path of this site */

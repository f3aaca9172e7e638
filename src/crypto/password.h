/* SPDX-License-Identifier: Apache-2.0 */
/* password.h - passwords, kept as Argon2id (RFC 9106) in the PHC string form. */
#pragma once
#include "base/err.h"

enum {
	PASSWORD_TEXT = 128,      /* bytes of the kept form, with a NUL */
	PASSWORD_MIN = 12,        /* characters */
	PASSWORD_MAX = 1024,      /* bytes */
};

/* Takes about a tenth of a second and 64 MiB. */
bool password_keep(str password, char out[PASSWORD_TEXT], struct err *e) MUST_USE;

/* ERR_DENIED when it is another; the same time either way, and for a kept form
 * that is empty: what is passed for somebody who is not known. */
bool password_check(str password, str kept, struct err *e) MUST_USE;

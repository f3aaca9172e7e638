/* SPDX-License-Identifier: Apache-2.0 */
/* work.h - what the zygote's children do for web. */
#pragma once
#include "crypto/password.h"
#include "web/zygote.h"

enum work { WORK_PASSWORD_KEEP, WORK_PASSWORD_CHECK, WORK_COUNT };
extern const struct zygote_work works[];  /* by enum work; for zygote_start() */

/* As in crypto/password.h, in a child: the 64 MiB are not the server's. ERR_BUSY
 * and ERR_IO as zygote_run() has them. */
bool work_password_keep(struct zygote *z, str password, char out[PASSWORD_TEXT], struct err *e) MUST_USE;
bool work_password_check(struct zygote *z, str password, str kept, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* start.h - what the libraries behind this floor want done once.
 *
 * Nobody needs to call it but a program about to narrow itself: everything is
 * loaded then, and nothing later opens a file. */
#pragma once
#include "base/err.h"

bool crypto_start(struct err *e) MUST_USE;

/* libsodium's part alone: cheap, may be called as often as one likes. */
void crypto_start_sodium(void);

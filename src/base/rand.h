/* SPDX-License-Identifier: Apache-2.0 */
/* rand.h - bytes that nobody can guess. */
#pragma once
#include "base/err.h"

/* Fills out with n bytes, at most 256. */
bool rand_bytes(uint8_t *out, size_t n, struct err *e) MUST_USE;

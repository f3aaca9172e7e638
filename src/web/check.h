/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - what the value of an input field must be. Each fails with ERR_INPUT. */
#pragma once
#include "base/err.h"

bool check_id(str value, struct err *e) MUST_USE;      /* 1 to 64 of A-Z a-z 0-9 - _ */
bool check_sealed(str value, struct err *e) MUST_USE;  /* an age file in its text form */

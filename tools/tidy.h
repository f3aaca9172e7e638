/* SPDX-License-Identifier: Apache-2.0 */
/* tidy.h - what clang-tidy cannot see from within one file; scripts/lint puts it
 * before each: fail() is always false, so what follows a true f(..., out, e) has
 * its out. */
#pragma once
#include "base/err.h"

#define fail(...) ((fail)(__VA_ARGS__), false)

/* SPDX-License-Identifier: Apache-2.0 */
/* id.h - the name of a report: 128 random bits, made by who writes it.
 *
 * Source: docs/formats.md, Names. The same report sent again has the same id. */
#pragma once
#include "base/err.h"

enum { REPORT_ID = 26 };  /* characters of a-z 2-7 */

bool report_id_make(char out[REPORT_ID + 1], struct err *e) MUST_USE;
bool report_id_check(str id, struct err *e) MUST_USE;

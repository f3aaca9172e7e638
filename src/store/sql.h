/* SPDX-License-Identifier: Apache-2.0 */
/* sql.h - what tools/mksql makes of sql/: the only SQL that can run. */
#pragma once
#include "store/sql.gen.h"  /* enum sql */

extern const char *const sql_text[SQL_COUNT];

/* Step i brings the data from version i to i + 1; its statements end with NULL. */
extern const char *const *const schema_steps[];
extern const int schema_version;

/* SPDX-License-Identifier: Apache-2.0 */
/* option.h - the options of a command: one table reads them and explains them.
 *
 * Options and other arguments may stand in any order; "--" ends the options. What
 * takes a value has it as "--name VALUE", "--name=VALUE", "-n VALUE" or "-nVALUE". */
#pragma once
#include "cli/cmd.h"

#include <stdio.h>

/* name without "--", or NULL where there is only the letter; letter '\0': none. value:
 * what stands for the value in the usage; NULL for a flag. at: where in the command's
 * own struct its const char *, or bool for a flag, stands. The last row is all zero. */
struct option_row {
	const char *name;
	char letter;
	const char *value;
	size_t at;
	const char *help;  /* a msgid */
};

extern const struct option_row case_options[], login_options[], owner_options[], report_options[], verify_options[];

/* Fills in *into and leaves in c->argv what is no option, argv[0] first. */
bool options_read(const struct option_row *rows, struct cmd *c, void *into, struct err *e) MUST_USE;

/* A line a row. */
void options_print(FILE *out, const struct option_row *rows, enum lang lang);

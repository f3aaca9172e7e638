/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.h - a subcommand: one file, one function, one row in cli/main.c. */
#pragma once
#include "base/arena.h"

/* What a command that judges says; one that does work returns 0. */
enum { CMD_RIGHT = 0, CMD_WRONG = 1, CMD_UNJUDGED = 2, CMD_USAGE = 64 };

struct cmd {
	int argc;
	char **argv;          /* argv[0]: the command's name */
	enum lang lang;       /* of the one who reads */
	struct arena *arena;
};

/* Returns the exit status: one of those above, or err_exit_code(e->kind) when it
 * could not run. main() prints *e, if it is filled in, or the usage. */
typedef int command(struct cmd *c, struct err *e);

command cmd_case;
command cmd_keygen;
command cmd_login;
command cmd_logout;
command cmd_open;
command cmd_owner;
command cmd_report;
command cmd_seal;
command cmd_serve;
command cmd_setup;
command cmd_verify;

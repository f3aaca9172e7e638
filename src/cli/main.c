/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cmd.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *args, *help, *status;
	command *run;
} commands[] = {
	{ "keygen", "[-o FILE] | -y [-o FILE] [FILE]",
	  N_("make an identity, the key that opens; with -y: print the recipients of those in a file"),
	  N_("0 made"), cmd_keygen },
	{ "seal", "[-a] [-o OUT] {-r RECIPIENT | -R FILE | -p}... [IN]",
	  N_("seal a file to recipients, or with a passphrase; -a: as text"),
	  N_("0 sealed"), cmd_seal },
	{ "open", "[-o OUT] {-i FILE | -p}... [IN]",
	  N_("open a sealed file with the identities in a file, or with a passphrase"),
	  N_("0 opened whole, 65 broken, 77 sealed to others"), cmd_open },
	{ "serve", "[--data FOLDER] [--NAME VALUE]...", N_("answer HTTP on this machine until it is told to stop"),
	  N_("0 stopped"), cmd_serve },
	{ "verify", "FILE", N_("does a file keep the form of its kind?"),
	  N_("0 right, 1 wrong, 2 could not judge"), cmd_verify },
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static int
usage(enum lang lang)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(stderr, "leman %s %s\n\t%s\n\t%s\n", commands[i].name, commands[i].args,
		    msg(lang, commands[i].help), msg(lang, commands[i].status));
	fprintf(stderr, "%s\n", msg(lang, "64 and above: it could not run"));
	return CMD_USAGE;
}

/* The first of these that is set, as POSIX 8.2 has it. */
static enum lang
lang_of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *value = NULL;

	for (size_t i = 0; (value == NULL || *value == '\0') && i < sizeof names / sizeof *names; i++)
		value = getenv(names[i]);
	return lang_choose(str_of(value));
}

int
main(int argc, char **argv)
{
	struct arena a;
	struct err e = { 0 };
	struct cmd c = { argc - 1, argv + 1, lang_of_environment(), &a };
	int status = CMD_USAGE;

	arena_init(&a, (size_t)256 << 20);
	for (size_t i = 0; argc > 1 && i < N_COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			status = commands[i].run(&c, &e);
	if (status == CMD_USAGE)
		usage(c.lang);
	else if (e.kind != ERR_NONE)
		fprintf(stderr, "leman %s: %s\n", argv[1], err_text(&e, c.lang).s);
	arena_free(&a);
	return fflush(stdout) == 0 ? status : err_exit_code(ERR_IO);
}

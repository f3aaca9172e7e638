/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/option.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *args, *help, *status;
	command *run;
	const struct option_row *options;  /* those of a command that cli/option.h reads */
} commands[] = {
	{ "report", "OWNER-URL [FILE]... | --resend FILE",
	  N_("seal a report, and files, to a code owner's keys, and send it"),
	  N_("0 received, 75 try again later, 77 the keys are not to be trusted"), cmd_report, report_options },
	{ "case", "list | show REPORT -i FILE",
	  N_("list the reports that have come; open one"),
	  N_("0 done, 65 broken, 77 sealed to others or not signed in"), cmd_case, case_options },
	{ "owner", "new ID --name NAME | renew ID -i FILE | list | keys ID",
	  N_("make a code owner and its keys; sign its next key list; show them"),
	  N_("0 done"), cmd_owner, owner_options },
	{ "login", "URL", N_("sign in to a server"), N_("0 signed in"), cmd_login, login_options },
	{ "logout", "[URL]", N_("sign out"), N_("0 signed out"), cmd_logout, login_options },
	{ "setup", "LINK", N_("make a server's first account, with the link that it printed"),
	  N_("0 made, and signed in"), cmd_setup, login_options },
	{ "keygen", "[-o FILE] | -y [-o FILE] [FILE]",
	  N_("make an identity, the key that opens; with -y: print the recipients of those in a file"),
	  N_("0 made"), cmd_keygen, NULL },
	{ "seal", "[-a] [-o OUT] {-r RECIPIENT | -R FILE | -p}... [IN]",
	  N_("seal a file to recipients, or with a passphrase; -a: as text"),
	  N_("0 sealed"), cmd_seal, NULL },
	{ "open", "[-o OUT] {-i FILE | -p}... [IN]",
	  N_("open a sealed file with the identities in a file, or with a passphrase"),
	  N_("0 opened whole, 65 broken, 77 sealed to others"), cmd_open, NULL },
	{ "serve", "[--data FOLDER] [--NAME VALUE]...", N_("answer HTTP on this machine until it is told to stop"),
	  N_("0 stopped"), cmd_serve, NULL },
	{ "verify", "FILE", N_("is a receipt right? does a file keep the form of its kind?"),
	  N_("0 right, 1 wrong, 2 could not judge"), cmd_verify, verify_options },
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void
usage_of(FILE *out, size_t i, enum lang lang)
{
	fprintf(out, "leman %s %s\n\t%s\n", commands[i].name, commands[i].args, msg(lang, commands[i].help));
	if (commands[i].options != NULL)
		options_print(out, commands[i].options, lang);
	fprintf(out, "\t%s\n", msg(lang, commands[i].status));
}

/* Of the command of that name, or of all. */
static int
usage(FILE *out, const char *name, enum lang lang)
{
	bool found = false;

	for (size_t i = 0; name != NULL && i < N_COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0) {
			usage_of(out, i, lang);
			found = true;
		}
	for (size_t i = 0; !found && i < N_COMMANDS; i++)
		fprintf(out, "leman %s %s\n\t%s\n", commands[i].name, commands[i].args, msg(lang, commands[i].help));
	if (!found)
		fprintf(out, "leman help COMMAND\n\t%s\n", msg(lang, "what a command takes, and its exit status"));
	fprintf(out, "%s\n", msg(lang, "64 and above: it could not run"));
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

static bool
is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int
main(int argc, char **argv)
{
	struct arena a;
	struct err e = { 0 };
	struct cmd c = { argc - 1, argv + 1, lang_of_environment(), &a };
	int status = CMD_USAGE;

	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return printf("leman %s\n", LEMAN_VERSION) < 0;
	if (argc > 1 && is_help(argv[1])) {
		(void)usage(stdout, argc > 2 ? argv[2] : NULL, c.lang);
		return 0;
	}
	if (argc > 2 && is_help(argv[2]) && argv[2][0] == '-') {
		(void)usage(stdout, argv[1], c.lang);
		return 0;
	}
	arena_init(&a, (size_t)256 << 20);
	for (size_t i = 0; argc > 1 && i < N_COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			status = commands[i].run(&c, &e);
	if (e.kind != ERR_NONE)
		fprintf(stderr, "leman %s: %s\n", argv[1], err_text(&e, c.lang).s);
	if (status == CMD_USAGE)
		usage(stderr, argc > 1 ? argv[1] : NULL, c.lang);
	arena_free(&a);
	return fflush(stdout) == 0 ? status : err_exit_code(ERR_IO);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* play - runs a play, test/play/NAME.play: the whole program as people use it.
 *
 * Usage: play LEMAN FILE. A line is a step; '#' begins a comment. Everything
 * happens in a new folder, which is kept when the play goes wrong.
 *
 *   serve [ARGS...]           starts leman serve on data/ and a free port, if ARGS name none; its output
 *                             goes to log
 *   stop [N]                  ends it by SIGTERM, and expects exit status N, or 0
 *   kill                      ends it by SIGKILL
 *   run CMD...                runs CMD ("leman" is the program under test) to its end
 *   input TEXT                what the next run reads; env NAME=VALUE, env NAME: for all that follow
 *   get PATH                  asks the server; so do head PATH, delete PATH
 *   post PATH TYPE BODY...    sends BODY, or the file of that name after '@'; so does put
 *   header NAME: VALUE        goes with the next request
 *   file NAME CONTENT         writes a file; \n, \t and \\ stand for what they do in C
 *   read NAME                 takes a file (log, say) as the output of a run
 *   expect exit|status N      a run whose exit is not asked for must end with 0
 *   expect out|err|body TEXT  TEXT stands there
 *   expect header NAME TEXT   TEXT stands in that header
 *   expect no TEXT            TEXT stands nowhere in the last answer or run
 *   save NAME REGEX           the first group of REGEX (POSIX, extended) in what came last becomes $NAME
 *   needs CMD                 the play is skipped where there is no CMD
 *
 * $NAME is replaced anywhere; $$ is a '$'. From the start there are DIR, LEMAN and
 * SOURCE, after serve ADDRESS, PORT, SERVER, its process, and SETUP, the token of the
 * set-up link if there is one. In run and serve, '...' holds a word together. */
#include "play.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_SECONDS = 120, SHOWN = 1500 };

struct play play;
char play_dir[] = "/tmp/leman-play.XXXXXX";

static void
show(const char *what, const struct text *t)
{
	if (t->n > 0)
		printf("--- %s, %zu bytes:\n%.*s\n", what, t->n, (int)(t->n < SHOWN ? t->n : SHOWN), t->p);
}

/* The server's output: its end is what matters. */
static void
show_log(void)
{
	FILE *in = fopen("log", "re");
	struct text log = { malloc(ANSWER_SIZE), 0 };
	size_t skip;

	if (in == NULL || log.p == NULL)
		return;
	log.n = fread(log.p, 1, ANSWER_SIZE, in);
	skip = log.n > SHOWN ? log.n - SHOWN : 0;
	show("log, its end", &(struct text){ log.p + skip, log.n - skip });
}

_Noreturn void
wrong(const char *fmt, ...)
{
	va_list ap;

	printf("%s:%d: ", play.file, play.line_no);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	show(play.answered ? "head" : "out", play.answered ? &play.head : &play.out);
	show(play.answered ? "body" : "err", play.answered ? &play.body : &play.err);
	show_log();
	printf("--- kept: %s\n", play_dir);
	if (play.server > 0)
		kill(play.server, SIGKILL);
	fflush(stdout);
	_exit(1);
}

static volatile sig_atomic_t late;

static void on_alarm(int signal) { late = signal; }

void
not_late(void)
{
	if (late)
		wrong("this step took too long");
}

static bool
has(const struct text *t, const char *what)
{
	return memmem(t->p, t->n, what, strlen(what)) != NULL;
}

static void
expect_number(const char *what, int got, char *rest)
{
	char *end, *number = word_needed(&rest, "a number");
	long expected = strtol(number, &end, 10);

	if (*end != '\0' || end == number)
		wrong("not a number: %s", number);
	if (got != expected)
		wrong("%s %ld expected, %d found", what, expected, got);
}

static void
expect_header(char *rest)
{
	char *name = word_needed(&rest, "a header's name"), line[LINE_SIZE];
	size_t n = strlen(name);

	for (const char *p = play.head.p; (p = memchr(p, '\n', play.head.n - (size_t)(p - play.head.p))) != NULL; ) {
		p++;
		(void)snprintf(line, sizeof line, "%.*s", (int)strcspn(p, "\r\n"), p);
		if (strncasecmp(line, name, n) == 0 && line[n] == ':' && strstr(line + n + 1, rest) != NULL)
			return;
	}
	wrong("header %s with '%s' expected", name, rest);
}

static void
step_expect(char *rest)
{
	static const struct { const char *what; struct text *in; bool of_answer; } places[] = {
		{ "out", &play.out, false }, { "err", &play.err, false }, { "body", &play.body, true },
	};
	char *what = word_needed(&rest, "what is expected");

	if (strcmp(what, "no") == 0 && rest[0] != '\0') {
		const struct text *a = play.answered ? &play.head : &play.out;
		const struct text *b = play.answered ? &play.body : &play.err;

		if (has(a, rest) || has(b, rest))
			wrong("'%s' should stand nowhere", rest);
		return;
	}
	if (strcmp(what, play.answered ? "status" : "exit") == 0) {
		play.exit_open = false;
		expect_number(what, play.answered ? play.status : play.exit_status, rest);
		return;
	}
	if (play.answered && strcmp(what, "header") == 0) {
		expect_header(rest);
		return;
	}
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i].of_answer == play.answered && strcmp(places[i].what, what) == 0 && rest[0] != '\0') {
			if (!has(places[i].in, rest))
				wrong("'%s' expected in %s", rest, what);
			return;
		}
	wrong("expect what? %s cannot be expected of %s", what, play.answered ? "an answer" : "a run");
}

static void
step_save(char *rest)
{
	char *name = word_needed(&rest, "a variable's name");

	if (play.answered ? !var_match(name, &play.head, rest, 1) && !var_match(name, &play.body, rest, 1)
	    : !var_match(name, &play.out, rest, 1) && !var_match(name, &play.err, rest, 1))
		wrong("nothing matches %s", rest);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

void
play_end(int exit_status)
{
	if (play.server > 0) {
		kill(play.server, SIGKILL);
		(void)waitpid(play.server, NULL, 0);
	}
	(void)!chdir("/");
	(void)nftw(play_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	exit(exit_status);
}

static void
step_do(char *line)
{
	static const struct { const char *name; void (*run)(char *rest); } steps[] = {
		{ "delete", step_delete }, { "env", step_env }, { "expect", step_expect }, { "file", step_file },
		{ "get", step_get }, { "head", step_head }, { "header", step_header }, { "input", step_input },
		{ "kill", step_kill }, { "needs", step_needs }, { "post", step_post }, { "put", step_put },
		{ "read", step_read }, { "run", step_run }, { "save", step_save }, { "serve", step_serve },
		{ "stop", step_stop },
	};
	static char expanded[LINE_SIZE];
	char *rest = expanded, *name, *seconds = getenv("PLAY_SECONDS");

	expand(line, expanded);
	name = word(&rest, false);
	if (play.exit_open && play.exit_status != 0 && (strcmp(name, "expect") != 0 || strncmp(rest, "exit ", 5) != 0))
		wrong("the run before ended with %d, and no step expected that", play.exit_status);
	play.exit_open = play.exit_open && strcmp(name, "expect") == 0;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (strcmp(steps[i].name, name) == 0) {
			alarm(seconds ? (unsigned)atoi(seconds) : STEP_SECONDS);
			steps[i].run(rest);
			not_late();
			return;
		}
	wrong("no step is called %s", name);
}

int
main(int argc, char **argv)
{
	static const char *const of_the_machine[] = { "LC_ALL", "LC_MESSAGES", "LANG", "LEMAN_TOKEN" };
	char line[LINE_SIZE];
	struct text *const texts[] = { &play.head, &play.out, &play.err };
	FILE *in = argc == 3 ? fopen(play.file = argv[2], "re") : NULL;

	if (in == NULL || (play.leman = realpath(argv[1], NULL)) == NULL || mkdtemp(play_dir) == NULL)
		return fprintf(stderr, "usage: play LEMAN FILE.play\n"), 64;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if ((texts[i]->p = calloc(1, ANSWER_SIZE + 1)) == NULL)
			return 71;
	for (size_t i = 0; i < sizeof of_the_machine / sizeof *of_the_machine; i++)
		(void)unsetenv(of_the_machine[i]);
	(void)sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);  /* calls are interrupted */
	var_set("DIR", play_dir, strlen(play_dir));
	var_set("LEMAN", play.leman, strlen(play.leman));
	var_set("SOURCE", LEMAN_SOURCE, strlen(LEMAN_SOURCE));
	if (chdir(play_dir) == -1)
		wrong("%s: %s", play_dir, strerror(errno));
	while (fgets(line, sizeof line, in) != NULL) {
		play.line_no++;
		if (strchr(line, '\n') == NULL && !feof(in))
			wrong("a line of more than %d bytes", LINE_SIZE - 1);
		line[strcspn(line, "\n")] = '\0';
		if (line[strspn(line, " ")] != '\0' && line[0] != '#')
			step_do(line);
	}
	fclose(in);
	if (play.exit_open && play.exit_status != 0)
		wrong("the last run ended with %d, and no step expected that", play.exit_status);
	if (play.server > 0)
		step_stop((char[]){ "" });
	play_end(0);
}

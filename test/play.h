/* SPDX-License-Identifier: Apache-2.0 */
/* play.h - what the parts of the play driver share: see play.c. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { LINE_SIZE = 16384, ANSWER_SIZE = 8 << 20, WORDS_MAX = 200 };

struct text { char *p; size_t n; };

/* The play as it stands. */
struct play {
	const char *file, *leman;
	int line_no;
	pid_t server;              /* 0: none */
	bool answered;             /* what came last was an answer, not a run */
	bool exit_open;            /* the last run's exit status is not asked for yet */
	int status, exit_status;   /* of the last answer; of the last run */
	struct text head, body, out, err;  /* head.p, out.p and err.p hold ANSWER_SIZE + 1 bytes */
};
extern struct play play;
extern char play_dir[];

/* Says what is wrong at the play's line, shows what came last, and ends. */
_Noreturn void wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Each step has its time; what waits asks whether it is over. */
void not_late(void);

/* play_text.c: words, variables, files. */
void var_set(const char *name, const char *value, size_t n);
const char *var_get(const char *name, size_t n);
bool var_match(const char *name, const struct text *t, const char *regex, size_t group);
void expand(const char *in, char to[LINE_SIZE]);
char *unescape(char *s);
char *word(char **rest, bool quoted);  /* NULL at the end; quoted: '...' holds one together */
char *word_needed(char **rest, const char *what);
void file_read(const char *path, struct text *to);
void file_write(const char *path, const char *p, size_t n);

/* play_step.c: what a step does to the world. */
typedef void step(char *rest);
step step_serve, step_stop, step_kill, step_run, step_needs;
step step_input, step_env, step_file, step_read;
step step_header, step_get, step_head, step_delete, step_post, step_put;

/* Ends the play well, or as skipped: its folder goes. */
_Noreturn void play_end(int exit_status);

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/msg.h"
#include "base/sandbox_filter.h"
#include "support.h"
#include "web/work.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ECHO, COUNT, REFUSE_IT, SPIN, BURN, WAIT, CRASH, GROW, TAKE_ALL, OPEN, FORK, TALK_ON, LIE, GIVE, MUCH };
enum { MIB = 1 << 20, A_WHILE = 10000 };

static bool
echo(str input, struct arena *a, str *out, struct err *e)
{
	return arena_copy(a, input, out, e);
}

static bool
count(str input, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	size_t n = 0;

	for (size_t i = 0; i < input.n; i++)
		n += input.p[i] == 'x';
	buf_fmt(&b, "%zu of %zu", n, input.n);
	return buf_take(&b, out, e);
}

static bool
refuse_it(str input, struct arena *a, str *out, struct err *e)
{
	(void)a, (void)out;
	return (fail)(e, ERR_CONFLICT, "RFC 1 2", "%s: %s", "here", input.n > 0 ? input.p : "nothing");
}

static bool
spin(str input, struct arena *a, str *out, struct err *e)
{
	(void)a, (void)out, (void)e;
	for (volatile size_t i = 0; ; i++)
		if (i == SIZE_MAX)
			return input.n == 0;
}

static bool
wait_long(str input, struct arena *a, str *out, struct err *e)
{
	(void)a, (void)e;
	(void)poll(NULL, 0, (int)strtol(input.p, NULL, 10));
	*out = S("waited");
	return true;
}

static bool
crash(str input, struct arena *a, str *out, struct err *e)
{
	(void)input, (void)a, (void)out, (void)e;
	abort();
}

static bool
grow(str input, struct arena *a, str *out, struct err *e)
{
	(void)input;
	for (size_t n = 0; ; n += MIB)
		if (!arena_copy(a, (str){ out->p, 0 }, out, e) || arena_alloc(a, MIB) == NULL)
			return (fail)(e, ERR_MEMORY, NULL, "no room for %zu bytes", n);
}

static bool
take_all(str input, struct arena *a, str *out, struct err *e)
{
	(void)input;
	for (size_t n = 0; n < 4096; n++) {
		char *p = malloc(MIB);

		if (p == NULL)
			return n < 60 ? (fail)(e, ERR_MEMORY, NULL, "no room for %zu bytes", n * MIB)
			    : arena_copy(a, S("too much"), out, e);
		memset(p, 1, MIB);
	}
	*out = S("no end");
	return true;
}

static bool
open_file(str input, struct arena *a, str *out, struct err *e)
{
	(void)input, (void)a, (void)e;
	*out = open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1 ? S("no") : S("yes");
	return true;
}

static bool
fork_more(str input, struct arena *a, str *out, struct err *e)
{
	(void)input, (void)a, (void)e;
	if (fork() == 0)
		_exit(0);
	*out = S("forked");
	return true;
}

static bool
talk_on(str input, struct arena *a, str *out, struct err *e)
{
	(void)a, (void)e, (void)out;
	_exit(write(0, input.p, input.n) == (ssize_t)input.n ? 0 : 1);  /* the wire, as it likes */
}

/* An err whose parts are not what they should be, where input says which. */
static bool
lie(str input, struct arena *a, str *out, struct err *e)
{
	(void)a, (void)out;
	(fail)(e, ERR_INPUT, NULL, "%s: %s", "a", "b");
	if (input.n > 0 && input.p[0] == 'k')
		e->kind = ERR_NONE;
	else
		e->id = "%n%s%s%s%s";
	return false;
}

static bool
give(str input, struct arena *a, str *out, struct err *e)
{
	(void)input, (void)a, (void)out;
	if (!msg_send(0, S("\0\0\0\1"), 0, 1000, e))
		return false;
	_exit(0);
}

static bool
much(str input, struct arena *a, str *out, struct err *e)
{
	(void)e;
	*out = (str){ arena_alloc(a, (size_t)1 << 23), (size_t)strtol(input.p, NULL, 10) };
	return out->p != NULL;
}

static const struct zygote_work rows[] = {
	[ECHO] = { "echo", echo, 5, 16 * MIB },
	[COUNT] = { "count", count, 5, 64 * MIB },
	[REFUSE_IT] = { "refuse", refuse_it, 5, MIB },
	[SPIN] = { "spin", spin, 60, MIB },
	[BURN] = { "burn", spin, 1, MIB },
	[WAIT] = { "wait", wait_long, 5, MIB },
	[CRASH] = { "crash", crash, 5, MIB },
	[GROW] = { "grow", grow, 5, 8 * MIB },
	[TAKE_ALL] = { "take_all", take_all, 20, 64 * MIB },
	[OPEN] = { "open", open_file, 5, MIB },
	[FORK] = { "fork", fork_more, 5, MIB },
	[TALK_ON] = { "talk_on", talk_on, 5, MIB },
	[LIE] = { "lie", lie, 5, MIB },
	[GIVE] = { "give", give, 5, MIB },
	[MUCH] = { "much", much, 5, 16 * MIB },
	{ .name = NULL },
};

static struct zygote *
start(const struct zygote_work *table, enum sandbox_mode mode)
{
	struct sandbox_state now;
	struct zygote *z;
	struct err e;

	if (!zygote_start(table, mode, true, &now, &z, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	assert_int_equal(now.seccomp, mode == SANDBOX_ON);
	return z;
}

static void
each_work_ends_as_it_should(void **state)
{
	static const struct {
		const char *what; size_t work; str input; int ms; enum err_kind kind; const char *text;
	} cases[] = {
		{ "an answer",               ECHO,      STR("hello"),        A_WHILE, ERR_NONE,     "hello" },
		{ "an empty one",            ECHO,      STR(""),             A_WHILE, ERR_NONE,     "" },
		{ "an err of its own",       REFUSE_IT, STR("why"),          A_WHILE, ERR_CONFLICT, "here: why: RFC 1 2" },
		{ "past its time",           SPIN,      STR(""),             100,     ERR_BUSY,     "it took too long" },
		{ "past it, asleep",         WAIT,      STR("60000"),        100,     ERR_BUSY,     "it took too long" },
		{ "past its seconds",        BURN,      STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "a crash",                 CRASH,     STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "past its arena",          GROW,      STR(""),             A_WHILE, ERR_MEMORY,   "no room for 7340032 bytes" },
#if defined(WITH_ADDRESS_SANITIZER) || defined(WITH_THREAD_SANITIZER)  /* their malloc() ends it */
		{ "past its memory",         TAKE_ALL,  STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
#else
		{ "past its memory",         TAKE_ALL,  STR(""),             A_WHILE, ERR_NONE,     "too much" },
#endif
		{ "a file",                  OPEN,      STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "a child of a child",      FORK,      STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "silence",                 TALK_ON,   STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "half a frame",            TALK_ON,   STR("\0\0\0\4\0"),   A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "a frame without end",     TALK_ON,   STR("\377\0\0\0\0"), A_WHILE, ERR_TOO_BIG,  "4278190080 bytes, at most 2048" },
		{ "good, without an answer", TALK_ON,   STR("\0\0\0\4\0\0\0\1"), A_WHILE, ERR_IO,   "the work on it broke off" },
		{ "good, and more",          TALK_ON,   STR("\0\0\0\5\0\0\0\1x\0\0\0\0"), A_WHILE, ERR_IO, "the work on it broke off" },
		{ "an err without parts",    TALK_ON,   STR("\0\0\0\4\0\0\0\0"), A_WHILE, ERR_IO,   "the work on it broke off" },
		{ "a foreign format",        LIE,       STR("f"),            A_WHILE, ERR_INPUT,    "%n%s%s%s%s" },
		{ "an err that is none",     LIE,       STR("k"),            A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "a descriptor",            GIVE,      STR(""),             A_WHILE, ERR_IO,       "the work on it broke off" },
		{ "too long an answer",      MUCH,      STR("4194305"),      A_WHILE, ERR_TOO_BIG,  "4194305 bytes" },
		{ "the longest answer",      MUCH,      STR("4194304"),      A_WHILE, ERR_NONE,     "" },
		{ "and it still answers",    ECHO,      STR("yes"),          A_WHILE, ERR_NONE,     "yes" },
	};
	struct zygote *z = start(rows, SANDBOX_ON);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct err e = { 0 };
		str out = { 0 };
		const char *got;

		arena_init(&a, 16 * MIB);
		got = zygote_run(z, cases[i].work, cases[i].input, cases[i].ms, &a, &out, &e) ? out.p
		    : err_text(&e, LANG_EN).s;
		if (e.kind != cases[i].kind || strncmp(got, cases[i].text, strlen(cases[i].text)) != 0)
			fail_msg("%s: kind %d, %s", cases[i].what, (int)e.kind, got);
		arena_free(&a);
	}
	zygote_stop(z);
}

static void
a_long_input_goes_as_a_file(void **state)
{
	static char bytes[20 * MIB];
	char *folder = folder_make(), path[200];
	struct zygote *z = start(rows, SANDBOX_ON);
	struct arena a;
	struct err e;
	str out;
	int fd;

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	bytes[7] = 'y';
	arena_init(&a, MIB);
	if (!zygote_run(z, COUNT, (str){ bytes, sizeof bytes }, A_WHILE, &a, &out, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	assert_string_equal(out.p, "20971519 of 20971520");

	(void)snprintf(path, sizeof path, "%s/long", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, bytes, 1000), 1000);
	assert_true(zygote_run_file(z, COUNT, fd, A_WHILE, &a, &out, &e));
	assert_string_equal(out.p, "999 of 1000");
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_true(zygote_run_file(z, COUNT, fd, A_WHILE, &a, &out, &e));
	assert_string_equal(out.p, "0 of 0");
	close(fd);
	arena_free(&a);
	zygote_stop(z);
	folder_remove(folder);
}

static struct { struct zygote *z; atomic_int done, wrong; } many;

static void *
ask_many(void *arg)
{
	for (int i = 0; i < 20; i++) {
		struct arena a;
		struct err e;
		char text[40];
		str out;

		arena_init(&a, MIB);
		(void)snprintf(text, sizeof text, "%d of %d", i, (int)(intptr_t)arg);
		if (!zygote_run(many.z, ECHO, str_of(text), A_WHILE, &a, &out, &e) || !str_eq(out, str_of(text)))
			many.wrong++;
		many.done++;
		arena_free(&a);
	}
	return NULL;
}

static void
threads_ask_at_once(void **state)
{
	pthread_t threads[8];

	(void)state;
	many.z = start(rows, SANDBOX_ON);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_many, (void *)i), 0);
	for (size_t i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(many.done, 160);
	assert_int_equal(many.wrong, 0);
	zygote_stop(many.z);
}

static int64_t
child_of(pid_t parent)
{
	char path[100], text[200] = "";
	FILE *in;

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
	if ((in = fopen(path, "r")) == NULL || fgets(text, sizeof text, in) == NULL)
		text[0] = '\0';
	if (in != NULL)
		fclose(in);
	return strtol(text, NULL, 10);
}

static void *
wait_for_child(void *arg)
{
	struct arena a;
	str out;

	arena_init(&a, MIB);
	assert_false(zygote_run(many.z, WAIT, S("60000"), 60000, &a, &out, arg));
	arena_free(&a);
	return NULL;
}

static void
the_end_of_the_zygote_is_seen(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct arena a;
	struct err e = { 0 }, waiting = { 0 };
	pid_t zygote, child;
	pthread_t thread;
	str out;

	(void)state;
	many.z = start(rows, SANDBOX_ON);
	p.fd = zygote_fd(many.z);
	assert_int_equal(poll(&p, 1, 0), 0);
	zygote = (pid_t)child_of(getpid());
	assert_true(zygote > 0);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_child, &waiting), 0);
	while ((child = (pid_t)child_of(zygote)) == 0)
		usleep(1000);
	kill(zygote, SIGKILL);
	pthread_join(thread, NULL);
	assert_int_equal(waiting.kind, ERR_IO);  /* its child went with it */
	assert_int_equal(poll(&p, 1, 1000), 1);
	arena_init(&a, MIB);
	assert_false(zygote_run(many.z, ECHO, S("x"), 1000, &a, &out, &e));
	assert_int_equal(e.kind, ERR_IO);
	arena_free(&a);
	zygote_stop(many.z);
}

/* Web may end in any way: a process that holds no more than a socket sees it. */
static void
the_zygote_ends_with_web(void **state)
{
	int tell[2], status;
	pid_t web, zygote;

	(void)state;
	assert_int_equal(pipe(tell), 0);
	if ((web = fork()) == 0) {
		struct sandbox_state now;
		struct zygote *z;
		struct err e;
		pid_t its;

		if (!zygote_start(rows, SANDBOX_ON, true, &now, &z, &e))
			_exit(1);
		its = (pid_t)child_of(getpid());
		if (write(tell[1], &its, sizeof its) != sizeof its)
			_exit(2);
		pause();
	}
	assert_int_equal(read(tell[0], &zygote, sizeof zygote), sizeof zygote);
	assert_int_equal(kill(zygote, 0), 0);
	kill(web, SIGKILL);
	assert_int_equal(waitpid(web, &status, 0), web);
	for (int i = 0; i < 2000; i++) {
		char path[100], text[300] = "";
		FILE *in;

		(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)zygote);
		if ((in = fopen(path, "r")) == NULL)
			break;  /* gone */
		(void)!fgets(text, sizeof text, in);
		fclose(in);
		if (strstr(text, ") Z ") != NULL)
			break;  /* ended, and nobody has asked how */
		assert_true(i < 1999);
		usleep(1000);
	}
	close(tell[0]);
	close(tell[1]);
}

static void
without_a_sandbox_the_work_may_open(void **state)
{
	struct zygote *z = start(rows, SANDBOX_OFF);
	struct arena a;
	struct err e;
	str out;

	(void)state;
	arena_init(&a, MIB);
	assert_true(zygote_run(z, FORK, S(""), A_WHILE, &a, &out, &e));
	assert_true(str_eq(out, S("forked")));
	arena_free(&a);
	zygote_stop(z);
}

static void
passwords_are_kept_and_checked(void **state)
{
	struct zygote *z = start(works, SANDBOX_ON);
	char kept[PASSWORD_TEXT], again[PASSWORD_TEXT];
	struct err e = { 0 };
	struct rusage before, after;

	(void)state;
	getrusage(RUSAGE_SELF, &before);
	assert_true(work_password_keep(z, S("correct horse battery"), kept, &e));
	assert_true(work_password_keep(z, S("correct horse battery"), again, &e));
	assert_string_not_equal(kept, again);
	assert_true(work_password_check(z, S("correct horse battery"), str_of(kept), &e));
	assert_false(work_password_check(z, S("correct horse batterx"), str_of(kept), &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_false(work_password_check(z, S("correct horse battery"), S(""), &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_false(work_password_keep(z, S("short"), kept, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 32 * 1024);  /* KiB: the memory was another's */
	zygote_stop(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_work_ends_as_it_should),
		cmocka_unit_test(a_long_input_goes_as_a_file),
		cmocka_unit_test(threads_ask_at_once),
		cmocka_unit_test(the_end_of_the_zygote_is_seen),
		cmocka_unit_test(the_zygote_ends_with_web),
		cmocka_unit_test(without_a_sandbox_the_work_may_open),
		cmocka_unit_test(passwords_are_kept_and_checked),
	};
	struct sandbox_state can;

	(void)alarm(60);
	sandbox_probe(&can);
	if (!can.seccomp || can.landlock == 0) {
		puts("skipped: this kernel has no Landlock or no seccomp");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How a sandbox is entered, what it says of itself, and what must go on in it. */
#include "base/sandbox.h"
#include "base/sandbox_filter.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs part in a child, which says by its status whether all was so. */
static int
in_child(int (*part)(const char *folder), const char *folder)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(part(folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

#define NEED(x) do { if (!(x)) { dprintf(2, "line %d\n", __LINE__); return __LINE__ & 127; } } while (0)

static int
says_what_is_in_force(const char *folder)
{
	struct sandbox_state can, now;
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder } };
	struct rlimit core;
	struct err e;
	char text[SANDBOX_TEXT], want[SANDBOX_TEXT];

	sandbox_probe(&can);
	s.mode = SANDBOX_OFF;
	NEED(sandbox_enter(&s, &now, &e));
	sandbox_text(&now, text);
	NEED(strcmp(text, "none") == 0);
	NEED(open("/etc/passwd", O_RDONLY | O_CLOEXEC) != -1);

	s.mode = SANDBOX_ON;
	NEED(sandbox_enter(&s, &now, &e));
	NEED(now.no_new_privs && now.seccomp && now.undumpable && now.landlock == can.landlock);
	sandbox_text(&now, text);
	(void)snprintf(want, sizeof want, "no_new_privs seccomp landlock-%d undumpable", can.landlock);
	NEED(strcmp(text, want) == 0);
	NEED(open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1);
	NEED(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
	return 0;
}

static int
may_be_dumped_or_not(const char *folder)
{
	struct sandbox s = { .profile = SANDBOX_ZYGOTE, .dumpable = folder != NULL };
	struct sandbox_state now;
	struct err e;

	NEED(sandbox_enter(&s, &now, &e));
	NEED(now.undumpable != s.dumpable);
	NEED(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == s.dumpable);
	return 0;
}

static int
refuses_a_path_that_is_not_there(const char *folder)
{
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder, "/nowhere/at/all" } };
	struct sandbox_state now;
	struct err e = { 0 };

	NEED(!sandbox_enter(&s, &now, &e) && e.kind == ERR_NOT_FOUND);
	return 0;
}

static void *
waits(void *arg)
{
	pause();
	return arg;
}

static int
refuses_to_come_late(const char *folder)
{
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder } };
	struct sandbox_state now;
	struct err e = { 0 };
	pthread_t thread;

#if defined(WITH_THREAD_SANITIZER)
	return 0;
#endif
	NEED(pthread_create(&thread, NULL, waits, NULL) == 0);
	NEED(!sandbox_enter(&s, &now, &e) && e.kind == ERR_CONFLICT);
	return 0;
}

/* As on a kernel without it: the call answers ENOSYS. */
static int
take_away(int call)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { 4, lines };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
	    && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

static int
without_landlock(const char *folder)
{
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder }, .dumpable = true };
	struct sandbox_state now;
	struct err e = { 0 };
	char text[SANDBOX_TEXT];

	NEED(take_away(SYS_landlock_create_ruleset));
	NEED(!sandbox_enter(&s, &now, &e) && e.kind == ERR_DENIED);
	NEED(strstr(err_text(&e, LANG_EN).s, "Landlock") != NULL);
	s.mode = SANDBOX_DEGRADED;
	NEED(sandbox_enter(&s, &now, &e) && now.landlock == 0 && now.seccomp && now.no_new_privs);
	sandbox_text(&now, text);
	NEED(strcmp(text, "no_new_privs seccomp") == 0);
	NEED(open("/etc/passwd", O_RDONLY | O_CLOEXEC) != -1);
	return 0;
}

static int
without_seccomp(const char *folder)
{
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder }, .dumpable = true };
	struct sandbox_state now;
	struct err e = { 0 };

	NEED(take_away(SYS_seccomp));
	NEED(!sandbox_enter(&s, &now, &e) && e.kind == ERR_DENIED);
	s.mode = SANDBOX_DEGRADED;
	NEED(sandbox_enter(&s, &now, &e) && now.landlock > 0 && !now.seccomp);
	NEED(open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1);
	return 0;
}

static int
closes_all_but_those_named(const char *folder)
{
	int fds[20], keep[6];

	(void)folder;
	for (int i = 0; i < 20; i++)
		fds[i] = dup(2);
	NEED(dup2(2, 900) == 900);
	memcpy(keep, (int[]){ fds[12], 2, fds[3], 2, -1, fds[4] }, sizeof keep);
	sandbox_close_fds(keep, 6);
	for (int i = 0; i < 20; i++)
		NEED((fcntl(fds[i], F_GETFD) != -1) == (i == 3 || i == 4 || i == 12));
	NEED(fcntl(0, F_GETFD) == -1 && fcntl(1, F_GETFD) == -1 && fcntl(2, F_GETFD) != -1
	    && fcntl(900, F_GETFD) == -1);
	sandbox_close_fds(NULL, 0);
	return fcntl(2, F_GETFD) == -1 ? 0 : 1;
}

static int
stays_within_its_bounds(const char *folder)
{
	struct err e;

	(void)folder;
	NEED(dup(2) != -1);
	NEED(sandbox_bound(&(struct sandbox_bounds){ .fds = 3 }, &e));
	NEED(dup(2) == -1 && errno == EMFILE);
	NEED(!sandbox_bound(&(struct sandbox_bounds){ .fds = UINT32_MAX }, &e) || geteuid() == 0);
	NEED(sandbox_bound(&(struct sandbox_bounds){ .cpu_seconds = 1 }, &e));
	for (;;)
		;
}

/* Under AddressSanitizer the end looks for leaks, with threads of its own. */
static int
ends_in_order(const char *folder)
{
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder }, .dumpable = true };
	struct sandbox_state now;
	struct err e;

	NEED(sandbox_enter(&s, &now, &e));
	exit(0);
}

struct writing { sqlite3 *db; int n; };

static void *
count_rows(void *arg)
{
	const char *path = arg;
	sqlite3 *db;
	sqlite3_stmt *q;
	intptr_t n = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
	    && sqlite3_prepare_v2(db, "SELECT count(*) FROM t", -1, &q, NULL) == SQLITE_OK) {
		if (sqlite3_step(q) == SQLITE_ROW)
			n = sqlite3_column_int(q, 0);
		sqlite3_finalize(q);
	}
	sqlite3_close(db);
	return (void *)n;
}

static int
keeps_a_database(const char *folder)
{
	static char path[200];
	struct sandbox s = { .profile = SANDBOX_WEB, .write = { folder }, .dumpable = true };
	struct sandbox_state now;
	struct err e;
	sqlite3 *db;
	pthread_t thread;
	void *n;

	(void)snprintf(path, sizeof path, "%s/t.db", folder);
	NEED(sandbox_enter(&s, &now, &e));
	NEED(sqlite3_open(path, &db) == SQLITE_OK);
	NEED(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    " CREATE TABLE t (x BLOB); INSERT INTO t VALUES (randomblob(9)), (randomblob(300000))", NULL, NULL, NULL) == SQLITE_OK);
	NEED(pthread_create(&thread, NULL, count_rows, path) == 0 && pthread_join(thread, &n) == 0);
	NEED((intptr_t)n == 2);
	NEED(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE); DELETE FROM t; VACUUM", NULL, NULL, NULL) == SQLITE_OK);
	NEED(sqlite3_close(db) == SQLITE_OK);
	return 0;
}

static const struct { const char *what; int (*part)(const char *folder); bool has_folder; int end; } parts[] = {
	{ "says what is in force",            says_what_is_in_force,            true,  0 },
	{ "may be dumped",                    may_be_dumped_or_not,             true,  0 },
	{ "may not be dumped",                may_be_dumped_or_not,             false, 0 },
	{ "refuses a path that is not there", refuses_a_path_that_is_not_there, true,  0 },
	{ "refuses to come late",             refuses_to_come_late,             true,  0 },
	{ "without Landlock",                 without_landlock,                 true,  0 },
	{ "without seccomp",                  without_seccomp,                  true,  0 },
	{ "closes all but those named",       closes_all_but_those_named,       false, 0 },
	{ "stays within its bounds",          stays_within_its_bounds,          false, -SIGKILL },
	{ "ends in order",                    ends_in_order,                    true,  0 },
	{ "keeps a database",                 keeps_a_database,                 true,  0 },
};

static void
entering_does_what_the_header_says(void **state)
{
	char *folder = folder_make();

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		int end = in_child(parts[i].part, parts[i].has_folder ? folder : NULL);

		if (end != parts[i].end)
			fail_msg("%s: %d", parts[i].what, end);
	}
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entering_does_what_the_header_says),
	};
	struct sandbox_state can;

	sandbox_probe(&can);
	if (!can.seccomp || can.landlock == 0) {
		puts("skipped: this kernel has no Landlock or no seccomp");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

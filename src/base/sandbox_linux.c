/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sandbox.h"

#include "base/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Landlock as the kernel's landlock.rst tells it, ABI 1 to 7. Debian 12's header
 * ends at 2, so what we use stands here. */
struct ruleset { uint64_t fs, net, scoped; };
struct beneath { uint64_t allowed; int32_t parent; } __attribute__((packed));

enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1, FDS_KEPT_MAX = 16 };

enum fs_right {
	FS_EXECUTE = 1 << 0, FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4, FS_REMOVE_FILE = 1 << 5, FS_MAKE_CHAR = 1 << 6, FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8, FS_MAKE_SOCK = 1 << 9, FS_MAKE_FIFO = 1 << 10, FS_MAKE_BLOCK = 1 << 11,
	FS_MAKE_SYM = 1 << 12, FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14, FS_IOCTL_DEV = 1 << 15,
	FS_READ = FS_READ_FILE | FS_READ_DIR,
	FS_WRITE = FS_READ | FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_REMOVE_FILE
	    | FS_MAKE_DIR | FS_REMOVE_DIR | FS_REFER,
	FS_OF_A_FILE = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE,
};

/* What each ABI can refuse, and how much of struct ruleset it knows. */
static const struct abi { struct ruleset handles; size_t size; } abis[] = {
	{ { 0, 0, 0 }, 0 },
	{ { FS_REFER - 1, 0, 0 }, 8 },
	{ { FS_TRUNCATE - 1, 0, 0 }, 8 },
	{ { FS_IOCTL_DEV - 1, 0, 0 }, 8 },
	{ { FS_IOCTL_DEV - 1, 3, 0 }, 16 },      /* TCP: bind and connect */
	{ { 2 * FS_IOCTL_DEV - 1, 3, 0 }, 16 },
	{ { 2 * FS_IOCTL_DEV - 1, 3, 3 }, 24 },  /* abstract sockets and signals of others */
};

static int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static const struct abi *
abi_row(int abi)
{
	int last = (int)(sizeof abis / sizeof *abis) - 1;

	return &abis[abi < last ? abi : last];
}

static bool
path_allow(int ruleset, const char *path, uint64_t rights, uint64_t handled, struct err *e)
{
	struct beneath rule = { .parent = open(path, O_PATH | O_CLOEXEC) };
	struct stat st;
	bool ok;

	if (rule.parent == -1)
		return fail(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NULL, "%s: %s", path, strerror(errno));
	rule.allowed = rights & handled;
	ok = fstat(rule.parent, &st) == 0;
	if (ok && !S_ISDIR(st.st_mode))
		rule.allowed &= FS_OF_A_FILE;
	ok = ok && syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0;
	if (!ok)
		fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno));
	close(rule.parent);
	return ok;
}

static bool
landlock_enter(const struct sandbox *s, int abi, struct err *e)
{
	const struct abi *row = abi_row(abi);
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &row->handles, row->size, 0);
	bool ok = ruleset != -1;

	for (int i = 0; ok && i < SANDBOX_PATHS_MAX && s->write[i] != NULL; i++)
		ok = path_allow(ruleset, s->write[i], FS_WRITE, row->handles.fs, e);
	for (int i = 0; ok && i < SANDBOX_PATHS_MAX && s->read[i] != NULL; i++)
		ok = path_allow(ruleset, s->read[i], FS_READ, row->handles.fs, e);
#if defined(WITH_ADDRESS_SANITIZER)
	/* LeakSanitizer looks at the threads and mappings when the process ends. */
	ok = ok && path_allow(ruleset, "/proc", FS_READ, row->handles.fs, e);
#endif
	if (ok && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		ok = fail(e, ERR_DENIED, NULL, "Landlock: %s", strerror(errno));
	if (ruleset == -1)
		fail(e, ERR_DENIED, NULL, "Landlock: %s", strerror(errno));
	else
		close(ruleset);
	return ok;
}

/* A filter that is put on one thread says nothing about the others. */
static bool
is_alone(struct err *e)
{
	struct stat st;

#if defined(WITH_THREAD_SANITIZER)
	return true;  /* ThreadSanitizer has a thread of its own */
#endif
	return stat("/proc/self/task", &st) != 0 || st.st_nlink <= 3
	    || fail(e, ERR_CONFLICT, NULL, "the sandbox must be entered before the first thread");
}

void
sandbox_probe(struct sandbox_state *out)
{
	uint32_t kill_process = SECCOMP_RET_KILL_PROCESS;

	*out = (struct sandbox_state){
		.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != -1,
		.seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill_process) == 0,
		.undumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != -1,
		.landlock = landlock_abi(),
	};
}

static bool
missing(const struct sandbox *s, const char *what, struct err *e)
{
	return s->mode != SANDBOX_ON
	    || fail(e, ERR_DENIED, NULL, "this system cannot narrow the process: %s is missing", what);
}

bool
sandbox_enter(const struct sandbox *s, struct sandbox_state *out, struct err *e)
{
	struct sandbox_state can;

	*out = (struct sandbox_state){ 0 };
	if (s->mode == SANDBOX_OFF)
		return true;
	if (!is_alone(e))
		return false;
	sandbox_probe(&can);
	if (!s->dumpable) {
		/* Both: a helper that cores are piped to does not ask for the limit. */
		struct rlimit none = { 0, 0 };

		out->undumpable = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
		if (!out->undumpable && !missing(s, "PR_SET_DUMPABLE", e))
			return false;
	}
	out->no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	if (!out->no_new_privs)
		return missing(s, "no_new_privs", e);  /* the others need it */
	if (can.landlock == 0) {
		if (!missing(s, "Landlock", e))
			return false;
	} else if (!landlock_enter(s, can.landlock, e)) {
		return false;
	}
	out->landlock = can.landlock;
	if (!can.seccomp)
		return missing(s, "seccomp", e);
	out->seccomp = sandbox_filter(s->profile, e);
	return out->seccomp;
}

void
sandbox_text(const struct sandbox_state *s, char out[SANDBOX_TEXT])
{
	char landlock[24] = "";

	if (s->landlock > 0)
		(void)snprintf(landlock, sizeof landlock, " landlock-%d", s->landlock);
	(void)snprintf(out, SANDBOX_TEXT, "%s%s%s%s", s->no_new_privs ? "no_new_privs" : "none",
	    s->seccomp ? " seccomp" : "", landlock, s->undumpable ? " undumpable" : "");
}

bool
sandbox_bound(const struct sandbox_bounds *b, struct err *e)
{
	const struct { unsigned what; uint64_t most; bool is_set; } rows[] = {
		{ RLIMIT_CPU, b->cpu_seconds, b->cpu_seconds != 0 },
		{ RLIMIT_AS, b->memory, b->memory != 0 },
		{ RLIMIT_NOFILE, b->fds, b->fds != 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rlimit r = { (rlim_t)rows[i].most, (rlim_t)rows[i].most };

		if (rows[i].is_set && setrlimit(rows[i].what, &r) != 0)
			return fail(e, ERR_IO, NULL, "a bound for the process: %s", strerror(errno));
	}
	return true;
}

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
close_from_to(int first, int last)
{
	if (first > last || close_range((unsigned)first, (unsigned)last, 0) == 0)
		return;
	if (last > sysconf(_SC_OPEN_MAX))  /* before Linux 5.9: one by one */
		last = (int)sysconf(_SC_OPEN_MAX);
	for (int fd = first; fd <= last; fd++)
		(void)close(fd);
}

void
sandbox_close_fds(const int *keep, size_t n)
{
	int kept[FDS_KEPT_MAX], next = 0;

	if (n > FDS_KEPT_MAX)
		n = FDS_KEPT_MAX;
	for (size_t i = 0; i < n; i++)
		kept[i] = keep[i];
	qsort(kept, n, sizeof *kept, by_number);
	for (size_t i = 0; i < n; i++) {
		if (kept[i] < next)
			continue;  /* -1, or named twice */
		close_from_to(next, kept[i] - 1);
		next = kept[i] + 1;
	}
	close_from_to(next, INT32_MAX);
}

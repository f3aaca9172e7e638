/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.h - a process gives up what it does not need, for good.
 *
 * Three mechanisms of Linux, each a row in struct sandbox_state: no_new_privs
 * (no rights gained by exec), Landlock (paths, TCP, signals to others) and a
 * seccomp filter (which calls of the kernel). There is no way back, and threads
 * and children inherit it. Enter before the first thread and the first foreign
 * byte, with every listening socket, key and file that is needed already open.
 *
 * Not covered by Landlock: whether a path exists, its size and its times. */
#pragma once
#include "base/err.h"

enum sandbox_profile {
	SANDBOX_WEB,     /* files below the paths given, threads, connections that come in.
	                  * A call it has no need of: ENOSYS, or EPERM for what a library may
	                  * try in good faith (socket, connect, bind, kill, mmap with
	                  * PROT_EXEC); exec, fork, ptrace, mount, bpf, io_uring and their
	                  * like end the process. */
	SANDBOX_READER,  /* as SANDBOX_WEB without any socket: a command that reads files */
	SANDBOX_ZYGOTE,  /* forks, waits, kills what it forked; opens nothing */
	SANDBOX_PARSER,  /* memory, and the descriptors it has; anything else ends it */
	SANDBOX_SIGNER,  /* the same without even a file to map */
	SANDBOX_PROFILES
};

enum sandbox_mode {
	SANDBOX_ON,        /* all of it, or sandbox_enter() fails */
	SANDBOX_DEGRADED,  /* what this kernel has */
	SANDBOX_OFF,       /* nothing */
};

enum { SANDBOX_PATHS_MAX = 8, SANDBOX_TEXT = 80 };

struct sandbox {
	enum sandbox_profile profile;
	enum sandbox_mode mode;
	const char *write[SANDBOX_PATHS_MAX];  /* folders to read and write below; the first NULL ends it */
	const char *read[SANDBOX_PATHS_MAX];   /* folders or files to read; likewise */
	bool dumpable;  /* may be dumped and traced by its own user; false: no core either */
};

struct sandbox_state {
	bool no_new_privs, seccomp, undumpable;
	int landlock;  /* ABI of the kernel, 1 and above; 0: none */
};

/* What this machine can do, without doing it. */
void sandbox_probe(struct sandbox_state *out);

/* Narrows this process. *out says what is in force now, even after a failure
 * half way, after which the process should end. ERR_DENIED when mode is
 * SANDBOX_ON and a mechanism is missing, ERR_CONFLICT when there are threads
 * already, ERR_NOT_FOUND or ERR_IO for a path that cannot be opened. */
bool sandbox_enter(const struct sandbox *s, struct sandbox_state *out, struct err *e) MUST_USE;

/* "no_new_privs seccomp landlock-7 undumpable", or "none": for the log. */
void sandbox_text(const struct sandbox_state *s, char out[SANDBOX_TEXT]);

/* Bounds that hold until the process ends; 0 leaves one as it is. */
struct sandbox_bounds {
	uint32_t cpu_seconds;
	uint64_t memory;      /* bytes of address space in all */
	uint32_t fds;         /* descriptors are below this number */
};
bool sandbox_bound(const struct sandbox_bounds *b, struct err *e) MUST_USE;

/* Closes every descriptor of this process but the n in keep, at most 16. */
void sandbox_close_fds(const int *keep, size_t n);

/* SPDX-License-Identifier: Apache-2.0 */
/* Each probe is tried in a process of its own: without a sandbox, where it must
 * work, and in each profile. */
#include "base/msg.h"
#include "base/sandbox_filter.h"
#include "support.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a probe finds: made before the sandbox, by the process that enters it. */
static struct scene {
	char *mine, *other;     /* folders */
	int listening, client;  /* TCP on this machine: client is not connected yet */
	int unbound, file;
	int ends[2];
	struct sockaddr_in at;
} scene;

/* 0, or why not. */
typedef int probe(void);

static int result(bool ok) { return ok ? 0 : errno; }

static const char *
in(const char *folder, const char *name)
{
	static char path[2][200];
	static int which;

	which = !which;
	(void)snprintf(path[which], sizeof path[which], "%s/%s", folder, name);
	return path[which];
}

static int
read_file(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return result(fd != -1 && read(fd, &byte, 1) == 1 && close(fd) == 0);
}

static int
write_in(const char *folder)
{
	int fd = open(in(folder, "part"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	return result(fd != -1 && write(fd, "abcd", 4) == 4 && pwrite(fd, "x", 1, 2) == 1 && ftruncate(fd, 3) == 0
	    && fsync(fd) == 0 && fdatasync(fd) == 0 && close(fd) == 0
	    && mkdir(in(folder, "sub"), 0700) == 0 && rename(in(folder, "part"), in(folder, "sub/whole")) == 0
	    && unlink(in(folder, "sub/whole")) == 0 && rmdir(in(folder, "sub")) == 0);
}

static int read_inside(void) { return read_file(in(scene.mine, "kept")); }
static int read_passwd(void) { return read_file("/etc/passwd"); }
static int read_shadow(void) { return read_file("/etc/shadow"); }
static int write_inside(void) { return write_in(scene.mine); }
static int write_outside(void) { return write_in(scene.other); }
static int cut_outside(void) { return result(truncate(in(scene.other, "kept"), 1) == 0); }
static int change_mode(void) { return result(chmod(in(scene.other, "kept"), 0644) == 0); }
static int list_outside(void) { return result(opendir(scene.other) != NULL); }
static int remove_outside(void) { return result(unlink(in(scene.other, "kept")) == 0); }

static int
connect_out(void)
{
	return result(connect(scene.client, (struct sockaddr *)&scene.at, sizeof scene.at) == 0);
}

static int socket_tcp(void) { return result(socket(AF_INET, SOCK_STREAM, 0) != -1); }
static int socket_unix(void) { return result(socket(AF_UNIX, SOCK_STREAM, 0) != -1); }

static int
bind_port(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return result(bind(scene.unbound, (struct sockaddr *)&any, sizeof any) == 0);
}

static int listen_port(void) { return result(listen(scene.unbound, 1) == 0); }

static int
answer_caller(void)
{
	char got[5] = "";
	int fd = accept4(scene.listening, NULL, NULL, SOCK_CLOEXEC);

	return result(fd != -1 && recv(fd, got, 4, 0) == 4 && send(fd, got, 4, MSG_NOSIGNAL) == 4
	    && shutdown(fd, SHUT_RDWR) == 0);
}

static int
run_program(void)
{
	return result(execl("/bin/true", "true", NULL) == 0);
}

static int
fork_child(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return result(child != -1 && waitpid(child, &status, 0) == child);
}

static void *nothing(void *arg) { return arg; }

static int
start_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0 ? pthread_join(thread, NULL) : EAGAIN;
}

static int trace(void) { return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0); }
static int signal_parent(void) { return result(kill(getppid(), 0) == 0); }
static int own_files(void) { return result(unshare(CLONE_FS) == 0); }

static int
read_memory(void)
{
	char from = 'x', to = 0;
	struct iovec a = { &to, 1 }, b = { &from, 1 };

	return result(process_vm_readv(getpid(), &a, 1, &b, 1, 0) == 1);
}

static int
map_code(void)
{
	return result(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static int
use_memory(void)
{
	for (size_t n = 1000; n < 20000000; n *= 3) {
		char *p = malloc(n), *q;

		if (p == NULL)
			return ENOMEM;
		memset(p, 1, n);
		if ((q = realloc(p, 2 * n)) == NULL)
			return ENOMEM;
		free(q);
	}
	return 0;
}

static int
send_message(void)
{
	struct arena a;
	struct err e;
	str got;

	arena_init(&a, 1 << 20);
	return msg_send(scene.ends[0], S("hello"), -1, 1000, &e)
	    && msg_receive(scene.ends[1], 100, 1000, &a, &got, NULL, &e) ? 0 : EIO;
}

static int
map_file(void)
{
	return result(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, scene.file, 0) != MAP_FAILED);
}

static int length_of_file(void) { return result(lseek(scene.file, 0, SEEK_END) == 4); }
static int no_such_call(void) { return result(syscall(1000) == 0 || errno == ENOSYS); }

static int
stop_itself(void)
{
	abort();
}

enum { KILLED = -SIGSYS, ABORTED = -SIGABRT };

static const struct row { const char *what; probe *try; int bare, profile[SANDBOX_PROFILES]; } rows[] = {
	/*                                  bare  web     reader   zygote  parser  signer */
	{ "read in the folder",   read_inside,    0, { 0,      0,      KILLED, KILLED, KILLED } },
	{ "read /etc/passwd",     read_passwd,    0, { EACCES, EACCES, KILLED, KILLED, KILLED } },
	{ "read /etc/shadow",     read_shadow,    0, { EACCES, EACCES, KILLED, KILLED, KILLED } },
	{ "write in the folder",  write_inside,   0, { 0,      EACCES, KILLED, KILLED, KILLED } },
	{ "write outside",        write_outside,  0, { EACCES, EACCES, KILLED, KILLED, KILLED } },
	{ "cut a file outside",   cut_outside,    0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "change a mode",        change_mode,    0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "list outside",         list_outside,   0, { EACCES, EACCES, KILLED, KILLED, KILLED } },
	{ "remove outside",       remove_outside, 0, { EACCES, ENOSYS, KILLED, KILLED, KILLED } },
	{ "connect",              connect_out,    0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "make a TCP socket",    socket_tcp,     0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "make a local socket",  socket_unix,    0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "bind",                 bind_port,      0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "listen",               listen_port,    0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "answer a caller",      answer_caller,  0, { 0,      ENOSYS, KILLED, KILLED, KILLED } },
	{ "run a program",        run_program,    0, { KILLED, KILLED, KILLED, KILLED, KILLED } },
	{ "fork",                 fork_child,     0, { KILLED, KILLED, 0,      KILLED, KILLED } },
	{ "start a thread",       start_thread,   0, { 0,      0,      KILLED, KILLED, KILLED } },
	{ "be traced",            trace,          0, { KILLED, KILLED, KILLED, KILLED, KILLED } },
	{ "signal the parent",    signal_parent,  0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "unshare",              own_files,      0, { KILLED, KILLED, KILLED, KILLED, KILLED } },
	{ "read foreign memory",  read_memory,    0, { KILLED, KILLED, KILLED, KILLED, KILLED } },
	{ "map code",             map_code,       0, { EPERM,  EPERM,  KILLED, KILLED, KILLED } },
	{ "use memory",           use_memory,     0, { 0,      0,      0,      0,      0 } },
	{ "send a message",       send_message,   0, { 0,      EIO,    0,      0,      0 } },
	{ "map a descriptor",     map_file,       0, { 0,      0,      0,      0,      KILLED } },
	{ "how long a file is",   length_of_file, 0, { 0,      0,      0,      0,      KILLED } },
	{ "a call nobody knows",  no_such_call,   0, { 0,      0,      KILLED, KILLED, KILLED } },
	{ "abort",                stop_itself,    ABORTED, { ABORTED, ABORTED, ABORTED, ABORTED, ABORTED } },
};

static int
listen_here(struct sockaddr_in *at)
{
	socklen_t n = sizeof *at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(bind(fd, (struct sockaddr *)at, n), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &n), 0);
	return fd;
}

static void
scene_make(void)
{
	struct err e;

	scene.mine = folder_make();
	scene.other = folder_make();
	assert_true(msg_pair(scene.ends, &e));
}

static void
scene_end(void)
{
	folder_remove(scene.mine);
	folder_remove(scene.other);
	close(scene.ends[0]);
	close(scene.ends[1]);
}

/* Each try finds the same: what the one before removed or used up is put back. */
static void
scene_refresh(void)
{
	const char *const folders[] = { scene.mine, scene.other };

	for (size_t i = 0; i < 2; i++) {
		int fd = open(in(folders[i], "kept"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		assert_int_equal(write(fd, "kept", 4), 4);
		close(fd);
		(void)unlink(in(folders[i], "part"));
	}
	scene.file = open(in(scene.mine, "kept"), O_RDONLY | O_CLOEXEC);
	scene.listening = listen_here(&scene.at);
	scene.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	scene.unbound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static struct sandbox
sandbox_of(enum sandbox_profile profile)
{
	struct sandbox s = { .profile = profile, .dumpable = true };

	if (profile == SANDBOX_WEB)
		s.write[0] = scene.mine;
	if (profile == SANDBOX_READER)
		s.read[0] = scene.mine;
	return s;
}

/* How the child ended: 0 or an errno, or minus the signal. */
static int
outcome(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

enum { NONE = SANDBOX_PROFILES, PARSER_IN_ZYGOTE, TRIES };

static bool
enter(int profile, struct err *e)
{
	bool is_child = profile == PARSER_IN_ZYGOTE;
	struct sandbox s = sandbox_of(is_child ? SANDBOX_ZYGOTE : (enum sandbox_profile)profile);
	struct sandbox_state state;

	return profile == NONE
	    || (sandbox_enter(&s, &state, e) && (!is_child || sandbox_filter(SANDBOX_PARSER, e)));
}

static int
try_in(probe *try, int profile)
{
	struct err e;
	pid_t child;
	int caller = -1, got;

	scene_refresh();
	if ((child = fork()) == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!enter(profile, &e)) {
			dprintf(2, "%s\n", err_text(&e, LANG_EN).s);
			_exit(254);
		}
		_exit(try());
	}
	if (try == answer_caller) {
		caller = http_connect(ntohs(scene.at.sin_port));
		assert_int_equal(send(caller, "ping", 4, MSG_NOSIGNAL), 4);
	}
	got = outcome(child);
	for (size_t i = 0; i < 5; i++)
		close((int[]){ caller, scene.client, scene.unbound, scene.listening, scene.file }[i]);
	return got;
}

static void
each_profile_leaves_what_it_says(void **state)
{
	int wrong = 0;

	(void)state;
	scene_make();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int p = 0; p < TRIES; p++) {
			int want = p == NONE ? rows[i].bare
			    : rows[i].profile[p == PARSER_IN_ZYGOTE ? SANDBOX_PARSER : p];
			int got;

#if defined(WITH_THREAD_SANITIZER)
			if (rows[i].try == start_thread)
				continue;  /* it has one of its own in each process */
#endif
			got = try_in(rows[i].try, p);

			if (got == want)
				continue;
			print_error("%s, profile %d: %d, not %d\n", rows[i].what, p, got, want);
			wrong++;
		}
	scene_end();
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_profile_leaves_what_it_says),
	};
	struct sandbox_state can;

	sandbox_probe(&can);
	if (!can.seccomp || can.landlock == 0) {
		puts("skipped: this kernel has no Landlock or no seccomp");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

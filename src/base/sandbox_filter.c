/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "sandbox_filter.c has no table for this processor: add its AUDIT_ARCH and its older calls"
#endif

enum {
	WEB = 1 << SANDBOX_WEB, READER = 1 << SANDBOX_READER, ZYGOTE = 1 << SANDBOX_ZYGOTE,
	PARSER = 1 << SANDBOX_PARSER, SIGNER = 1 << SANDBOX_SIGNER,
	WIDE = WEB | READER, STRICT = ZYGOTE | PARSER | SIGNER, ALL = WIDE | STRICT,
};

enum { ALLOW, REFUSE, ABSENT, KILL, ACTIONS };
static const uint32_t actions[ACTIONS] = {
	[ALLOW] = SECCOMP_RET_ALLOW,
	[REFUSE] = SECCOMP_RET_ERRNO | EPERM,
	[ABSENT] = SECCOMP_RET_ERRNO | ENOSYS,  /* glibc then takes the older call */
	[KILL] = SECCOMP_RET_KILL_PROCESS,
};

/* What a call gets that no row is about. */
static const uint8_t others[SANDBOX_PROFILES] = {
	[SANDBOX_WEB] = ABSENT, [SANDBOX_READER] = ABSENT,
	[SANDBOX_ZYGOTE] = KILL, [SANDBOX_PARSER] = KILL, [SANDBOX_SIGNER] = KILL,
};

/* An argument's low half, which is all there is of the ints looked at:
 * (args[arg] & mask) == is. Without a mask: always. */
struct when { uint32_t mask, is; uint8_t arg; };
#define SELF UINT32_MAX  /* in is: this process's id */
#define NEW_NAMESPACES 0x7e020000u  /* CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET */
#define EXACTLY UINT32_MAX

/* What a parser may, its zygote may too: the child has both filters.
 * The first row whose call and condition fit decides. The rows with conditions
 * stand first: the kernel keeps those without in a bitmap and asks no filter. */
static const struct rule { int call; int profiles; uint8_t action; struct when when; } rules[] = {
	{ SYS_clone3, ALL, ABSENT, { 0 } },  /* its flags are in memory, which a filter cannot read */
	{ SYS_mmap, WIDE, REFUSE, { PROT_EXEC, PROT_EXEC, 2 } },
	{ SYS_mmap, STRICT, KILL, { PROT_EXEC, PROT_EXEC, 2 } },
	{ SYS_mmap, SIGNER, KILL, { MAP_ANONYMOUS, 0, 3 } },
	{ SYS_mmap, ALL, ALLOW, { 0 } },
	{ SYS_mprotect, WIDE, REFUSE, { PROT_EXEC, PROT_EXEC, 2 } },
	{ SYS_mprotect, STRICT, KILL, { PROT_EXEC, PROT_EXEC, 2 } },
	{ SYS_mprotect, ALL, ALLOW, { 0 } },
	{ SYS_clone, WIDE, ALLOW, { NEW_NAMESPACES | CLONE_THREAD, CLONE_THREAD, 0 } },
	{ SYS_clone, ZYGOTE, ALLOW, { NEW_NAMESPACES | CLONE_VM | CLONE_PARENT, 0, 0 } },
#if defined(WITH_ADDRESS_SANITIZER)
	/* LeakSanitizer stops the threads from a task that shares their memory. */
	{ SYS_clone, WIDE, ALLOW, { CLONE_VM | CLONE_UNTRACED, CLONE_VM | CLONE_UNTRACED, 0 } },
	{ SYS_ptrace, WIDE, KILL, { EXACTLY, 0, 0 } },  /* PTRACE_TRACEME */
	{ SYS_ptrace, WIDE, ALLOW, { 0 } },
	{ SYS_prctl, WIDE, ALLOW, { 0 } },
	{ SYS_wait4, WIDE, ALLOW, { 0 } },
	{ SYS_sched_yield, ALL, ALLOW, { 0 } },
	{ SYS_sigaltstack, ALL, ALLOW, { 0 } },
#endif
#if defined(WITH_THREAD_SANITIZER)
	/* ThreadSanitizer starts its thread again in every child. */
	{ SYS_clone, STRICT, ALLOW, { NEW_NAMESPACES | CLONE_THREAD, CLONE_THREAD, 0 } },
	{ SYS_set_robust_list, STRICT, ALLOW, { 0 } },
	{ SYS_rseq, STRICT, ALLOW, { 0 } },
	{ SYS_nanosleep, STRICT, ALLOW, { 0 } },
	{ SYS_clock_nanosleep, STRICT, ALLOW, { 0 } },
	{ SYS_sched_yield, STRICT, ALLOW, { 0 } },
	{ SYS_sigaltstack, STRICT, ALLOW, { 0 } },
#endif
	{ SYS_tgkill, ALL & ~ZYGOTE, ALLOW, { EXACTLY, SELF, 0 } },  /* abort() */
	{ SYS_tgkill, ZYGOTE, ALLOW, { EXACTLY, SIGABRT, 2 } },      /* its children's, too */
	{ SYS_tgkill, WIDE, REFUSE, { 0 } },
	{ SYS_kill, ZYGOTE, ALLOW, { EXACTLY, SIGKILL, 1 } },
	{ SYS_kill, WIDE, REFUSE, { 0 } },
	{ SYS_socketpair, WEB, ALLOW, { EXACTLY, AF_UNIX, 0 } },
	{ SYS_ioctl, WIDE, ALLOW, { EXACTLY, TCGETS, 1 } },   /* isatty() */
	{ SYS_ioctl, WIDE, ALLOW, { EXACTLY, FIONREAD, 1 } },
	{ SYS_ioctl, WIDE, ALLOW, { EXACTLY, FIONBIO, 1 } },
	{ SYS_ioctl, WIDE, REFUSE, { 0 } },
	{ SYS_fcntl, WIDE, ALLOW, { ~7u, 0, 1 } },            /* F_DUPFD 0 to F_SETLKW 7 */
	{ SYS_fcntl, WIDE, ALLOW, { ~3u, F_OFD_GETLK, 1 } },  /* to F_OFD_SETLKW */
	{ SYS_fcntl, WIDE, ALLOW, { EXACTLY, F_DUPFD_CLOEXEC, 1 } },
	{ SYS_fcntl, WIDE, ALLOW, { ~1u, F_ADD_SEALS & ~1u, 1 } },
	{ SYS_fcntl, WIDE, ALLOW, { EXACTLY, F_GET_SEALS, 1 } },
	{ SYS_fcntl, WIDE, REFUSE, { 0 } },                   /* F_SETOWN sends signals */
	{ SYS_prctl, WIDE, ALLOW, { EXACTLY, PR_SET_NAME, 0 } },
	{ SYS_prctl, WIDE, REFUSE, { 0 } },
	{ SYS_prctl, ZYGOTE, ALLOW, { EXACTLY, PR_SET_NO_NEW_PRIVS, 0 } },
	{ SYS_prctl, ZYGOTE, ALLOW, { EXACTLY, PR_GET_NO_NEW_PRIVS, 0 } },
	{ SYS_prctl, ZYGOTE, ALLOW, { EXACTLY, PR_GET_DUMPABLE, 0 } },
	{ SYS_prctl, ZYGOTE, ALLOW, { EXACTLY, PR_SET_DUMPABLE, 0 } },
	{ SYS_prctl, ZYGOTE, ALLOW, { EXACTLY, PR_SET_PDEATHSIG, 0 } },
	{ SYS_prlimit64, ZYGOTE, ALLOW, { EXACTLY, 0, 0 } },
	{ SYS_prlimit64, WIDE, ALLOW, { EXACTLY, 0, 2 } },    /* reading: no new limit */

	/* Bytes, memory and the end. */
	{ SYS_read, ALL, ALLOW, { 0 } },
	{ SYS_write, ALL, ALLOW, { 0 } },
	{ SYS_readv, ALL, ALLOW, { 0 } },
	{ SYS_writev, ALL, ALLOW, { 0 } },
	{ SYS_recvmsg, ALL & ~READER, ALLOW, { 0 } },
	{ SYS_sendmsg, ALL & ~READER, ALLOW, { 0 } },
	{ SYS_recvfrom, ALL & ~READER, ALLOW, { 0 } },
	{ SYS_sendto, ALL & ~READER, ALLOW, { 0 } },
	{ SYS_ppoll, ALL, ALLOW, { 0 } },
	{ SYS_futex, ALL, ALLOW, { 0 } },
	{ SYS_munmap, ALL, ALLOW, { 0 } },
	{ SYS_mremap, ALL, ALLOW, { 0 } },
	{ SYS_madvise, ALL, ALLOW, { 0 } },
	{ SYS_brk, ALL, ALLOW, { 0 } },
	{ SYS_close, ALL, ALLOW, { 0 } },
	{ SYS_getrandom, ALL, ALLOW, { 0 } },
	{ SYS_getpid, ALL, ALLOW, { 0 } },
	{ SYS_gettid, ALL, ALLOW, { 0 } },
	{ SYS_clock_gettime, ALL, ALLOW, { 0 } },
	{ SYS_gettimeofday, ALL, ALLOW, { 0 } },
	{ SYS_rt_sigprocmask, ALL, ALLOW, { 0 } },
	{ SYS_rt_sigreturn, ALL, ALLOW, { 0 } },
	{ SYS_restart_syscall, ALL, ALLOW, { 0 } },
	{ SYS_exit, ALL, ALLOW, { 0 } },
	{ SYS_exit_group, ALL, ALLOW, { 0 } },
	{ SYS_lseek, ALL & ~SIGNER, ALLOW, { 0 } },  /* how long a file is that was handed over */

	/* The life of children, and the filter they get. */
	{ SYS_wait4, WEB | ZYGOTE, ALLOW, { 0 } },
	{ SYS_waitid, WEB | ZYGOTE, ALLOW, { 0 } },
	{ SYS_set_robust_list, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_rseq, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_rt_sigaction, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_dup3, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_close_range, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_getppid, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_seccomp, ZYGOTE, ALLOW, { 0 } },

	/* Threads, waiting, time. */
	{ SYS_nanosleep, WIDE, ALLOW, { 0 } },
	{ SYS_clock_nanosleep, WIDE, ALLOW, { 0 } },
	{ SYS_clock_getres, WIDE, ALLOW, { 0 } },
	{ SYS_sched_yield, WIDE, ALLOW, { 0 } },
	{ SYS_sched_getaffinity, WIDE, ALLOW, { 0 } },
	{ SYS_sched_getparam, WIDE, ALLOW, { 0 } },
	{ SYS_sched_getscheduler, WIDE, ALLOW, { 0 } },
	{ SYS_getcpu, WIDE, ALLOW, { 0 } },
	{ SYS_membarrier, WIDE, ALLOW, { 0 } },
	{ SYS_sigaltstack, WIDE, ALLOW, { 0 } },
	{ SYS_rt_sigtimedwait, WIDE, ALLOW, { 0 } },
	{ SYS_rt_sigpending, WIDE, ALLOW, { 0 } },
	{ SYS_set_tid_address, WIDE, ALLOW, { 0 } },
	{ SYS_epoll_create1, WIDE, ALLOW, { 0 } },
	{ SYS_epoll_ctl, WIDE, ALLOW, { 0 } },
	{ SYS_epoll_pwait, WIDE, ALLOW, { 0 } },
	{ SYS_epoll_pwait2, WIDE, ALLOW, { 0 } },
	{ SYS_eventfd2, WIDE, ALLOW, { 0 } },
	{ SYS_signalfd4, WIDE, ALLOW, { 0 } },
	{ SYS_timerfd_create, WIDE, ALLOW, { 0 } },
	{ SYS_timerfd_settime, WIDE, ALLOW, { 0 } },
	{ SYS_pipe2, WIDE, ALLOW, { 0 } },
	{ SYS_dup, WIDE, ALLOW, { 0 } },
	{ SYS_pselect6, WIDE, ALLOW, { 0 } },

	/* Connections that came in. */
	{ SYS_accept4, WEB, ALLOW, { 0 } },
	{ SYS_accept, WEB, ALLOW, { 0 } },
	{ SYS_shutdown, WEB, ALLOW, { 0 } },
	{ SYS_getsockname, WEB, ALLOW, { 0 } },
	{ SYS_getpeername, WEB, ALLOW, { 0 } },
	{ SYS_getsockopt, WEB, ALLOW, { 0 } },
	{ SYS_setsockopt, WEB, ALLOW, { 0 } },
	{ SYS_sendmmsg, WEB, ALLOW, { 0 } },
	{ SYS_sendfile, WEB, ALLOW, { 0 } },
	{ SYS_splice, WEB, ALLOW, { 0 } },
	{ SYS_memfd_create, WEB, ALLOW, { 0 } },

	/* Files: where, Landlock says. Mode and owner only of those that are open. */
	{ SYS_openat, WIDE, ALLOW, { 0 } },
	{ SYS_pread64, WIDE, ALLOW, { 0 } },
	{ SYS_pwrite64, WIDE, ALLOW, { 0 } },
	{ SYS_preadv, WIDE, ALLOW, { 0 } },
	{ SYS_pwritev, WIDE, ALLOW, { 0 } },
	{ SYS_fstat, WIDE, ALLOW, { 0 } },
	{ SYS_newfstatat, WIDE, ALLOW, { 0 } },
	{ SYS_statx, WIDE, ALLOW, { 0 } },
	{ SYS_statfs, WIDE, ALLOW, { 0 } },
	{ SYS_fstatfs, WIDE, ALLOW, { 0 } },
	{ SYS_faccessat, WIDE, ALLOW, { 0 } },
	{ SYS_faccessat2, WIDE, ALLOW, { 0 } },
	{ SYS_readlinkat, WIDE, ALLOW, { 0 } },
	{ SYS_getdents64, WIDE, ALLOW, { 0 } },
	{ SYS_getcwd, WIDE, ALLOW, { 0 } },
	{ SYS_fadvise64, WIDE, ALLOW, { 0 } },
	{ SYS_readahead, WIDE, ALLOW, { 0 } },
	{ SYS_mlock, WIDE, ALLOW, { 0 } },
	{ SYS_munlock, WIDE, ALLOW, { 0 } },
	{ SYS_msync, WIDE, ALLOW, { 0 } },
	{ SYS_mincore, WIDE, ALLOW, { 0 } },
	{ SYS_flock, WIDE, ALLOW, { 0 } },
	{ SYS_fsync, WEB, ALLOW, { 0 } },
	{ SYS_fdatasync, WEB, ALLOW, { 0 } },
	{ SYS_sync_file_range, WEB, ALLOW, { 0 } },
	{ SYS_ftruncate, WEB, ALLOW, { 0 } },
	{ SYS_fallocate, WEB, ALLOW, { 0 } },
	{ SYS_copy_file_range, WEB, ALLOW, { 0 } },
	{ SYS_renameat, WEB, ALLOW, { 0 } },
	{ SYS_renameat2, WEB, ALLOW, { 0 } },
	{ SYS_unlinkat, WEB, ALLOW, { 0 } },
	{ SYS_mkdirat, WEB, ALLOW, { 0 } },
	{ SYS_fchmod, WEB, ALLOW, { 0 } },
	{ SYS_fchown, WEB, ALLOW, { 0 } },
	{ SYS_umask, WEB, ALLOW, { 0 } },

	/* Who and where one is. */
	{ SYS_getuid, WIDE, ALLOW, { 0 } },
	{ SYS_geteuid, WIDE, ALLOW, { 0 } },
	{ SYS_getgid, WIDE, ALLOW, { 0 } },
	{ SYS_getegid, WIDE, ALLOW, { 0 } },
	{ SYS_uname, WIDE, ALLOW, { 0 } },
	{ SYS_sysinfo, WIDE, ALLOW, { 0 } },
	{ SYS_getrusage, WIDE, ALLOW, { 0 } },
	{ SYS_times, WIDE, ALLOW, { 0 } },

	/* What a library may try in good faith. */
	{ SYS_socket, WIDE, REFUSE, { 0 } },
	{ SYS_socketpair, WIDE, REFUSE, { 0 } },
	{ SYS_connect, WIDE, REFUSE, { 0 } },
	{ SYS_bind, WIDE, REFUSE, { 0 } },
	{ SYS_listen, WIDE, REFUSE, { 0 } },
	{ SYS_prlimit64, WIDE, REFUSE, { 0 } },
	{ SYS_truncate, WIDE, REFUSE, { 0 } },
	{ SYS_fchmodat, WIDE, REFUSE, { 0 } },
	{ SYS_fchownat, WIDE, REFUSE, { 0 } },
	{ SYS_utimensat, WIDE, REFUSE, { 0 } },
	{ SYS_sched_setscheduler, WIDE, REFUSE, { 0 } },
	{ SYS_setpriority, WIDE, REFUSE, { 0 } },

	/* What only an intruder would. */
	{ SYS_execve, WIDE, KILL, { 0 } },
	{ SYS_execveat, WIDE, KILL, { 0 } },
	{ SYS_clone, WIDE, KILL, { 0 } },
	{ SYS_ptrace, WIDE, KILL, { 0 } },
	{ SYS_process_vm_readv, WIDE, KILL, { 0 } },
	{ SYS_process_vm_writev, WIDE, KILL, { 0 } },
	{ SYS_process_madvise, WIDE, KILL, { 0 } },
	{ SYS_pidfd_getfd, WIDE, KILL, { 0 } },
	{ SYS_unshare, WIDE, KILL, { 0 } },
	{ SYS_setns, WIDE, KILL, { 0 } },
	{ SYS_chroot, WIDE, KILL, { 0 } },
	{ SYS_pivot_root, WIDE, KILL, { 0 } },
	{ SYS_mount, WIDE, KILL, { 0 } },
	{ SYS_umount2, WIDE, KILL, { 0 } },
	{ SYS_move_mount, WIDE, KILL, { 0 } },
	{ SYS_open_tree, WIDE, KILL, { 0 } },
	{ SYS_fsopen, WIDE, KILL, { 0 } },
	{ SYS_open_by_handle_at, WIDE, KILL, { 0 } },
	{ SYS_bpf, WIDE, KILL, { 0 } },
	{ SYS_perf_event_open, WIDE, KILL, { 0 } },
	{ SYS_userfaultfd, WIDE, KILL, { 0 } },
	{ SYS_io_uring_setup, WIDE, KILL, { 0 } },
	{ SYS_io_uring_enter, WIDE, KILL, { 0 } },
	{ SYS_io_uring_register, WIDE, KILL, { 0 } },
	{ SYS_add_key, WIDE, KILL, { 0 } },
	{ SYS_request_key, WIDE, KILL, { 0 } },
	{ SYS_keyctl, WIDE, KILL, { 0 } },
	{ SYS_init_module, WIDE, KILL, { 0 } },
	{ SYS_finit_module, WIDE, KILL, { 0 } },
	{ SYS_kexec_load, WIDE, KILL, { 0 } },

#if defined(__x86_64__)  /* calls that newer processors never had */
	{ SYS_poll, ALL, ALLOW, { 0 } },
	{ SYS_time, ALL, ALLOW, { 0 } },
	{ SYS_dup2, WIDE | ZYGOTE, ALLOW, { 0 } },
	{ SYS_epoll_wait, WIDE, ALLOW, { 0 } },
	{ SYS_select, WIDE, ALLOW, { 0 } },
	{ SYS_getdents, WIDE, ALLOW, { 0 } },
	{ SYS_pipe, WIDE, ALLOW, { 0 } },
	{ SYS_open, WIDE, ALLOW, { 0 } },
	{ SYS_stat, WIDE, ALLOW, { 0 } },
	{ SYS_lstat, WIDE, ALLOW, { 0 } },
	{ SYS_access, WIDE, ALLOW, { 0 } },
	{ SYS_readlink, WIDE, ALLOW, { 0 } },
	{ SYS_rename, WEB, ALLOW, { 0 } },
	{ SYS_unlink, WEB, ALLOW, { 0 } },
	{ SYS_mkdir, WEB, ALLOW, { 0 } },
	{ SYS_rmdir, WEB, ALLOW, { 0 } },
	{ SYS_chmod, WIDE, REFUSE, { 0 } },
	{ SYS_chown, WIDE, REFUSE, { 0 } },
	{ SYS_fork, WIDE, KILL, { 0 } },
	{ SYS_vfork, WIDE, KILL, { 0 } },
#endif
};

enum { PROGRAM_MAX = 6 + 6 * sizeof rules / sizeof *rules };

struct program { struct sock_filter lines[PROGRAM_MAX]; unsigned short n; };

static void
line(struct program *p, uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	p->lines[p->n++] = (struct sock_filter){ .code = code, .k = k, .jt = if_true, .jf = if_false };
}

static void load(struct program *p, size_t at) { line(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0); }
static void end(struct program *p, uint8_t action) { line(p, BPF_RET | BPF_K, actions[action], 0, 0); }

static void
skip_unless(struct program *p, uint32_t is, uint8_t lines)
{
	line(p, BPF_JMP | BPF_JEQ | BPF_K, is, 0, lines);
}

/* Both processors store the low half of an argument first. */
static void
rule_add(struct program *p, const struct rule *r)
{
	const struct when *w = &r->when;

	skip_unless(p, (uint32_t)r->call, w->mask == 0 ? 1 : 5);
	if (w->mask != 0) {
		load(p, offsetof(struct seccomp_data, args) + w->arg * sizeof(uint64_t));
		line(p, BPF_ALU | BPF_AND | BPF_K, w->mask, 0, 0);
		skip_unless(p, w->is == SELF ? (uint32_t)getpid() : w->is, 1);
	}
	end(p, r->action);
	if (w->mask != 0)
		load(p, offsetof(struct seccomp_data, nr));
}

bool
sandbox_filter(enum sandbox_profile profile, struct err *e)
{
	struct program p = { .n = 0 };
	struct sock_fprog filter = { .filter = p.lines };

	load(&p, offsetof(struct seccomp_data, arch));
	line(&p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	end(&p, KILL);
	load(&p, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
	line(&p, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);  /* the x32 calls */
	end(&p, KILL);
#endif
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if ((rules[i].profiles >> profile & 1) != 0)
			rule_add(&p, &rules[i]);
	end(&p, others[profile]);
	filter.len = p.n;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0
	    || fail(e, ERR_DENIED, NULL, "seccomp: %s", strerror(errno));
}

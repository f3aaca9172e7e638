/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing and opening beside age: one program against the other, in turn, the
 * least of many rounds; and in process. The program measured is the one that lies
 * in the folder above this one. One JSON line; null where age is not installed. */
#include "crypto/age.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 4096, BIG = 100 * 1000 * 1000, SMALL_ROUNDS = 100, BIG_ROUNDS = 7, IN_PROCESS = 2000, PATH = 4200 };
enum who { LEMAN, AGE, N_WHO };

static int nowhere;  /* /dev/null */
static char folder[] = "/tmp/leman-bench.XXXXXX", leman[PATH];
static struct age_identity key;
static struct age_recipient own;
static char recipient[AGE_RECIPIENT_TEXT];

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
stop(const char *why)
{
	fprintf(stderr, "bench_seal: %s\n", why);
	exit(1);
}

static const char *
path_of(const char *name)
{
	static char paths[4][PATH];
	static int next;
	char *p = paths[next++ % 4];

	(void)snprintf(p, PATH, "%s/%s", folder, name);
	return p;
}

/* Least time and most memory of the rounds so far. */
struct figure { double ms; long kib; };

static bool
run_once(const char *const argv[], struct figure *f)
{
	struct rusage use;
	double from = now_ms();
	pid_t child = fork();  /* not vfork: its memory would count as the child's */
	int status;

	if (child == 0) {
		if (dup2(nowhere, STDERR_FILENO) != -1)
			execvp(argv[0], (char **)(uintptr_t)argv);
		_exit(127);
	}
	if (child == -1 || wait4(child, &status, 0, &use) == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return false;
	from = now_ms() - from;
	f->ms = f->ms == 0 || from < f->ms ? from : f->ms;
	f->kib = use.ru_maxrss > f->kib ? use.ru_maxrss : f->kib;
	return true;
}

static void
file_write(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		stop("a file cannot be written");
}

/* In memory, for the figures in process and to have something to open. */
struct heap { char *p; size_t n, cap; };

static bool
heap_take(void *to, str bytes, struct err *e)
{
	struct heap *h = to;

	if (h->n + bytes.n > h->cap)
		return fail(e, ERR_MEMORY, NULL, "the heap is full");
	memcpy(h->p + h->n, bytes.p, bytes.n);
	h->n += bytes.n;
	return true;
}

static void
seal_in_process(str plain, struct heap *out)
{
	struct arena a;
	struct age_seal *s;
	struct err e;

	arena_init(&a, 1 << 20);
	out->n = 0;
	if (!age_seal_start(&own, 1, 0, (struct age_sink){ heap_take, out }, &a, &s, &e)
	    || !age_seal_write(s, plain, &e) || !age_seal_end(s, &e))
		stop("sealing failed");
	arena_free(&a);
}

static void
open_in_process(str sealed, struct heap *out)
{
	struct arena a;
	struct age_open *o;
	struct err e;

	arena_init(&a, 1 << 20);
	out->n = 0;
	if (!age_open_start(&key, 1, (str){ 0 }, (struct age_sink){ heap_take, out }, &a, &o, &e)
	    || !age_open_write(o, sealed, &e) || !age_open_end(o, &e))
		stop("opening failed");
	arena_free(&a);
}

static void
key_make(void)
{
	struct err e;
	char secret[AGE_IDENTITY_TEXT];

	if ((nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)) == -1 || mkdtemp(folder) == NULL || !age_identity_make(&key, &e))
		stop("no folder or no key");
	age_identity_recipient(&key, &own);
	age_recipient_print(&own, recipient);
	age_identity_print(&key, secret);
	file_write(path_of("key"), secret, strlen(secret));
}

/* In a process of its own: the most memory that a child had counts from its
 * parent's, so this one stays small. */
static void
files_make(void)
{
	pid_t child = fork();
	char *plain;
	struct heap sealed = { NULL, 0, BIG + (1 << 20) };
	int status;

	if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
		return;
	if (child != 0 || (plain = malloc(BIG)) == NULL || (sealed.p = malloc(sealed.cap)) == NULL)
		stop("the files cannot be made");
	for (size_t i = 0; i < BIG; i++)
		plain[i] = (char)(i * 2654435761u >> 13);
	file_write(path_of("small"), plain, SMALL);
	file_write(path_of("big"), plain, BIG);
	seal_in_process((str){ plain, SMALL }, &sealed);
	file_write(path_of("small.age"), sealed.p, sealed.n);
	seal_in_process((str){ plain, BIG }, &sealed);
	file_write(path_of("big.age"), sealed.p, sealed.n);
	_exit(0);
}

static void
figure_print(const char *name, const struct figure *f)
{
	if (f->ms == 0)
		printf(",\"%s_ms\":null,\"%s_kib\":null", name, name);
	else
		printf(",\"%s_ms\":%.2f,\"%s_kib\":%ld", name, f->ms, name, f->kib);
}

static void
compare(bool opening, bool big, bool to_file)
{
	const char *in = path_of(big ? opening ? "big.age" : "big" : opening ? "small.age" : "small");
	const char *out = to_file ? path_of("out") : "/dev/null", *identity = path_of("key");
	const char *const argv[2][N_WHO][8] = {
		{ { leman, "seal", "-r", recipient, "-o", out, in }, { "age", "-r", recipient, "-o", out, in } },
		{ { leman, "open", "-i", identity, "-o", out, in }, { "age", "-d", "-i", identity, "-o", out, in } },
	};
	struct figure f[N_WHO] = { 0 };
	bool is_there[N_WHO] = { true, true };

	for (int round = 0; round < (big ? BIG_ROUNDS : SMALL_ROUNDS); round++)
		for (enum who w = 0; w < N_WHO; w++)
			is_there[w] = is_there[w] && run_once(argv[opening][w], &f[w]);
	if (!is_there[LEMAN])
		stop("leman failed: is it built beside this program?");
	printf("{\"do\":\"%s\",\"bytes\":%d,\"to\":\"%s\"", opening ? "open" : "seal", big ? BIG : SMALL,
	    to_file ? "file" : "/dev/null");
	figure_print("leman", &f[LEMAN]);
	figure_print("age", &f[AGE]);
	printf("}");
}

static void
in_process(void)
{
	static char plain[SMALL], a[SMALL + 1024], b[SMALL + 1024];
	struct heap sealed = { a, 0, sizeof a }, opened = { b, 0, sizeof b };
	double seal = 1e9, unseal = 1e9;

	for (int i = 0; i < IN_PROCESS; i++) {
		double t0 = now_ms(), t1, t2;

		seal_in_process((str){ plain, SMALL }, &sealed);
		t1 = now_ms();
		open_in_process((str){ sealed.p, sealed.n }, &opened);
		t2 = now_ms();
		seal = t1 - t0 < seal ? t1 - t0 : seal;
		unseal = t2 - t1 < unseal ? t2 - t1 : unseal;
	}
	printf("\"in_process_4096\":{\"seal_us\":%.1f,\"open_us\":%.1f}", seal * 1e3, unseal * 1e3);
}

int
main(void)
{
	static const char *const names[] = { "key", "small", "big", "small.age", "big.age", "out" };
	ssize_t n = readlink("/proc/self/exe", leman, sizeof leman - 16);
	char *slash;

	for (int i = 0; i < 2 && n > 0; i++) {
		leman[n] = '\0';
		if ((slash = strrchr(leman, '/')) == NULL)
			stop("where am I?");
		n = slash - leman;
	}
	memcpy(leman + n, "/leman", sizeof "/leman");
	key_make();
	files_make();
	printf("{\"bench\":\"seal\",");
	in_process();
	printf(",\"cli\":[");
	for (int i = 0; i < 8; i++) {
		printf("%s", i > 0 ? "," : "");
		compare(i & 1, i & 4, i & 2);
	}
	printf("]}\n");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unlink(path_of(names[i]));
	(void)rmdir(folder);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SYNCS = 1000, SYNC_SIZE = 4096, BLOCK = 4096, TREE = 64, PATH = 512 };

double
measure_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

void
measure_stop(const char *why, ...)
{
	va_list args;

	va_start(args, why);
	vfprintf(stderr, why, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static int
file_new(const char *folder, int flags, char path[PATH])
{
	int fd;

	(void)snprintf(path, PATH, "%s/measured", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);
	if (fd == -1)
		measure_stop("%s cannot be written", path);
	return fd;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void
machine_measure(const char *folder, struct machine *out)
{
	static char bytes[SYNC_SIZE];
	static double us[SYNCS];
	char path[PATH];
	int fd = file_new(folder, 0, path);

	for (int i = 0; i < SYNCS; i++) {
		double from = measure_ms();

		if (write(fd, bytes, sizeof bytes) != sizeof bytes || fdatasync(fd) != 0)
			measure_stop("%s cannot be synced", path);
		us[i] = (measure_ms() - from) * 1e3;
	}
	close(fd);
	(void)unlink(path);
	qsort(us, SYNCS, sizeof *us, compare);
	*out = (struct machine){ sysconf(_SC_NPROCESSORS_ONLN), 0, { us[SYNCS / 2], us[SYNCS * 99 / 100] } };
	if (getloadavg(&out->load, 1) != 1)
		out->load = -1;
}

void
machine_print(const struct machine *m)
{
	printf("\"cores\":%ld,\"load\":%.1f,\"fdatasync_us\":{\"p50\":%.0f,\"p99\":%.0f}", m->cores, m->load,
	    m->sync_us[0], m->sync_us[1]);
}

double
machine_appends(const char *folder, size_t size, double ms)
{
	char path[PATH], *bytes = aligned_alloc(BLOCK, (size + BLOCK - 1) / BLOCK * BLOCK);
	int fd = file_new(folder, O_DIRECT, path);
	double from = measure_ms(), until = from;
	long n = 0;

	if (bytes == NULL || size % BLOCK != 0)
		measure_stop("%zu bytes are no block's multiple", size);
	memset(bytes, 'x', size);
	for (; until - from < ms; n++, until = measure_ms())
		if (write(fd, bytes, size) != (ssize_t)size || fdatasync(fd) != 0)
			measure_stop("%s cannot be synced", path);
	close(fd);
	(void)unlink(path);
	free(bytes);
	return (double)n / (until - from) * 1e3;
}

/* Its children, from its main thread, which starts them all. */
static int
tree_of(pid_t pid, pid_t out[TREE])
{
	int n = 1;

	out[0] = pid;
	for (int i = 0; i < n; i++) {
		char path[64];
		FILE *f;

		(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)out[i], (int)out[i]);
		if ((f = fopen(path, "re")) == NULL)
			continue;
		while (n < TREE && fscanf(f, "%d", &out[n]) == 1)
			n++;
		fclose(f);
	}
	return n;
}

int
processes_count(pid_t pid)
{
	pid_t tree[TREE];
	return tree_of(pid, tree);
}

double
processes_cpu_us(pid_t pid)
{
	pid_t tree[TREE];
	double ticks = 0;

	for (int i = tree_of(pid, tree); i-- > 0; ) {
		char path[64], text[1024], *at;
		unsigned long user, system;
		FILE *f;

		(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)tree[i]);
		if ((f = fopen(path, "re")) == NULL)
			continue;
		text[fread(text, 1, sizeof text - 1, f)] = '\0';
		fclose(f);
		if ((at = strrchr(text, ')')) != NULL
		    && sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2)
			ticks += (double)user + (double)system;
	}
	return ticks * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

struct memory
processes_memory(pid_t pid)
{
	struct memory sum = { 0 };
	pid_t tree[TREE];

	for (int i = tree_of(pid, tree); i-- > 0; ) {
		char path[64], line[256];
		long kib;
		FILE *f;

		(void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)tree[i]);
		if ((f = fopen(path, "re")) == NULL)
			measure_stop("%s cannot be read: measure as root, or with core-dumps on", path);
		while (fgets(line, sizeof line, f) != NULL)
			if (sscanf(line, "Pss: %ld kB", &kib) == 1)
				sum.pss_kib += kib;
			else if (sscanf(line, "Rss: %ld kB", &kib) == 1)
				sum.rss_kib += kib;
		fclose(f);
	}
	return sum;
}

static void
wrk_exec(const struct load *l, int out)
{
	char connections[16], seconds[16], url[200], host[32], accept[64], round[16];
	const char *argv[24] = { "wrk", "-t1", "-c", connections, "-d", seconds, "-s", BENCH_SOURCE "/load.lua" };
	size_t n = 8;

	(void)snprintf(connections, sizeof connections, "%d", l->connections);
	(void)snprintf(seconds, sizeof seconds, "%ds", l->seconds);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", l->port, l->path ? l->path : "/");
	(void)snprintf(host, sizeof host, "localhost:%d", l->port);
	(void)snprintf(accept, sizeof accept, "Accept-Encoding: %s", l->encoding ? l->encoding : "");
	(void)snprintf(round, sizeof round, "%d", l->round);
	if (l->encoding != NULL) {
		argv[n++] = "-H";
		argv[n++] = accept;
	}
	argv[n++] = url;
	argv[n++] = "--";
	argv[n++] = host;
	argv[n++] = l->path ? "get" : "post";
	if (l->path == NULL) {
		argv[n++] = l->folder;
		argv[n++] = l->keys;
		argv[n++] = round;
	}
	(void)dup2(out, STDOUT_FILENO);
	execvp(argv[0], (char **)(uintptr_t)argv);
	_exit(127);
}

void
load_run(const struct load *l, struct load_result *out)
{
	char text[8192] = "", *at;
	double us, p50, p99, max;
	struct rusage use;
	size_t n = 0;
	int ends[2], status;
	ssize_t got;
	pid_t pid;

	if (pipe(ends) != 0 || (pid = fork()) == -1)
		measure_stop("no process for wrk");
	if (pid == 0)
		wrk_exec(l, ends[1]);
	close(ends[1]);
	while (n < sizeof text - 1 && (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0)
		n += (size_t)got;
	close(ends[0]);
	if (wait4(pid, &status, 0, &use) != pid || status != 0 || (at = strstr(text, "\nload ")) == NULL
	    || sscanf(at, " load %lu %lu %lf %lf %lf %lf", &out->answers, &out->errors, &us, &p50, &p99, &max) != 6)
		measure_stop("wrk failed (is it installed?): %s", text);
	out->per_second = (double)out->answers / us * 1e6;
	out->wrk_us = ((double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6
	    + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec)) / (double)(out->answers + 1);
	out->p50_ms = p50 / 1e3;
	out->p99_ms = p99 / 1e3;
	out->max_ms = max / 1e3;
}

void
load_keep_best(struct load_result *best, const struct load_result *r)
{
	if (r->per_second > best->per_second)
		*best = *r;
}

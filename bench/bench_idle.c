/* SPDX-License-Identifier: Apache-2.0 */
/* What a server that has nothing to do takes: memory of all its processes (each page
 * that several share counts its part), how long it takes from exec to the first
 * answer on a folder that is there already, and the size of the program. */
#include "instance.h"
#include "measure.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REQUESTS = 1000, STARTS = 15 };

static struct instance in = { .args = { "--log", "errors" } };

static void
ask(const char *path)
{
	struct arena a;
	str answer;

	arena_init(&a, 1 << 20);
	if (instance_ask(&in, "GET", path, NULL, S(""), &a, &answer) != 200)
		measure_stop("%s: no page", path);
	arena_free(&a);
}

/* Pages of guests, pages of the desk, and reports. */
static void
work(void)
{
	static char post[1 << 16];
	static const char *const pages[] = { "/", "/report/acme", "/desk", "/owners/acme/keys", "/fr/report/acme" };
	char plain[20000];
	struct arena a;
	str sealed;

	arena_init(&a, 1 << 20);
	memset(plain, 'x', sizeof plain);
	sealed = instance_seal(&in, (str){ plain, sizeof plain }, &a);
	for (uint32_t i = 0; i < REQUESTS; i++)
		if (i % 4 == 0) {
			int fd = http_connect(in.port);
			struct http_answer answer;
			char id[27];

			instance_id(1, i, id);
			if (!http_ask(fd, post, instance_post(&in, id, sealed, post, sizeof post), &answer)
			    || answer.status != 201)
				measure_stop("a report was refused: %s", answer.text);
			close(fd);
		} else {
			ask(pages[i % (sizeof pages / sizeof *pages)]);
		}
	arena_free(&a);
}

static void
starts_measure(double *best, double *middle)
{
	double ms[STARTS];

	for (int i = 0; i < STARTS; i++) {
		double from = measure_ms(), own;
		int at = i;

		instance_start(&in);
		ask("/report/acme");
		own = measure_ms() - from;
		for (; at > 0 && ms[at - 1] > own; at--)
			ms[at] = ms[at - 1];
		ms[at] = own;
		instance_stop(&in);
	}
	*best = ms[0];
	*middle = ms[STARTS / 2];
}

static long
size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

/* Without what a debugger reads. */
static long
size_stripped(const char *program)
{
	char to[] = "/tmp/leman-bench.XXXXXX", command[600];
	int fd = mkstemp(to);
	long size = -1;

	(void)snprintf(command, sizeof command, "strip -o %s '%s'", to, program);
	if (fd != -1 && system(command) == 0)
		size = size_of(to);
	if (fd != -1)
		close(fd);
	(void)unlink(to);
	return size;
}

int
main(void)
{
	const char *program = getenv("LEMAN") ? getenv("LEMAN") : LEMAN;
	struct memory fresh, used;
	double best, middle;
	struct machine m;
	int processes;

	instance_start(&in);
	machine_measure(in.folder, &m);
	fresh = processes_memory(in.pid);
	processes = processes_count(in.pid);
	instance_set_up(&in);
	work();
	used = processes_memory(in.pid);
	instance_stop(&in);
	starts_measure(&best, &middle);
	printf("{\"bench\":\"idle\",");
	machine_print(&m);
	printf(",\"goal\":{\"pss_kib\":32768,\"start_ms\":200},\"processes\":%d,"
	    "\"after_start\":{\"pss_kib\":%ld,\"rss_kib\":%ld},\"after_%d_requests\":{\"pss_kib\":%ld,\"rss_kib\":%ld},"
	    "\"start_ms\":{\"best\":%.0f,\"middle\":%.0f},\"program_bytes\":%ld}\n", processes, fresh.pss_kib,
	    fresh.rss_kib, REQUESTS, used.pss_kib, used.rss_kib, best, middle, size_stripped(program));
	instance_end(&in);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What 5,000 connections that only hold a place do to others: each sends one byte of
 * a header every few seconds, and comes again when it is cut. Good clients get pages
 * and hand in reports, without them and beside them; best of the rounds of each. */
#include "instance.h"
#include "measure.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SLOW = 5000, EACH_MS = 3000, SLICES = 100, ROUNDS = 2, SECONDS = 2, CONNECTIONS = 16, REPORT = 20480 };

static struct instance in = { .args = { "--log", "errors", "--quota-reports", "100000000", "--quota-bytes", "900G",
	"--quota-owner-reports", "100000000", "--quota-owner-bytes", "900G" } };
static char folder[] = "/var/tmp/leman-bench.XXXXXX";
static int slow[SLOW];
static atomic_bool enough;
static atomic_int cut;

static void
slow_come(int i)
{
	static const char begin[] = "GET /report/acme HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";

	slow[i] = http_connect(in.port);
	if (send(slow[i], begin, sizeof begin - 1, MSG_NOSIGNAL) < 0)
		atomic_fetch_add(&cut, 1);
}

/* A slice of them after the other, so that their bytes are spread over the time. */
static void *
slow_drip(void *unused)
{
	for (int slice = 0; !atomic_load(&enough); slice = (slice + 1) % SLICES) {
		for (int i = slice; i < SLOW; i += SLICES) {
			char got;

			if (send(slow[i], "x", 1, MSG_NOSIGNAL) == 1
			    && (recv(slow[i], &got, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN))
				continue;
			close(slow[i]);
			atomic_fetch_add(&cut, 1);
			slow_come(i);
		}
		usleep(EACH_MS * 1000 / SLICES);
	}
	return unused;
}

static void
files_make(void)
{
	char plain[REPORT] = "", path[100];
	struct arena a;
	str sealed;

	arena_init(&a, 1 << 20);
	sealed = instance_seal(&in, (str){ plain, sizeof plain }, &a);
	for (int i = 0; i < 64; i++) {
		int fd;

		(void)snprintf(path, sizeof path, "%s/%d", folder, i);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd == -1 || write(fd, sealed.p, sealed.n) != (ssize_t)sealed.n)
			measure_stop("%s cannot be written", path);
		close(fd);
	}
	arena_free(&a);
}

static void
rounds_run(struct load_result *pages, struct load_result *reports, int first)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct load l = { .port = in.port, .connections = CONNECTIONS, .seconds = SECONDS, .folder = folder,
			.keys = in.digest, .round = first + i, .path = "/report/acme" };
		struct load_result r;

		load_run(&l, &r);
		load_keep_best(pages, &r);
		l.path = NULL;
		load_run(&l, &r);
		load_keep_best(reports, &r);
	}
}

static void
result_print(const char *name, const struct load_result *r)
{
	printf("\"%s\":{\"per_second\":%.0f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f,\"errors\":%lu}", name,
	    r->per_second, r->p50_ms, r->p99_ms, r->max_ms, r->errors);
}

int
main(void)
{
	struct load_result pages[2] = { 0 }, reports[2] = { 0 };
	struct rlimit files;
	struct machine m;
	pthread_t drip;
	long pss[2];

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_max < SLOW + 100)
		measure_stop("this needs %d open files: ulimit -Hn says fewer", SLOW + 100);
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 || mkdtemp(folder) == NULL)
		measure_stop("%s cannot be made", folder);
	instance_start(&in);
	instance_set_up(&in);
	files_make();
	machine_measure(folder, &m);
	rounds_run(&pages[0], &reports[0], 0);
	pss[0] = processes_memory(in.pid).pss_kib;
	for (int i = 0; i < SLOW; i++)
		slow_come(i);
	if (pthread_create(&drip, NULL, slow_drip, NULL) != 0)
		measure_stop("no thread");
	rounds_run(&pages[1], &reports[1], ROUNDS);
	pss[1] = processes_memory(in.pid).pss_kib;
	atomic_store(&enough, true);
	pthread_join(drip, NULL);
	printf("{\"bench\":\"slow\",");
	machine_print(&m);
	printf(",\"goal\":{\"p99_ms\":100},\"slow_connections\":%d,\"cut\":%d,\"connections\":%d", SLOW,
	    atomic_load(&cut), CONNECTIONS);
	for (int i = 0; i < 2; i++) {
		printf(",\"%s\":{", i == 0 ? "without" : "beside");
		result_print("pages", &pages[i]);
		printf(",");
		result_print("reports", &reports[i]);
		printf(",\"pss_kib\":%ld}", pss[i]);
	}
	printf("}\n");
	for (int i = 0; i < SLOW; i++)
		close(slow[i]);
	instance_end(&in);
	folder_remove(strdup(folder));  /* which frees it */
	return 0;
}

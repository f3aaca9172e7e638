/* SPDX-License-Identifier: Apache-2.0 */
/* How many sealed reports of 20 KB a second come in over HTTP and are on the disk
 * when they are acknowledged; the same while files of 100 MiB come in beside them;
 * and how often this disk takes 20 KB and a sync. The three take turns; best round.
 * Every acknowledged report must be there afterwards, and samples must open.
 * bench_intake BUILD CONNECTIONS: with others than 256. */
#include "instance.h"
#include "measure.h"
#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPORT = 20480, FILES = 64, ROUNDS = 4, SECONDS = 2, CONNECTIONS = 256, BIG = 100 << 20 };

static struct instance in = { .args = { "--log", "errors", "--quota-reports", "100000000", "--quota-bytes", "900G",
	"--quota-owner-reports", "100000000", "--quota-owner-bytes", "900G" } };
static char folder[] = "/var/tmp/leman-bench.XXXXXX";
static str big;
static atomic_bool enough;

/* What one kind of round came to. */
struct intake { struct load_result best; double cpu_us; uint64_t answers, errors; };

static void
file_write(int number, str bytes)
{
	char path[100];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%d", folder, number);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n)
		measure_stop("%s cannot be written", path);
	close(fd);
}

/* Sealed files of exactly REPORT bytes, each sealed on its own. */
static void
files_make(void)
{
	static char plain[REPORT];
	size_t over = 0;

	for (int i = -1; i < FILES; i++) {
		struct arena a;
		str sealed;

		arena_init(&a, 1 << 20);
		memset(plain, i, sizeof plain);
		sealed = instance_seal(&in, (str){ plain, REPORT - over }, &a);
		if (i == -1)
			over = sealed.n - REPORT;
		else
			file_write(i, sealed);
		arena_free(&a);
	}
}

static void
files_remove(void)
{
	char path[100];

	for (int i = 0; i < FILES; i++) {
		(void)snprintf(path, sizeof path, "%s/%d", folder, i);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

/* A sealed file's header and filler: the server cannot tell. */
static void
big_make(void)
{
	char *p = malloc(BIG);
	struct arena a;
	str sealed;

	arena_init(&a, 1 << 20);
	sealed = instance_seal(&in, S("large"), &a);
	if (p == NULL)
		measure_stop("no memory");
	memset(p, 'x', BIG);
	memcpy(p, sealed.p, sealed.n);
	big = (str){ p, BIG };
	arena_free(&a);
}

static void *
big_send(void *count)
{
	static uint32_t number;

	while (!atomic_load(&enough)) {
		char id[27], path[200];
		struct arena a;
		str answer;

		arena_init(&a, 1 << 20);
		((char *)(uintptr_t)big.p)[BIG - 1] = (char)number;  /* another file */
		instance_id(1 << 20, number++, id);
		(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=%s&keys=%s", id, in.digest);
		if (instance_ask(&in, "POST", path, "application/octet-stream", big, &a, &answer) != 201)
			measure_stop("a large file was refused: %.*s", STR_ARG(answer));
		++*(int *)count;
		arena_free(&a);
	}
	return NULL;
}

static void
round_run(struct intake *k, int number, int connections, int *bigs)
{
	struct load l = { .port = in.port, .connections = connections, .seconds = SECONDS, .folder = folder,
		.keys = in.digest, .round = number };
	double cpu = processes_cpu_us(in.pid);
	int bigs_before = bigs ? *bigs : 0;
	struct load_result r;
	pthread_t sender;

	atomic_store(&enough, false);
	if (bigs != NULL && pthread_create(&sender, NULL, big_send, bigs) != 0)
		measure_stop("no thread");
	load_run(&l, &r);
	atomic_store(&enough, true);
	if (bigs != NULL)
		pthread_join(sender, NULL);
	usleep(300 * 1000);  /* what was under way when wrk ended */
	cpu = (processes_cpu_us(in.pid) - cpu) / (double)r.answers;
	if (k->cpu_us == 0 || cpu < k->cpu_us)
		k->cpu_us = cpu;
	k->answers += r.answers;
	k->errors += r.errors;
	if (bigs != NULL && *bigs == bigs_before)
		measure_stop("no large file came in");
	load_keep_best(&k->best, &r);
}

static void
samples_open(int round)
{
	/* wrk forms number 0 to look at it, and does not send it. */
	for (uint32_t i = 1; i < 1000; i += 37) {
		char path[100], id[27], want[REPORT];
		struct arena a;
		str sealed, plain;

		arena_init(&a, 1 << 20);
		instance_id((uint32_t)round * 8, i, id);
		(void)snprintf(path, sizeof path, "/api/v1/reports/%s/sealed", id);
		memset(want, (int)(i % FILES), sizeof want);
		if (instance_ask(&in, "GET", path, NULL, S(""), &a, &sealed) != 200
		    || !instance_open(&in, sealed, &a, &plain) || memcmp(plain.p, want, plain.n) != 0)
			measure_stop("report %s does not open", id);
		arena_free(&a);
	}
}

static void
intake_print(const char *name, const struct intake *k)
{
	printf(",\"%s\":{\"per_second\":%.0f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f,\"cpu_us\":%.0f,"
	    "\"wrk_cpu_us\":%.0f,\"refused\":%lu}", name, k->best.per_second, k->best.p50_ms, k->best.p99_ms, k->best.max_ms, k->cpu_us,
	    k->best.wrk_us, k->errors);
}

int
main(int argc, char **argv)
{
	int connections = argc > 2 ? atoi(argv[2]) : CONNECTIONS;
	struct intake alone = { 0 }, beside = { 0 };
	double appends = 0, batches = 0;
	struct machine m;
	int64_t rows;
	int bigs = 0;

	if (mkdtemp(folder) == NULL)
		measure_stop("%s cannot be made", folder);
	instance_start(&in);
	instance_set_up(&in);
	files_make();
	big_make();
	machine_measure(folder, &m);
	for (int i = 0; i < ROUNDS; i++) {
		double one = machine_appends(folder, REPORT, 300);
		double many = machine_appends(folder, (size_t)REPORT * 64, 300) * 64;

		appends = one > appends ? one : appends;
		batches = many > batches ? many : batches;
		round_run(&alone, 2 * i, connections, NULL);
		round_run(&beside, 2 * i + 1, connections, &bigs);
		samples_open(2 * i);
	}
	rows = folder_query_store(in.folder, "SELECT count(*) FROM report WHERE pack IS NOT NULL");
	/* Those that wrk no longer waited for are there too. */
	if ((uint64_t)rows < alone.answers + beside.answers
	    || (uint64_t)rows > alone.answers + beside.answers + (uint64_t)(2 * ROUNDS * connections))
		measure_stop("%ld rows for %lu answers", (long)rows, alone.answers + beside.answers);
	printf("{\"bench\":\"intake\",");
	machine_print(&m);
	printf(",\"bytes\":%d,\"connections\":%d,\"goal\":{\"per_second\":10000,\"p99_ms\":50}", REPORT, connections);
	intake_print("reports", &alone);
	intake_print("reports_beside_100_mib", &beside);
	printf(",\"large_files\":%d,\"disk_per_second\":{\"one_a_sync\":%.0f,\"64_a_sync\":%.0f}", bigs, appends, batches);
	printf(",\"answers_201\":%lu,\"rows\":%ld}\n", alone.answers + beside.answers, (long)rows);
	instance_end(&in);
	files_remove();
	return 0;
}

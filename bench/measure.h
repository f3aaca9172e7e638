/* SPDX-License-Identifier: Apache-2.0 */
/* measure.h - what several benches need: the clock, the machine they run on, what a
 * server's processes have used, and wrk as the load. Each stops the bench where it
 * cannot do its work. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

double measure_ms(void);          /* monotonic */
void measure_stop(const char *why, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* The machine, in the same run as the figures beside it. */
struct machine {
	long cores;
	double load;              /* the last minute's: others at work make figures worse */
	double sync_us[2];        /* p50 and p99 of an append of 4 KB and its fdatasync */
};
void machine_measure(const char *folder, struct machine *out);
void machine_print(const struct machine *m);  /* as members of an object, without a comma at the end */

/* Appends of size bytes past the page cache, a sync each, for ms: how many a second.
 * What a server that keeps such files one by one cannot exceed. */
double machine_appends(const char *folder, size_t size, double ms);

/* Of pid, its children and theirs. */
double processes_cpu_us(pid_t pid);
struct memory { long pss_kib, rss_kib; };  /* shared pages: by their part, and each time in full */
struct memory processes_memory(pid_t pid);
int processes_count(pid_t pid);

/* One run of wrk: bench/load.lua prints what this reads. */
struct load {
	int port, connections, seconds;
	const char *path;         /* to GET; NULL: the reports in folder, bench/load.lua */
	const char *encoding;     /* Accept-Encoding, or NULL */
	const char *folder, *keys;
	int round;                /* first part of the reports' ids */
};
struct load_result {
	uint64_t answers;         /* good ones */
	uint64_t errors;          /* other answers, and connections that failed */
	double per_second, p50_ms, p99_ms, max_ms;
	double wrk_us;            /* of CPU that wrk itself took for each: it shares the cores */
};
void load_run(const struct load *l, struct load_result *out);

/* The best of the rounds: others at work only ever make a round worse. */
void load_keep_best(struct load_result *best, const struct load_result *r);

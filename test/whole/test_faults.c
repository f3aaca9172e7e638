/* SPDX-License-Identifier: Apache-2.0 */
/* What a server does when its disk is full, when a process of it ends, and when it
 * is told to stop under load: it says so, and loses nothing that it acknowledged. */
#include "instance.h"
#include "raw.h"
#include "search.h"
#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 8, ACKED_MAX = 20000, POST = 8192, MEMORY = 64 << 20, REPORTS = 4000 };
static struct arena arena;

static int
send_report(const struct instance *in, const char *id, str sealed, str *answer)
{
	char path[200];

	(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=%s&keys=%s", id, in->digest);
	return instance_ask(in, "POST", path, "application/octet-stream", sealed, &arena, answer);
}

/* Waits for its end; its exit status. */
static int
end_of(struct instance *in)
{
	int status = 0;

	for (int tries = 0; waitpid(in->pid, &status, WNOHANG) == 0; tries++) {
		if (tries == 300)
			fail_msg("the server goes on");
		usleep(100000);
	}
	in->pid = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
log_begin(struct instance *in, char path[64])
{
	(void)snprintf(path, 64, "/tmp/leman-log.XXXXXX");
	in->log = mkostemp(path, O_CLOEXEC);
	assert_true(in->log > 0);
	return in->log;
}

/* A server without its signer would acknowledge what it cannot prove. */
static void
it_stops_when_one_of_its_processes_ends(void **state)
{
	(void)state;
	for (int which = 1; which <= 2; which++) {
		struct instance in = { 0 };
		char log[64];
		pid_t pids[4];

		(void)log_begin(&in, log);
		instance_start(&in);
		assert_int_equal(search_processes(in.pid, pids, 4), 3);
		assert_int_equal(kill(pids[which], SIGKILL), 0);
		assert_int_equal(end_of(&in), 69);
		assert_int_equal(search_file(log, S("a process of the server has ended: start again, and look at the log")), 1);
		close(in.log);
		(void)unlink(log);
		in.log = 0;
		instance_start(&in);  /* and it starts again */
		instance_end(&in);
	}
}

/* When web is killed, nothing of it stays behind. */
static void
nothing_stays_when_web_is_killed(void **state)
{
	struct instance in = { 0 };
	pid_t pids[4];

	(void)state;
	instance_start(&in);
	assert_int_equal(search_processes(in.pid, pids, 4), 3);
	instance_kill(&in);
	for (int i = 1; i < 3; i++)
		for (int tries = 0; kill(pids[i], 0) == 0; tries++) {
			char path[64], stat[200] = "";
			FILE *f;

			(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pids[i]);
			if ((f = fopen(path, "re")) == NULL || fgets(stat, sizeof stat, f) == NULL || strstr(stat, ") Z") != NULL)
				tries = -1;  /* dead: whoever inherited it has not looked yet */
			if (f != NULL)
				fclose(f);
			if (tries == -1)
				break;
			if (tries == 50)
				fail_msg("process %d goes on without web", i);
			usleep(100000);
		}
	instance_end(&in);
}

static struct client {
	pthread_t thread;
	uint32_t number;
	const struct instance *in;
	str sealed;
	uint32_t acked[ACKED_MAX], n;
	int odd;  /* a status that is neither "kept" nor "come again" */
} clients[CLIENTS];

static void *
send_until_the_end(void *arg)
{
	struct client *c = arg;
	int fd = http_connect(c->in->port);

	for (uint32_t i = 0; c->n < ACKED_MAX; i++) {
		char id[27], post[POST];
		struct http_answer a;

		instance_id(c->number, i, id);
		if (!http_ask(fd, post, instance_post(c->in, id, c->sealed, post, sizeof post), &a))
			break;
		if (a.status == 201)
			c->acked[c->n++] = i;
		else if (a.status != 503)
			c->odd = a.status;
	}
	close(fd);
	return NULL;
}

static void
told_to_stop_it_loses_nothing(void **state)
{
	struct instance in = { 0 };
	uint32_t kept = 0;
	str sealed;

	(void)state;
	instance_start(&in);
	instance_set_up(&in);
	sealed = instance_seal(&in, S("what was found"), &arena);
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < CLIENTS; i++) {
			clients[i] = (struct client){ .number = 100 + round * CLIENTS + i, .in = &in,
			    .sealed = sealed };
			assert_int_equal(pthread_create(&clients[i].thread, NULL, send_until_the_end, &clients[i]), 0);
		}
		usleep(300000);
		instance_stop(&in);  /* expects status 0 */
		for (int i = 0; i < CLIENTS; i++)
			pthread_join(clients[i].thread, NULL);
		for (int i = 0; i < CLIENTS; i++)
			for (uint32_t k = 0; k < clients[i].n; k++, kept++) {
				char sql[200], id[27];

				assert_int_equal(clients[i].odd, 0);
				instance_id(clients[i].number, clients[i].acked[k], id);
				(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM report WHERE pack IS NOT NULL AND id = '%s'", id);
				if ((k % 16 == 0 || k + 1 == clients[i].n) && folder_query_store(in.folder, sql) != 1)
					fail_msg("%s was acknowledged and is lost", id);
			}
		assert_int_equal(folder_query_store(in.folder, "SELECT count(*) FROM report"),
		    folder_query_store(in.folder, "SELECT count(*) FROM act WHERE kind = 'report.received'"));
		instance_start(&in);
	}
	printf("%u acknowledged reports\n", kept);
	assert_true(kept > 0);
	instance_end(&in);
}

/* The program, with its folder on a disk of so many KiB that only it sees. */
static bool
small_disk(struct instance *in, const char *size, char wrapper[64])
{
	FILE *f = NULL;
	int fd;

	(void)snprintf(wrapper, 64, "/tmp/leman-disk.XXXXXX");
	if ((fd = mkostemp(wrapper, 0)) == -1 || (f = fdopen(fd, "w")) == NULL)
		fail_msg("no file under /tmp");
	in->folder = folder_make();
	fprintf(f, "#!/bin/sh\nexec unshare -rm sh -c 'mount -t tmpfs -o size=%s none %s && exec %s \"$@\"' leman \"$@\"\n",
	    size, in->folder, getenv("LEMAN") ? getenv("LEMAN") : LEMAN);
	fclose(f);
	assert_int_equal(chmod(wrapper, 0700), 0);
	return system("unshare -rm sh -c 'mount -t tmpfs none /mnt' 2>/dev/null") == 0;
}

/* It goes on answering, and what it acknowledged is there. */
static void
fill_the_disk(size_t report)
{
	char wrapper[64], before[400];
	struct instance in = { 0 };
	char path[200], id[27], *plain = arena_alloc(&arena, report), log[64];
	int refused = 0, status = 0;
	uint32_t kept = 0;
	str sealed, answer;

	if (!small_disk(&in, "14m", wrapper)) {
		(void)unlink(wrapper);
		folder_remove(in.folder);
		skip();
	}
	assert_non_null(plain);
	(void)snprintf(before, sizeof before, "%s", getenv("LEMAN") ? getenv("LEMAN") : "");
	(void)setenv("LEMAN", wrapper, 1);
	(void)log_begin(&in, log);
	instance_start(&in);
	before[0] != '\0' ? setenv("LEMAN", before, 1) : unsetenv("LEMAN");
	instance_set_up(&in);
	sealed = instance_seal(&in, (str){ plain, report }, &arena);
	for (uint32_t i = 0; i < REPORTS && refused < 20; i++) {
		instance_id(9, i, id);
		status = send_report(&in, id, sealed, &answer);
		if (status == 201)
			kept++;
		else if (++refused && status != 429)
			fail_msg("after %u reports: %d: %.*s", kept, status, status == -1 ? 0 : STR_ARG(answer));
	}
	printf("%u reports until the disk was full: %.*s\n", kept, STR_ARG(answer));
	assert_true(refused == 20 && kept > 10);
	for (uint32_t i = 0; i < kept; i++) {
		str back;

		if (i % 16 != 0 && i + 1 != kept)
			continue;
		instance_id(9, i, id);
		(void)snprintf(path, sizeof path, "/api/v1/reports/%s/sealed", id);
		assert_int_equal(instance_ask(&in, "GET", path, NULL, S(""), &arena, &back), 200);
		assert_true(str_eq(back, sealed));
	}
	assert_int_equal(instance_ask(&in, "GET", "/report/acme", NULL, S(""), &arena, &answer), 200);
	/* A large file is refused before it is taken. */
	sealed = instance_seal(&in, (str){ arena_alloc(&arena, 2 << 20), 2 << 20 }, &arena);
	instance_id(10, 0, id);
	assert_int_equal(send_report(&in, id, sealed, &answer), 429);
	assert_true(raw_has(answer, "the disk of this server is nearly full"));
	instance_stop(&in);
	instance_end(&in);
	close(in.log);
	(void)unlink(log);
	(void)unlink(wrapper);
}

/* Large ones fill the packs, small ones the database. */
static void
a_full_disk_is_told_and_costs_nothing_that_was_kept(void **state)
{
	(void)state;
	fill_the_disk(60000);
	fill_the_disk(300);
}

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)512 << 20);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_stops_when_one_of_its_processes_ends),
		cmocka_unit_test(nothing_stays_when_web_is_killed),
		cmocka_unit_test(told_to_stop_it_loses_nothing),
		cmocka_unit_test(a_full_disk_is_told_and_costs_nothing_that_was_kept),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

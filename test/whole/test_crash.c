/* SPDX-License-Identifier: Apache-2.0 */
/* A server killed in the middle of its work has kept whatever it acknowledged. */
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 16, KILL_AT = 1000, ACKED_MAX = 20 * KILL_AT };  /* acknowledgements */

static struct client {
	pthread_t thread;
	int number, port;
	int acked[ACKED_MAX], n;
} clients[CLIENTS];
static atomic_int acked;
static bool under_load;  /* clients go on until the kill; else they stop at KILL_AT */

static void *
send_reports(void *arg)
{
	struct client *c = arg;
	int fd = http_connect(c->port);

	for (int i = 0; c->n < ACKED_MAX && (under_load || atomic_load(&acked) < KILL_AT); i++) {
		char id[32], post[1000];
		struct answer a;
		size_t n;

		(void)snprintf(id, sizeof id, "c%d-%d", c->number, i);
		n = http_report(post, sizeof post, id, "acme");
		if (!http_ask(fd, post, n, &a))
			break;
		if (a.status == 201) {
			c->acked[c->n++] = i;
			atomic_fetch_add(&acked, 1);
		}
	}
	close(fd);
	return NULL;
}

/* Starts "leman serve" and reads its address. */
static pid_t
serve(const char *folder, int *port)
{
	char line[100] = "";
	int out[2];
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	if ((pid = fork()) == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);  /* a failed test leaves no server behind */
		(void)dup2(out[1], STDOUT_FILENO);
		execl(LEMAN, "leman", "serve", folder, "0", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	assert_true(read(out[0], line, sizeof line - 1) > 0);
	close(out[0]);
	assert_int_equal(sscanf(line, "http://127.0.0.1:%d/", port), 1);
	return pid;
}

static void
kill_and_look(void)
{
	char *folder = folder_make();
	int port, status, kept = 0;
	int64_t acts;
	pid_t pid = serve(folder, &port);

	atomic_store(&acked, 0);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = (struct client){ .number = i, .port = port };
		assert_int_equal(pthread_create(&clients[i].thread, NULL, send_reports, &clients[i]), 0);
	}
	while (atomic_load(&acked) < KILL_AT)
		usleep(1000);
	for (int i = 0; !under_load && i < CLIENTS; i++)
		pthread_join(clients[i].thread, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	for (int i = 0; under_load && i < CLIENTS; i++)
		pthread_join(clients[i].thread, NULL);

	pid = serve(folder, &port);  /* and it starts again without help */
	for (int i = 0; i < CLIENTS; i++)
		for (int k = 0; k < clients[i].n; k++, kept++) {
			char sql[100];

			(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM report WHERE id = 'c%d-%d'",
			    i, clients[i].acked[k]);
			if (folder_query(folder, sql) != 1)
				fail_msg("c%d-%d was acknowledged and is lost", i, clients[i].acked[k]);
		}
	assert_true(kept >= KILL_AT);
	acts = folder_query(folder, "SELECT count(*) FROM act");
	assert_int_equal(acts, folder_query(folder, "SELECT count(*) FROM report"));
	assert_int_equal(acts, folder_query(folder, "SELECT max(idx) + 1 FROM act"));
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	folder_remove(folder);
}

static void
an_acknowledged_report_outlives_a_kill_under_load(void **state)
{
	(void)state;
	under_load = true;
	kill_and_look();
}

/* Here a server that answers before it commits has no later batch to save it. */
static void
an_acknowledged_report_outlives_a_kill_after_the_last_answer(void **state)
{
	(void)state;
	under_load = false;
	kill_and_look();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_acknowledged_report_outlives_a_kill_under_load),
		cmocka_unit_test(an_acknowledged_report_outlives_a_kill_after_the_last_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A server killed in the middle of its work has kept whatever it acknowledged, and
 * what it kept opens. LEMAN_CRASH_ROUNDS sets how often. */
#include "instance.h"
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 8, ROUNDS = 200, ACKED_MAX = 20000, ANSWER = 4096, POST = 8192 };

static struct client {
	pthread_t thread;
	uint32_t number;
	const struct instance *in;
	str sealed;
	uint32_t acked[ACKED_MAX], n;
	int fd;
} clients[CLIENTS];
static atomic_int stop;

/* Sends until the other side ends. */
static void *
send_reports(void *arg)
{
	struct client *c = arg;

	for (uint32_t i = 0; c->n < ACKED_MAX && !atomic_load(&stop); i++) {
		char id[27], post[POST];
		struct http_answer a;

		instance_id(c->number, i, id);
		if (!http_ask(c->fd, post, instance_post(c->in, id, c->sealed, post, sizeof post), &a))
			break;
		if (a.status == 201)
			c->acked[c->n++] = i;
	}
	close(c->fd);
	return NULL;
}

/* Every acknowledged report is there, and the last of each client opens. */
static void
look(struct instance *in, uint32_t *kept)
{
	for (int i = 0; i < CLIENTS; i++) {
		const struct client *c = &clients[i];

		for (uint32_t k = 0; k < c->n; k++, ++*kept) {
			char sql[200], id[27];

			instance_id(c->number, c->acked[k], id);
			(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM report WHERE pack IS NOT NULL AND id = '%s'", id);
			if (k + 1 == c->n || k % 16 == 0)
				if (folder_query_store(in->folder, sql) != 1)
					fail_msg("%s was acknowledged and is lost", id);
		}
		if (c->n > 0) {
			char path[100], id[27];
			struct arena a;
			str sealed, plain;

			arena_init(&a, 1 << 20);
			instance_id(c->number, c->acked[c->n - 1], id);
			(void)snprintf(path, sizeof path, "/api/v1/reports/%s/sealed", id);
			assert_int_equal(instance_ask(in, "GET", path, NULL, S(""), &a, &sealed), 200);
			assert_true(instance_open(in, sealed, &a, &plain));
			assert_true(str_eq(plain, S("what was found")));
			arena_free(&a);
		}
	}
}

static void
rows_and_acts_agree(const struct instance *in)
{
	int64_t acts = folder_query_store(in->folder, "SELECT count(*) FROM act");
	int64_t reports = folder_query_store(in->folder, "SELECT count(*) FROM report");

	assert_int_equal(acts, folder_query_store(in->folder, "SELECT max(idx) + 1 FROM act"));
	assert_int_equal(reports, folder_query_store(in->folder, "SELECT count(*) FROM act WHERE kind = 'report.received'"));
	assert_int_equal(reports, folder_query_store(in->folder, "SELECT count(*) FROM report WHERE pack IS NOT NULL"));
	assert_int_equal(reports, folder_query_store(in->folder, "SELECT reports FROM total"));
	assert_int_equal(reports, folder_query_store(in->folder, "SELECT sum(reports) FROM owner"));
}

static void
an_acknowledged_report_outlives_a_kill(void **state)
{
	struct instance in = { .args = { "--quota-reports", "10000000", "--quota-owner-reports", "10000000" } };
	int rounds = getenv("LEMAN_CRASH_ROUNDS") ? atoi(getenv("LEMAN_CRASH_ROUNDS")) : ROUNDS;
	uint32_t kept = 0;
	struct arena a;
	str sealed;

	(void)state;
	srand(1);
	arena_init(&a, 1 << 20);
	instance_start(&in);
	instance_set_up(&in);
	sealed = instance_seal(&in, S("what was found"), &a);
	for (int round = 0; round < rounds; round++) {
		atomic_store(&stop, 0);
		for (int i = 0; i < CLIENTS; i++) {
			clients[i] = (struct client){ .number = (uint32_t)(round * CLIENTS + i), .in = &in,
			    .sealed = sealed, .fd = http_connect(in.port) };
			assert_int_equal(pthread_create(&clients[i].thread, NULL, send_reports, &clients[i]), 0);
		}
		usleep((useconds_t)(20000 + rand() % 150000));
		instance_kill(&in);
		atomic_store(&stop, 1);
		for (int i = 0; i < CLIENTS; i++)
			pthread_join(clients[i].thread, NULL);
		instance_start(&in);  /* and it starts again without help */
		look(&in, &kept);
		rows_and_acts_agree(&in);
	}
	printf("%d rounds, %u acknowledged reports\n", rounds, kept);
	assert_true(kept > 0);
	instance_end(&in);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(an_acknowledged_report_outlives_a_kill) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

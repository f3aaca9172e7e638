/* SPDX-License-Identifier: Apache-2.0 */
/* A report that is sent again counts once, however the first try ended. */
#include "instance.h"
#include "raw.h"
#include "support.h"

#include "base/buf.h"
#include "format/json.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MEMORY = 64 << 20, LARGE = 3 << 20, AT_ONCE = 8 };
static struct instance in;
static struct arena arena;

static int
send_report(const char *id, str sealed, struct arena *a, str *answer)
{
	char path[200];

	(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=%s&keys=%s", id, in.digest);
	return instance_ask(&in, "POST", path, "application/octet-stream", sealed, a, answer);
}

static int64_t
rows_of(const char *id)
{
	char sql[200];

	(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM report WHERE id = '%s'", id);
	return folder_query_store(in.folder, sql);
}

static int64_t acts(void) { return folder_query_store(in.folder, "SELECT count(*) FROM act"); }

static str
receipt_of(str answer)
{
	struct json doc;
	struct err e;

	assert_true(json_parse(answer, &arena, &doc, &e));
	return json_str(json_get(doc, S("receipt")));
}

static str
plain_of(size_t n, char c)
{
	char *p = arena_alloc(&arena, n);

	assert_non_null(p);
	memset(p, c, n);
	return (str){ p, n };
}

/* Small ones go through memory, large ones through a file: both the same. */
static void
the_same_report_again_counts_once(void **state)
{
	static const size_t sizes[] = { 100, LARGE };

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		str sealed = instance_seal(&in, plain_of(sizes[i], 'a'), &arena);
		str other = instance_seal(&in, plain_of(sizes[i], 'a'), &arena), first, again, refused;
		char id[27];
		int64_t before = acts(), bytes;

		instance_id(1, i, id);
		assert_int_equal(send_report(id, sealed, &arena, &first), 201);
		bytes = folder_query_store(in.folder, "SELECT bytes FROM total");
		for (int k = 0; k < 3; k++) {
			assert_int_equal(send_report(id, sealed, &arena, &again), 200);
			assert_true(raw_has(again, "\"is_new\":false"));
			assert_true(str_eq(receipt_of(first), receipt_of(again)));
		}
		assert_int_equal(send_report(id, other, &arena, &refused), 409);
		assert_true(raw_has(refused, "another report has the id"));
		assert_int_equal(rows_of(id), 1);
		assert_int_equal(acts(), before + 1);
		assert_int_equal(folder_query_store(in.folder, "SELECT bytes FROM total"), bytes);
	}
}

/* The client is gone before the answer: it cannot know, and sends again. */
static void
an_answer_that_got_lost_is_asked_for_again(void **state)
{
	static const size_t sizes[] = { 5000, LARGE };

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		str sealed = instance_seal(&in, plain_of(sizes[i], 'b'), &arena), answer;
		size_t size = sealed.n + 1024;
		char id[27], *post = arena_alloc(&arena, size);
		int64_t before = acts();
		int fd = http_connect(in.port), status;

		assert_non_null(post);
		instance_id(2, i, id);
		assert_true(raw_send(fd, (str){ post, instance_post(&in, id, sealed, post, size) }));
		close(fd);
		status = send_report(id, sealed, &arena, &answer);
		assert_true(status == 200 || status == 201);
		assert_int_equal(send_report(id, sealed, &arena, &answer), 200);
		assert_int_equal(rows_of(id), 1);
		assert_int_equal(acts(), before + 1);
	}
}

/* Cut off in the middle, at many places: nothing is kept of it, and no file is left. */
static void
a_report_that_is_cut_off_is_not_kept(void **state)
{
	str sealed = instance_seal(&in, plain_of(LARGE, 'c'), &arena);
	size_t size = sealed.n + 1024;
	char *post = arena_alloc(&arena, size), command[300], id[27];
	int64_t before = acts();

	(void)state;
	assert_non_null(post);
	for (uint32_t i = 0; i < 10; i++) {
		int fd = http_connect(in.port);
		size_t n;

		instance_id(3, i, id);
		n = instance_post(&in, id, sealed, post, size);
		assert_true(raw_send(fd, (str){ post, n * i / 10 + 100 }));
		close(fd);
	}
	for (int tries = 0; ; tries++) {
		(void)snprintf(command, sizeof command, "test -z \"$(find %s/store/blobs -name 'incoming.*')\"", in.folder);
		if (system(command) == 0)
			break;
		if (tries == 100)
			fail_msg("a file of a report that was cut off is still there");
		usleep(100000);
	}
	for (uint32_t i = 0; i < 10; i++) {
		instance_id(3, i, id);
		assert_int_equal(rows_of(id), 0);
	}
	assert_int_equal(acts(), before);
}

static struct { pthread_t thread; int status; str sealed; } racers[AT_ONCE];

static void *
race(void *arg)
{
	size_t i = (size_t)(uintptr_t)arg;
	struct arena a;
	char id[27];
	str answer;

	arena_init(&a, MEMORY);
	instance_id(4, 0, id);
	racers[i].status = send_report(id, racers[i].sealed, &a, &answer);
	arena_free(&a);
	return NULL;
}

/* A person who presses the button often, a proxy that tries again by itself. */
static void
many_at_once_count_once(void **state)
{
	str same = instance_seal(&in, plain_of(LARGE, 'd'), &arena);
	int made = 0;
	char id[27];

	(void)state;
	for (size_t i = 0; i < AT_ONCE; i++) {
		racers[i].sealed = same;
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, (void *)i), 0);
	}
	for (size_t i = 0; i < AT_ONCE; i++) {
		pthread_join(racers[i].thread, NULL);
		assert_true(racers[i].status == 200 || racers[i].status == 201);
		made += racers[i].status == 201;
	}
	instance_id(4, 0, id);
	assert_int_equal(made, 1);
	assert_int_equal(rows_of(id), 1);
	/* And of different reports under one id the first wins, and the others are told. */
	made = 0;
	for (size_t i = 0; i < AT_ONCE; i++)
		racers[i].sealed = instance_seal(&in, S("one of many"), &arena);
	instance_id(4, 0, id);
	for (size_t i = 0; i < AT_ONCE; i++)
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, (void *)i), 0);
	for (size_t i = 0; i < AT_ONCE; i++) {
		pthread_join(racers[i].thread, NULL);
		assert_int_equal(racers[i].status, 409);
	}
	assert_int_equal(rows_of(id), 1);
}

/* A quota that is full says so, and what was kept before is still the same. */
static void
a_full_quota_is_told(void **state)
{
	struct instance small = { .args = { "--quota-owner-reports", "2" } };
	str sealed, answer;
	char id[27], path[200];

	(void)state;
	instance_start(&small);
	instance_set_up(&small);
	sealed = instance_seal(&small, S("what was found"), &arena);
	for (uint32_t i = 0; i < 4; i++) {
		instance_id(5, i, id);
		(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=%s&keys=%s", id, small.digest);
		assert_int_equal(instance_ask(&small, "POST", path, "application/octet-stream", sealed, &arena, &answer),
		    i < 2 ? 201 : 429);
	}
	assert_true(raw_has(answer, "acme has no room for more reports"));
	instance_id(5, 0, id);
	(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=%s&keys=%s", id, small.digest);
	assert_int_equal(instance_ask(&small, "POST", path, "application/octet-stream", sealed, &arena, &answer), 200);
	assert_int_equal(folder_query_store(small.folder, "SELECT reports FROM owner"), 2);
	assert_int_equal(folder_query_store(small.folder, "SELECT reports FROM total"), 2);
	instance_end(&small);
}

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)256 << 20);
	instance_start(&in);
	instance_set_up(&in);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_end(&in);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_report_again_counts_once),
		cmocka_unit_test(an_answer_that_got_lost_is_asked_for_again),
		cmocka_unit_test(a_report_that_is_cut_off_is_not_kept), cmocka_unit_test(many_at_once_count_once),
		cmocka_unit_test(a_full_quota_is_told),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

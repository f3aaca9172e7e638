/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of clients that never finish what they began hold up nobody else. */
#include "instance.h"
#include "raw.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLOW = 5000, GOOD = 20, PATIENCE_MS = 1000 };
static struct instance in;
static int slow[SLOW];

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Half a head, a head and half a body, half a form, a connection and nothing. */
static void
begin_slowly(int i)
{
	static const char *const begun[] = {
		"GET /report/acme HTTP/1.1\r\nHost: local", "",
		"POST /api/v1/login HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		"POST /report/acme HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: multipart/form-data; boundary=x\r\n"
		    "Content-Length: 100000\r\n\r\n--x\r\nContent-Disp",
		"POST /report/acme?keys=0000000000000000000000000000000000000000000000000000000000000000 HTTP/1.1\r\n"
		    "Host: localhost:%d\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\nage",
	};
	char text[400];

	slow[i] = http_connect(in.port);
	(void)snprintf(text, sizeof text, begun[i % 5], in.port);
	(void)raw_send(slow[i], str_of(text));
}

static void
a_good_client_does_not_wait_for_the_slow(void **state)
{
	struct arena a;
	str sealed, answer;

	(void)state;
	arena_init(&a, 8 << 20);
	sealed = instance_seal(&in, S("what was found"), &a);
	for (int i = 0; i < SLOW; i++)
		begin_slowly(i);
	for (uint32_t i = 0; i < GOOD; i++) {
		char id[27], path[200];
		int64_t began = now_ms();

		instance_id(7, i, id);
		(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=%s&keys=%s", id, in.digest);
		assert_int_equal(instance_ask(&in, "GET", "/report/acme", NULL, S(""), &a, &answer), 200);
		assert_int_equal(instance_ask(&in, "POST", path, "application/octet-stream", sealed, &a, &answer), 201);
		if (now_ms() - began > PATIENCE_MS)
			fail_msg("a page and a report took %lld ms beside %d slow clients", (long long)(now_ms() - began), SLOW);
		for (int k = 0; k < SLOW; k += 97)  /* and they go on, a byte at a time */
			(void)raw_send(slow[k], S("x"));
	}
	for (int i = 0; i < SLOW; i++)
		close(slow[i]);
	arena_free(&a);
}

static int
begin(void **state)
{
	struct rlimit files;

	(void)state;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max >= SLOW + 1000) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	} else {
		printf("skipped: fewer than %d descriptors are allowed here\n", SLOW + 1000);
		exit(77);
	}
	instance_start(&in);
	instance_set_up(&in);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_end(&in);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_good_client_does_not_wait_for_the_slow) };
	return cmocka_run_group_tests(tests, begin, end);
}

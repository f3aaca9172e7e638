/* SPDX-License-Identifier: Apache-2.0 */
/* A marker in the message, the name and the content of a file of a report is found
 * nowhere on the server: not on its disk, in its log, in the memory of its processes.
 * Nor are a password, a token or the finder's address found on the disk. That each
 * search would find them is shown with what does stand there. */
#include "instance.h"
#include "raw.h"
#include "search.h"
#include "support.h"

#include "base/rand.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE, FILE_NAME, CONTENT, MARKERS, LARGE = 3 << 20, MEMORY = 32 << 20, PROCESSES = 3 };

static struct instance in = { .args = { "--core-dumps", "--log", "requests", "--operator", "planted-operator-7f3a" } };
static char marker[MARKERS][33], log_path[64], token[65];
static str small, large;
static struct arena arena;

static void
marker_make(char out[33])
{
	uint8_t bytes[16];
	struct err e;

	assert_true(rand_bytes(bytes, sizeof bytes, &e));
	for (int i = 0; i < 16; i++)
		(void)snprintf(out + (size_t)2 * (size_t)i, 3, "%02x", bytes[i]);
}

/* A manifest, a message and a file, and zeros up to size. */
static str
report_of(size_t size)
{
	char *p = arena_alloc(&arena, size);

	assert_non_null(p);
	assert_true((size_t)snprintf(p, size, "leman-envelope/1 {\"files\":[{\"name\":\"%s.py\"}]} message %s content %s",
	    marker[FILE_NAME], marker[MESSAGE], marker[CONTENT]) < size);
	return (str){ p, size };
}

static void
expect_status(int expected, const char *method, const char *path, const char *type, str body)
{
	struct arena a;
	str answer;
	int status;

	arena_init(&a, MEMORY);
	status = instance_ask(&in, method, path, type, body, &a, &answer);
	if (status != expected)
		fail_msg("%s %s: %d: %.*s", method, path, status, STR_ARG(answer));
	if (status == 200 || status == 201)
		for (int i = 0; i < MARKERS; i++)
			assert_false(raw_has(answer, marker[i]));
	arena_free(&a);
}

/* As a finder without an account does it, from an address of his own. */
static void
send_from(const char *address, const char *id, str sealed)
{
	struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET };
	size_t size = sealed.n + 1024;
	struct raw_answer an;
	struct arena a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *post;

	arena_init(&a, MEMORY);
	assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)in.port);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	assert_non_null(post = arena_alloc(&a, size));
	assert_true(raw_send(fd, (str){ post, instance_post(&in, id, sealed, post, size) }));
	raw_read(fd, false, 20000, &a, &an);
	assert_int_equal(an.status, 201);
	close(fd);
	arena_free(&a);
}

static void
the_walk_of_two_reports(char id[2][27])
{
	static const char *const pages[] = {
		"/desk", "/desk.csv", "/desk/%s", "/receipts/%s", "/api/v1/reports", "/api/v1/reports/%s", "/api/v1/reports/%s/sealed",
		"/", "/about", "/report/acme", "/owners/acme/keys",
	};

	small = instance_seal(&in, report_of(16384), &arena);
	large = instance_seal(&in, report_of(LARGE), &arena);
	for (int i = 0; i < 2; i++) {
		instance_id(1, (uint32_t)i, id[i]);
		send_from("127.83.41.7", id[i], i == 0 ? small : large);
		for (size_t k = 0; k < sizeof pages / sizeof *pages; k++) {
			char path[200];

			(void)snprintf(path, sizeof path, pages[k], id[i]);
			expect_status(200, "GET", path, NULL, S(""));
		}
	}
	(void)snprintf(token, sizeof token, "%s", in.token);
	expect_status(200, "POST", "/api/v1/login", "application/json", S("{\"name\":\"ops\",\"password\":\"correct horse battery\"}"));
	in.token[0] = '\0';
	/* And what goes wrong: a word too many, to others, cut off. */
	expect_status(400, "POST", "/report/acme", "application/octet-stream", S("age-encryption.org/v1\n-> X25519 nonsense\n"));
	memcpy(in.token, token, sizeof token);
}

static void
nothing_of_a_report_is_on_the_server(void **state)
{
	pid_t pids[PROCESSES + 1];
	char id[2][27];

	(void)state;
	the_walk_of_two_reports(id);
	assert_int_equal(search_processes(in.pid, pids, PROCESSES + 1), PROCESSES);
	for (int i = 0; i < MARKERS; i++) {
		str m = str_of(marker[i]);

		assert_int_equal(search_folder(in.folder, m), 0);
		assert_int_equal(search_file(log_path, m), 0);
		for (int k = 0; k < PROCESSES; k++)
			if (search_memory(pids[k], m) != 0)
				fail_msg("marker %d is in the memory of process %d", i, k);
	}
}

/* Each place holds what it should hold: so the search sees all of it. */
static void
the_search_finds_what_is_there(void **state)
{
	pid_t pids[PROCESSES + 1];
	char id[27];

	(void)state;
	instance_id(1, 0, id);
	assert_true(search_folder(in.folder, str_of(id)) >= 1);        /* database or its log of writes */
	assert_true(search_folder(in.folder, S("Acme")) >= 1);
	assert_true(search_folder(in.folder, (str){ small.p + small.n - 64, 64 }) >= 1);  /* pack */
	assert_true(search_folder(in.folder, (str){ large.p + large.n - 64, 64 }) >= 1);  /* blob */
	assert_true(search_file(log_path, S("started")) == 1);
	assert_true(search_file(log_path, S("/api/v1/reports/{}/sealed")) == 1);
	assert_int_equal(search_processes(in.pid, pids, PROCESSES + 1), PROCESSES);
	for (int k = 0; k < PROCESSES; k++)
		assert_true(search_memory(pids[k], S("planted-operator-7f3a")) >= 1);
}

/* A core dump is a part of the memory that was searched; it is made, and searched too. */
static void
nor_in_a_core_dump(void **state)
{
	pid_t pids[PROCESSES + 1];
	char command[200], path[120];

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();  /* the sanitizer's shadow makes a dump of many gigabytes */
#endif
	if (system("command -v gcore >/dev/null 2>&1") != 0)
		skip();
	assert_int_equal(search_processes(in.pid, pids, PROCESSES + 1), PROCESSES);
	for (int k = 0; k < PROCESSES; k++) {
		(void)snprintf(command, sizeof command, "timeout 60 gcore -o %s.core %d >/dev/null 2>&1", log_path, (int)pids[k]);
		assert_int_equal(system(command), 0);
		(void)snprintf(path, sizeof path, "%s.core.%d", log_path, (int)pids[k]);
		for (int i = 0; i < MARKERS; i++)
			assert_int_equal(search_file(path, str_of(marker[i])), 0);
		assert_int_equal(search_file(path, S("planted-operator-7f3a")), 1);
		(void)unlink(path);
	}
}

static void
no_secret_and_no_address_is_on_the_disk(void **state)
{
	static const char *const never[] = { "correct horse battery", "127.83.41.7", "X-Forwarded", token };

	(void)state;
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		assert_int_equal(search_folder(in.folder, str_of(never[i])), 0);
		assert_int_equal(search_file(log_path, str_of(never[i])), 0);
	}
	/* The age identities are the owner's alone. */
	for (int i = 0; i < 2; i++) {
		const struct age_identity *who = i == 0 ? &in.team : &in.recovery;

		assert_int_equal(search_folder(in.folder, (str){ (const char *)who, 32 }), 0);
	}
}

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, MEMORY);
	for (int i = 0; i < MARKERS; i++)
		marker_make(marker[i]);
	(void)snprintf(log_path, sizeof log_path, "/tmp/leman-log.XXXXXX");
	in.log = mkostemp(log_path, O_CLOEXEC);
	assert_true(in.log > 0);
	instance_start(&in);
	instance_set_up(&in);
	if (search_memory(in.pid, S("leman")) == SIZE_MAX) {
		printf("skipped: the memory of a process cannot be read here\n");
		instance_end(&in);
		exit(77);
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_end(&in);
	(void)unlink(log_path);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_a_report_is_on_the_server),
		cmocka_unit_test(the_search_finds_what_is_there),
		cmocka_unit_test(nor_in_a_core_dump), cmocka_unit_test(no_secret_and_no_address_is_on_the_disk),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

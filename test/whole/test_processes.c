/* SPDX-License-Identifier: Apache-2.0 */
/* What holds each process of a running server: the kernel says so, and the instance's
 * key is where it should be and nowhere else. */
#include "instance.h"
#include "search.h"
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WEB, SIGNER, ZYGOTE, PROCESSES };
static struct instance in;
static pid_t pids[PROCESSES + 1];

/* The number behind "name:" in a status file. */
static long
status_of(const char *path, const char *name)
{
	char line[300];
	FILE *f = fopen(path, "re");
	long v = -1;

	if (f == NULL)
		fail_msg("%s cannot be read", path);
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			v = strtol(line + strlen(name) + 1, NULL, 10);
	fclose(f);
	return v;
}

/* Of every thread: a filter that is set for one alone would be no wall. */
static void
every_thread_is_narrowed(void **state)
{
	(void)state;
	for (int k = 0; k < PROCESSES; k++) {
		char folder[64], path[400];
		size_t threads = 0;
		DIR *d;

		(void)snprintf(folder, sizeof folder, "/proc/%d/task", (int)pids[k]);
		assert_non_null(d = opendir(folder));
		for (struct dirent *t; (t = readdir(d)) != NULL; ) {
			if (t->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof path, "%s/%s/status", folder, t->d_name);
			if (status_of(path, "NoNewPrivs") != 1 || status_of(path, "Seccomp") != 2)
				fail_msg("process %d: NoNewPrivs %ld, Seccomp %ld", k, status_of(path, "NoNewPrivs"),
				    status_of(path, "Seccomp"));
			threads++;
		}
		closedir(d);
		assert_true(k == WEB ? threads > 3 : threads == 1);
	}
	assert_int_equal(status_of("/proc/self/status", "Seccomp"), 0);  /* so the test can see a difference */
}

/* What a process has open, as the kernel names it. */
static bool
has_open(pid_t pid, const char *what, size_t *n)
{
	char folder[64], path[400], to[512];
	bool found = false;
	DIR *d;

	(void)snprintf(folder, sizeof folder, "/proc/%d/fd", (int)pid);
	if ((d = opendir(folder)) == NULL)
		fail_msg("%s cannot be read", folder);
	*n = 0;
	for (struct dirent *f; (f = readdir(d)) != NULL; ) {
		ssize_t got;

		(void)snprintf(path, sizeof path, "%s/%s", folder, f->d_name);
		if (f->d_name[0] == '.' || (got = readlink(path, to, sizeof to - 1)) < 0)
			continue;
		to[got] = '\0';
		++*n;
		found = found || strstr(to, what) != NULL;
	}
	closedir(d);
	return found;
}

static void
only_web_has_the_store_and_nobody_the_key_file(void **state)
{
	size_t n;

	(void)state;
	assert_true(has_open(pids[WEB], "leman.db", &n));
	assert_false(has_open(pids[SIGNER], "leman.db", &n));
	assert_true(n <= 3);  /* its conversation, and stderr */
	assert_false(has_open(pids[ZYGOTE], "leman.db", &n));
	assert_true(n <= 4);
	for (int k = 0; k < PROCESSES; k++)
		assert_false(has_open(pids[k], "/keys", &n));
}

static void
the_instance_key_is_in_the_signer_alone(void **state)
{
	char path[300];
	uint8_t seed[33];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/keys/instance.seed", in.folder);
	assert_true((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1);
	assert_int_equal(read(fd, seed, sizeof seed), 32);
	close(fd);
	assert_true(search_memory(pids[SIGNER], (str){ (char *)seed, 32 }) >= 1);
	assert_int_equal(search_memory(pids[WEB], (str){ (char *)seed, 32 }), 0);
	assert_int_equal(search_memory(pids[ZYGOTE], (str){ (char *)seed, 32 }), 0);
	/* And the folder as an operator copies it: the key is in its file alone. */
	assert_int_equal(search_folder(in.folder, (str){ (char *)seed, 32 }), 1);
}

/* Those who may not look are kept out: nobody but root dumps or traces them. */
static void
nobody_else_may_read_the_data(void **state)
{
	static const char *const places[] = { "", "/keys", "/keys/instance.seed", "/store", "/store/leman.db", "/store/blobs",
		"/store/packs", "/store/packs/000000" };

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char path[300];
		struct stat st;

		(void)snprintf(path, sizeof path, "%s%s", in.folder, places[i]);
		if (stat(path, &st) != 0)
			fail_msg("%s is not there", path);
		if ((st.st_mode & 077) != 0)
			fail_msg("%s has mode %o", path, (unsigned)st.st_mode & 0777);
	}
}

static int
begin(void **state)
{
	(void)state;
	instance_start(&in);
	instance_set_up(&in);
	assert_int_equal(search_processes(in.pid, pids, PROCESSES + 1), PROCESSES);
	if (search_memory(in.pid, S("leman")) == SIZE_MAX || has_open(in.pid, "?", &(size_t){ 0 })) {
		printf("skipped: the processes cannot be looked at here\n");
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
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_thread_is_narrowed),
		cmocka_unit_test(only_web_has_the_store_and_nobody_the_key_file),
		cmocka_unit_test(the_instance_key_is_in_the_signer_alone),
		cmocka_unit_test(nobody_else_may_read_the_data),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "support.h"
#include "web/signer.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *folder, path[200];

static bool
start(enum sandbox_mode mode, struct signer **out, struct err *e)
{
	struct sandbox_state now;
	struct signer_terms terms = {
		.path = path, .kinds = { "leman receipt v1\n", "leman head v1\n" }, .mode = mode, .dumpable = true,
	};

	return signer_start(&terms, &now, out, e);
}

static struct signer *
started(void)
{
	struct signer *s = NULL;
	struct err e;

	if (!start(SANDBOX_ON, &s, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	return s;
}

static void
a_first_start_makes_a_key_and_the_next_finds_it(void **state)
{
	static const str text = STR("leman receipt v1\nR1\n");
	struct signer *s = started();
	uint8_t public[SIGN_PUBLIC], signature[1][SIGN_SIZE], again[1][SIGN_SIZE];
	struct stat st;
	struct err e;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(st.st_size, SIGN_SEED);
	memcpy(public, signer_public(s), SIGN_PUBLIC);
	assert_true(signer_sign(s, &text, 1, signature, &e));
	assert_true(sign_check(public, text, signature[0]));
	signature[0][5] ^= 1;
	assert_false(sign_check(public, text, signature[0]));
	signature[0][5] ^= 1;
	signer_stop(s);

	s = started();
	assert_memory_equal(signer_public(s), public, SIGN_PUBLIC);
	assert_true(signer_sign(s, &text, 1, again, &e));
	assert_memory_equal(signature[0], again[0], SIGN_SIZE);
	signer_stop(s);
}

static void
only_its_kinds_are_signed(void **state)
{
	static const struct { str text; bool is_signed; } cases[] = {
		{ STR("leman receipt v1\n"), true },       { STR("leman head v1\nx"), true },
		{ STR("leman receipt v1"), false },        { STR("leman receipt v11\n"), false },
		{ STR(""), false },                        { STR("x"), false },
		{ STR("Leman receipt v1\n"), false },      { STR("\nleman head v1\n"), false },
	};
	struct signer *s = started();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str texts[] = { STR("leman head v1\nfirst"), cases[i].text, STR("leman head v1\nlast") };
		uint8_t out[3][SIGN_SIZE] = { { 0 } };

		e = (struct err){ 0 };
		if (signer_sign(s, texts, 3, out, &e) != cases[i].is_signed)
			fail_msg("case %zu", i);
		if (!cases[i].is_signed) {
			assert_int_equal(e.kind, ERR_DENIED);
			/* not even the good ones */
			assert_int_equal(out[0][0] | out[0][1] | out[0][2] | out[0][3], 0);
		}
		for (size_t k = 0; k < 3 && cases[i].is_signed; k++)
			assert_true(sign_check(signer_public(s), texts[k], out[k]));
	}
	assert_true(signer_sign(s, NULL, 0, NULL, &e));
	signer_stop(s);
}

static void
a_batch_has_bounds(void **state)
{
	static str texts[SIGNER_BATCH_MAX + 1];
	static uint8_t out[SIGNER_BATCH_MAX][SIGN_SIZE];
	char *big = test_calloc(1, SIGNER_BYTES_MAX + 1);
	struct signer *s = started();
	struct err e;
	str one;

	(void)state;
	for (size_t i = 0; i <= SIGNER_BATCH_MAX; i++)
		texts[i] = S("leman head v1\n");
	assert_true(signer_sign(s, texts, SIGNER_BATCH_MAX, out, &e));
	assert_true(sign_check(signer_public(s), texts[0], out[SIGNER_BATCH_MAX - 1]));
	assert_false(signer_sign(s, texts, SIGNER_BATCH_MAX + 1, out, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	memcpy(big, "leman head v1\n", 14);
	one = (str){ big, SIGNER_BYTES_MAX };
	assert_true(signer_sign(s, &one, 1, out, &e));
	assert_true(sign_check(signer_public(s), one, out[0]));
	one.n++;
	assert_false(signer_sign(s, &one, 1, out, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	assert_true(signer_sign(s, texts, 1, out, &e));  /* and it goes on */
	signer_stop(s);
	test_free(big);
}

static void
a_file_that_is_no_key_is_refused(void **state)
{
	static const struct { const char *what; size_t n; mode_t mode; enum err_kind kind; } cases[] = {
		{ "good",                32, 0400, ERR_NONE },
		{ "writable by its own", 32, 0600, ERR_NONE },
		{ "others may read",     32, 0404, ERR_DENIED },
		{ "the group may read",  32, 0440, ERR_DENIED },
		{ "short",               31, 0400, ERR_INPUT },
		{ "long",                33, 0400, ERR_INPUT },
		{ "empty",               0,  0400, ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct signer *s;
		struct err e = { 0 };
		struct stat st;
		bool ok;

		(void)unlink(path);
		assert_true(file_replace(path, (str){ "0123456789abcdef0123456789abcdef0", cases[i].n }, &e));
		assert_int_equal(chmod(path, cases[i].mode), 0);
		if ((ok = start(SANDBOX_ON, &s, &e)))
			signer_stop(s);
		if (ok != (cases[i].kind == ERR_NONE) || e.kind != cases[i].kind)
			fail_msg("%s: %s", cases[i].what, err_text(&e, LANG_EN).s);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, cases[i].n);  /* never replaced */
	}
	(void)unlink(path);
	assert_int_equal(symlink("/dev/zero", path), 0);
	{
		struct signer *s;
		struct err e = { 0 };

		assert_false(start(SANDBOX_ON, &s, &e));
		assert_int_equal(e.kind, ERR_IO);
	}
	(void)unlink(path);
}

/* How often the seed stands in the memory of the process that forked us. */
static int
count_in_parent(const char *seed)
{
	char name[100], line[300];
	static char page[1 << 16];
	FILE *maps;
	int mem, found = 0;

	(void)snprintf(name, sizeof name, "/proc/%d/maps", (int)getppid());
	maps = fopen(name, "r");
	(void)snprintf(name, sizeof name, "/proc/%d/mem", (int)getppid());
	mem = open(name, O_RDONLY | O_CLOEXEC);
	if (maps == NULL || mem == -1)
		return 100;
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long from, to;
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w' || to - from > 1ul << 28)
			continue;
		while (from < to) {
			ssize_t n = pread(mem, page, sizeof page, (off_t)from);

			if (n <= SIGN_SEED)
				break;
			for (char *p = page; (p = memmem(p, (size_t)(page + n - p), seed, SIGN_SEED)) != NULL; p++)
				found++;
			from += (unsigned long)n - (n == sizeof page ? SIGN_SEED : 0);
		}
	}
	return found;
}

static int
seed_in_web(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		char seed[SIGN_SEED];
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		_exit(read(fd, seed, sizeof seed) == sizeof seed ? count_in_parent(seed) : 101);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void
web_never_has_the_seed(void **state)
{
	static const str text = STR("leman receipt v1\nR1\n");
	struct signer *s = started();
	uint8_t out[1][SIGN_SIZE];
	char *planted = test_malloc(SIGN_SEED);
	struct err e;
	int fd;

	(void)state;
	assert_true(signer_sign(s, &text, 1, out, &e));
	assert_int_equal(seed_in_web(), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, planted, SIGN_SEED), SIGN_SEED);
	close(fd);
	assert_true(seed_in_web() >= 1);  /* it would have been found */
	test_free(planted);
	signer_stop(s);
}

static struct { struct signer *s; atomic_int wrong; } many;

static void *
sign_many(void *arg)
{
	for (int i = 0; i < 50; i++) {
		char lines[3][60];
		str texts[3];
		uint8_t out[3][SIGN_SIZE];
		struct err e;

		for (int k = 0; k < 3; k++) {
			(void)snprintf(lines[k], sizeof lines[k], "leman head v1\n%d %d %d", (int)(intptr_t)arg, i, k);
			texts[k] = str_of(lines[k]);
		}
		if (!signer_sign(many.s, texts, 3, out, &e))
			many.wrong++;
		for (int k = 0; k < 3; k++)
			many.wrong += !sign_check(signer_public(many.s), texts[k], out[k]);
	}
	return NULL;
}

static void
threads_sign_at_once(void **state)
{
	pthread_t threads[4];

	(void)state;
	many.s = started();
	many.wrong = 0;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_many, (void *)i), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(many.wrong, 0);
	signer_stop(many.s);
}

static void
the_end_of_the_signer_is_seen(void **state)
{
	static const str text = STR("leman receipt v1\nR1\n");
	struct signer *s = started();
	struct pollfd p = { .fd = signer_fd(s), .events = POLLIN };
	uint8_t out[1][SIGN_SIZE];
	struct err e;
	FILE *in;
	char name[100], children[100] = "";

	(void)state;
	assert_int_equal(poll(&p, 1, 0), 0);
	(void)snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
	assert_non_null(in = fopen(name, "r"));
	assert_non_null(fgets(children, sizeof children, in));
	fclose(in);
	kill((pid_t)strtol(children, NULL, 10), SIGKILL);
	assert_int_equal(poll(&p, 1, 5000), 1);
	for (int i = 0; i < 2; i++) {
		assert_false(signer_sign(s, &text, 1, out, &e));
		assert_int_equal(e.kind, ERR_IO);
	}
	signer_stop(s);
}

static void
a_batch_costs_little_more_than_the_signing(void **state)
{
	static char lines[1000][200];
	static str texts[1000];
	static uint8_t out[1000][SIGN_SIZE];
	struct signer *s = started();
	struct timespec from, to;
	struct err e;
	double best = 1e9;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		memset(lines[i], '.', sizeof lines[i]);
		memcpy(lines[i], "leman receipt v1\n", 17);
		texts[i] = (str){ lines[i], sizeof lines[i] };
	}
	for (int i = 0; i < 10; i++) {
		double ms;

		clock_gettime(CLOCK_MONOTONIC, &from);
		assert_true(signer_sign(s, texts, 1000, out, &e));
		clock_gettime(CLOCK_MONOTONIC, &to);
		ms = (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
		best = ms < best ? ms : best;
	}
	print_message("1000 texts of 200 bytes: %.2f ms\n", best);
	assert_true(best < 1000);
	signer_stop(s);
}

static int
set_up(void **state)
{
	(void)state;
	folder = folder_make();
	(void)snprintf(path, sizeof path, "%s/instance.key", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_start_makes_a_key_and_the_next_finds_it),
		cmocka_unit_test(only_its_kinds_are_signed),
		cmocka_unit_test(a_batch_has_bounds),
		cmocka_unit_test(a_file_that_is_no_key_is_refused),
		cmocka_unit_test(web_never_has_the_seed),
		cmocka_unit_test(threads_sign_at_once),
		cmocka_unit_test(the_end_of_the_signer_is_seen),
		cmocka_unit_test(a_batch_costs_little_more_than_the_signing),
	};
	struct sandbox_state can;

	(void)alarm(60);
	sandbox_probe(&can);
	if (!can.seccomp || can.landlock == 0) {
		puts("skipped: this kernel has no Landlock or no seccomp");
		return 77;
	}
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static char got[1 << 20];

static void
open_pipe(void)
{
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	log_open(ends[1], "web");
}

/* All that was written since, as one text. */
static char *
take(void)
{
	size_t n = 0;
	ssize_t part;

	while ((part = read(ends[0], got + n, sizeof got - 1 - n)) > 0)
		n += (size_t)part;
	got[n] = '\0';
	return got;
}

static void
close_pipe(void)
{
	log_close();
	close(ends[0]);
	close(ends[1]);
}

static size_t
lines(const char *s)
{
	size_t n = 0;

	for (; (s = strchr(s, '\n')) != NULL; s++)
		n++;
	return n;
}

static void
a_line_is_one_json_object(void **state)
{
	static const char form[] = "^\\{\"time\":\"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z\","
	    "\"level\":\"info\",\"process\":\"web\",\"event\":\"started\",\"sandbox\":\"a \\\\\"b\\\\\" \\\\\\\\ c\","
	    "\"port\":-8080,\"tls\":true,\"proxy\":false\\}\n$";
	regex_t r;
	char day[20];
	time_t now = time(NULL);
	struct tm tm;

	(void)state;
	open_pipe();
	log_event(LOG_INFO, "started", (struct log_field[]){
		log_text("sandbox", "a \"b\" \\ c"), log_number("port", -8080), log_bool("tls", true),
		log_bool("proxy", false), { .name = NULL },
	});
	assert_int_equal(regcomp(&r, form, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&r, take(), 0, NULL, 0) != 0)
		fail_msg("%s", got);
	regfree(&r);
	gmtime_r(&now, &tm);
	(void)strftime(day, sizeof day, "%Y-%m-%dT%H", &tm);
	assert_memory_equal(got + 9, day, strlen(day));
	log_event(LOG_INFO, "ended", NULL);
	assert_non_null(strstr(take(), "\"event\":\"ended\"}\n"));
	close_pipe();
}

static void
an_err_is_told_without_what_people_gave(void **state)
{
	struct err e = { 0 };

	(void)state;
	open_pipe();
	(fail)(&e, ERR_IO, "POSIX 1", "%s: %s", "/srv/leman/reports/secret", strerror(ENOSPC));
	log_event(LOG_ERROR, "write_failed", (struct log_field[]){ log_err(&e), { .name = NULL } });
	assert_non_null(strstr(take(), "\"error\":\"?: No space left on device\",\"kind\":\"io\",\"rule\":\"POSIX 1\"}\n"));

	(fail)(&e, ERR_INPUT, NULL, "%zu bytes for %.*s, at most %d allowed", (size_t)12, 10, "0791234567", 8);
	log_event(LOG_ERROR, "refused", (struct log_field[]){ log_err(&e), { .name = NULL } });
	assert_non_null(strstr(take(), "\"error\":\"12 bytes for ?, at most 8 allowed\",\"kind\":\"input\"}\n"));
	(fail)(&e, ERR_INPUT, NULL, "%s", "0791234567");
	log_event(LOG_ERROR, "refused", (struct log_field[]){ log_err(&e), { .name = NULL } });
	assert_non_null(strstr(take(), "\"error\":\"?\","));
	close_pipe();
}

static void
a_line_has_a_bound(void **state)
{
	static char much[3 * LOG_LINE_MAX];

	(void)state;
	open_pipe();
	memset(much, '"', sizeof much - 1);
	log_event(LOG_INFO, "long", (struct log_field[]){
		log_number("kept", 1), log_text("left_out", much), log_number("after", 2), { .name = NULL },
	});
	assert_non_null(strstr(take(), "\"event\":\"long\",\"kept\":1,\"cut\":1}\n"));
	for (size_t n = LOG_LINE_MAX - 300; n < LOG_LINE_MAX; n++) {
		memset(much, 'x', n);
		much[n] = '\0';
		log_event(LOG_INFO, "long", (struct log_field[]){ log_text("t", much), { .name = NULL } });
		assert_true(strlen(take()) <= LOG_LINE_MAX);
		assert_string_equal(got + strlen(got) - 2, "}\n");
		assert_true((strstr(got, "xx") == NULL) == (strstr(got, "\"cut\":1") != NULL));
	}
	log_event(LOG_INFO, "odd", (struct log_field[]){ log_text("t", "\xff\x01"), { .name = NULL } });
	assert_non_null(strstr(take(), "\"t\":\"?\"}\n"));
	close_pipe();
}

static void
a_full_pipe_stops_nobody(void **state)
{
	size_t n;
	char want[40];

	(void)state;
	open_pipe();
	for (int i = 0; i < 5000; i++)
		log_event(LOG_INFO, "many", (struct log_field[]){ log_number("i", i), { .name = NULL } });
	n = lines(take());
	assert_true(n > 100 && n < 5000);
	log_event(LOG_INFO, "again", NULL);
	(void)snprintf(want, sizeof want, "\"event\":\"again\",\"dropped\":%zu}\n", 5000 - n);
	assert_non_null(strstr(take(), want));
	log_event(LOG_INFO, "again", NULL);
	assert_null(strstr(take(), "dropped"));
	close(ends[0]);
	log_event(LOG_INFO, "nobody", NULL);  /* SIGPIPE is ignored by every process of ours */
	close_pipe();
}

static void
the_same_error_is_told_so_often(void **state)
{
	(void)state;
	open_pipe();
	for (int i = 0; i < 1000; i++)
		log_event(LOG_ERROR, "again_and_again", NULL);
	log_event(LOG_ERROR, "another", NULL);
	for (int i = 0; i < 50; i++)
		log_event(LOG_INFO, "plain", NULL);
	assert_int_equal(lines(take()), LOG_SAME_MAX + 1 + 50);
	log_close();
	assert_non_null(strstr(take(), "\"event\":\"again_and_again\",\"untold\":990}\n"));
	assert_int_equal(lines(got), 1);
	log_event(LOG_ERROR, "closed", NULL);
	assert_int_equal(lines(take()), 0);
	close_pipe();
}

static void *
write_many(void *arg)
{
	for (int i = 0; i < 200; i++)
		log_event(LOG_INFO, "threads", (struct log_field[]){
			log_text("text", "0123456789012345678901234567890123456789"), log_number("i", i),
			log_number("thread", (intptr_t)arg), { .name = NULL },
		});
	return NULL;
}

static void
threads_do_not_mix_their_lines(void **state)
{
	char *folder = folder_make(), path[200];
	pthread_t threads[4];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/log", folder);
	ends[1] = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	ends[0] = open(path, O_RDONLY | O_CLOEXEC);
	log_open(ends[1], "web");
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, (void *)i), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(lines(take()), 800);
	for (char *line = got, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
		assert_true(memcmp(line, "{\"time\":", 8) == 0 && end[-1] == '}');
	close_pipe();
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_json_object),
		cmocka_unit_test(an_err_is_told_without_what_people_gave),
		cmocka_unit_test(a_line_has_a_bound),
		cmocka_unit_test(a_full_pipe_stops_nobody),
		cmocka_unit_test(the_same_error_is_told_so_often),
		cmocka_unit_test(threads_do_not_mix_their_lines),
	};

	(void)alarm(60);
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

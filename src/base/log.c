/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 1200, FAILURES_A_SECOND = 10 };

static int log_fd = STDERR_FILENO;
static enum log_level log_level = LOG_EVENTS;

static struct {
	pthread_mutex_t lock;
	time_t second;
	unsigned said, left_out;
} failures = { .lock = PTHREAD_MUTEX_INITIALIZER };

void
log_open(int fd, enum log_level level)
{
	log_fd = fd;
	log_level = level;
}

static void __attribute__((format(printf, 1, 2)))
line(const char *fmt, ...)
{
	char text[LINE], stamp[40];
	struct timespec now;
	struct tm tm;
	va_list ap;
	int n, m;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	(void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
	n = snprintf(text, sizeof text, "{\"at\":\"%s.%03ldZ\",", stamp, now.tv_nsec / 1000000);
	va_start(ap, fmt);
	m = vsnprintf(text + n, sizeof text - (size_t)n - 2, fmt, ap);
	va_end(ap);
	if (m < 0 || n + m > LINE - 3)
		return;  /* all that is said is bounded; nothing is better than half a line */
	memcpy(text + n + m, "}\n", 2);
	(void)!write(log_fd, text, (size_t)(n + m + 2));
}

/* In a string of JSON: err_text() holds no control character, but quotes it may. */
static void
quote(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s != '\0' && n + 3 < size; s++) {
		if (*s == '"' || *s == '\\')
			out[n++] = '\\';
		out[n++] = *s;
	}
	out[n] = '\0';
}

void
log_event(const char *what, const char *detail)
{
	char quoted[600];

	quote(detail ? detail : "", quoted, sizeof quoted);
	if (log_level >= LOG_EVENTS)
		line("\"event\":\"%s\",\"detail\":\"%s\"", what, quoted);
}

/* May one more be said this second? *left_out: since the last that was. */
static bool
failure_may(unsigned *left_out)
{
	time_t now = time(NULL);
	bool may;

	pthread_mutex_lock(&failures.lock);
	if (failures.second != now) {
		failures.second = now;
		failures.said = 0;
	}
	may = failures.said < FAILURES_A_SECOND;
	if (may) {
		failures.said++;
		*left_out = failures.left_out;
		failures.left_out = 0;
	} else {
		failures.left_out++;
	}
	pthread_mutex_unlock(&failures.lock);
	return may;
}

void
log_failure(const char *pattern, int status, const struct err *e)
{
	char quoted[800];
	unsigned left_out;

	if (!failure_may(&left_out))
		return;
	quote(err_text(e, LANG_EN).s, quoted, sizeof quoted);
	line("\"event\":\"failed\",\"row\":\"%s\",\"status\":%d,\"why\":\"%s\",\"left_out\":%u",
	    pattern, status, quoted, left_out);
}

void
log_request(const char *method, const char *pattern, int status, int64_t us)
{
	if (log_level >= LOG_REQUESTS)
		line("\"event\":\"request\",\"method\":\"%s\",\"row\":\"%s\",\"status\":%d,\"us\":%lld",
		    method, pattern, status, (long long)us);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 64,      /* that are counted apart; the rest share the last */
	ERRNO_MAX = 133,      /* the last that Linux has */
	TAIL = 80,            /* room kept for what ends a line */
	ERROR_TEXT = 600,
	TIME_TEXT = 96,       /* what the compiler cannot rule out */
};

static const char *const levels[] = { [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error" };

static const char *const kinds[ERR_COUNT] = {
	[ERR_NONE] = "none", [ERR_INPUT] = "input", [ERR_NOT_FOUND] = "not_found", [ERR_DENIED] = "denied",
	[ERR_CONFLICT] = "conflict", [ERR_TOO_BIG] = "too_big", [ERR_BUSY] = "busy", [ERR_IO] = "io",
	[ERR_MEMORY] = "memory", [ERR_UNKNOWN] = "unknown",
};

static struct {
	pthread_mutex_t lock;
	int fd;
	const char *process;
	uint64_t dropped;  /* lines that nobody could take */
	struct same { const char *event; time_t since; uint32_t told; uint64_t untold; } events[EVENTS_MAX];
} sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .process = "" };

/* A line being written. Past its end nothing is added, and is_cut says so. */
struct line { char s[LOG_LINE_MAX]; size_t n; bool is_cut; };

/* The whole of s, or nothing of it. */
static bool
line_add(struct line *l, str s)
{
	if (l->is_cut || s.n > sizeof l->s - TAIL - l->n) {
		l->is_cut = true;
		return false;
	}
	memcpy(l->s + l->n, s.p, s.n);
	l->n += s.n;
	return true;
}

/* RFC 8259 7. */
static void
line_quote(struct line *l, const char *text)
{
	str s = str_is_text(str_of(text)) ? str_of(text) : S("?");

	(void)line_add(l, S("\""));
	for (size_t i = 0; i < s.n; i++) {
		char escaped[8];

		if (s.p[i] == '"' || s.p[i] == '\\')
			(void)snprintf(escaped, sizeof escaped, "\\%c", s.p[i]);
		else if (s.p[i] == '\n')
			(void)snprintf(escaped, sizeof escaped, "\\n");
		else
			(void)snprintf(escaped, sizeof escaped, "%c", s.p[i]);
		(void)line_add(l, str_of(escaped));
	}
	(void)line_add(l, S("\""));
}

static void
line_number(struct line *l, int64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%lld", (long long)v);
	(void)line_add(l, str_of(text));
}

static bool
is_system_text(const char *s)
{
	for (int i = 1; i <= ERRNO_MAX; i++) {
		char text[120];

		/* The GNU form: a text of its own, or one in the buffer. */
		if (strcmp(strerror_r(i, text, sizeof text), s) == 0)
			return true;
	}
	return false;
}

/* The msgid, filled with what may be told. */
static void
err_tell(const struct err *e, char out[ERROR_TEXT])
{
	static const struct { const char *text; bool is_number; } takes[] = {
		{ "%.*s", false }, { "%s", false }, { "%d", true }, { "%zu", true }, { "%lld", true }, { "%llu", true },
	};
	const char *p = e->id ? e->id : "", *next;
	size_t n = 0;

	out[0] = '\0';
	for (size_t arg = 0; (next = strchr(p, '%')) != NULL && arg < ERR_ARGS && n < ERROR_TEXT; arg++) {
		bool is_told = strncmp(next, "%s", 2) == 0 && is_system_text(e->args[arg]);
		size_t skip = 1;

		for (size_t i = 0; i < sizeof takes / sizeof *takes; i++)
			if (strncmp(next, takes[i].text, strlen(takes[i].text)) == 0) {
				is_told = is_told || takes[i].is_number;
				skip = strlen(takes[i].text);
			}
		n += (size_t)snprintf(out + n, ERROR_TEXT - n, "%.*s%s", (int)(next - p), p,
		    is_told ? e->args[arg] : "?");
		p = next + skip;
	}
	if (n < ERROR_TEXT)
		(void)snprintf(out + n, ERROR_TEXT - n, "%s", p);
}

static void
line_name(struct line *l, const char *name)
{
	(void)line_add(l, S(","));
	line_quote(l, name);
	(void)line_add(l, S(":"));
}

static void
line_field(struct line *l, const struct log_field *f)
{
	char text[ERROR_TEXT];

	line_name(l, f->name);
	switch (f->type) {
	case LOG_TEXT:   line_quote(l, f->text); break;
	case LOG_NUMBER: line_number(l, f->number); break;
	case LOG_BOOL:   (void)line_add(l, f->number != 0 ? S("true") : S("false")); break;
	case LOG_ERR:
		err_tell(f->err, text);
		line_quote(l, text);
		line_name(l, "kind");
		line_quote(l, kinds[f->err->kind]);
		if (f->err->rule != NULL) {
			line_name(l, "rule");
			line_quote(l, f->err->rule);
		}
		break;
	}
}

/* By hand: gmtime() opens the file of the time zone, which a sandbox forbids.
 * Days to a date of the Gregorian calendar, in years that begin in March. */
static void
time_write(char out[TIME_TEXT], struct timespec t)
{
	int64_t days = t.tv_sec / 86400, second = t.tv_sec % 86400;
	int64_t z = days + 719468, era = z / 146097, of_era = z % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * month + 2) / 5 + 1;

	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	(void)snprintf(out, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)(year % 10000), (int)month, (int)day,
	    (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), (int)(t.tv_nsec / 1000000));
}

static void
line_start(struct line *l, struct timespec now, enum log_level level, const char *event)
{
	char time[TIME_TEXT];

	time_write(time, now);
	l->n = 0;
	l->is_cut = false;
	(void)line_add(l, S("{\"time\":"));
	line_quote(l, time);
	line_name(l, "level");
	line_quote(l, levels[level]);
	line_name(l, "process");
	line_quote(l, sink.process);
	line_name(l, "event");
	line_quote(l, event);
}

/* A pipe that can be written to takes a page at once, and a line is less. */
static bool
line_send(struct line *l)
{
	struct pollfd p = { .fd = sink.fd, .events = POLLOUT };

	memcpy(l->s + l->n, "}\n", 2);
	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0
	    && write(sink.fd, l->s, l->n + 2) == (ssize_t)(l->n + 2);
}

/* The tail of a line always has room: TAIL. */
static void
line_count(struct line *l, const char *name, uint64_t n)
{
	if (n > 0)
		l->n += (size_t)snprintf(l->s + l->n, 40, ",\"%s\":%llu", name, (unsigned long long)n);
}

static struct same *
same_find(const char *event)
{
	size_t i = 0;

	while (i < EVENTS_MAX - 1 && sink.events[i].event != NULL && strcmp(sink.events[i].event, event) != 0)
		i++;
	if (sink.events[i].event == NULL)
		sink.events[i].event = event;
	return &sink.events[i];
}

/* Whether it may be told; *untold: how many before it were not. */
static bool
same_pass(const char *event, time_t now, uint64_t *untold)
{
	struct same *s = same_find(event);

	if (s->told == 0 || now - s->since >= LOG_SAME_SECONDS || now < s->since) {
		s->since = now;
		s->told = 0;
	}
	if (s->told == LOG_SAME_MAX) {
		s->untold++;
		return false;
	}
	s->told++;
	*untold = s->untold;
	s->untold = 0;
	return true;
}

static void
finish(struct line *l, uint64_t untold)
{
	bool is_cut = l->is_cut;

	line_count(l, "untold", untold);
	line_count(l, "dropped", sink.dropped);
	line_count(l, "cut", is_cut);
	sink.dropped = line_send(l) ? 0 : sink.dropped + 1;
}

void
log_open(int fd, const char *process)
{
	pthread_mutex_lock(&sink.lock);
	sink.fd = fd;
	sink.process = process;
	sink.dropped = 0;
	memset(sink.events, 0, sizeof sink.events);
	pthread_mutex_unlock(&sink.lock);
}

void
log_event(enum log_level level, const char *event, const struct log_field *fields)
{
	struct timespec now;
	struct line l;
	uint64_t untold = 0;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	pthread_mutex_lock(&sink.lock);
	if (sink.fd != -1 && (level == LOG_INFO || same_pass(event, now.tv_sec, &untold))) {
		line_start(&l, now, level, event);
		for (const struct log_field *f = fields; f != NULL && f->name != NULL; f++) {
			size_t before = l.n;

			line_field(&l, f);
			if (l.is_cut) {  /* a field is there whole, or not at all */
				l.n = before;
				break;
			}
		}
		finish(&l, untold);
	}
	pthread_mutex_unlock(&sink.lock);
}

void
log_close(void)
{
	struct timespec now;
	struct line l;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	pthread_mutex_lock(&sink.lock);
	for (size_t i = 0; i < EVENTS_MAX; i++)
		if (sink.fd != -1 && sink.events[i].untold > 0) {
			line_start(&l, now, LOG_WARNING, sink.events[i].event);
			finish(&l, sink.events[i].untold);
			sink.events[i].untold = 0;
		}
	sink.fd = -1;
	pthread_mutex_unlock(&sink.lock);
}

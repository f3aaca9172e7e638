/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"

#include "base/base64.h"

enum { BYTES = 48, CHARS = 64, LINES = 64, SPACES_MAX = 1024 };

static const char rule[] = "RFC 7468 3, strict, as C2SP age has it";
static const str begin_line = STR("-----BEGIN AGE ENCRYPTED FILE-----");
static const str end_line = STR("-----END AGE ENCRYPTED FILE-----");

struct age_armor {
	struct age_sink sink;
	bool over;
	size_t n, made;                /* bytes that wait in line; characters in out */
	uint8_t line[BYTES];
	char out[(CHARS + 1) * LINES];
};

static bool
line_write(struct age_armor *m, const uint8_t *bytes, size_t n, struct err *e)
{
	m->made += base64_write(bytes, n, BASE64_PADDED, m->out + m->made);
	m->out[m->made++] = '\n';
	if (m->made < sizeof m->out)
		return true;
	m->made = 0;
	return m->sink.take(m->sink.to, (str){ m->out, sizeof m->out }, e);
}

bool
age_armor_start(struct age_sink sink, struct arena *a, struct age_armor **out, struct err *e)
{
	struct age_armor *m = ARENA_NEW(a, struct age_armor, 1);

	if (m == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *m);
	m->sink = sink;
	*out = m;
	return sink.take(sink.to, begin_line, e) && sink.take(sink.to, S("\n"), e);
}

bool
age_armor_write(struct age_armor *m, str bytes, struct err *e)
{
	if (m->over)
		return fail(e, ERR_INPUT, NULL, "the sealed file has ended already");
	while (bytes.n > 0) {
		size_t n = BYTES - m->n < bytes.n ? BYTES - m->n : bytes.n;
		const uint8_t *from = (const uint8_t *)bytes.p;

		if (m->n > 0 || n < BYTES) {
			memcpy(m->line + m->n, bytes.p, n);
			m->n += n;
			from = m->line;
		}
		bytes = (str){ bytes.p + n, bytes.n - n };
		if (m->n > 0 && m->n < BYTES)
			continue;
		m->n = 0;
		if (!line_write(m, from, BYTES, e)) {
			m->over = true;
			return false;
		}
	}
	return true;
}

bool
age_armor_end(struct age_armor *m, struct err *e)
{
	if (m->over)
		return fail(e, ERR_INPUT, NULL, "the sealed file has ended already");
	m->over = true;
	if (m->n > 0 && !line_write(m, m->line, m->n, e))
		return false;
	return (m->made == 0 || m->sink.take(m->sink.to, (str){ m->out, m->made }, e))
	    && m->sink.take(m->sink.to, end_line, e) && m->sink.take(m->sink.to, S("\n"), e);
}

void
age_unarmor_start(struct age_unarmor *u, struct age_sink sink)
{
	u->sink = sink;
	u->state = UNARMOR_BEFORE;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* White space before and after, and nothing else. */
static bool
outside_take(struct age_unarmor *u, str *text, struct err *e)
{
	for (; text->n > 0 && is_space(text->p[0]); text->p++, text->n--)
		if (u->spaces++ == SPACES_MAX)
			return fail(e, ERR_INPUT, rule,
			    "more than %d characters of white space around the armor", SPACES_MAX);
	if (text->n > 0 && u->state == UNARMOR_AFTER)
		return fail(e, ERR_INPUT, rule, "text after the line \"%.*s\"", STR_ARG(end_line));
	if (text->n > 0)
		u->state = UNARMOR_BEGIN;
	return true;
}

static bool
out_pass(struct age_unarmor *u, struct err *e)
{
	size_t n = u->made;

	u->made = 0;
	return n == 0 || u->sink.take(u->sink.to, str_bytes(u->out, n), e);
}

static bool
body_line(struct age_unarmor *u, str line, struct err *e)
{
	size_t n;

	if (line.n == 0 || line.n > CHARS)
		return fail(e, ERR_INPUT, rule, "a line of %zu characters in the armor, where 1 to 64 stand", line.n);
	if (u->state == UNARMOR_LAST)
		return fail(e, ERR_INPUT, rule,
		    "a line after the armor's last: only the last is short or ends in \"=\"");
	if (!base64_read(line, BASE64_PADDED, u->out + u->made, BYTES, &n))
		return fail(e, ERR_INPUT, rule, "a line of the armor is not base64 in its one right form");
	if (n < BYTES)
		u->state = UNARMOR_LAST;
	u->made += n;
	return u->made + BYTES <= sizeof u->out || out_pass(u, e);
}

static bool
line_take(struct age_unarmor *u, str line, struct err *e)
{
	if (u->state == UNARMOR_BEGIN) {
		u->state = UNARMOR_BODY;
		return str_eq(line, begin_line)
		    || fail(e, ERR_INPUT, rule, "neither an age file nor its armor, which begins with \"%.*s\"",
		        STR_ARG(begin_line));
	}
	if (!str_eq(line, end_line))
		return body_line(u, line, e);
	u->state = UNARMOR_AFTER;
	return out_pass(u, e);
}

/* A line with its end, which is the same throughout. */
static bool
line_end(struct age_unarmor *u, str line, struct err *e)
{
	bool crlf = line.n >= 2 && line.p[line.n - 2] == '\r';

	if (u->state == UNARMOR_BEGIN)
		u->crlf = crlf;
	if (crlf != u->crlf)
		return fail(e, ERR_INPUT, rule, "lines of the armor end in different ways");
	return line_take(u, (str){ line.p, line.n - 1 - crlf }, e);
}

/* Bytes up to the end of a line, or up to what a line may have. */
static bool
part_take(struct age_unarmor *u, str *text, struct err *e)
{
	size_t room = sizeof u->line - u->n, n = room < text->n ? room : text->n;
	const char *end = memchr(text->p, '\n', n);

	n = end != NULL ? (size_t)(end - text->p) + 1 : n;
	memcpy(u->line + u->n, text->p, n);
	u->n += n;
	*text = (str){ text->p + n, text->n - n };
	if (end == NULL && u->n == sizeof u->line)
		return u->state == UNARMOR_BEGIN ? line_take(u, (str){ u->line, u->n }, e)
		    : fail(e, ERR_INPUT, rule, "a line of more than 64 characters in the armor");
	n = u->n;
	if (end == NULL)
		return true;
	u->n = 0;
	return line_end(u, (str){ u->line, n }, e);
}

bool
age_unarmor_write(struct age_unarmor *u, str text, struct err *e)
{
	while (text.n > 0) {
		size_t full = CHARS + 1 + u->crlf;

		if (u->state == UNARMOR_BEFORE || u->state == UNARMOR_AFTER) {
			if (!outside_take(u, &text, e))
				return false;
		} else if (u->state == UNARMOR_BODY && u->n == 0 && text.n >= full && text.p[full - 1] == '\n'
		    && memchr(text.p, '\n', full - 1) == NULL) {
			if (!line_end(u, (str){ text.p, full }, e))  /* from where it stands, not copied */
				return false;
			text = (str){ text.p + full, text.n - full };
		} else if (!part_take(u, &text, e)) {
			return false;
		}
	}
	return true;
}

bool
age_unarmor_end(struct age_unarmor *u, struct err *e)
{
	str line = { u->line, u->n };  /* the last one may lack its end */

	if (line.n > 0 && (u->state == UNARMOR_BEGIN || str_eq(line, end_line)) && !line_take(u, line, e))
		return false;
	return u->state == UNARMOR_AFTER
	    || fail(e, ERR_INPUT, rule, "the armor ends without its line \"%.*s\"", STR_ARG(end_line));
}

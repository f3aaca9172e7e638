/* SPDX-License-Identifier: Apache-2.0 */
#include "web/multipart.h"

#include <stdio.h>

static const char rule[] = "RFC 7578 4";

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Does s begin with the lower-case text, in any case? Cuts it off then. */
static bool
cut_prefix(str *s, str text)
{
	if (s->n < text.n)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (lower(s->p[i]) != text.p[i])
			return false;
	*s = (str){ s->p + text.n, s->n - text.n };
	return true;
}

/* The value of the parameter key ("name=") in a header's value, quotes taken off. */
static bool
parameter(str value, str key, str *out)
{
	for (size_t i = 0; i < value.n; i++) {
		str rest = { value.p + i, value.n - i };

		if (i > 0 && value.p[i - 1] != ' ' && value.p[i - 1] != ';' && value.p[i - 1] != '\t')
			continue;
		if (!cut_prefix(&rest, key))
			continue;
		if (rest.n > 0 && rest.p[0] == '"') {
			rest = (str){ rest.p + 1, rest.n - 1 };
			return str_cut(&rest, '"', out);
		}
		for (*out = (str){ rest.p, 0 }; out->n < rest.n && rest.p[out->n] != ';'; out->n++)
			;
		return true;
	}
	return false;
}

bool
multipart_begin(struct multipart *m, str content_type,
    void (*take)(void *to, const struct multipart_part *part, str piece, bool is_end), void *to, struct err *e)
{
	str boundary;

	*m = (struct multipart){ .take = take, .to = to };
	if (!parameter(content_type, S("boundary="), &boundary) || boundary.n == 0 || boundary.n > MULTIPART_BOUNDARY)
		return fail(e, ERR_INPUT, "RFC 2046 5.1.1", "a boundary of 1 to 70 characters is missing");
	m->mark_n = (size_t)snprintf(m->mark, sizeof m->mark, "\r\n--%.*s", STR_ARG(boundary));
	m->matched = 2;  /* the first boundary may stand at the very start, without a line end */
	return true;
}

static void
head_read(struct multipart *m)
{
	str head = { m->head, m->head_n }, line;
	bool found = false;

	m->part = (struct multipart_part){ 0 };
	while (str_cut(&head, '\n', &line)) {
		str file;

		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (!cut_prefix(&line, S("content-disposition:")))
			continue;
		found = parameter(line, S("name="), &m->part.name);
		m->part.is_file = parameter(line, S("filename="), &file) || parameter(line, S("filename*="), &file);
	}
	if (!found)
		fail(&m->err, ERR_INPUT, "RFC 7578 4.2", "a part without the name of its field");
	else if (++m->parts > MULTIPART_PARTS)
		fail(&m->err, ERR_INPUT, rule, "more than %d parts", MULTIPART_PARTS);
}

/* After the boundary: CR LF begins a part's head, "--" ends the form. */
static void
after_boundary(struct multipart *m, char c)
{
	m->head[m->head_n++] = c;
	if (m->head_n < 2)
		return;
	if (m->head[0] == '-' && m->head[1] == '-')
		m->at = MULTIPART_END;
	else if (m->head[0] == '\r' && m->head[1] == '\n')
		m->at = MULTIPART_IN_HEAD;
	else
		fail(&m->err, ERR_INPUT, "RFC 2046 5.1.1", "a boundary is followed by neither a line end nor --");
	m->head_n = 0;
}

static void
in_head(struct multipart *m, char c)
{
	if (m->head_n == MULTIPART_HEAD) {
		fail(&m->err, ERR_TOO_BIG, rule, "the head of a part is longer than %d bytes", MULTIPART_HEAD);
		return;
	}
	m->head[m->head_n++] = c;
	if ((m->head_n >= 4 && memcmp(m->head + m->head_n - 4, "\r\n\r\n", 4) == 0)
	    || (m->head_n == 2 && memcmp(m->head, "\r\n", 2) == 0)) {
		head_read(m);
		m->at = MULTIPART_IN_BODY;
		m->matched = 0;
	}
}

static void
hand_on(struct multipart *m, str piece, bool is_end)
{
	if (m->at == MULTIPART_IN_BODY && (piece.n > 0 || is_end))
		m->take(m->to, &m->part, piece, is_end);
}

/* Text up to the mark; how many of bytes it was. A CR stands in the mark at its
 * start alone, so after a mismatch the search goes on at this very byte. */
static size_t
in_text(struct multipart *m, str bytes)
{
	size_t from = 0, i = 0;

	while (i < bytes.n) {
		if (m->matched == 0) {
			const char *cr = memchr(bytes.p + i, '\r', bytes.n - i);

			if (cr == NULL) {
				i = bytes.n;
				break;
			}
			i = (size_t)(cr - bytes.p);
			hand_on(m, (str){ bytes.p + from, i - from }, false);
			from = i;
		}
		if (bytes.p[i] == m->mark[m->matched]) {
			i++;
			if (++m->matched == m->mark_n) {
				hand_on(m, (str){ 0 }, true);
				m->at = MULTIPART_AFTER;
				m->head_n = m->matched = 0;
				return i;
			}
			if (i == bytes.n)
				return i;  /* the rest of the mark may come with the next bytes */
			continue;
		}
		/* What looked like the mark was text. Its first part may have come earlier. */
		if (m->at == MULTIPART_IN_BODY)
			hand_on(m, (str){ m->mark, m->matched }, false);
		m->matched = 0;
		from = i;
	}
	if (m->matched == 0)
		hand_on(m, (str){ bytes.p + from, i - from }, false);
	return i;
}

void
multipart_take(struct multipart *m, str bytes)
{
	while (bytes.n > 0 && m->err.kind == ERR_NONE && m->at != MULTIPART_END) {
		size_t n = 1;

		if (m->at == MULTIPART_AFTER)
			after_boundary(m, bytes.p[0]);
		else if (m->at == MULTIPART_IN_HEAD)
			in_head(m, bytes.p[0]);
		else
			n = in_text(m, bytes);
		bytes = (str){ bytes.p + n, bytes.n - n };
	}
}

bool
multipart_end(struct multipart *m, struct err *e)
{
	if (m->err.kind == ERR_NONE && m->at != MULTIPART_END)
		fail(&m->err, ERR_INPUT, rule, "the form ends in the middle: it was cut off, send it again");
	if (m->err.kind != ERR_NONE)
		*e = m->err;
	return m->err.kind == ERR_NONE;
}

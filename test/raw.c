/* SPDX-License-Identifier: Apache-2.0 */
#include "raw.h"

#include "base/buf.h"
#include "support.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

bool
raw_has(str text, const char *what)
{
	return memmem(text.p, text.n, what, strlen(what)) != NULL;
}

str
raw_header(const struct raw_answer *an, const char *name)
{
	size_t n = strlen(name);
	str rest = an->head, line;

	while (str_cut(&rest, '\n', &line))
		if (line.n > n + 2 && strncasecmp(line.p, name, n) == 0 && line.p[n] == ':')
			return (str){ line.p + n + 2, line.n - n - 3 };
	return (str){ 0 };
}

bool
raw_send(int fd, str text)
{
	while (text.n > 0) {
		ssize_t put = send(fd, text.p, text.n, MSG_NOSIGNAL);

		if (put <= 0)
			return false;
		text = (str){ text.p + put, text.n - (size_t)put };
	}
	return true;
}

/* The head is whole: how many bytes the answer has in all. */
static size_t
whole_size(const struct buf *b, const char *end, bool is_head, struct raw_answer *out)
{
	str length;

	out->head = (str){ b->p, (size_t)(end + 2 - b->p) };
	length = raw_header(out, "Content-Length");
	return out->head.n + 2 + (is_head || length.p == NULL ? 0 : strtoul(length.p, NULL, 10));
}

void
raw_read(int fd, bool is_head, int ms, struct arena *a, struct raw_answer *out)
{
	struct buf b = { .arena = a };
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	size_t want = SIZE_MAX, head_n = 0;
	char piece[65536], *end;
	ssize_t got;

	*out = (struct raw_answer){ .status = -1 };
	while (b.n < want && poll(&wait, 1, ms) == 1 && (got = recv(fd, piece, sizeof piece, 0)) > 0) {
		buf_add(&b, piece, (size_t)got);
		if (want == SIZE_MAX && (end = memmem(b.p, b.n, "\r\n\r\n", 4)) != NULL) {
			want = whole_size(&b, end, is_head, out);
			head_n = out->head.n;
		}
	}
	if (want == SIZE_MAX || b.n < want || b.bad)
		return;
	out->head = (str){ b.p, head_n };
	out->body = (str){ b.p + head_n + 2, want - head_n - 2 };
	if (sscanf(b.p, "HTTP/1.%*d %d", &out->status) != 1)
		out->status = -1;
}

void
raw_ask(int port, str text, bool is_head, int ms, struct arena *a, struct raw_answer *out)
{
	int fd = http_connect(port);

	(void)raw_send(fd, text);  /* it may answer before it has read all */
	raw_read(fd, is_head, ms, a, out);
	close(fd);
}

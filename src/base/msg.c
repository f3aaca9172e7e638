/* SPDX-License-Identifier: Apache-2.0 */
#include "base/msg.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 4, ID_MAX = 400 };

/* Room for one descriptor. The kernel rounds it up, so that two may arrive. */
union control { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; };

int64_t
msg_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The moment after which nothing is waited for. */
static int64_t end_of(int ms) { return ms < 0 ? INT64_MAX : msg_now() + ms; }

/* Called where a transfer would block. */
static bool
await(int fd, short events, int64_t end, struct err *e)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = end == INT64_MAX ? -1 : end - msg_now();
		int n;

		if (end != INT64_MAX && left <= 0)
			return fail(e, ERR_BUSY, NULL, "another process of the server took too long");
		if ((n = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left)) > 0)
			return true;
		if (n == -1 && errno != EINTR)
			return fail(e, ERR_IO, NULL, "a message: %s", strerror(errno));
	}
}

static bool
closed(struct err *e)
{
	return fail(e, ERR_NOT_FOUND, NULL, "the other process has ended");
}

bool
msg_pair(int ends[2], struct err *e)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0
	    || fail(e, ERR_IO, NULL, "a message: %s", strerror(errno));
}

bool
msg_send(int to, str bytes, int passed, int ms, struct err *e)
{
	union control control = { 0 };
	uint32_t n = (uint32_t)bytes.n;
	uint8_t head[HEAD] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
	struct iovec parts[2] = { { head, HEAD }, { (void *)(uintptr_t)bytes.p, bytes.n } };
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	int64_t end = end_of(ms);

	if (bytes.n > MSG_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%zu bytes, at most %d allowed", bytes.n, MSG_MAX);
	if (passed != -1) {
		struct cmsghdr *c;

		m.msg_control = control.bytes;
		m.msg_controllen = sizeof control.bytes;
		c = CMSG_FIRSTHDR(&m);
		*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		    .cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(c), &passed, sizeof(int));
	}
	while (parts[0].iov_len + parts[1].iov_len > 0) {
		ssize_t put = sendmsg(to, &m, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1 && errno == EAGAIN) {
			if (!await(to, POLLOUT, end, e))
				return false;
			continue;
		}
		if (put == -1)
			return errno == EPIPE || errno == ECONNRESET ? closed(e)
			    : fail(e, errno == EBADF ? ERR_INPUT : ERR_IO, NULL, "a message: %s", strerror(errno));
		m.msg_control = NULL;  /* it went with the first byte */
		m.msg_controllen = 0;
		for (int i = 0; i < 2; i++) {
			size_t part = (size_t)put < parts[i].iov_len ? (size_t)put : parts[i].iov_len;

			parts[i].iov_base = (char *)parts[i].iov_base + part;
			parts[i].iov_len -= part;
			put -= (ssize_t)part;
		}
	}
	return true;
}

/* The descriptors that came with m: the first goes to *passed, any other is
 * closed. False when there were more than were asked for. */
static bool
control_take(struct msghdr *m, int *passed)
{
	bool ok = (m->msg_flags & MSG_CTRUNC) == 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		size_t n = c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS
		    ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (*passed == -1) {
				*passed = fd;
			} else {
				close(fd);
				ok = false;
			}
		}
	}
	return ok;
}

/* Exactly n bytes. *passed may become a descriptor even where this fails;
 * passed NULL: none is taken. is_head: the stream may end here. */
static bool
receive_all(int from, char *to, size_t n, bool is_head, int64_t end, int *passed, struct err *e)
{
	size_t have = 0;

	while (have < n) {
		union control control;
		struct iovec part = { to + have, n - have };
		struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
		ssize_t got;

		if (passed != NULL) {
			m.msg_control = control.bytes;
			m.msg_controllen = sizeof control.bytes;
		}
		got = recvmsg(from, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1 && errno == EAGAIN) {
			if (!await(from, POLLIN, end, e))
				return false;
			continue;
		}
		if (got == 0 || (got == -1 && errno == ECONNRESET))
			return is_head && have == 0 ? closed(e)
			    : fail(e, ERR_IO, NULL, "the other process ended within a message");
		if (got == -1)
			return fail(e, ERR_IO, NULL, "a message: %s", strerror(errno));
		if (passed != NULL ? !control_take(&m, passed) : (m.msg_flags & MSG_CTRUNC) != 0)
			return fail(e, ERR_INPUT, NULL, "a message with a descriptor that was not asked for");
		have += (size_t)got;
	}
	return true;
}

bool
msg_receive(int from, size_t max, int ms, struct arena *a, str *out, int *passed, struct err *e)
{
	uint8_t head[HEAD];
	int64_t end = end_of(ms);
	int fd = -1;
	size_t n;
	char *p;

	if (!receive_all(from, (char *)head, HEAD, true, end, passed ? &fd : NULL, e))
		goto failed;
	n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	if (n > max || n > MSG_MAX) {
		fail(e, ERR_TOO_BIG, NULL, "%zu bytes, at most %zu allowed", n, max < MSG_MAX ? max : MSG_MAX);
		goto failed;
	}
	if ((p = arena_alloc(a, n + 1)) == NULL) {
		fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", n);
		goto failed;
	}
	if (!receive_all(from, p, n, false, end, NULL, e))
		goto failed;
	*out = (str){ p, n };
	if (passed != NULL)
		*passed = fd;
	return true;
failed:
	if (fd != -1)
		close(fd);
	return false;
}

void
msg_put_u32(struct buf *b, uint32_t v)
{
	buf_add(b, (char[]){ (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v }, 4);
}

void
msg_put_str(struct buf *b, str s)
{
	b->bad = b->bad || s.n > UINT32_MAX;
	msg_put_u32(b, (uint32_t)s.n);
	buf_str(b, s);
}

void
msg_put_err(struct buf *b, const struct err *e)
{
	msg_put_u32(b, (uint32_t)e->kind);
	msg_put_str(b, str_fit(str_of(e->id), ID_MAX));
	msg_put_str(b, str_fit(str_of(e->rule), MSG_RULE_MAX));
	for (size_t i = 0; i < ERR_ARGS; i++)
		msg_put_str(b, str_of(e->args[i]));
}

uint32_t
msg_get_u32(struct msg_reader *r)
{
	const uint8_t *p = (const uint8_t *)r->rest.p;

	if ((r->bad = r->bad || r->rest.n < 4))
		return 0;
	r->rest = (str){ r->rest.p + 4, r->rest.n - 4 };
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

str
msg_get_str(struct msg_reader *r, size_t max)
{
	size_t n = msg_get_u32(r);
	str s = { r->rest.p, n };

	if ((r->bad = r->bad || n > max || n > r->rest.n))
		return (str){ 0 };
	r->rest = (str){ r->rest.p + n, r->rest.n - n };
	return s;
}

bool msg_is_read(const struct msg_reader *r) { return !r->bad && r->rest.n == 0; }

static int
word_compare(const void *key, const void *row)
{
	const str *id = key;
	const struct word *w = row;
	int by = strncmp(id->p, w->id, id->n);

	return by != 0 || w->id[id->n] == '\0' ? by : -1;
}

/* Could fail() have been called with it? The texts of views are in words too. */
static bool
is_format(const char *id)
{
	static const char *const takes[] = { "%.*s", "%s", "%d", "%zu", "%lld", "%llu" };
	size_t n = 0;

	for (const char *p = id; (p = strchr(p, '%')) != NULL; n++) {
		size_t i = 0;

		while (i < sizeof takes / sizeof *takes && strncmp(p, takes[i], strlen(takes[i])) != 0)
			i++;
		if (i == sizeof takes / sizeof *takes)
			return false;
		p += strlen(takes[i]);
	}
	return n <= ERR_ARGS;
}

/* The program's own pointer for the msgid in text, or NULL: every text of ours
 * has its row in some language. */
static const char *
id_find(str text)
{
	if (text.n > 0 && memchr(text.p, '\0', text.n) == NULL)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			const struct word *w = words[lang].n == 0 ? NULL
			    : bsearch(&text, words[lang].rows, words[lang].n, sizeof *w, word_compare);

			if (w != NULL)
				return is_format(w->id) ? w->id : NULL;
		}
	return NULL;
}

/* Foreign bytes as fail() keeps them; and ASCII alone where they are not UTF-8. */
static void
arg_take(struct err *e, size_t i, str foreign)
{
	struct err clean;

	fail(&clean, ERR_IO, NULL, "%.*s", STR_ARG(foreign));
	if (!str_is_text(str_of(clean.args[0])))
		for (char *p = clean.args[0]; *p != '\0'; p++)
			*p = (unsigned char)*p > '~' ? '?' : *p;
	memcpy(e->args[i], clean.args[0], ERR_ARG_MAX);
}

void
msg_get_err(struct msg_reader *r, struct arena *a, struct err *out)
{
	uint32_t kind = msg_get_u32(r);
	str id = msg_get_str(r, ID_MAX), rule = msg_get_str(r, MSG_RULE_MAX), kept;
	const char *known = id_find(id);
	struct err ignored;

	r->bad = r->bad || kind == ERR_NONE || kind >= ERR_COUNT;
	*out = (struct err){ .kind = r->bad ? ERR_IO : (enum err_kind)kind, .id = known ? known : "%s" };
	if (known == NULL)
		arg_take(out, 0, id);
	for (size_t i = 0; i < ERR_ARGS; i++) {
		str arg = msg_get_str(r, ERR_ARG_MAX - 1);

		if (known != NULL)
			arg_take(out, i, arg);
	}
	if (rule.n > 0 && str_is_text(rule) && memchr(rule.p, '\n', rule.n) == NULL
	    && arena_copy(a, rule, &kept, &ignored))
		out->rule = kept.p;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/msg.h"
#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUDGET = 64 << 20 };

struct big { int fd; char *bytes; size_t n; bool ok; };

/* A message of many socket buffers needs a reader beside it. */
static void *
big_send(void *arg)
{
	struct big *b = arg;
	struct err e;

	b->ok = msg_send(b->fd, (str){ b->bytes, b->n }, -1, 10000, &e);
	return NULL;
}

static void
messages_arrive_whole_and_in_order(void **state)
{
	static const size_t sizes[] = { 0, 1, 3, 4, 5, 200000, MSG_MAX };
	struct arena a;
	struct err e = { 0 };
	int ends[2];
	str got;

	(void)state;
	assert_true(msg_pair(ends, &e));
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct big b = { .fd = ends[0], .bytes = test_malloc(sizes[i] + 1), .n = sizes[i] };
		pthread_t thread;

		memset(b.bytes, (int)('a' + i), b.n);
		arena_init(&a, BUDGET);
		assert_int_equal(pthread_create(&thread, NULL, big_send, &b), 0);
		if (!msg_receive(ends[1], MSG_MAX, 10000, &a, &got, NULL, &e))
			fail_msg("%zu bytes: %s", sizes[i], err_text(&e, LANG_EN).s);
		pthread_join(thread, NULL);
		assert_true(b.ok);
		assert_int_equal(got.n, b.n);
		assert_memory_equal(got.p, b.bytes, b.n);
		test_free(b.bytes);
		arena_free(&a);
	}
	close(ends[0]);
	close(ends[1]);
}

/* What a peer may put on the wire by itself, and the answer to it. */
static void
broken_streams_are_refused(void **state)
{
	static const struct { const char *what; str wire; enum err_kind kind; } cases[] = {
		{ "nothing",            STR(""),                         ERR_NOT_FOUND },
		{ "half a head",        STR("\0\0"),                     ERR_IO },
		{ "a head alone",       STR("\0\0\0\5"),                 ERR_IO },
		{ "cut bytes",          STR("\0\0\0\5abcd"),             ERR_IO },
		{ "one over the bound", STR("\0\0\0\11abcdefghi"),       ERR_TOO_BIG },
		{ "four gigabytes",     STR("\377\377\377\377abc"),      ERR_TOO_BIG },
		{ "just the bound",     STR("\0\0\0\10abcdefgh"),        ERR_NONE },
		{ "an empty one",       STR("\0\0\0\0"),                 ERR_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct err e = { 0 };
		int ends[2];
		str got;
		bool ok;

		arena_init(&a, 1000);
		assert_true(msg_pair(ends, &e));
		assert_int_equal(write(ends[0], cases[i].wire.p, cases[i].wire.n), cases[i].wire.n);
		close(ends[0]);
		ok = msg_receive(ends[1], 8, 1000, &a, &got, NULL, &e);
		if (ok != (cases[i].kind == ERR_NONE) || e.kind != cases[i].kind)
			fail_msg("%s: kind %d", cases[i].what, (int)e.kind);
		if (e.kind == ERR_TOO_BIG)
			assert_int_equal(a.used, 0);
		close(ends[1]);
		arena_free(&a);
	}
}

static void
waiting_ends_in_time(void **state)
{
	struct arena a;
	struct err e = { 0 };
	struct timespec from, to;
	int ends[2];
	str got;
	static char much[4 << 20];

	(void)state;
	arena_init(&a, 1000);
	assert_true(msg_pair(ends, &e));
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_false(msg_receive(ends[1], 100, 50, &a, &got, NULL, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(write(ends[0], "\0\0\0\5ab", 6), 6);  /* a slow one does not stretch it */
	assert_false(msg_receive(ends[1], 100, 50, &a, &got, NULL, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_false(msg_send(ends[0], (str){ much, sizeof much }, -1, 50, &e));  /* nobody reads */
	assert_int_equal(e.kind, ERR_BUSY);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_in_range((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000, 140, 5000);
	close(ends[1]);
	assert_false(msg_send(ends[0], S("x"), -1, 50, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(msg_send(ends[0], (str){ much, MSG_MAX + (size_t)1 }, -1, 50, &e));
	assert_int_equal(e.kind, ERR_TOO_BIG);
	close(ends[0]);
	arena_free(&a);
}

static int
fds_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* Two descriptors with one byte: what a peer of ours never does. */
static void
send_two(int to, int fd)
{
	union { struct cmsghdr align; char bytes[CMSG_SPACE(2 * sizeof(int))]; } control = { 0 };
	struct iovec part = { (char[]){ 0 }, 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
	    .cmsg_len = CMSG_LEN(2 * sizeof(int)) };
	memcpy(CMSG_DATA(c), (int[]){ fd, fd }, 2 * sizeof(int));
	assert_int_equal(sendmsg(to, &m, 0), 1);
}

static void
a_descriptor_rides_along_once(void **state)
{
	struct arena a;
	struct err e = { 0 };
	struct stat sent, come;
	int ends[2], passed = -1, before = fds_open();
	str got;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(msg_pair(ends, &e));
	assert_int_equal(fstat(ends[0], &sent), 0);
	assert_true(msg_send(ends[0], S("with"), ends[0], 1000, &e));
	assert_true(msg_send(ends[0], S("without"), -1, 1000, &e));
	assert_true(msg_receive(ends[1], 100, 1000, &a, &got, &passed, &e));
	assert_true(str_eq(got, S("with")));
	assert_int_equal(fstat(passed, &come), 0);
	assert_int_equal(sent.st_ino, come.st_ino);
	assert_int_equal(fcntl(passed, F_GETFD), FD_CLOEXEC);
	close(passed);
	assert_true(msg_receive(ends[1], 100, 1000, &a, &got, &passed, &e));
	assert_int_equal(passed, -1);

	assert_true(msg_send(ends[0], S("unasked"), ends[0], 1000, &e));
	assert_false(msg_receive(ends[1], 100, 1000, &a, &got, NULL, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	close(ends[0]);
	close(ends[1]);

	assert_true(msg_pair(ends, &e));
	send_two(ends[0], ends[0]);
	assert_false(msg_receive(ends[1], 100, 1000, &a, &got, &passed, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(msg_send(ends[0], S("x"), 9999, 1000, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(fds_open(), before);  /* none was left open on any way out */
	arena_free(&a);
}

static void
what_is_put_is_got(void **state)
{
	struct arena a;
	struct err e = { 0 };
	struct buf b = { .arena = &a };
	struct msg_reader r, cut;
	str all, got;

	(void)state;
	arena_init(&a, 10000);
	msg_put_u32(&b, 0xfedcba98);
	msg_put_str(&b, S("one"));
	msg_put_str(&b, S(""));
	assert_true(buf_take(&b, &all, &e));
	r = (struct msg_reader){ .rest = all };
	assert_int_equal(msg_get_u32(&r), 0xfedcba98);
	got = msg_get_str(&r, 3);
	assert_true(str_eq(got, S("one")));
	assert_false(msg_is_read(&r));
	assert_int_equal(msg_get_str(&r, 3).n, 0);
	assert_true(msg_is_read(&r));
	(void)msg_get_u32(&r);
	assert_false(msg_is_read(&r));
	for (size_t n = 0; n < all.n; n++) {
		cut = (struct msg_reader){ .rest = { all.p, n } };
		(void)msg_get_u32(&cut);
		(void)msg_get_str(&cut, 3);
		(void)msg_get_str(&cut, 3);
		assert_false(msg_is_read(&cut));
	}
	cut = (struct msg_reader){ .rest = { all.p + 4, all.n - 4 } };
	assert_int_equal(msg_get_str(&cut, 2).n, 0);  /* over its bound */
	assert_false(msg_is_read(&cut));
	arena_free(&a);
}

static void
err_across(const struct err *from, struct arena *a, struct err *to, bool *whole)
{
	struct buf b = { .arena = a };
	struct msg_reader r;

	msg_put_err(&b, from);
	assert_true(buf_ok(&b));
	r = (struct msg_reader){ .rest = { b.p, b.n } };
	msg_get_err(&r, a, to);
	*whole = msg_is_read(&r);
}

static void
an_err_crosses_without_a_pointer(void **state)
{
	struct arena a;
	struct err from = { 0 }, to = { 0 };
	char id[] = "%s: %s";  /* as the text of ours, at another address */
	bool whole;

	(void)state;
	arena_init(&a, 10000);
	(fail)(&from, ERR_DENIED, "RFC 9999 1", "%s: %s", "one", "two");
	from.id = id;
	err_across(&from, &a, &to, &whole);
	assert_true(whole);
	assert_int_equal(to.kind, ERR_DENIED);
	assert_ptr_not_equal(to.id, id);
	assert_string_equal(err_text(&to, LANG_EN).s, "one: two: RFC 9999 1");

	/* A text that is not ours is shown, not used as a format. */
	from.id = "%n%q%";
	from.rule = "a\nb";
	err_across(&from, &a, &to, &whole);
	assert_true(whole);
	assert_string_equal(to.id, "%s");
	assert_string_equal(err_text(&to, LANG_EN).s, "%n%q%");

	/* Control characters do not pass, nor does a kind that is none. */
	(fail)(&from, ERR_DENIED, NULL, "%s: %s", "x", "y");
	strcpy(from.args[1], "\033[2J");
	err_across(&from, &a, &to, &whole);
	assert_string_equal(err_text(&to, LANG_EN).s, "x: ?[2J");
	from.kind = ERR_COUNT;
	err_across(&from, &a, &to, &whole);
	assert_false(whole);
	assert_int_equal(to.kind, ERR_IO);
	from.kind = ERR_NONE;
	err_across(&from, &a, &to, &whole);
	assert_false(whole);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_arrive_whole_and_in_order),
		cmocka_unit_test(broken_streams_are_refused),
		cmocka_unit_test(waiting_ends_in_time),
		cmocka_unit_test(a_descriptor_rides_along_once),
		cmocka_unit_test(what_is_put_is_got),
		cmocka_unit_test(an_err_crosses_without_a_pointer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

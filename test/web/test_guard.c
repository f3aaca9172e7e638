/* SPDX-License-Identifier: Apache-2.0 */
/* Connections that only hold a place are cut; those that move, wait for us, or take
 * their time within the terms are not. */
#include "support.h"
#include "web/guard.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD, BODY_SLOW, BODY_FAST, BUSY, GONE, IDLE_AGAIN, PAIRS };
static struct guard *guard;
static int ends[PAIRS][2];
static struct guarded *guarded[PAIRS];

/* Has the guard shut it down? Then the other end reads its end. */
static bool
is_cut(int i)
{
	struct pollfd p = { .fd = ends[i][1], .events = POLLIN };
	char byte;

	return poll(&p, 1, 0) == 1 && recv(ends[i][1], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void
those_are_cut_that_hold_a_place(void **state)
{
	static const bool cut[PAIRS] = { [HEAD] = true, [BODY_SLOW] = true, [IDLE_AGAIN] = true };
	struct err e;
	uint64_t fast = 0;
	char byte;

	(void)state;
	assert_true(guard_start((struct guard_terms){ .head = 2, .body = 2, .rate = 1000 }, &guard, &e));
	for (int i = 0; i < PAIRS; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends[i]), 0);
		assert_non_null(guarded[i] = guard_add(guard, ends[i][0]));
	}
	guard_body(guarded[BODY_SLOW], 0);
	guard_body(guarded[BODY_FAST], 0);
	guard_busy(guarded[BUSY]);
	guard_body(guarded[GONE], 0);
	guard_body(guarded[GONE], 10);
	close(ends[GONE][1]);  /* after its bytes: nothing tells the library */
	guard_busy(guarded[IDLE_AGAIN]);
	guard_head(guarded[IDLE_AGAIN]);
	for (int ms = 0; ms < 5500; ms += 100) {
		guard_body(guarded[BODY_FAST], fast += 500);
		guard_body(guarded[BODY_SLOW], 1 + (uint64_t)ms / 100);
		if (ms < 1500)
			for (int i = 0; i < GONE; i++)
				assert_false(is_cut(i));
		(void)usleep(100000);
	}
	for (int i = 0; i < PAIRS; i++)
		if (i != GONE && is_cut(i) != cut[i])
			fail_msg("connection %d %s", i, cut[i] ? "goes on" : "was cut");
	/* Ours was shut for writing too, which for this one is all that can be seen. */
	assert_int_equal(send(ends[GONE][0], "x", 1, MSG_NOSIGNAL), -1);
	assert_int_equal(recv(ends[GONE][0], &byte, 1, 0), 0);
	for (int i = 0; i < PAIRS; i++) {
		guard_remove(guard, guarded[i]);
		close(ends[i][0]);
		if (i != GONE)
			close(ends[i][1]);
	}
	guard_stop(guard);
}

/* Out of memory for one: it is unguarded, and nothing else is touched. */
static void
an_unguarded_connection_is_left_alone(void **state)
{
	(void)state;
	guard_head(NULL);
	guard_body(NULL, 1);
	guard_busy(NULL);
	guard_remove(NULL, NULL);
	guard_stop(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_are_cut_that_hold_a_place),
		cmocka_unit_test(an_unguarded_connection_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

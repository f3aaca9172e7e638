/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "support.h"

static bool
is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void
bytes_are_aligned_and_zeroed_also_the_second_time(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 40000; n = n * 3 + 1) {
			char *p = arena_take(&a, n), *q = arena_alloc(&a, n);

			assert_non_null(p);
			assert_non_null(q);
			assert_int_equal((uintptr_t)p % 16 + (uintptr_t)q % 16, 0);
			assert_true(is_zero(q, n));
			memset(p, 0xaa, n);
			memset(q, 0xbb, n);
		}
		arena_reset(&a);
		assert_int_equal(a.used, 0);
	}
	arena_free(&a);
}

/* What was given back and is taken again is dirty: arena_alloc() must know. */
static void
bytes_given_back_are_zeroed_when_taken_again(void **state)
{
	struct arena a;
	char *p;

	(void)state;
	arena_init(&a, 1 << 20);
	p = arena_take(&a, 1000);
	assert_non_null(p);
	memset(p, 0xcc, 1000);
	assert_true(arena_resize(&a, p, 1000, 100));
	p = arena_alloc(&a, 5000);
	assert_non_null(p);
	assert_true(is_zero(p, 5000));
	memset(p, 0xcc, 5000);
	assert_true(arena_resize(&a, p, 5000, 0));
	p = arena_alloc(&a, 6000);
	assert_non_null(p);
	assert_true(is_zero(p, 6000));
	arena_free(&a);
}

static void
the_budget_holds(void **state)
{
	struct arena a;
	char *p, *q;

	(void)state;
	arena_init(&a, 1000);
	assert_null(arena_take(&a, 1001));
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_array(&a, SIZE_MAX / 2, 3));
	assert_int_equal(a.used, 0);
	p = arena_take(&a, 500);
	assert_non_null(p);
	assert_int_equal(a.used, 512);
	assert_null(arena_take(&a, 489));
	assert_false(arena_resize(&a, p, 500, 1001));
	assert_int_equal(a.used, 512);
	assert_true(arena_resize(&a, p, 500, 1000));
	assert_int_equal(a.used, 1008);
	assert_null(arena_take(&a, 1));
	assert_true(arena_resize(&a, p, 1000, 16));
	assert_int_equal(a.used, 16);
	q = arena_take(&a, 984);
	assert_non_null(q);
	assert_true(p + 16 == q);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_take(&a, 1000));
	arena_free(&a);
	arena_init(&a, 0);
	assert_null(arena_take(&a, 1));
	arena_init(&a, SIZE_MAX);  /* rounding up must not come round to 0 */
	assert_null(arena_take(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 20));
	p = arena_take(&a, 16);
	assert_non_null(p);
	assert_false(arena_resize(&a, p, 16, SIZE_MAX));
	assert_int_equal(a.used, 16);
	arena_free(&a);
}

static void
a_copy_ends_in_nul(void **state)
{
	struct arena a;
	struct err e;
	char *p;
	str s;

	(void)state;
	arena_init(&a, 64);
	p = arena_take(&a, 64);
	assert_non_null(p);
	memset(p, 0xdd, 64);
	arena_reset(&a);
	assert_true(arena_copy(&a, S("abc"), &s, &e));
	assert_memory_equal(s.p, "abc", 4);
	assert_true(arena_copy(&a, S(""), &s, &e));
	assert_int_equal(s.p[0], '\0');
	assert_false(arena_copy(&a, S("0123456789012345678901234567890123456789"), &s, &e));
	assert_int_equal(e.kind, ERR_MEMORY);
	arena_free(&a);
}

static void
only_the_last_thing_is_resized(void **state)
{
	struct arena a;
	char *p, *q;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_false(arena_resize(&a, "", 0, 16));
	p = arena_take(&a, 32);
	q = arena_take(&a, 32);
	assert_non_null(q);
	assert_false(arena_resize(&a, p, 32, 16));
	assert_false(arena_resize(&a, p, 32, 48));
	assert_false(arena_resize(&a, q, 32, SIZE_MAX));
	assert_true(arena_resize(&a, q, 32, 48));
	assert_false(arena_resize(&a, q, 48, 1 << 19));  /* the block is not so long */
	assert_int_equal(a.used, 80);
	arena_free(&a);
}

/* After a reset the same work finds the same memory: nothing is taken anew. */
static void
a_reset_arena_keeps_its_memory(void **state)
{
	struct arena a;
	char *first, *again;

	(void)state;
	arena_init(&a, 1 << 20);
	for (int i = 0; i < 20; i++)
		assert_non_null(arena_take(&a, 10000));
	arena_reset(&a);
	first = arena_take(&a, 200000);
	assert_non_null(first);
	for (int round = 0; round < 5; round++) {
		arena_reset(&a);
		again = arena_take(&a, 10000);
		assert_ptr_equal(first, again);
		for (int i = 1; i < 20; i++) {
			again = arena_take(&a, 10000);
			assert_ptr_equal(again, first + (size_t)i * 10000);
		}
	}
	arena_free(&a);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
}

static void
a_buf_grows_where_it_stands_or_moves(void **state)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct err e;
	str s;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < 50000; i++) {
		char c = (char)('a' + i % 26);

		buf_add(&b, &c, 1);
		if (i % 10000 == 0)
			assert_non_null(arena_alloc(&a, 16));
	}
	assert_true(buf_take(&b, &s, &e));
	assert_int_equal(s.n, 50000);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.p[i], 'a' + i % 26);
	arena_free(&a);

	arena_init(&a, 10000);  /* it would not suffice for the copies of a buf that moves */
	b = (struct buf){ .arena = &a };
	for (int i = 0; i < 8000; i++)
		buf_add(&b, "x", 1);
	assert_true(buf_ok(&b));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_aligned_and_zeroed_also_the_second_time),
		cmocka_unit_test(bytes_given_back_are_zeroed_when_taken_again),
		cmocka_unit_test(the_budget_holds),
		cmocka_unit_test(a_copy_ends_in_nul),
		cmocka_unit_test(only_the_last_thing_is_resized),
		cmocka_unit_test(a_reset_arena_keeps_its_memory),
		cmocka_unit_test(a_buf_grows_where_it_stands_or_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

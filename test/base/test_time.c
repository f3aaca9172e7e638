/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "support.h"

static void
a_moment_is_written_as_rfc_3339(void **state)
{
	static const struct { int64_t t; const char *text; } cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },             { 1789113600, "2026-09-11T08:00:00Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },     { -62167219200, "0000-01-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },  { 253402300800, NULL },
		{ -62167219201, NULL },                    { INT64_MAX, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a;
		struct err e;
		str s;
		bool ok;

		arena_init(&a, 4096);
		ok = time_to_rfc3339(cases[i].t, &a, &s, &e);
		if (ok != (cases[i].text != NULL) || (ok && !str_eq(s, str_of(cases[i].text))))
			fail_msg("%lld", (long long)cases[i].t);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_moment_is_written_as_rfc_3339) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

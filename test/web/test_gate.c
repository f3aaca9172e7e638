/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests may come in at all, by their heads. */
#include "support.h"
#include "web/gate.h"

static void
an_origin_is_a_scheme_a_host_and_a_port(void **state)
{
	static const struct { str origin; const char *host; bool is_https; } cases[] = {
		{ STR("https://leman.example"), "leman.example", true },
		{ STR("http://localhost:8080"), "localhost:8080", false },
		{ STR("http://[::1]:8080"), "[::1]:8080", false },
		{ STR("https://leman.example/"), NULL, false },  { STR("https://Leman.example"), NULL, false },
		{ STR("leman.example"), NULL, false },           { STR("ftp://leman.example"), NULL, false },
		{ STR("https://"), NULL, false },                { STR("https://a b"), NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e;
		bool is_https = false;
		str host;
		bool ok = origin_parse(cases[i].origin, &host, &is_https, &e);

		if (ok != (cases[i].host != NULL)
		    || (ok && (!str_eq(host, str_of(cases[i].host)) || is_https != cases[i].is_https)))
			fail_msg("%s", cases[i].origin.p);
	}
}

static void
this_very_machine_has_few_names(void **state)
{
	static const struct { str host; bool is_local; } cases[] = {
		{ STR("localhost"), true },      { STR("localhost:8080"), true }, { STR("127.0.0.1"), true },
		{ STR("127.1.2.3:80"), true },   { STR("[::1]:80"), true },       { STR("localhost.example"), false },
		{ STR("10.0.0.1"), false },      { STR("leman.example"), false }, { STR(""), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (host_is_local(cases[i].host) != cases[i].is_local)
			fail_msg("%s", cases[i].host.p);
}

#define HOST .host = STR("leman.example")

static void
other_sites_and_other_hosts_are_kept_out(void **state)
{
	static const struct {
		const char *what; struct head h; bool is_safe; enum err_kind kind; enum gate gate;
	} cases[] = {
		{ "a page", { HOST }, true, ERR_NONE, GATE_OPEN },
		{ "a page, linked from elsewhere", { HOST, .fetch_site = STR("cross-site") }, true, ERR_NONE, GATE_OPEN },
		{ "a page at another name", { .host = STR("evil.example") }, true, ERR_NONE, GATE_ELSEWHERE },
		{ "no host", { .host = STR("") }, true, ERR_NONE, GATE_ELSEWHERE },
		{ "a form at another name", { .host = STR("evil.example") }, false, ERR_DENIED, GATE_ELSEWHERE },
		{ "a program's POST", { HOST }, false, ERR_NONE, GATE_OPEN },
		{ "our form", { HOST, .origin = STR("https://leman.example"), .fetch_site = STR("same-origin") }, false, ERR_NONE, GATE_OPEN },
		{ "our form, older browser", { HOST, .origin = STR("https://leman.example") }, false, ERR_NONE, GATE_OPEN },
		{ "their form", { HOST, .origin = STR("https://evil.example"), .fetch_site = STR("cross-site") }, false, ERR_DENIED, GATE_OPEN },
		{ "their form, older browser", { HOST, .origin = STR("https://evil.example") }, false, ERR_DENIED, GATE_OPEN },
		{ "a neighbour's form", { HOST, .origin = STR("https://x.leman.example"), .fetch_site = STR("same-site") }, false, ERR_DENIED, GATE_OPEN },
		{ "without encryption", { HOST, .origin = STR("http://leman.example") }, false, ERR_DENIED, GATE_OPEN },
		{ "nobody's form", { HOST, .origin = STR("null") }, false, ERR_DENIED, GATE_OPEN },
		{ "nobody's form, from here", { HOST, .origin = STR("null"), .fetch_site = STR("same-origin") }, false, ERR_NONE, GATE_OPEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = { 0 };
		enum gate gate = GATE_OPEN;
		bool ok = gate_check(&cases[i].h, S("https://leman.example"), cases[i].is_safe, &gate, &e);

		if (ok != (cases[i].kind == ERR_NONE) || e.kind != cases[i].kind || gate != cases[i].gate)
			fail_msg("%s: kind %d", cases[i].what, (int)e.kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_a_scheme_a_host_and_a_port),
		cmocka_unit_test(this_very_machine_has_few_names),
		cmocka_unit_test(other_sites_and_other_hosts_are_kept_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/checkpoint.h"
#include "support.h"

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define SIG  "\n\xe2\x80\x94 example.com/log Az3grlgt\n"

static const struct {
	const char *what;
	str text;
	const char *wrong;  /* start of the message, or NULL where text is good */
} cases[] = {
	{ "plain",             STR("example.com/log\n20852163\n" ROOT SIG),         NULL },
	{ "with an extension", STR("example.com/log\n1\n" ROOT "more\n" SIG),       NULL },
	{ "empty",             STR(""),                                             "line 1" },
	{ "no origin",         STR("\n1\n" ROOT SIG),                               "line 1" },
	{ "leading zero",      STR("example.com/log\n01\n" ROOT SIG),               "line 2" },
	{ "2 to the 64",       STR("example.com/log\n18446744073709551616\n" ROOT), "line 2" },
	{ "short root",        STR("example.com/log\n1\nAAAA\n" SIG),               "line 3" },
	{ "no signature",      STR("example.com/log\n1\n" ROOT),                    "the blank line" },
	{ "an escape",         STR("example.com/\033[2J\n1\n" ROOT SIG),              "bytes that are not" },
	{ "nothing signed",    STR("example.com/log\n1\n" ROOT "\n"),               "no signature" },
};

static void
checkpoint_parse_tells_good_from_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct checkpoint c;
		struct err e = { 0 };
		bool ok = checkpoint_parse(cases[i].text, &c, &e);

		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: got %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok)
			assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
	}
}

static void
a_checkpoint_is_known_by_its_content(void **state)
{
	(void)state;
	assert_true(checkpoint_sniff(S("example.com/log\n1\n")));
	assert_true(checkpoint_sniff(S("example.com/log\n01\nbroken")));
	assert_false(checkpoint_sniff(S("")));
	assert_false(checkpoint_sniff(S("\n1\n")));
	assert_false(checkpoint_sniff(S("{\n\"a\": 1}")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checkpoint_parse_tells_good_from_bad),
		cmocka_unit_test(a_checkpoint_is_known_by_its_content),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

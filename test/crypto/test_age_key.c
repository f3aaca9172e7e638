/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age.h"
#include "support.h"

/* The example of the C2SP age text: an identity of 32 bytes 0x42. */
#define IDENTITY  "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define RECIPIENT "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static void
the_standards_example(void **state)
{
	struct age_identity i;
	struct age_recipient r, again;
	char identity[AGE_IDENTITY_TEXT], recipient[AGE_RECIPIENT_TEXT];
	struct err e = { 0 };

	(void)state;
	assert_true(age_identity_parse(S(IDENTITY), &i, &e));
	for (size_t k = 0; k < sizeof i.secret; k++)
		assert_int_equal(i.secret[k], 0x42);
	age_identity_print(&i, identity);
	assert_string_equal(identity, IDENTITY);
	age_identity_recipient(&i, &r);
	age_recipient_print(&r, recipient);
	assert_string_equal(recipient, RECIPIENT);
	assert_true(age_recipient_parse(S(RECIPIENT), &again, &e));
	assert_memory_equal(&r, &again, sizeof r);
	assert_int_equal(e.kind, ERR_NONE);
	age_identity_wipe(&i);
	for (size_t k = 0; k < sizeof i.secret; k++)
		assert_int_equal(i.secret[k], 0);
}

static const struct {
	const char *what;
	str text;
	const char *wrong;  /* start of the message, or NULL where text is good */
} cases[] = {
	{ "small letters",      STR(RECIPIENT), NULL },
	{ "capital letters",    STR("AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ"), NULL },
	{ "mixed letters",      STR("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwJ"), "capital and small" },
	{ "empty",              STR(""), "0 characters, where" },
	{ "one too few",        STR("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujw"), "61 characters, where" },
	{ "one too many",       STR(RECIPIENT "j"), "63 characters, where" },
	{ "a space behind",     STR(RECIPIENT " "), "63 characters, where" },
	{ "another prefix",     STR("aga1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"), "a key of this kind begins with age1" },
	{ "no separator",       STR("agezzvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"), "a key of this kind begins with age1" },
	{ "a slip",             STR("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwq"), "the check at the end" },
	{ "two exchanged",      STR("age1vzkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"), "the check at the end" },
	{ "no such character",  STR("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwb"), "character 62 is none" },
	{ "a NUL",              STR("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujw\0"), "character 62 is none" },
};

static void
a_recipient_is_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct age_recipient r;
		struct err e = { 0 };
		bool ok = age_recipient_parse(cases[i].text, &r, &e);

		if (ok != (cases[i].wrong == NULL))
			fail_msg("%s: got %s", cases[i].what, ok ? "accepted" : err_text(&e, LANG_EN).s);
		if (!ok)
			assert_memory_equal(err_text(&e, LANG_EN).s, cases[i].wrong, strlen(cases[i].wrong));
	}
}

/* Every slip of one character in a key is noticed, wherever it is. */
static void
every_slip_is_noticed(void **state)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	char text[] = RECIPIENT;

	(void)state;
	for (size_t at = 4; at < sizeof text - 1; at++) {
		char was = text[at];

		for (const char *d = digits; *d != '\0'; d++) {
			struct age_recipient r;
			struct err e;

			text[at] = *d;
			assert_int_equal(age_recipient_parse(str_of(text), &r, &e), *d == was);
		}
		text[at] = was;
	}
}

/* 256 bits are 51 characters and one bit; a checksum that fits does not help. */
static void
bits_past_the_last_byte_are_refused(void **state)
{
	/* The example with its 52nd character one up and the checksum made anew. */
	static const str made = STR("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73epp9g8nq");
	struct age_recipient r;
	struct err e;

	(void)state;
	assert_false(age_recipient_parse(made, &r, &e));
	assert_string_equal(e.id, "bits are set past the last byte of the key");
}

static void
secrets_are_not_repeated_in_messages(void **state)
{
	static const str slips[] = {
		STR("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEQ"),
		STR("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAE"),
		STR("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEB"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		struct age_identity id;
		struct err e;

		assert_false(age_identity_parse(slips[i], &id, &e));
		assert_null(strstr(err_text(&e, LANG_EN).s, "GFPYY"));
	}
}

static void
two_identities_differ(void **state)
{
	struct age_identity a, b;
	struct err e;

	(void)state;
	assert_true(age_identity_make(&a, &e) && age_identity_make(&b, &e));
	assert_memory_not_equal(&a, &b, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_example),
		cmocka_unit_test(a_recipient_is_read_strictly),
		cmocka_unit_test(every_slip_is_noticed),
		cmocka_unit_test(bits_past_the_last_byte_are_refused),
		cmocka_unit_test(secrets_are_not_repeated_in_messages),
		cmocka_unit_test(two_identities_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/age_inside.h"
#include "sealed.h"
#include "support.h"

#include <openssl/bn.h>

enum { N_KEYS = 3 };
static struct age_identity keys[N_KEYS];
static struct age_recipient own[N_KEYS];

static int
keys_make(void **state)
{
	struct err e;

	(void)state;
	for (size_t i = 0; i < N_KEYS; i++) {
		if (!age_identity_make(&keys[i], &e))
			return 1;
		age_identity_recipient(&keys[i], &own[i]);
	}
	return 0;
}

/* Bytes that are alike nowhere near. */
static str
plain_make(size_t n)
{
	char *p = malloc(n + 1);
	uint32_t x = 1;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++, x = x * 1664525 + 1013904223)
		p[i] = (char)(x >> 24);
	return (str){ p, n };
}

static void plain_free(str plain) { free((char *)(uintptr_t)plain.p); }

static void
what_is_sealed_opens_to_the_same(void **state)
{
	static const size_t sizes[] = { 0, 1, 47, 65535, 65536, 65537, 131072, 131073, 300000, 1500000 };
	static const size_t pieces[] = { 0, 1, 4096, 65536, 65552, 65553, 262144 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++)
			for (int armor = 0; armor < 2; armor++) {
				struct heap sealed = HEAP, again = HEAP;
				struct err e = { 0 };
				str plain;

				if (pieces[k] == 1 && sizes[i] > 70000)
					continue;
				plain = plain_make(sizes[i]);
				assert_true(heap_seal(own, N_KEYS, plain,
				    (struct sealing){ armor, 0, pieces[k] }, 0, &sealed, &e));
				assert_true(heap_open(&keys[k % N_KEYS], 1, heap_str(&sealed), pieces[k], 0,
				    &again, &e));
				assert_true(str_eq(plain, heap_str(&again)));
				assert_int_equal(e.kind, ERR_NONE);
				if (!armor)
					assert_int_equal(sealed.n, 22 + 98 * N_KEYS + 48 + 16 + sizes[i]
					    + 16 * (sizes[i] == 0 ? 1 : (sizes[i] + 65535) / 65536));
				free(sealed.p);
				free(again.p);
				plain_free(plain);
			}
}

static void
others_do_not_open_it(void **state)
{
	struct heap sealed = HEAP, again = HEAP;
	struct err e;

	(void)state;
	assert_true(heap_seal(own, 2, S("for two"), (struct sealing){ 0 }, 0, &sealed, &e));
	assert_false(heap_open(&keys[2], 1, heap_str(&sealed), 0, 0, &again, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_false(heap_open(NULL, 0, heap_str(&sealed), 0, 0, &again, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_int_equal(again.n, 0);
	assert_true(heap_open(keys, N_KEYS, heap_str(&sealed), 0, 0, &again, &e));
	free(sealed.p);
	free(again.p);
}

static void
a_file_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (int armor = 0; armor < 2; armor++) {
		struct heap sealed = HEAP;
		struct err e;

		assert_true(heap_seal(own, 1, S("all of it or nothing"), (struct sealing){ armor, 0, 0 }, 0,
		    &sealed, &e));
		/* Without its last newline armor is whole still. */
		for (size_t n = 0; n < sealed.n - (size_t)armor; n++) {
			struct heap out = HEAP;
			char *cut = malloc(n + 1);

			assert_non_null(cut);
			memcpy(cut, sealed.p, n);
			if (heap_open(keys, 1, (str){ cut, n }, n % 3, 0, &out, &e))
				fail_msg("%zu of %zu bytes open", n, sealed.n);
			assert_int_equal(e.kind, ERR_INPUT);
			assert_int_equal(out.n, 0);
			free(cut);
		}
		free(sealed.p);
	}
}

static void
a_file_of_chunks_cut_short_gives_whole_chunks(void **state)
{
	static const struct { size_t keep, given; } cuts[] = {
		{ 16, 0 }, { 16 + 1, 0 }, { 16 + 65551, 0 }, { 16 + 65552, 65536 }, { 16 + 65553, 65536 },
		{ 16 + 2 * 65552, 131072 }, { 16 + 2 * 65552 + 16, 131072 }, { 16 + 2 * 65552 + 17 + 15, 131072 },
	};
	struct heap sealed = HEAP;
	str plain = plain_make(131072 + 17);
	struct age_header h;
	struct err e;

	(void)state;
	assert_true(heap_seal(own, 1, plain, (struct sealing){ 0 }, 0, &sealed, &e));
	assert_true(age_header_parse(heap_str(&sealed), &h, &e));
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		for (size_t piece = 0; piece < 200000; piece = piece * 2 + 5001) {
			struct heap out = HEAP;

			assert_false(heap_open(keys, 1, (str){ sealed.p, h.size + cuts[i].keep }, piece, 0, &out, &e));
			assert_int_equal(e.kind, ERR_INPUT);
			assert_true(str_eq(heap_str(&out), (str){ plain.p, cuts[i].given }));
			free(out.p);
		}
	free(sealed.p);
	plain_free(plain);
}

static void
every_bit_that_is_flipped_is_noticed(void **state)
{
	(void)state;
	for (int armor = 0; armor < 2; armor++) {
		struct heap sealed = HEAP;
		struct err e;

		assert_true(heap_seal(own, 1, S("not a bit of it"), (struct sealing){ armor, 0, 0 }, 0, &sealed, &e));
		for (size_t i = 0; i < sealed.n; i++)
			for (int bit = 0; bit < 8; bit++) {
				struct heap out = HEAP;
				bool ok;

				sealed.p[i] = (char)(sealed.p[i] ^ 1 << bit);
				ok = heap_open(keys, 1, heap_str(&sealed), 0, 0, &out, &e);
				/* White space after armor may be any: its last newline alone. */
				if (ok && !(armor && i == sealed.n - 1 && strchr("\t\v\f\r ", sealed.p[i]) != NULL))
					fail_msg("bit %d of byte %zu does not matter", bit, i);
				if (!ok && out.n > 0)
					fail_msg("bit %d of byte %zu: something came out", bit, i);
				assert_true(ok || e.kind == ERR_INPUT || e.kind == ERR_DENIED);
				sealed.p[i] = (char)(sealed.p[i] ^ 1 << bit);
				free(out.p);
			}
		free(sealed.p);
	}
}

static void
every_byte_put_in_or_taken_out_is_noticed(void **state)
{
	struct heap sealed = HEAP;
	struct err e;

	(void)state;
	assert_true(heap_seal(own, 1, S("not a byte of it"), (struct sealing){ 0 }, 0, &sealed, &e));
	for (size_t i = 0; i < sealed.n; i++) {
		struct heap out = HEAP;
		char *other = malloc(sealed.n + 1);

		assert_non_null(other);
		memcpy(other, sealed.p, i + 1);
		memcpy(other + i + 1, sealed.p + i, sealed.n - i);  /* byte i twice */
		assert_false(heap_open(keys, 1, (str){ other, sealed.n + 1 }, 0, 0, &out, &e));
		memcpy(other + i, sealed.p + i + 1, sealed.n - i - 1);  /* byte i left out */
		assert_false(heap_open(keys, 1, (str){ other, sealed.n - 1 }, 0, 0, &out, &e));
		assert_int_equal(out.n, 0);
		free(other);
	}
	free(sealed.p);
}

/* Is u the coordinate of a point of Curve25519, as every real share is, and not of
 * its twist, as half of all random bytes are? u^3 + 486662 u^2 + u is a square then. */
static bool
is_on_curve(const uint8_t u[32])
{
	static const uint8_t p[32] = { 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff,
		0xff, 0x7f };
	BIGNUM *m = BN_lebin2bn(p, 32, NULL), *v = BN_lebin2bn(u, 32, NULL), *r = BN_new(), *a = BN_new();
	BN_CTX *ctx = BN_CTX_new();
	int kind;

	BN_set_word(a, 486662);
	BN_mod_add(r, v, a, m, ctx);      /* u + A */
	BN_mod_mul(r, r, v, m, ctx);      /* u^2 + A u */
	BN_add_word(r, 1);
	BN_mod_mul(r, r, v, m, ctx);      /* u^3 + A u^2 + u */
	kind = BN_kronecker(r, m, ctx);
	BN_free(m), BN_free(v), BN_free(r), BN_free(a), BN_CTX_free(ctx);
	return kind >= 0 && (u[31] & 0x80) == 0;
}

/* Real ones and those for nobody look alike and stand in any order. */
static void
the_number_of_recipients_can_be_hidden(void **state)
{
	int first[8] = { 0 }, places = 0;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct heap sealed = HEAP, out = HEAP;
		struct age_header h;
		struct err e;
		str rest;

		assert_true(heap_seal(own, 2, S("x"), (struct sealing){ .stanzas = 8 }, 0, &sealed, &e));
		assert_true(age_header_parse(heap_str(&sealed), &h, &e));
		assert_int_equal(h.x25519, 8);
		assert_int_equal(h.size, 22 + 8 * 98 + 48);
		assert_true(heap_open(&keys[round % 2], 1, heap_str(&sealed), 0, 0, &out, &e));
		rest = (str){ sealed.p + 22, h.size - 22 - 48 };
		for (int i = 0; i < 8; i++) {
			struct age_stanza s;
			uint8_t file_key[AGE_FILE_KEY];

			assert_true(age_stanza_next(&rest, &s, &e));
			assert_true(is_on_curve(s.share));
			if (age_stanza_open(&s, &keys[0], &own[0], file_key, &e))
				first[i]++;
		}
		free(sealed.p);
		free(out.p);
	}
	for (int i = 0; i < 8; i++)
		places += first[i] > 0;
	assert_int_equal(places, 8);
}

static void
limits_are_kept(void **state)
{
	static struct age_recipient many[AGE_STANZAS_MAX + 1];
	static const struct age_recipient low = { { 1 } };  /* a point of order 1 */
	struct heap out = HEAP;
	struct age_header h;
	struct err e;

	(void)state;
	for (size_t i = 0; i <= AGE_STANZAS_MAX; i++)
		many[i] = own[0];
	assert_false(heap_seal(own, 0, S("x"), (struct sealing){ 0 }, 0, &out, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(heap_seal(own, 0, S("x"), (struct sealing){ .stanzas = 4 }, 0, &out, &e));
	assert_false(heap_seal(many, AGE_STANZAS_MAX + 1, S("x"), (struct sealing){ 0 }, 0, &out, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(heap_seal(own, 1, S("x"), (struct sealing){ .stanzas = AGE_STANZAS_MAX + 1 }, 0, &out, &e));
	assert_false(heap_seal(&low, 1, S("x"), (struct sealing){ 0 }, 0, &out, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_int_equal(out.n, 0);
	assert_true(heap_seal(many, AGE_STANZAS_MAX, S("x"), (struct sealing){ 0 }, 0, &out, &e));
	assert_true(age_header_parse(heap_str(&out), &h, &e));
	assert_int_equal(h.x25519, AGE_STANZAS_MAX);
	free(out.p);
}

/* Memory runs out once at each place. */
static void
shortage_is_told(void **state)
{
	struct heap sealed = HEAP;
	struct err e = { 0 };
	bool ok = false;

	(void)state;
	for (size_t budget = 1; !ok; budget += 977) {
		sealed.n = 0;
		ok = heap_seal(own, 2, S("short"), (struct sealing){ .armor = true }, budget, &sealed, &e);
		assert_true(ok || e.kind == ERR_MEMORY);
		assert_true(budget < (size_t)400 << 10);
	}
	ok = false;
	for (size_t budget = 1; !ok; budget += 977) {
		struct heap out = HEAP;

		ok = heap_open(keys, 1, heap_str(&sealed), 0, budget, &out, &e);
		assert_true(ok || (e.kind == ERR_MEMORY && out.n == 0));
		assert_true(budget < (size_t)400 << 10);
		free(out.p);
	}
	free(sealed.p);
}

/* A sink that is full at any byte: its own words come through, and it is over. */
static void
a_full_sink_is_told(void **state)
{
	str plain = plain_make(70000);
	struct heap sealed = HEAP;
	struct err e;

	(void)state;
	for (int armor = 0; armor < 2; armor++) {
		sealed.n = 0;
		assert_true(heap_seal(own, 1, plain, (struct sealing){ armor, 0, 0 }, 0, &sealed, &e));
		for (size_t room = 0; room < sealed.n; room += 97) {
			struct heap out = { .left = room };

			assert_false(heap_seal(own, 1, plain, (struct sealing){ armor, 0, 4096 }, 0, &out, &e));
			assert_string_equal(e.rule, "test");
			free(out.p);
		}
		for (size_t room = 0; room < plain.n; room += 9973) {
			struct heap out = { .left = room };

			assert_false(heap_open(keys, 1, heap_str(&sealed), 4096, 0, &out, &e));
			assert_string_equal(e.rule, "test");
			assert_true(out.n == 0 || out.n == AGE_CHUNK);
			free(out.p);
		}
	}
	free(sealed.p);
	plain_free(plain);
}

static void
nothing_follows_the_end(void **state)
{
	struct heap out = HEAP;
	struct age_sink sink = { heap_take, &out };
	struct age_seal *s;
	struct age_open *o;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(age_seal_start(own, 1, 0, sink, &a, &s, &e));
	assert_true(age_seal_end(s, &e));
	assert_false(age_seal_write(s, S("more"), &e));
	assert_false(age_seal_end(s, &e));
	assert_true(age_open_start(keys, 1, (str){ 0 }, sink, &a, &o, &e));
	assert_false(age_open_write(o, S("no age file at all"), &e));
	assert_false(age_open_write(o, S("age-encryption.org/v1\n"), &e));
	assert_false(age_open_end(o, &e));
	arena_free(&a);
	free(out.p);
}

static void
a_passphrase_opens_what_it_sealed(void **state)
{
	static const struct { str words; enum err_kind kind; } tries[] = {
		{ STR("correct horse"), ERR_NONE }, { STR("correct horse "), ERR_DENIED }, { STR(""), ERR_DENIED },
	};
	struct heap sealed = HEAP;
	struct age_sink sink = { heap_take, &sealed };
	struct age_header h;
	struct age_seal *s;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_false(age_seal_start_passphrase(S(""), sink, &a, &s, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_true(age_seal_start_passphrase(S("correct horse"), sink, &a, &s, &e));
	assert_true(age_seal_write(s, S("battery"), &e) && age_seal_end(s, &e));
	assert_true(age_header_parse(heap_str(&sealed), &h, &e));
	assert_true(h.scrypt == 1 && h.x25519 == 0 && h.other == 0);
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct heap out = HEAP;
		struct age_open *o;

		e = (struct err){ 0 };
		assert_true(age_open_start(keys, N_KEYS, tries[i].words, (struct age_sink){ heap_take, &out },
		    &a, &o, &e));
		if (age_open_write(o, heap_str(&sealed), &e) && age_open_end(o, &e))
			assert_true(str_eq(heap_str(&out), S("battery")));
		assert_int_equal(e.kind, tries[i].kind);
		free(out.p);
	}
	arena_free(&a);
	free(sealed.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_opens_to_the_same),
		cmocka_unit_test(others_do_not_open_it),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_file_of_chunks_cut_short_gives_whole_chunks),
		cmocka_unit_test(every_bit_that_is_flipped_is_noticed),
		cmocka_unit_test(every_byte_put_in_or_taken_out_is_noticed),
		cmocka_unit_test(the_number_of_recipients_can_be_hidden),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(shortage_is_told),
		cmocka_unit_test(a_full_sink_is_told),
		cmocka_unit_test(nothing_follows_the_end),
		cmocka_unit_test(a_passphrase_opens_what_it_sealed),
	};
	return cmocka_run_group_tests(tests, keys_make, NULL);
}

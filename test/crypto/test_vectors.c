/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of Project Wycheproof, of the community's Ed25519 set and for signed
 * notes, through our own functions; X25519 has none of its own, so what is shown there is what
 * libsodium does and the sealing relies on. */
#include "crypto/aead.h"
#include "crypto/hmac.h"
#include "crypto/note.h"
#include "format/json.h"
#include "support.h"
#include "vectors.h"

#include <sodium.h>

enum { ARENA = 16 << 20 };

static str text_of(struct json o, const char *key) { return json_str(json_get(o, str_of(key))); }
static bool is(struct json test, const char *result) { return str_eq(text_of(test, "result"), str_of(result)); }
static size_t
number_of(struct json o, const char *key)
{
	int64_t v;

	return json_i64(json_get(o, str_of(key)), &v) && v > 0 ? (size_t)v : 0;
}

static const uint8_t *bytes_of(str s) { return (const uint8_t *)s.p; }

typedef bool judge(struct json group, struct json test, struct arena *a);

static bool
judge_x25519(struct json group, struct json test, struct arena *a)
{
	str public = vectors_hex(text_of(test, "public"), a), private = vectors_hex(text_of(test, "private"), a);
	str shared = vectors_hex(text_of(test, "shared"), a);
	static const uint8_t zero[32];
	uint8_t out[32];
	int got = crypto_scalarmult(out, bytes_of(private), bytes_of(public));

	(void)group;
	if (memcmp(shared.p, zero, 32) == 0)
		return got == -1;  /* a point that keeps nothing secret */
	return got == 0 && memcmp(out, shared.p, 32) == 0;
}

static bool
judge_ed25519(struct json group, struct json test, struct arena *a)
{
	str public = vectors_hex(text_of(json_get(group, S("publicKey")), "pk"), a);
	str message = vectors_hex(text_of(test, "msg"), a), signature = vectors_hex(text_of(test, "sig"), a);

	return (signature.n == SIGN_SIZE && sign_check(bytes_of(public), message, bytes_of(signature)))
	    == is(test, "valid");
}

static bool
judge_chacha(struct json group, struct json test, struct arena *a)
{
	str key = vectors_hex(text_of(test, "key"), a), nonce = vectors_hex(text_of(test, "iv"), a);
	str extra = vectors_hex(text_of(test, "aad"), a), plain = vectors_hex(text_of(test, "msg"), a);
	str body = vectors_hex(text_of(test, "ct"), a), tag = vectors_hex(text_of(test, "tag"), a);
	uint8_t *sealed = arena_alloc(a, body.n + AEAD_TAG), *out = arena_alloc(a, body.n + AEAD_TAG);
	struct err e;

	(void)group;
	if (nonce.n != AEAD_NONCE || tag.n != AEAD_TAG)
		return is(test, "invalid");  /* a size that our function has no place for */
	memcpy(sealed, body.p, body.n);
	memcpy(sealed + body.n, tag.p, tag.n);
	if (!aead_open(bytes_of(key), bytes_of(nonce), extra, str_bytes(sealed, body.n + AEAD_TAG), out, &e))
		return is(test, "invalid") && e.kind == ERR_DENIED;
	if (!is(test, "valid") || memcmp(out, plain.p, plain.n) != 0)
		return false;
	return aead_seal(bytes_of(key), bytes_of(nonce), extra, plain, out, &e)
	    && memcmp(out, sealed, body.n + AEAD_TAG) == 0;
}

static bool
judge_hkdf(struct json group, struct json test, struct arena *a)
{
	size_t n = number_of(test, "size");
	str okm = vectors_hex(text_of(test, "okm"), a);
	uint8_t out[HKDF_MAX];

	(void)group;
	if (n > HKDF_MAX)
		return is(test, "invalid");
	hkdf_sha256(vectors_hex(text_of(test, "ikm"), a), vectors_hex(text_of(test, "salt"), a),
	    vectors_hex(text_of(test, "info"), a), out, n);
	return is(test, "valid") == (okm.n == n && memcmp(out, okm.p, n) == 0);
}

static bool
judge_hmac(struct json group, struct json test, struct arena *a)
{
	size_t n = number_of(group, "tagSize") / 8;  /* 128 bits: cut */
	str tag = vectors_hex(text_of(test, "tag"), a);
	uint8_t out[HASH_SIZE];

	hmac_sha256(vectors_hex(text_of(test, "key"), a), vectors_hex(text_of(test, "msg"), a), out);
	return is(test, "valid") == (tag.n == n && hmac_same(out, bytes_of(tag), n));
}

/* Every file, its tests counted so that a file that is not read is no success. */
static const struct { const char *file; judge *judge; size_t least; } sets[] = {
	{ "wycheproof/x25519_test.json", judge_x25519, 300 },
	{ "wycheproof/ed25519_test.json", judge_ed25519, 100 },
	{ "wycheproof/chacha20_poly1305_test.json", judge_chacha, 200 },
	{ "wycheproof/hkdf_sha256_test.json", judge_hkdf, 50 },
	{ "wycheproof/hmac_sha256_test.json", judge_hmac, 100 },
};

static struct json
load(const char *file, struct arena *a)
{
	struct json root = { 0 };
	struct err e;

	if (!json_parse(vectors_read(file, a), a, &root, &e))
		fail_msg("%s: %s", file, err_text(&e, LANG_EN).s);
	return root;
}

static size_t
set_run(size_t i)
{
	struct arena document;
	struct json group, test;
	struct json_walk groups, tests;
	size_t all = 0, right = 0;

	arena_init(&document, ARENA);
	groups = json_each(json_get(load(sets[i].file, &document), S("testGroups")));
	while (json_next(&groups, NULL, &group))
		for (tests = json_each(json_get(group, S("tests"))); json_next(&tests, NULL, &test); all++) {
			struct arena a;

			arena_init(&a, ARENA);
			if (sets[i].judge(group, test, &a))
				right++;
			else
				printf("%s: %zu is wrong\n", sets[i].file, number_of(test, "tcId"));
			arena_free(&a);
		}
	arena_free(&document);
	printf("%s: %zu of %zu\n", sets[i].file, right, all);
	return all - right + (all < sets[i].least);
}

/* What verifiers are known to differ in. Ours takes a signature only where all of
 * them would: no low order in key or R, one encoding of each, the equation as it
 * stands without the cofactor. A component of low order beside a sound one is
 * harmless and passes. */
static bool
is_refused(struct json flags)
{
	static const str refused[] = {
		STR("low_order_A"), STR("low_order_R"), STR("non_canonical_A"), STR("non_canonical_R"),
		STR("low_order_residue"), STR("reencoded_k"),
	};
	struct json_walk walk = json_each(flags);
	struct json flag;

	while (json_next(&walk, NULL, &flag))
		for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
			if (str_eq(json_str(flag), refused[i]))
				return true;
	return false;
}

static size_t
cctv_run(void)
{
	size_t right = 0, taken = 0, all = 0;
	struct arena document;
	struct json_walk tests;
	struct json test;

	arena_init(&document, ARENA);
	tests = json_each(load("ed25519_cctv/ed25519vectors.json", &document));
	for (; json_next(&tests, NULL, &test); all++) {
		str key = vectors_hex(text_of(test, "key"), &document), signature = vectors_hex(text_of(test, "sig"), &document);
		bool got = sign_check(bytes_of(key), text_of(test, "msg"), bytes_of(signature));

		taken += got;
		if (got != is_refused(json_get(test, S("flags"))))
			right++;
		else
			printf("ed25519_cctv %zu: %s\n", all, got ? "taken" : "refused");
	}
	arena_free(&document);
	printf("ed25519_cctv: %zu of %zu, %zu of them taken\n", right, all, taken);
	return all - right + (all < 600) + (taken == 0);
}

static bool
note_is_right(struct json v, struct arena *a)
{
	str hex = text_of(v, "note_hex"), text;
	struct note_key k;
	struct err e;
	bool ok = note_key_parse(text_of(v, "vkey"), &k, &e)
	    && note_check(hex.n > 0 ? vectors_hex(hex, a) : text_of(v, "note"), &k, &text, &e);

	return ok == (json_kind(json_get(v, S("valid"))) == JSON_TRUE);
}

static size_t
notes_run(void)
{
	struct arena document;
	struct json root, v;
	struct json_walk walk;
	size_t all = 1, right;

	arena_init(&document, ARENA);
	root = load("own/signed_note.json", &document);
	right = note_is_right(json_get(root, S("spec_example")), &document);
	for (walk = json_each(json_get(root, S("vectors"))); json_next(&walk, NULL, &v); all++)
		if (note_is_right(v, &document))
			right++;
		else
			printf("own/signed_note.json: %.*s: is wrong\n", STR_ARG(text_of(v, "desc")));
	arena_free(&document);
	printf("own/signed_note.json: %zu of %zu\n", right, all);
	return all - right + (all < 10);
}

int
main(void)
{
	size_t bad = 0;
	struct err e;

	if (!vectors_are_there("wycheproof"))
		return VECTORS_SKIPPED;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		bad += set_run(i);
	assert_true((aead_start)(&e));  /* and once more with the other library's code */
	bad += set_run(2);
	bad += cctv_run();
	bad += notes_run();
	return bad > 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of Project Wycheproof, of the community's Ed25519 set and for signed
 * notes, through our own functions; X25519 has none of its own, so what is shown there is what
 * libsodium does and the sealing relies on. */
#include "crypto/aead.h"
#include "crypto/hmac.h"
#include "crypto/note.h"
#include "support.h"
#include "vectors.h"

#include <jansson.h>
#include <sodium.h>

enum { ARENA = 16 << 20 };

static const char *text_of(const json_t *o, const char *key) { return json_string_value(json_object_get(o, key)); }
static bool is(const json_t *test, const char *result) { return strcmp(text_of(test, "result"), result) == 0; }
static const uint8_t *bytes_of(str s) { return (const uint8_t *)s.p; }

typedef bool judge(const json_t *group, const json_t *test, struct arena *a);

static bool
judge_x25519(const json_t *group, const json_t *test, struct arena *a)
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
judge_ed25519(const json_t *group, const json_t *test, struct arena *a)
{
	str public = vectors_hex(text_of(json_object_get(group, "publicKey"), "pk"), a);
	str message = vectors_hex(text_of(test, "msg"), a), signature = vectors_hex(text_of(test, "sig"), a);

	return (signature.n == SIGN_SIZE && sign_check(bytes_of(public), message, bytes_of(signature)))
	    == is(test, "valid");
}

static bool
judge_chacha(const json_t *group, const json_t *test, struct arena *a)
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
judge_hkdf(const json_t *group, const json_t *test, struct arena *a)
{
	size_t n = (size_t)json_integer_value(json_object_get(test, "size"));
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
judge_hmac(const json_t *group, const json_t *test, struct arena *a)
{
	size_t n = (size_t)json_integer_value(json_object_get(group, "tagSize")) / 8;  /* 128 bits: cut */
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

static json_t *
load(const char *file)
{
	json_error_t why;
	json_t *root = json_load_file(vectors_path(file), 0, &why);

	if (root == NULL)
		fail_msg("%s: %s", file, why.text);
	return root;
}

static size_t
set_run(size_t i)
{
	json_t *root = load(sets[i].file), *group, *test;
	size_t g, t, all = 0, right = 0;

	json_array_foreach(json_object_get(root, "testGroups"), g, group)
		json_array_foreach(json_object_get(group, "tests"), t, test) {
			struct arena a;

			arena_init(&a, ARENA);
			all++;
			if (sets[i].judge(group, test, &a))
				right++;
			else
				printf("%s: %lld is wrong\n", sets[i].file,
				    (long long)json_integer_value(json_object_get(test, "tcId")));
			arena_free(&a);
		}
	json_decref(root);
	printf("%s: %zu of %zu\n", sets[i].file, right, all);
	return all - right + (all < sets[i].least);
}

/* What verifiers are known to differ in. Ours takes a signature only where all of
 * them would: no low order in key or R, one encoding of each, the equation as it
 * stands without the cofactor. A component of low order beside a sound one is
 * harmless and passes. */
static size_t
cctv_run(void)
{
	static const char *const refused[] = {
		"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue", "reencoded_k",
	};
	json_t *root = load("ed25519_cctv/ed25519vectors.json"), *test, *flag;
	size_t t, f, right = 0, taken = 0, all = json_array_size(root);

	json_array_foreach(root, t, test) {
		struct arena a;
		bool wanted = true, got;
		str key, signature;

		arena_init(&a, ARENA);
		key = vectors_hex(text_of(test, "key"), &a);
		signature = vectors_hex(text_of(test, "sig"), &a);
		json_array_foreach(json_object_get(test, "flags"), f, flag)
			for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
				wanted &= strcmp(json_string_value(flag), refused[i]) != 0;
		got = sign_check(bytes_of(key), str_of(text_of(test, "msg")), bytes_of(signature));
		if (got == wanted)
			right++;
		else
			printf("ed25519_cctv %zu: %s\n", t, got ? "taken" : "refused");
		taken += got;
		arena_free(&a);
	}
	json_decref(root);
	printf("ed25519_cctv: %zu of %zu, %zu of them taken\n", right, all, taken);
	return all - right + (all < 600) + (taken == 0);
}

static bool
note_is_right(const json_t *v)
{
	const char *hex = text_of(v, "note_hex");
	struct note_key k;
	struct arena a;
	struct err e;
	str text;
	bool ok;

	arena_init(&a, ARENA);
	ok = note_key_parse(str_of(text_of(v, "vkey")), &k, &e)
	    && note_check(hex != NULL ? vectors_hex(hex, &a) : str_of(text_of(v, "note")), &k, &text, &e);
	arena_free(&a);
	return ok == json_is_true(json_object_get(v, "valid"));
}

static size_t
notes_run(void)
{
	json_t *root = load("own/signed_note.json"), *v;
	size_t i, all = 1, right = note_is_right(json_object_get(root, "spec_example"));

	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		all++;
		if (note_is_right(v))
			right++;
		else
			printf("own/signed_note.json: %s: is wrong\n", text_of(v, "desc"));
	}
	json_decref(root);
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

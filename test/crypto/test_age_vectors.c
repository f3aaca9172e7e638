/* SPDX-License-Identifier: Apache-2.0 */
/* The community's vectors for age: each file is opened whole and in pieces, and
 * must end as it says, with exactly the plaintext it says released before. */
#include "crypto/age.h"
#include "crypto/hash.h"
#include "support.h"
#include "vectors.h"

#include <dirent.h>
#include <zlib.h>

enum { KEYS_MAX = 4, UNPACKED_MAX = 32 << 20 };

struct vector {
	str expect, payload, passphrase, file;
	bool armored, other;  /* other: a recipient type that is not ours */
	struct age_identity keys[KEYS_MAX];
	size_t n_keys;
};

static str
unpack(str packed, struct arena *a)
{
	uLongf n = UNPACKED_MAX;
	Bytef *p = arena_alloc(a, n);

	assert_non_null(p);
	assert_int_equal(uncompress(p, &n, (const Bytef *)packed.p, packed.n), Z_OK);
	return str_bytes(p, n);
}

static void
vector_read(const char *name, struct arena *a, struct vector *v)
{
	char path[512];
	str rest, line;
	bool packed = false;
	struct err e;

	(void)snprintf(path, sizeof path, "age_cctv/%s", name);
	rest = vectors_read(path, a);
	*v = (struct vector){ 0 };
	while (str_cut(&rest, '\n', &line) && line.n > 0) {
		str key;

		assert_true(str_cut(&line, ':', &key));
		line = (str){ line.p + 1, line.n - 1 };
		if (str_eq(key, S("expect")))
			v->expect = line;
		else if (str_eq(key, S("payload")))
			v->payload = line;
		else if (str_eq(key, S("passphrase")))
			v->passphrase = line;
		else if (str_eq(key, S("armored")))
			v->armored = true;
		else if (str_eq(key, S("compressed")))
			packed = true;
		else if (str_eq(key, S("identity")) && age_identity_parse(line, &v->keys[v->n_keys], &e))
			v->n_keys++;
		else if (str_eq(key, S("identity")))
			v->other = true;
	}
	v->file = packed ? unpack(rest, a) : rest;
}

static bool
take(void *to, str bytes, struct err *e)
{
	(void)e;
	hash_add(to, bytes);
	return true;
}

/* Opens v in pieces of so many bytes; hex is of what came out. */
static bool
vector_open(const struct vector *v, size_t piece, char hex[2 * HASH_SIZE + 1], struct err *e)
{
	struct arena a;
	struct hash h;
	struct age_open *o;
	uint8_t hash[HASH_SIZE];
	bool ok;

	arena_init(&a, 1 << 20);
	hash_start(&h);
	*e = (struct err){ 0 };
	ok = age_open_start(v->keys, v->n_keys, v->passphrase, (struct age_sink){ take, &h }, &a, &o, e);
	for (size_t at = 0; ok && at < v->file.n; at += piece) {
		size_t n = v->file.n - at < piece ? v->file.n - at : piece;
		char *p = malloc(n);  /* of its own size, so that reading past it is seen */

		assert_non_null(p);
		memcpy(p, v->file.p + at, n);
		ok = age_open_write(o, (str){ p, n }, e);
		free(p);
	}
	ok = ok && age_open_end(o, e);
	hash_end(&h, hash);
	hash_hex(hash, sizeof hash, hex);
	arena_free(&a);
	assert_int_equal(ok, e->kind == ERR_NONE);  /* true leaves *e alone */
	return ok;
}

static bool
starts(const char *s, const char *start)
{
	return s != NULL && strncmp(s, start, strlen(start)) == 0;
}

/* The failure in the words of the vectors. */
static str
outcome(bool ok, bool armored, const struct err *e)
{
	if (ok)
		return S("success");
	if (e->kind == ERR_DENIED)
		return S("no match");
	assert_true(e->kind == ERR_INPUT || e->kind == ERR_TOO_BIG);
	if (starts(e->rule, "RFC 7468"))
		return S("armor failure");
	if (starts(e->rule, "C2SP age, Header MAC"))
		return S("HMAC failure");
	/* What begins neither as age nor as armor is broken armor to who expected that. */
	if (armored && starts(e->id, "not an age file"))
		return S("armor failure");
	/* A nonce that is cut counts as the header's there. */
	if (starts(e->rule, "C2SP age, Payload") && !starts(e->id, "the file ends right after its header"))
		return S("payload failure");
	return S("header failure");
}

/* Of a type that is not ours, the header alone is judged: it must be read, or
 * where only that type's own rules are broken, still be read and not match. */
static bool
other_is_right(const struct vector *v, const char **said)
{
	struct age_header h;
	struct err e = { 0 };
	char hex[2 * HASH_SIZE + 1];

	if (v->armored) {
		*said = "opened for nobody here";
		return !vector_open(v, v->file.n, hex, &e) && e.kind == ERR_DENIED;
	}
	if (age_header_parse(v->file, &h, &e)) {
		*said = "the header reads";
		return h.other > 0;
	}
	*said = e.id;
	return str_eq(v->expect, S("header failure"));
}

static bool
is_right(const char *name, const struct vector *v, size_t piece)
{
	char hex[2 * HASH_SIZE + 1];
	struct err e;
	bool ok = vector_open(v, piece, hex, &e);
	str got = outcome(ok, v->armored, &e);

	if (!str_eq(got, v->expect)) {
		printf("%s in pieces of %zu: %.*s, expected %.*s: %s\n", name, piece, STR_ARG(got), STR_ARG(v->expect),
		    err_text(&e, LANG_EN).s);
		return false;
	}
	if (v->payload.n > 0 && !str_eq(str_of(hex), v->payload)) {
		printf("%s in pieces of %zu: other plaintext came out\n", name, piece);
		return false;
	}
	return true;
}

int
main(void)
{
	static const size_t pieces[] = { SIZE_MAX / 2, 65552, 100000, 4096, 61, 1 };
	struct { const char *start; size_t all, right; } kinds[] = {
		{ "armor_", 0, 0 }, { "hmac_", 0, 0 }, { "scrypt_", 0, 0 }, { "stanza_", 0, 0 }, { "stream_", 0, 0 },
		{ "x25519", 0, 0 }, { "hybrid_", 0, 0 }, { "", 0, 0 },
	};
	struct dirent *f;
	size_t bad = 0;
	DIR *d;

	if (!vectors_are_there("age_cctv"))
		return VECTORS_SKIPPED;
	assert_non_null(d = opendir(vectors_path("age_cctv")));
	while ((f = readdir(d)) != NULL) {
		struct arena a;
		struct vector v;
		bool right = true;
		size_t kind = 0;

		if (f->d_name[0] == '.')
			continue;
		arena_init(&a, (size_t)80 << 20);
		vector_read(f->d_name, &a, &v);
		while (!starts(f->d_name, kinds[kind].start))
			kind++;
		if (v.other) {
			const char *said;

			right = other_is_right(&v, &said);
			printf("%s: expected %.*s, %s\n", f->d_name, STR_ARG(v.expect), said);
		} else {
			/* A passphrase takes half a second; a large file takes its time in small pieces. */
			size_t rounds = v.passphrase.n > 0 ? 1 : v.file.n > 1 << 20 ? 3 : v.file.n > 4096 ? 5 : 6;

			for (size_t i = 0; i < rounds; i++)
				right &= is_right(f->d_name, &v, pieces[i]);
		}
		kinds[kind].all++;
		kinds[kind].right += right;
		bad += !right;
		arena_free(&a);
	}
	closedir(d);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		printf("%s: %zu of %zu\n", kinds[i].start[0] != '\0' ? kinds[i].start : "(others)", kinds[i].right, kinds[i].all);
	return bad > 0;
}

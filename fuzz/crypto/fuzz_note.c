/* SPDX-License-Identifier: Apache-2.0 */
/* A note is a text and lines: a text of the input, signed by us, is good with any
 * lines of others that are well formed, and not with a byte of it changed. A key
 * that is read prints to the same. */
#include "base/buf.h"
#include "crypto/note.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t seed[SIGN_SEED] = { 7 };

static void
key_both_ways(str text)
{
	struct note_key k;
	struct arena a;
	struct err e;
	str again;

	arena_init(&a, 1 << 20);
	if (note_key_parse(text, &k, &e)) {
		if (!note_key_print(&k, &a, &again, &e) || !str_eq(text, again))
			abort();
	} else if (e.kind != ERR_INPUT) {
		abort();
	}
	arena_free(&a);
}

static void
sign_and_check(str input, const struct sign_key *key, const struct note_key *k)
{
	uint8_t signature[SIGN_SIZE];
	struct arena a;
	struct buf b;
	struct err e;
	str line, note, text;

	arena_init(&a, 1 << 20);
	b = (struct buf){ .arena = &a };
	buf_str(&b, input);
	buf_add(&b, "\n", 1);
	sign_bytes(key, (str){ b.p, b.n }, signature);
	if (!note_line(k, signature, &a, &line, &e))
		abort();
	buf_add(&b, "\n", 1);
	buf_str(&b, line);
	if (!buf_take(&b, &note, &e))
		abort();
	if (note_check(note, k, &text, &e) != (str_is_text(input) && note.n <= NOTE_MAX))
		abort();
	if (input.n > 0 && note.n <= NOTE_MAX) {
		char *changed = (char *)(uintptr_t)note.p + (unsigned char)input.p[0] % input.n;

		*changed = (char)(*changed ^ 1);
		if (note_check(note, k, &text, &e))
			abort();
	}
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str input = str_bytes(data, size), text;
	struct sign_key key;
	struct note_key k;
	struct err e;

	sign_key_from_seed(seed, &key);
	if (!note_key_of(S("leman.example/fuzz"), key.public, &k, &e))
		abort();
	if (note_check(input, &k, &text, &e)) {
		if (text.p != input.p || text.n >= input.n || text.n == 0 || text.p[text.n - 1] != '\n')
			abort();
	} else if (e.kind != ERR_INPUT && e.kind != ERR_DENIED && e.kind != ERR_TOO_BIG) {
		abort();
	}
	key_both_ways(input);
	sign_and_check(input, &key, &k);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/note.h"

#include "base/base64.h"
#include "base/buf.h"
#include "crypto/hash.h"

enum { ID = 4, TYPE_ED25519 = 1, SIGNED_MIN = ID + 1 };

static const char rule[] = "C2SP signed-note, Format";
static const char key_rule[] = "C2SP signed-note, Verifier keys";
static const str dash = STR("\xe2\x80\x94 ");  /* U+2014 and a space */

/* Unicode's White_Space, Unicode 15 PropList: no name holds any of them. */
static bool
is_space(uint32_t c)
{
	static const struct { uint32_t from, to; } spaces[] = {
		{ 0x09, 0x0d }, { 0x20, 0x20 }, { 0x85, 0x85 }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 },
		{ 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
	};

	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
		if (c >= spaces[i].from && c <= spaces[i].to)
			return true;
	return false;
}

static bool
name_is_good(str name)
{
	if (name.n == 0 || !str_is_text(name))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		const unsigned char *p = (const unsigned char *)name.p + i;
		uint32_t c = *p;

		if (c >= 0xf0 || (c & 0xc0) == 0x80)
			continue;  /* past U+FFFF there is no space; the rest of a character */
		if (c >= 0xe0)
			c = (c & 15) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
		else if (c >= 0xc0)
			c = (c & 31) << 6 | (p[1] & 63u);
		if (c == '+' || is_space(c))
			return false;
	}
	return true;
}

bool
note_key_of(str name, const uint8_t public[SIGN_PUBLIC], struct note_key *out, struct err *e)
{
	struct note_key k = { .name = name };
	uint8_t hash[HASH_SIZE];
	struct hash h;

	if (!name_is_good(name))
		return fail(e, ERR_INPUT, rule, "a key's name is empty, or has a space or a \"+\" in it");
	hash_start(&h);
	hash_add(&h, name);
	hash_add(&h, S("\n\x01"));
	hash_add(&h, str_bytes(public, SIGN_PUBLIC));
	hash_end(&h, hash);
	memcpy(k.id, hash, ID);
	memcpy(k.public, public, SIGN_PUBLIC);
	*out = k;
	return true;
}

bool
note_key_parse(str vkey, struct note_key *out, struct err *e)
{
	uint8_t typed[1 + SIGN_PUBLIC];
	struct note_key k;
	char id[2 * ID + 1];
	str rest = vkey, name, hex;

	/* At the first two: base64 has "+" too. */
	if (!str_cut(&rest, '+', &name) || !str_cut(&rest, '+', &hex))
		return fail(e, ERR_INPUT, key_rule, "a verifier key has three parts with \"+\" between them");
	if (!base64_read_exactly(rest, BASE64_PADDED, typed, sizeof typed) || typed[0] != TYPE_ED25519)
		return fail(e, ERR_INPUT, key_rule, "the key is not one of Ed25519: base64 of 1 and 32 bytes");
	if (!note_key_of(name, typed + 1, &k, e))
		return false;
	hash_hex(k.id, ID, id);
	if (!str_eq(hex, str_of(id)))
		return fail(e, ERR_INPUT, key_rule, "the key's id is %.*s, where name and key make %s",
		    STR_ARG(hex), id);
	*out = k;
	return true;
}

bool
note_key_print(const struct note_key *k, struct arena *a, str *out, struct err *e)
{
	uint8_t typed[1 + SIGN_PUBLIC] = { TYPE_ED25519 };
	char id[2 * ID + 1], key[BASE64_PADDED_SIZE(sizeof typed)];
	struct buf b = { .arena = a };

	memcpy(typed + 1, k->public, SIGN_PUBLIC);
	hash_hex(k->id, ID, id);
	buf_str(&b, k->name);
	buf_fmt(&b, "+%s+", id);
	buf_add(&b, key, base64_write(typed, sizeof typed, BASE64_PADDED, key));
	return buf_take(&b, out, e);
}

bool
note_line(const struct note_key *k, const uint8_t signature[SIGN_SIZE], struct arena *a, str *out, struct err *e)
{
	uint8_t with_id[ID + SIGN_SIZE];
	char text[BASE64_PADDED_SIZE(sizeof with_id)];
	struct buf b = { .arena = a };

	memcpy(with_id, k->id, ID);
	memcpy(with_id + ID, signature, SIGN_SIZE);
	buf_str(&b, dash);
	buf_str(&b, k->name);
	buf_add(&b, " ", 1);
	buf_add(&b, text, base64_write(with_id, sizeof with_id, BASE64_PADDED, text));
	buf_add(&b, "\n", 1);
	return buf_take(&b, out, e);
}

/* Where the lines after the last empty line begin; 0 without one. */
static size_t
signatures_at(str note)
{
	for (size_t i = note.n; i >= 2; i--)
		if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n')
			return i;
	return 0;
}

/* One signature line: is it k's, and if so, is it right? */
static bool
line_check(str line, str text, const struct note_key *k, bool *is_own, struct err *e)
{
	uint8_t head[6], all[ID + SIGN_SIZE];
	str name, rest = { line.p + dash.n, line.n - dash.n };
	size_t n;

	*is_own = false;
	if (line.n <= dash.n || memcmp(line.p, dash.p, dash.n) != 0 || !str_cut(&rest, ' ', &name)
	    || !name_is_good(name))
		return fail(e, ERR_INPUT, rule, "a signature line is not a dash, a name and base64");
	if (!base64_check(rest, BASE64_PADDED, &n) || n < SIGNED_MIN)
		return fail(e, ERR_INPUT, rule, "a signature is not base64 of a key's id and more");
	/* Five bytes or more are eight characters or more, and those have the id. */
	if (!base64_read((str){ rest.p, 8 }, BASE64_PADDED, head, sizeof head, &n))
		return fail(e, ERR_INPUT, rule, "a signature is not base64 of a key's id and more");
	if (!str_eq(name, k->name) || memcmp(head, k->id, ID) != 0)
		return true;
	*is_own = true;
	return (base64_read_exactly(rest, BASE64_PADDED, all, sizeof all) && sign_check(k->public, text, all + ID))
	    || fail(e, ERR_DENIED, "C2SP signed-note, Signatures", "the signature of %.*s is wrong", STR_ARG(k->name));
}

bool
note_check(str note, const struct note_key *k, str *text, struct err *e)
{
	size_t at, lines = 0;
	str rest, line, signed_text;
	bool found = false;

	if (note.n > NOTE_MAX)
		return fail(e, ERR_TOO_BIG, rule, "%zu bytes, at most %d allowed", note.n, NOTE_MAX);
	if (!str_is_text(note))
		return fail(e, ERR_INPUT, rule, "bytes that are not UTF-8, or a control character");
	if ((at = signatures_at(note)) == 0 || at == note.n)
		return fail(e, ERR_INPUT, rule, "no signature after an empty line");
	signed_text = (str){ note.p, at - 1 };
	rest = (str){ note.p + at, note.n - at };
	while (rest.n > 0) {
		bool is_own;

		if (!str_cut(&rest, '\n', &line))
			return fail(e, ERR_INPUT, rule, "the last line does not end with a newline");
		if (lines++ == NOTE_SIGNATURES_MAX)
			return fail(e, ERR_INPUT, rule, "more than %d signatures", NOTE_SIGNATURES_MAX);
		if (!line_check(line, signed_text, k, &is_own, e))
			return false;
		found |= is_own;
	}
	if (!found)
		return fail(e, ERR_DENIED, "C2SP signed-note, Signatures", "no signature of %.*s", STR_ARG(k->name));
	*text = signed_text;
	return true;
}

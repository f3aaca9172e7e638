/* SPDX-License-Identifier: Apache-2.0 */
#include "json_gen.h"

enum { DEPTH_USUAL = 6, DEPTH_MOST = 255 };

/* What is being written: how deep it is, and how deep it may become. */
struct gen { uint64_t *seed; struct buf *b; int depth, most; unsigned keys; };

unsigned
gen_pick(uint64_t *seed, unsigned n)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) % n);
}

static bool
one_in(struct gen *g, unsigned n)
{
	return gen_pick(g->seed, n) == 0;
}

static void
gen_space(struct gen *g)
{
	static const char *const spaces[] = { " ", "\n", "\t", "\r\n", "  ", "\n                    " };

	while (one_in(g, 3))
		buf_str(g->b, str_of(spaces[gen_pick(g->seed, 6)]));
}

static void
gen_piece(struct gen *g)
{
	static const char *const pieces[] = {
		"a", "key", " ", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8f\x94", "\xef\xbf\xbf", "\xed\x9f\xbf",
		"\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\u20AC",
		"\\uD83C\\uDFD4",
		"\\uFFFF", "\\u001f", "some longer run of plain letters, with a comma", "[]{}:,",
	};

	buf_str(g->b, str_of(pieces[gen_pick(g->seed, sizeof pieces / sizeof *pieces)]));
}

static void
gen_string(struct gen *g)
{
	buf_str(g->b, S("\""));
	for (unsigned i = gen_pick(g->seed, one_in(g, 20) ? 60 : 5); i > 0; i--)
		gen_piece(g);
	if (one_in(g, 40))
		buf_str(g->b, S("\\u0000"));
	buf_str(g->b, S("\""));
}

static void
gen_digits(struct gen *g, unsigned most)
{
	for (unsigned i = 1 + gen_pick(g->seed, most); i > 0; i--)
		buf_fmt(g->b, "%u", gen_pick(g->seed, 10));
}

static void
gen_number(struct gen *g)
{
	static const char *const edges[] = {
		"0", "-0", "9223372036854775807", "-9223372036854775808", "9007199254740993", "1e23", "5e-324",
		"2e-400",
		"2.2250738585072011e-308", "1.7976931348623157e308", "0.1", "0e99999", "-0.0", "4.35", "8.5e+22",
	};
	unsigned kind = gen_pick(g->seed, 6);

	if (kind == 0) {
		buf_str(g->b, str_of(edges[gen_pick(g->seed, sizeof edges / sizeof *edges)]));
		return;
	}
	if (one_in(g, 3))
		buf_str(g->b, S("-"));
	if (one_in(g, 4)) {
		buf_str(g->b, S("0"));
	} else {
		buf_fmt(g->b, "%u", 1 + gen_pick(g->seed, 9));
		if (kind > 1)
			gen_digits(g, 15);
	}
	if (kind > 3) {
		buf_str(g->b, S("."));
		gen_digits(g, one_in(g, 30) ? 900 : 20);
	}
	if (kind > 4)
		buf_fmt(g->b, "%c%s%u", one_in(g, 2) ? 'e' : 'E', one_in(g, 2) ? "-" : one_in(g, 2) ? "+" : "",
		    gen_pick(g->seed, one_in(g, 3) ? 290 : 25));
}

static void gen_value(struct gen *g);

static void
gen_many(struct gen *g, bool is_object)
{
	unsigned n = g->most == DEPTH_MOST ? 1 : gen_pick(g->seed, one_in(g, 30) ? 200 : 6);

	g->depth++;
	if (n > 20 && g->depth + 1 < g->most)
		g->most = g->depth + 1;  /* or it becomes too long */
	buf_str(g->b, is_object ? S("{") : S("["));
	for (unsigned i = 0; i < n; i++) {
		gen_space(g);
		if (i > 0)
			buf_str(g->b, S(","));
		gen_space(g);
		if (is_object) {
			buf_str(g->b, S("\""));
			for (unsigned k = gen_pick(g->seed, 3); k > 0; k--)
				gen_piece(g);
			buf_fmt(g->b, "%u\"", g->keys++);  /* behind it, so that no key comes twice */
			gen_space(g);
			buf_str(g->b, S(":"));
			gen_space(g);
		}
		gen_value(g);
	}
	gen_space(g);
	buf_str(g->b, is_object ? S("}") : S("]"));
	g->depth--;
}

static void
gen_value(struct gen *g)
{
	static const char *const literals[] = { "true", "false", "null" };
	unsigned kind = gen_pick(g->seed, 9);

	if (g->most == DEPTH_MOST)
		kind = 8;
	if (kind >= 5 && g->depth < g->most)
		gen_many(g, kind % 2 == 0);
	else if (kind < 2)
		gen_string(g);
	else if (kind < 4)
		gen_number(g);
	else
		buf_str(g->b, str_of(literals[gen_pick(g->seed, 3)]));
}

void
gen_json(uint64_t *seed, struct buf *b)
{
	struct gen g = { .seed = seed, .b = b, .most = gen_pick(seed, 60) == 0 ? DEPTH_MOST : DEPTH_USUAL };

	gen_space(&g);
	if (gen_pick(seed, 10) == 0)
		gen_value(&g);
	else
		gen_many(&g, gen_pick(seed, 2) == 0);
	gen_space(&g);
}

void
gen_mutated(uint64_t *seed, str text, struct buf *b)
{
	static const char odd[] = "\"\\{}[],:0-.eE+u\0\x1f \xc3\xa9\xed\xa0\x80\xef\xbb\xbfn\xff/";
	size_t at = 0;

	for (unsigned i = 1 + gen_pick(seed, 3); i > 0; i--) {
		size_t cut = at + gen_pick(seed, (unsigned)(text.n - at) + 1);
		char c = odd[gen_pick(seed, sizeof odd - 1)];

		buf_add(b, text.p + at, cut - at);
		at = cut;
		switch (gen_pick(seed, 6)) {
		case 0: buf_add(b, &c, 1); break;
		case 1: buf_add(b, &c, 1); at += at < text.n; break;
		case 2: at += at < text.n; break;
		case 3: at = cut - gen_pick(seed, (unsigned)(cut < 40 ? cut : 40) + 1); break;
		case 4: at += gen_pick(seed, (unsigned)(text.n - at < 20 ? text.n - at : 20) + 1); break;
		case 5:
			if (gen_pick(seed, 10) == 0)
				at = text.n;
			break;
		}
	}
	buf_add(b, text.p + at, text.n - at);
}

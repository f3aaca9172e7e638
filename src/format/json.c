/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"

#include "format/json_key.h"
#include "format/json_read.h"
#include "format/json_scan.h"

enum {
	FEW_KEYS = 32,      /* so many are compared with one another; more are sorted */
	NODES_FIRST = 4096  /* room at first, at most: 64 kB */
};

/* An array or object that is being read. keys has a bit for each key's hash. */
struct frame { uint32_t node, count; uint64_t keys; bool is_object; };

/* Makes room for nodes after the first used: as many as the rest of the text
 * needs if it is like the part up to p, never more than it can need. */
static bool
nodes_grow(struct json_reader *r, size_t used, const char *p)
{
	size_t done = (size_t)(p - r->text.p), left = (size_t)(r->end - p);
	size_t like = (size_t)((uint64_t)used * left / (done + 1));
	size_t most = used + left / 2 + JSON_DEPTH_MAX;
	size_t cap = used + (like + like / 8 > used ? like + like / 8 : used) + 2;
	struct json_node *nodes;

	if (cap > most)
		cap = most;
	if (arena_resize(r->arena, r->nodes, r->cap * sizeof *nodes, cap * sizeof *nodes)) {
		r->cap = cap;
		return true;
	}
	if ((nodes = arena_take(r->arena, cap * sizeof *nodes)) == NULL)
		return fail(r->e, ERR_MEMORY, NULL, "no room for %zu bytes", cap * sizeof *nodes);
	memcpy(nodes, r->nodes, used * sizeof *nodes);
	r->nodes = nodes;
	r->cap = cap;
	return true;
}

/* Each read_*() takes where it begins, returns where it ended, or NULL. This one
 * begins after the quote. */
static inline const char *
read_string(struct json_reader *r, const char *p, const char *end, struct json_node *node)
{
	const char *q = scan_plain(p, end);

	if (q == end || *q != '"')
		return json_rough_string(r, p, q, node);
	*node = (struct json_node){ p, (uint32_t)(q - p), JSON_STRING | JSON_ONE };
	return q + 1;
}

static inline bool
is_digit(const char *p, const char *end)
{
	return p != end && (unsigned char)(*p - '0') < 10;
}

static const char *
read_digits(const struct json_reader *r, const char *p)
{
	if (!is_digit(p, r->end))
		return json_stop_null(r, p, WANT_DIGIT);
	do
		p++;
	while (is_digit(p, r->end));
	return p;
}

static const char *
read_number(const struct json_reader *r, const char *p, struct json_node *node)
{
	const char *q = p + (*p == '-'), *end = r->end;

	if (q != end && *q == '0' && is_digit(q + 1, end))
		return json_stop_null(r, q, NO_ZERO_FIRST);
	if ((q = read_digits(r, q)) == NULL)
		return NULL;
	if (q != end && *q == '.' && (q = read_digits(r, q + 1)) == NULL)
		return NULL;
	if (q != end && (*q | 0x20) == 'e') {
		q++;
		if (q != end && (*q == '+' || *q == '-'))
			q++;
		if ((q = read_digits(r, q)) == NULL)
			return NULL;
	}
	*node = (struct json_node){ p, (uint32_t)(q - p), JSON_NUMBER | JSON_ONE };
	return q;
}

static const char *
read_word(const struct json_reader *r, const char *p, struct json_node *node)
{
	static const struct { str word; enum json_kind kind; } words_known[] = {
		{ STR("true"), JSON_TRUE }, { STR("false"), JSON_FALSE }, { STR("null"), JSON_NULL },
	};

	for (size_t i = 0; i < sizeof words_known / sizeof *words_known; i++) {
		str w = words_known[i].word;

		if ((size_t)(r->end - p) >= w.n && memcmp(p, w.p, w.n) == 0) {
			*node = (struct json_node){ p, 0, (uint32_t)words_known[i].kind | JSON_ONE };
			return p + w.n;
		}
	}
	return json_stop_null(r, p, WANT_WORD);
}

static inline const char *
skip_space(const char *p, const char *end)
{
	/* mostly there is none, or one */
	if (p == end || *p > ' ' || (*p == ' ' && ++p != end && *p > ' '))
		return p;
	return scan_space(p, end);
}

/* Notes the key of an object; false when it was there before, or holds a NUL. A
 * bit in top->keys that is set may be another key's: then all are compared.
 * Objects with more than FEW_KEYS are looked at when they end. */
static inline bool
note_key(const struct json_reader *r, struct frame *top, const struct json_node *key)
{
	const unsigned char *p = (const unsigned char *)key->p;
	uint32_t n = key->n;
	unsigned hash = n == 0 ? 0 : (p[0] * 5u + p[n / 2] * 11u + p[n - 1] * 23u + n * 3u) % 64;
	const struct json_node *k = r->nodes + top->node + 1;

	if ((key->bits & JSON_ESCAPED) != 0 && memchr(key->p, 0, n) != NULL)
		return json_stop(r, *((const char *const *)(const void *)key->p - 1) - 1, NO_NUL);
	if (top->count < FEW_KEYS && (top->keys >> hash & 1) != 0)
		for (; k < key; k += 1 + (k[1].bits >> JSON_SPAN_SHIFT))
			if (k->n == n && memcmp(k->p, p, n) == 0)
				return json_stop_twice(r, key);
	top->keys |= (uint64_t)1 << hash;
	return true;
}

/* The array or object of *top ends; used nodes are its last. */
static inline bool
close_frame(const struct json_reader *r, const struct frame *top, size_t used)
{
	struct json_node *node = r->nodes + top->node;
	const struct json_node *again;

	node->n = top->count;
	node->bits |= (uint32_t)(used - top->node) << JSON_SPAN_SHIFT;
	if (!top->is_object || top->count <= FEW_KEYS)
		return true;
	return json_key_again(node + 1, top->count, r->arena, &again, r->e)
	    && (again == NULL || json_stop_twice(r, again));
}

/* Reads the whole text, its nodes to r->nodes; how many there are to *used. */
static bool
read_text(struct json_reader *r, const char *p, size_t *used)
{
	struct frame frames[JSON_DEPTH_MAX + 1], *top = frames;
	const char *end = r->end;
	size_t n = 0;

	*top = (struct frame){ 0 };
	do {
		struct json_node *node;

		/* a value begins here, in an object its key */
		if (n + 2 > r->cap && !nodes_grow(r, n, p))
			return false;
		p = skip_space(p, end);
		node = r->nodes + n++;
		if (top->is_object) {
			if (p == end || *p != '"')
				return json_stop(r, p, WANT_KEY);
			if ((p = read_string(r, p + 1, end, node)) == NULL || !note_key(r, top, node))
				return false;
			p = skip_space(p, end);
			if (p == end || *p != ':')
				return json_stop(r, p, WANT_COLON);
			p = skip_space(p + 1, end);
			node = r->nodes + n++;
		}
		top->count++;
		if (p == end)
			return json_stop(r, p, WANT_VALUE);
		switch (*p) {
		case '"':
			p = read_string(r, p + 1, end, node);
			break;
		case '[':
		case '{':
			if (top == frames + JSON_DEPTH_MAX)
				return json_stop(r, p, NO_DEEPER);
			*++top = (struct frame){ .node = (uint32_t)(n - 1), .is_object = *p == '{' };
			*node = (struct json_node){ p, 0, top->is_object ? JSON_OBJECT : JSON_ARRAY };
			p = skip_space(p + 1, end);
			if (p == end || *p != (top->is_object ? '}' : ']'))
				continue;
			break;
		case '-': case '0': case '1': case '2': case '3': case '4':
		case '5': case '6': case '7': case '8': case '9':
			p = read_number(r, p, node);
			break;
		case 't': case 'f': case 'n':
			p = read_word(r, p, node);
			break;
		default:
			return json_stop(r, p, WANT_VALUE);
		}
		if (p == NULL)
			return false;
		/* a value has ended; so do all that it is the last of */
		for (;; p++, top--) {
			p = skip_space(p, end);
			if (top == frames)
				break;
			if (p != end && *p == ',') {
				p++;
				break;
			}
			if (p == end || *p != (top->is_object ? '}' : ']'))
				return json_stop(r, p, top->is_object ? WANT_PAIR : WANT_ITEM);
			if (!close_frame(r, top, n))
				return false;
		}
	} while (top != frames);
	*used = n;
	return p == end || json_stop(r, p, WANT_END);
}

bool
json_parse(str text, struct arena *a, struct json *out, struct err *e)
{
	struct json_reader r = { .text = text.n > 0 ? text : S(""), .arena = a, .e = e };
	size_t used = 0;

	if (text.n > JSON_TEXT_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%zu bytes, at most %d allowed", text.n, JSON_TEXT_MAX);
	r.end = r.text.p + r.text.n;
	r.cap = text.n / 12 + 8 < NODES_FIRST ? text.n / 12 + 8 : NODES_FIRST;
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		return json_stop(&r, text.p, NO_MARK);
	if ((r.nodes = arena_take(a, r.cap * sizeof *r.nodes)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", r.cap * sizeof *r.nodes);
	if (!read_text(&r, r.text.p, &used))
		return false;
	arena_resize(a, r.nodes, r.cap * sizeof *r.nodes, used * sizeof *r.nodes);
	out->node = r.nodes;
	return true;
}

struct json
json_get(struct json object, str key)
{
	struct json_walk w = json_each(object);
	struct json v;
	str k;

	while (w.is_object && json_next(&w, &k, &v))
		if (str_eq(k, key))
			return v;
	return (struct json){ NULL };
}

size_t
json_offset(struct json v, str text)
{
	const char *p;

	if (v.node == NULL)
		return 0;
	p = v.node->p;
	if ((v.node->bits & JSON_ESCAPED) != 0)
		memcpy(&p, v.node->p - sizeof p, sizeof p);
	return (size_t)(p - text.p) - (json_kind(v) == JSON_STRING);
}

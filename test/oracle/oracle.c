/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include "format/json.h"
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

void
dump_add(struct dump *d, const char *p, size_t n)
{
	if (d->cap - d->n < n) {
		d->cap = d->cap * 2 + n + 4096;
		if ((d->p = realloc(d->p, d->cap)) == NULL)
			abort();
	}
	if (n > 0)
		memcpy(d->p + d->n, p, n);
	d->n += n;
}

void
dump_str(struct dump *d, const char *p, size_t n)
{
	char head[32];

	dump_add(d, head, (size_t)snprintf(head, sizeof head, "s%zu:", n));
	dump_add(d, p, n);
}

void
dump_i64(struct dump *d, long long v)
{
	char text[32];

	dump_add(d, text, (size_t)snprintf(text, sizeof text, "i%lld;", v));
}

void
dump_f64(struct dump *d, double v)
{
	unsigned long long bits;
	char text[32];

	memcpy(&bits, &v, sizeof bits);
	dump_add(d, text, (size_t)snprintf(text, sizeof text, "d%llx;", bits));
}

/* *large: a number that a peer may refuse. */
static void
dump_ours(struct dump *d, struct json v, bool *large)
{
	struct json_walk w = json_each(v);
	int64_t i;
	double f = 0;
	str key = { 0 }, s = json_str(v);

	switch (json_kind(v)) {
	case JSON_NULL:   dump_add(d, "n", 1); break;
	case JSON_FALSE:  dump_add(d, "f", 1); break;
	case JSON_TRUE:   dump_add(d, "t", 1); break;
	case JSON_STRING: dump_str(d, s.p, s.n); break;
	case JSON_NUMBER:
		if (json_i64(v, &i)) {
			dump_i64(d, i);
		} else {
			*large = !json_f64(v, &f) || *large
			    || (!memchr(s.p, '.', s.n) && !memchr(s.p, 'e', s.n) && !memchr(s.p, 'E', s.n));
			dump_f64(d, f);
		}
		break;
	case JSON_ARRAY:
		dump_add(d, "[", 1);
		while (json_next(&w, NULL, &v))
			dump_ours(d, v, large);
		dump_add(d, "]", 1);
		break;
	case JSON_OBJECT:
		dump_add(d, "{", 1);
		while (json_next(&w, &key, &v)) {
			dump_str(d, key.p, key.n);
			dump_ours(d, v, large);
		}
		dump_add(d, "}", 1);
		break;
	}
}

const char *
oracle_compare(str text, struct oracle_count *count)
{
	static const struct {
		bool (*read)(const char *, size_t, struct dump *);
		const char *us, *them, *other;
	} peers[] = {
		{ peer_simdjson, "simdjson refuses it", "simdjson takes it", "simdjson sees something else" },
		{ peer_jansson, "jansson refuses it", "jansson takes it", "jansson sees something else" },
	};
	static struct dump ours, theirs;
	static struct arena a = { .budget = (size_t)4 << 30 };
	struct json v;
	struct err e = { 0 };
	bool taken, large = false, ruled, has_nul = text.n > 0 && memchr(text.p, 0, text.n) != NULL;

	arena_reset(&a);
	ours.n = 0;
	taken = json_parse(text, &a, &v, &e);
	if (taken)
		dump_ours(&ours, v, &large);
	else if (e.kind != ERR_INPUT)
		return "we fail otherwise than by ERR_INPUT";
	ruled = e.rule != NULL && (strcmp(e.rule, "RFC 7493 2.3") == 0 || strcmp(e.rule, "RFC 8259 9") == 0);
	count->texts++;
	count->taken += taken;
	for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
		bool also;

		theirs.n = 0;
		also = peers[i].read(text.p, text.n, &theirs);
		if (taken && also && (ours.n != theirs.n || memcmp(ours.p, theirs.p, ours.n) != 0))
			return peers[i].other;
		if (taken && !also && !large)
			return peers[i].us;
		if (!taken && also && !ruled && (peers[i].read != peer_jansson || !has_nul)) {
			printf("we: %s\n", err_text(&e, LANG_EN).s);
			return peers[i].them;
		}
		count->by_us_alone += taken && !also;
		count->by_them_alone += !taken && also;
	}
	return NULL;
}

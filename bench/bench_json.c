/* SPDX-License-Identifier: Apache-2.0 */
/* How fast JSON is read, record by record: records like those of OSV, about 2.5
 * kB, from a fixed seed; each is parsed, every value visited, then forgotten.
 * MB/s of the best of several rounds in which the readers take turns, by CPU
 * time; once for records on one line, once for indented ones.
 *
 * Visiting sums 1 a value, 3 times the length and the first byte of each key
 * and string, integers, 2 for true and 1 for false: all must come to the same. */
#include "format/json_write.h"
#ifdef LEMAN_PEERS
#include "peer_json.h"
#endif

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RECORDS = 20000, ROUNDS = 9, SPARE = 64 };

struct records { str text; const size_t *at; };  /* record i is from at[i] to at[i + 1], each with its newline */

static uint64_t seed = 20261122;

static unsigned
pick(unsigned n)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) % n);
}

static void
key_str(struct json_out *o, const char *key, str s)
{
	json_key(o, str_of(key));
	json_put_str(o, s);
}

static void
key_fmt(struct json_out *o, const char *key, const char *fmt, unsigned a, unsigned b, unsigned c)
{
	char text[200];

	(void)snprintf(text, sizeof text, fmt, a, b, c);
	key_str(o, key, str_of(text));
}

/* About n bytes of prose, with line breaks, quotes and now and then an accent. */
static void
key_prose(struct json_out *o, struct arena *a, const char *key, size_t n, bool lines)
{
	static const char *const prose[] = {
		"the", "a", "crafted", "request", "allows", "remote", "attackers", "to", "read", "memory", "of",
		"parser", "buffer", "overflow", "in", "component", "before", "version", "when", "an", "untrusted",
		"archive", "is", "unpacked", "denial", "service", "users", "should", "upgrade", "`decode()`",
		"\"unsafe\"", "Gen\xc3\xa8ve",
	};
	struct buf b = { .arena = a };

	while (b.n < n) {
		buf_str(&b, str_of(prose[pick(31 + (pick(8) == 0))]));
		buf_str(&b, lines && pick(12) == 0 ? S(".\n") : S(" "));
	}
	key_str(o, key, (str){ b.p, b.n });
}

static void
put_affected(struct json_out *o)
{
	unsigned name = pick(90000), major = pick(9);

	json_object(o);
	json_key(o, S("package"));
	json_object(o);
	key_fmt(o, "ecosystem", "PyPI", 0, 0, 0);
	key_fmt(o, "name", "parser-%u-tools", name, 0, 0);
	key_fmt(o, "purl", "pkg:pypi/parser-%u-tools", name, 0, 0);
	json_object_end(o);
	json_key(o, S("ranges"));
	json_array(o);
	json_object(o);
	key_str(o, "type", S("ECOSYSTEM"));
	json_key(o, S("events"));
	json_array(o);
	json_object(o);
	key_str(o, "introduced", S("0"));
	json_object_end(o);
	json_object(o);
	key_fmt(o, "fixed", "%u.%u.%u", major, pick(30), pick(20));
	json_object_end(o);
	json_array_end(o);
	json_object_end(o);
	json_array_end(o);
	json_key(o, S("versions"));
	json_array(o);
	for (unsigned i = 0, n = 4 + pick(24); i < n; i++) {
		char text[40];

		(void)snprintf(text, sizeof text, "%u.%u.%u", major, i, pick(20));
		json_put_str(o, str_of(text));
	}
	json_array_end(o);
	json_object_end(o);
}

static void
put_record(struct json_out *o, struct arena *a, unsigned number)
{
	static const char *const kinds[] = { "WEB", "ADVISORY", "PACKAGE", "FIX" };

	json_object(o);
	key_str(o, "schema_version", S("1.6.7"));
	key_fmt(o, "id", "GHSA-%04x-%04x-%04x", number, pick(65536), pick(65536));
	key_fmt(o, "modified", "2026-%02u-%02uT%02u:11:12Z", 1 + pick(12), 1 + pick(28), pick(24));
	key_fmt(o, "published", "2025-%02u-%02uT%02u:07:30Z", 1 + pick(12), 1 + pick(28), pick(24));
	json_key(o, S("aliases"));
	json_array(o);
	json_put_str(o, S("CVE-2026-1234"));
	json_array_end(o);
	key_prose(o, a, "summary", 70, false);
	key_prose(o, a, "details", 500 + pick(700), true);
	json_key(o, S("severity"));
	json_array(o);
	json_object(o);
	key_str(o, "type", S("CVSS_V3"));
	key_str(o, "score", S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H"));
	json_object_end(o);
	json_array_end(o);
	json_key(o, S("affected"));
	json_array(o);
	for (unsigned i = 0, n = 1 + pick(2); i < n; i++)
		put_affected(o);
	json_array_end(o);
	json_key(o, S("references"));
	json_array(o);
	for (unsigned i = 0, n = 3 + pick(5); i < n; i++) {
		json_object(o);
		key_str(o, "type", str_of(kinds[pick(4)]));
		key_fmt(o, "url", "https://forge.example/parser-%u/security/advisories/%u?page=%u", pick(90000),
		    pick(900), pick(9));
		json_object_end(o);
	}
	json_array_end(o);
	json_key(o, S("database_specific"));
	json_object(o);
	json_key(o, S("cwe_ids"));
	json_array(o);
	json_put_str(o, S("CWE-125"));
	json_array_end(o);
	key_str(o, "severity", S("HIGH"));
	json_key(o, S("reviewed"));
	json_put_bool(o, true);
	json_key(o, S("withdrawn"));
	json_put_null(o);
	json_key(o, S("stars"));
	json_put_i64(o, pick(100000));
	json_object_end(o);
	json_object_end(o);
}

static void
put_indent(struct buf *b, int depth)
{
	buf_str(b, S("\n"));
	for (int i = 0; i < depth; i++)
		buf_str(b, S("  "));
}

/* The same text on many lines: two spaces a level, one after a colon. */
static void
put_indented(struct buf *b, str text)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted && c == '\\') {
			buf_add(b, text.p + i++, 2);
			continue;
		}
		quoted ^= c == '"';
		if (!quoted && (c == '}' || c == ']'))
			put_indent(b, --depth);
		buf_add(b, &c, 1);
		if (!quoted && (c == '{' || c == '['))
			put_indent(b, ++depth);
		else if (!quoted && c == ',')
			put_indent(b, depth);
		else if (!quoted && c == ':')
			buf_str(b, S(" "));
	}
}

static bool
records_make(struct arena *a, bool indented, struct records *out)
{
	struct arena scratch;
	struct buf all = { .arena = a };
	size_t *at = ARENA_NEW(a, size_t, RECORDS + 1);

	seed = 20261122;
	arena_init(&scratch, 1 << 20);
	for (unsigned i = 0; at != NULL && i < RECORDS; i++) {
		struct buf b = { .arena = &scratch };
		struct json_out o = { &b, false };

		put_record(&o, &scratch, i);
		if (indented)
			put_indented(&all, (str){ b.p, b.n });
		else
			buf_add(&all, b.p, b.n);
		buf_str(&all, S("\n"));
		at[i + 1] = all.n;
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	*out = (struct records){ { all.p, all.n }, at };
	for (int i = 0; i < SPARE; i++)
		buf_str(&all, S(" "));
	return at != NULL && buf_ok(&all) && (out->text.p = all.p) != NULL;
}

static uint64_t
text_sum(str s)
{
	return s.n * 3 + (s.n > 0 ? (unsigned char)s.p[0] : 0);
}

static uint64_t
sum_of(struct json v)
{
	struct json_walk w = json_each(v);
	uint64_t sum = 1;
	int64_t i;
	str key = { 0 };

	switch (json_kind(v)) {
	case JSON_ARRAY:
		while (json_next(&w, NULL, &v))
			sum += sum_of(v);
		break;
	case JSON_OBJECT:
		while (json_next(&w, &key, &v))
			sum += text_sum(key) + sum_of(v);
		break;
	case JSON_STRING: sum += text_sum(json_str(v)); break;
	case JSON_NUMBER: sum += json_i64(v, &i) ? (uint64_t)i : 0; break;
	case JSON_TRUE:   sum += 2; break;
	case JSON_FALSE:  sum += 1; break;
	case JSON_NULL:   break;
	}
	return sum;
}

static uint64_t
ours(const char *p, size_t n)
{
	static struct arena a = { .budget = 1 << 20 };
	struct json v;
	struct err e;

	arena_reset(&a);
	return json_parse((str){ p, n }, &a, &v, &e) ? sum_of(v) : 0;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct reader {
	const char *name;
	uint64_t (*read)(const char *p, size_t n);
	size_t every;  /* a slow one reads every so manieth record */
	double best;   /* MB/s */
} readers[] = {
	{ "leman", ours, 1, 0 },
#ifdef LEMAN_PEERS
	{ "simdjson", peer_simdjson, 1, 0 },
	{ "jansson", peer_jansson, 10, 0 },
#endif
};

static bool
round_run(const struct records *r, const uint64_t *sums)
{
	for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
		struct reader *reader = &readers[k];
		double start = seconds(), rate;
		size_t bytes = 0;

		for (size_t i = 0; i < RECORDS; i += reader->every) {
			size_t n = r->at[i + 1] - r->at[i];

			if (reader->read(r->text.p + r->at[i], n) != sums[i])
				return fprintf(stderr, "%s: record %zu comes to another sum\n", reader->name, i), false;
			bytes += n;
		}
		rate = (double)bytes / (seconds() - start) / 1e6;
		if (rate > reader->best)
			reader->best = rate;
	}
	return true;
}

static double
memcpy_rate(str text, char *to)
{
	double best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double start = seconds(), rate;

		memcpy(to, text.p, text.n);
		rate = (double)text.n / (seconds() - start) / 1e6;
		best = rate > best ? rate : best;
	}
	return best;
}

int
main(void)
{
	struct arena a;
	struct records r;
	char *copy;

	printf("{\"bench\":\"json\"");
	for (int indented = 0; indented < 2; indented++) {
		uint64_t *sums;

		arena_init(&a, (size_t)1 << 30);
		sums = ARENA_NEW(&a, uint64_t, RECORDS);
		if (sums == NULL || !records_make(&a, indented, &r) || (copy = arena_take(&a, r.text.n)) == NULL)
			return fprintf(stderr, "no memory\n"), 71;
		for (size_t i = 0; i < RECORDS; i++)
			if ((sums[i] = ours(r.text.p + r.at[i], r.at[i + 1] - r.at[i])) == 0)
				return fprintf(stderr, "record %zu is refused\n", i), 1;
		for (int i = 0; i < ROUNDS; i++)
			if (!round_run(&r, sums))
				return 1;
		printf(",\"%s\":{\"MB\":%.1f,\"record_bytes\":%zu,\"MB_per_s\":{", indented ? "indented" : "one_line",
		    (double)r.text.n / 1e6, r.text.n / RECORDS);
		for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
			printf("\"%s\":%.0f,", readers[k].name, readers[k].best);
			readers[k].best = 0;
		}
		printf("\"memcpy\":%.0f}}", memcpy_rate(r.text, copy));
		arena_free(&a);
	}
	printf("}\n");
	return 0;
}

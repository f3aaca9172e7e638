/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_key.h"

/* A key and a number that equal keys share. Whoever writes the text can make
 * these numbers equal, so that they serve speed alone: order is by number, then
 * by the key itself, and it is sorted, not hashed into buckets. */
struct entry { uint64_t hash; const struct json_node *key; };

static uint64_t
hash_of(const struct json_node *key)
{
	uint64_t h = key->n, word;
	uint32_t i = 0;

	for (; key->n - i >= sizeof word; i += (uint32_t)sizeof word) {
		memcpy(&word, key->p + i, sizeof word);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; i < key->n; i++)
		h = (h ^ (unsigned char)key->p[i]) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static int
entry_compare(const struct entry *a, const struct entry *b)
{
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->key->n != b->key->n)
		return a->key->n < b->key->n ? -1 : 1;
	return a->key->n == 0 ? 0 : memcmp(a->key->p, b->key->p, a->key->n);
}

/* Merges runs of 1, 2, 4, ... entries from one array into the other; returns the
 * one where they end. Equal entries keep their order. */
static struct entry *
sort(struct entry *from, struct entry *to, size_t n)
{
	for (size_t run = 1; run < n; run *= 2) {
		struct entry *sorted = to;

		for (size_t at = 0; at < n; at += run * 2) {
			size_t i = at, middle = n - at < run ? n : at + run;
			size_t j = middle, stop = n - middle < run ? n : middle + run;

			for (size_t k = at; k < stop; k++)
				to[k] = j == stop || (i < middle && entry_compare(&from[i], &from[j]) <= 0)
				    ? from[i++] : from[j++];
		}
		to = from;
		from = sorted;
	}
	return from;
}

bool
json_key_again(const struct json_node *first, size_t count, struct arena *a,
    const struct json_node **again, struct err *e)
{
	size_t size = 2 * count * sizeof(struct entry);
	struct entry *entries = arena_take(a, size), *sorted;

	if (entries == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", size);
	for (size_t i = 0; i < count; i++) {
		entries[i] = (struct entry){ hash_of(first), first };
		first += 1 + (first[1].bits >> JSON_SPAN_SHIFT);
	}
	sorted = sort(entries, entries + count, count);
	*again = NULL;
	for (size_t i = 1; i < count; i++)
		if (entry_compare(&sorted[i - 1], &sorted[i]) == 0
		    && (*again == NULL || sorted[i].key < *again))
			*again = sorted[i].key;
	arena_resize(a, entries, size, 0);
	return true;
}

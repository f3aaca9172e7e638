/* SPDX-License-Identifier: Apache-2.0 */
/* A list that is read prints to the same bytes, keeps every bound it was read with,
 * and is signed for nobody but who signed it. */
#include "report/keylist.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[SIGN_SEED] = { 7 };
	str text = str_bytes(data, size), again;
	uint8_t signature[SIGN_SIZE];
	struct key_list l, checked;
	struct sign_key key;
	struct arena a;
	struct err e;

	arena_init(&a, 4 << 20);
	if (!key_list_parse(text, &a, &l, &e)) {
		check(e.kind == ERR_INPUT || e.kind == ERR_TOO_BIG);
		arena_free(&a);
		return 0;
	}
	check(key_list_print(&l, &a, &again, &e) && str_eq(again, text));
	check(l.n >= KEY_LIST_RECIPIENTS_MIN && l.n <= KEY_LIST_RECIPIENTS_MAX && l.version >= 1);
	check(l.until > l.from && l.until - l.from <= KEY_LIST_LASTS_MAX && key_list_owner_check(l.owner, &e));
	for (size_t i = 0; i < l.n; i++)
		for (size_t k = 0; k < i; k++)
			check(!str_eq(l.recipients[i].age, l.recipients[k].age));
	sign_key_from_seed(seed, &key);
	check(key_list_sign(text, &key, &a, signature, &e));
	check(!key_list_check(text, signature, NULL, &a, &checked, &e)
	    || memcmp(l.key, key.public, sizeof l.key) == 0);
	check(!key_list_check(text, signature, &text, &a, &checked, &e) && e.kind == ERR_CONFLICT);
	arena_free(&a);
	return 0;
}

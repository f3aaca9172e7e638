/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: no crash at any shortage of memory, and what is taken has
 * every field that is needed, each of which stands its own check. */
#include "web/web.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const str paths[] = { STR("/login"), STR("/setup/x"), STR("/api/v1/login"), STR("/owners/new") };
	str text = { (const char *)data + 2, size - 2 };
	struct arena a;
	struct req q = { .arena = &a, .role = ROLE_ADMINISTRATOR };
	struct err e;
	bool ok;

	if (size < 2)
		return 0;
	arena_init(&a, (size_t)data[0] << 8);
	if (!route_find(&q, S("POST"), paths[data[1] >> 1 & 3], &e)) {
		if (e.kind != ERR_MEMORY)
			abort();
		arena_free(&a);
		return 0;
	}
	ok = data[1] & 1 ? route_input_json(&q, text, &e) : route_input(&q, text, &e);
	if (ok) {
		for (int i = 0; i < INPUT_MAX && q.route->input[i].name != NULL; i++)
			if (q.input[i].p == NULL ? q.route->input[i].need == NEEDED
			    : !q.route->input[i].check(q.input[i], &e))
				abort();
	} else if (e.kind != ERR_INPUT && e.kind != ERR_MEMORY && e.kind != ERR_TOO_BIG) {
		abort();
	}
	arena_free(&a);
	return 0;
}

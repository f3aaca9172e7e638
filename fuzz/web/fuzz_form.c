/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: no crash at any shortage of memory, and what is taken has
 * every field, each of which stands its own check. */
#include "web/web.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct req q = { .arena = &a };
	struct err e;

	if (size == 0)
		return 0;
	arena_init(&a, (size_t)data[0] << 8);
	if (!route_find(&q, S("POST"), S("/reports"), &e))
		abort();
	if (route_input(&q, (str){ (const char *)data + 1, size - 1 }, &e)) {
		for (int i = 0; i < INPUT_MAX && q.route->input[i].name != NULL; i++)
			if (!q.route->input[i].check(q.input[i], &e))
				abort();
	} else if (e.kind != ERR_INPUT && e.kind != ERR_MEMORY) {
		abort();
	}
	arena_free(&a);
	return 0;
}

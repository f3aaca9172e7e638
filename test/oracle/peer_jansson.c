/* SPDX-License-Identifier: Apache-2.0 */
#include "peer.h"

#include <jansson.h>
#include <string.h>

/* jansson takes 2048 levels. */
static void
dump_value(struct dump *d, json_t *v)
{
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_ARRAY:
		dump_add(d, "[", 1);
		json_array_foreach(v, i, item)
			dump_value(d, item);
		dump_add(d, "]", 1);
		break;
	case JSON_OBJECT:
		dump_add(d, "{", 1);
		json_object_foreach(v, key, item) {
			dump_str(d, key, strlen(key));
			dump_value(d, item);
		}
		dump_add(d, "}", 1);
		break;
	case JSON_STRING:  dump_str(d, json_string_value(v), json_string_length(v)); break;
	case JSON_INTEGER: dump_i64(d, json_integer_value(v)); break;
	case JSON_REAL:    dump_f64(d, json_real_value(v)); break;
	case JSON_TRUE:    dump_add(d, "t", 1); break;
	case JSON_FALSE:   dump_add(d, "f", 1); break;
	case JSON_NULL:    dump_add(d, "n", 1); break;
	}
}

bool
peer_jansson(const char *p, size_t n, struct dump *d)
{
	json_error_t e;
	json_t *root = json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);

	if (root != NULL)
		dump_value(d, root);
	json_decref(root);
	return root != NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* json_key.h - is any key of an object there twice? For the JSON reader alone. */
#pragma once
#include "format/json.h"

/* Finds the first key, of the count pairs from first on, that stood there before
 * already: *again, or NULL. Time grows as count * log(count), whatever the keys.
 * ERR_MEMORY when 32 bytes a key, which are given back, are not there. */
bool json_key_again(const struct json_node *first, size_t count, struct arena *a,
    const struct json_node **again, struct err *e) MUST_USE;

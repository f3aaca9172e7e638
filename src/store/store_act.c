/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_act.h"

#include "base/rand.h"

bool
store_act_add(struct store *db, const struct act *act, uint64_t *index, struct err *e)
{
	struct cursor c = cursor_of(db, SQL_ACT_ADD, e);
	uint8_t opening[32];

	if (!rand_bytes(opening, sizeof opening, e))
		return false;
	cursor_bind_str(&c, act->kind);
	cursor_bind_bytes(&c, act->bytes);
	cursor_bind_bytes(&c, (str){ (const char *)opening, sizeof opening });
	if (cursor_row(&c))
		*index = (uint64_t)cursor_i64(&c, 0);
	return cursor_end(&c);
}

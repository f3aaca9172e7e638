/* SPDX-License-Identifier: Apache-2.0 */
#include "report/id.h"

#include "base/base32.h"
#include "base/rand.h"

enum { ID_BYTES = 16 };
_Static_assert(BASE32_SIZE(ID_BYTES) == REPORT_ID, "128 bits");

bool
report_id_make(char out[REPORT_ID + 1], struct err *e)
{
	uint8_t random[ID_BYTES];

	if (!rand_bytes(random, sizeof random, e))
		return false;
	out[base32_write(random, sizeof random, out)] = '\0';
	return true;
}

/* Any 26 of the digits: the last one's two lowest bits are nobody's business, and
 * an id is compared as text. */
bool
report_id_check(str id, struct err *e)
{
	bool ok = id.n == REPORT_ID;

	for (size_t i = 0; ok && i < id.n; i++)
		ok = (id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '2' && id.p[i] <= '7');
	return ok || fail(e, ERR_INPUT, "leman formats, Names", "a report's id is 26 of a-z and 2-7: %.*s",
	    STR_ARG(id));
}

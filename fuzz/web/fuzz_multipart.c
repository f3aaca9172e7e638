/* SPDX-License-Identifier: Apache-2.0 */
/* A form with files is the same however its bytes are cut into pieces; a part ends
 * once, after its last piece. */
#include "web/multipart.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was seen, as a sum that depends on order. */
struct seen { uint64_t sum; size_t ends; bool open; };

static void
take(void *to, const struct multipart_part *part, str piece, bool is_end)
{
	struct seen *s = to;

	for (size_t i = 0; i < piece.n; i++)
		s->sum = s->sum * 31 + (unsigned char)piece.p[i] + 1;
	if (is_end) {
		for (size_t i = 0; i < part->name.n; i++)
			s->sum = s->sum * 37 + (unsigned char)part->name.p[i] + 1;
		s->ends++;
	}
	s->open = !is_end;
}

static bool
read_in(str body, size_t piece, struct seen *s)
{
	struct multipart m;
	struct err e;

	*s = (struct seen){ .sum = 0 };
	if (!multipart_begin(&m, S("multipart/form-data; boundary=x"), take, s, &e))
		abort();
	for (size_t i = 0; i < body.n; i += piece)
		multipart_take(&m, (str){ body.p + i, body.n - i < piece ? body.n - i : piece });
	return multipart_end(&m, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str body = { (const char *)data + 1, size - 1 };
	struct seen whole, cut;
	bool ok;

	if (size < 1)
		return 0;
	ok = read_in(body, body.n + 1, &whole);
	if (read_in(body, (size_t)data[0] % 7 + 1, &cut) != ok || cut.sum != whole.sum || cut.ends != whole.ends)
		abort();
	if (ok && whole.open)
		abort();
	return 0;
}

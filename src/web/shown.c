/* SPDX-License-Identifier: Apache-2.0 */
#include "web/shown.h"

#include "base/time.h"

bool
moment_of(int64_t t, struct arena *a, struct moment *out, struct err *e)
{
	struct buf b = { .arena = a };

	if (!time_to_rfc3339(t, a, &out->rfc3339, e))
		return false;
	buf_fmt(&b, "%.10s %.5s UTC", out->rfc3339.p, out->rfc3339.p + 11);
	return buf_take(&b, &out->text, e);
}

bool
key_short(str key, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };

	if (key.n <= 16)
		buf_str(&b, key);
	else
		buf_fmt(&b, "%.8s…%.4s", key.p, key.p + key.n - 4);
	return buf_take(&b, out, e);
}

bool
problem_text(const struct req *q, str *out, struct err *e)
{
	*out = (str){ 0 };
	if (q->problem == NULL)
		return true;
	return arena_copy(q->arena, str_of(err_text(q->problem, q->reader.lang).s), out, e);
}

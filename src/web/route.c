/* SPDX-License-Identifier: Apache-2.0 */
#include "web/web.h"

#include "web/percent.h"

/* Does path fit pattern? Fills q->path with the parts under "{}", still encoded. */
static bool
matches(struct req *q, str pattern, str path)
{
	size_t n = 0;

	memset(q->path, 0, sizeof q->path);
	for (;;) {
		str want = pattern, got = path;
		bool more = str_cut(&pattern, '/', &want);

		if (str_cut(&path, '/', &got) != more)
			return false;
		if (str_eq(want, S("{}")) && got.n > 0 && n < PATH_MAX_PARTS)
			q->path[n++] = got;
		else if (!str_eq(want, got))
			return false;
		if (!more)
			return true;
	}
}

bool
route_find(struct req *q, str method, str path, struct err *e)
{
	const struct route *r = routes;

	for (; r->method != NULL; r++)
		if (str_eq(method, str_of(r->method)) && matches(q, str_of(r->pattern), path))
			break;
	if (r->method == NULL)
		return fail(e, ERR_NOT_FOUND, NULL, "there is no page at this address");
	if (q->role < r->who)
		return fail(e, ERR_DENIED, NULL, "you need another role for this page");
	q->route = r;
	for (size_t i = 0; i < PATH_MAX_PARTS && q->path[i].n > 0; i++)
		if (!percent_decode(q->path[i], false, q->arena, &q->path[i], e))
			return false;
	return true;
}

static int
field_find(const struct route *r, str name)
{
	for (int i = 0; i < INPUT_MAX && r->input[i].name != NULL; i++)
		if (str_eq(name, str_of(r->input[i].name)))
			return i;
	return -1;
}

bool
route_input(struct req *q, str body, struct err *e)
{
	static const char rule[] = "URL Standard 5.1";
	const struct field *fields = q->route->input;

	for (str pair; body.n > 0; ) {
		str name, value;
		int i = -1;

		if (!str_cut(&body, '&', &pair)) {
			pair = body;
			body.n = 0;
		}
		if (!str_cut(&pair, '=', &name) || (i = field_find(q->route, name)) < 0)
			return fail(e, ERR_INPUT, rule, "a field that this form does not have");
		if (q->input[i].p != NULL)
			return fail(e, ERR_INPUT, rule, "the field %s stands there twice", fields[i].name);
		if (!percent_decode(pair, true, q->arena, &value, e) || !fields[i].check(value, e))
			return false;
		q->input[i] = value;
	}
	for (int i = 0; i < INPUT_MAX && fields[i].name != NULL; i++)
		if (q->input[i].p == NULL)
			return fail(e, ERR_INPUT, rule, "the field %s is missing", fields[i].name);
	return true;
}

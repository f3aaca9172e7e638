/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"
#include "web/percent.h"
#include "web/web.h"

#include <stdio.h>

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

static void
method_allow(struct req *q, const char *method)
{
	size_t n = strlen(q->allow);

	(void)snprintf(q->allow + n, sizeof q->allow - n, "%s%s%s", n > 0 ? ", " : "", method,
	    strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

bool
route_find(struct req *q, str method, str path, struct err *e)
{
	const struct route *r = routes;

	q->allow[0] = '\0';

	for (; r->method != NULL; r++)
		if (matches(q, str_of(r->pattern), path)) {
			if (str_eq(method, str_of(r->method)))
				break;
			method_allow(q, r->method);
		}
	if (r->method == NULL)
		return q->allow[0] != '\0'
		    ? fail(e, ERR_METHOD, "RFC 9110 15.5.6", "this address does not take %.*s", STR_ARG(method))
		    : fail(e, ERR_NOT_FOUND, NULL, "there is no page at this address");
	q->route = r;  /* so that a refusal below has this row's face */
	if (q->role < r->who)
		return q->role == ROLE_GUEST ? fail(e, ERR_SIGN_IN, NULL, "sign in first")
		    : fail(e, ERR_DENIED, NULL, "you need another role for this page");
	for (size_t i = 0; i < PATH_MAX_PARTS && q->path[i].n > 0; i++)
		if (!percent_decode(q->path[i], false, q->arena, &q->path[i], e))
			return false;
		else if (!str_is_text(q->path[i]))
			return fail(e, ERR_INPUT, "RFC 3629 3", "bytes that are not UTF-8, or a control character");
	return true;
}

/* Lines and tabs may be in a field; what is no character may not: a refusal that
 * quotes it would be no text either. */
static bool
is_characters(str s)
{
	for (size_t from = 0, i = 0; i <= s.n; i++)
		if (i == s.n || (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f) {
			if (!str_is_text((str){ s.p + from, i - from }))
				return false;
			from = i + 1;
		}
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
route_input_add(struct req *q, str name, str value, struct err *e)
{
	const struct field *fields = q->route->input;
	int i = field_find(q->route, name);

	if (!is_characters(name) || !is_characters(value))
		return fail(e, ERR_INPUT, "RFC 3629 3", "bytes that are not UTF-8, or a control character");
	if (i < 0 && str_eq(name, S("csrf"))) {
		q->csrf_given = value;
		return true;
	}
	if (i < 0)
		return fail(e, ERR_INPUT, NULL, "a field that is not asked for: %.*s", STR_ARG(name));
	if (q->input[i].p != NULL)
		return fail(e, ERR_INPUT, NULL, "the field %s stands there twice", fields[i].name);
	q->input[i] = value.p ? value : S("");
	if (value.n == 0 && fields[i].need == OPTIONAL) {
		q->input[i] = (str){ 0 };
		return true;
	}
	return fields[i].check(q->input[i], e);
}

bool
route_input_end(struct req *q, struct err *e)
{
	const struct field *fields = q->route->input;

	for (int i = 0; i < INPUT_MAX && fields[i].name != NULL; i++)
		if (q->input[i].p == NULL && fields[i].need == NEEDED)
			return fail(e, ERR_INPUT, NULL, "the field %s is missing", fields[i].name);
	return true;
}

/* Goes on after a field that is wrong: a form that is shown again holds all of them. */
bool
route_input(struct req *q, str fields, struct err *e)
{
	struct err first = { 0 }, later;

	for (str pair; fields.n > 0; ) {
		str name, value;

		if (!str_cut(&fields, '&', &pair)) {
			pair = fields;
			fields.n = 0;
		}
		if (!str_cut(&pair, '=', &name))
			return fail(e, ERR_INPUT, "URL Standard 5.1", "a field without '='");
		if (!percent_decode(name, true, q->arena, &name, e) || !percent_decode(pair, true, q->arena, &value, e))
			return false;
		(void)!route_input_add(q, name, value, first.kind == ERR_NONE ? &first : &later);
	}
	if (first.kind == ERR_NONE)
		return route_input_end(q, e);
	*e = first;
	return false;
}

bool
route_input_json(struct req *q, str text, struct err *e)
{
	struct json doc, value;
	struct json_walk w;
	str key;

	if (!json_parse(text, q->arena, &doc, e))
		return false;
	if (json_kind(doc) != JSON_OBJECT)
		return fail(e, ERR_INPUT, NULL, "an object of JSON is expected");
	for (w = json_each(doc); json_next(&w, &key, &value); ) {
		if (json_kind(value) != JSON_STRING)
			return fail(e, ERR_INPUT, NULL, "the field %.*s must be a text", STR_ARG(key));
		if (!route_input_add(q, key, json_str(value), e))
			return false;
	}
	return route_input_end(q, e);
}

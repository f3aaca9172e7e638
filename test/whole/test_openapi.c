/* SPDX-License-Identifier: Apache-2.0 */
/* The API keeps what its description says, and the description leaves nothing out. */
#include "instance.h"
#include "raw.h"
#include "support.h"

#include "base/buf.h"
#include "base/file.h"
#include "format/json.h"

#include <stdio.h>
#include <stdlib.h>

static struct instance in;
static struct arena arena;
static struct json doc;

/* "GET /api/v1/x" of the description; its operation, or one that is no object. */
static struct json
operation(str method, str path)
{
	char lower[8] = "";

	for (size_t i = 0; i < method.n && i < sizeof lower - 1; i++)
		lower[i] = (char)(method.p[i] | 0x20);
	return json_get(json_get(json_get(doc, S("paths")), path), str_of(lower));
}

/* The rows as the code has them, read from it: what is not a page is in the description. */
static void
every_row_is_described(void **state)
{
	struct err e;
	str text, line, method = { 0 }, pattern = { 0 };
	size_t n = 0;

	(void)state;
	assert_true(file_read(LEMAN_SOURCE "/src/web/routes.c", 1 << 20, &arena, &text, &e));
	while (str_cut(&text, '\n', &line)) {
		static const str keys[] = { STR(".method = \""), STR(".pattern = \"") };
		const char *at[2], *end;

		for (int i = 0; i < 2; i++)
			at[i] = memmem(line.p, line.n, keys[i].p, keys[i].n);
		if (at[0] == NULL || at[1] == NULL)
			continue;
		end = strchr(at[0] + keys[0].n, '"');
		method = (str){ at[0] + keys[0].n, (size_t)(end - at[0]) - keys[0].n };
		end = strchr(at[1] + keys[1].n, '"');
		pattern = (str){ at[1] + keys[1].n, (size_t)(end - at[1]) - keys[1].n };
		if (pattern.n > 5 && memcmp(pattern.p, "/api/", 5) == 0) {
			struct buf b = { .arena = &arena };
			int part = 0;
			str path;

			for (size_t i = 0; i < pattern.n; i++)
				if (pattern.p[i] == '{')
					buf_fmt(&b, "{p%d", ++part);
				else
					buf_add(&b, pattern.p + i, 1);
			assert_true(buf_take(&b, &path, &e));
			if (json_kind(operation(method, path)) != JSON_OBJECT)
				fail_msg("%.*s %.*s is not described", STR_ARG(method), STR_ARG(path));
			n++;
		}
	}
	assert_true(n >= 14);
}

/* Nothing, a word, an object of nonsense, and the fields with nonsense in them. */
static size_t
bodies_of(struct json op, str out[8])
{
	struct json properties = json_get(json_get(json_get(json_get(json_get(op, S("requestBody")), S("content")),
	    S("application/json")), S("schema")), S("properties"));
	struct buf b = { .arena = &arena };
	struct json_walk w;
	struct err e;
	size_t n = 0;
	struct json value;
	str key = { 0 };

	out[n++] = S("");
	out[n++] = S("nonsense");
	out[n++] = S("{}");
	out[n++] = S("{\"nobody\":\"asked\"}");
	out[n++] = S("[[[[[[[[[[[[1]]]]]]]]]]]]");
	if (json_kind(properties) == JSON_OBJECT) {
		buf_str(&b, S("{"));
		for (w = json_each(properties); json_next(&w, &key, &value); )
			buf_fmt(&b, "%s\"%.*s\":\"\\u0000\\u20ac<script>\"", b.n > 1 ? "," : "", STR_ARG(key));
		buf_str(&b, S("}"));
		assert_true(buf_take(&b, &out[n], &e));
		n++;
	}
	return n;
}

static bool
is_described(struct json op, int status, str type)
{
	struct json responses = json_get(op, S("responses"));
	struct json kind = json_get(responses, status < 300 ? S("2XX") : S("default"));

	return json_kind(kind) == JSON_OBJECT && json_kind(json_get(json_get(kind, S("content")), type)) == JSON_OBJECT;
}

/* One request as a stranger, one as the administrator. */
static void
try_one(struct json op, str method, str path, str body, bool signed_in)
{
	struct buf b = { .arena = &arena };
	struct raw_answer an;
	struct err e;
	str request, type;

	buf_fmt(&b, "%.*s %.*s HTTP/1.1\r\nHost: localhost:%d\r\n", STR_ARG(method), STR_ARG(path), in.port);
	if (signed_in)
		buf_fmt(&b, "Authorization: Bearer %s\r\n", in.token);
	if (body.n > 0)
		buf_fmt(&b, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.n);
	buf_fmt(&b, "\r\n%.*s", STR_ARG(body));
	assert_true(buf_take(&b, &request, &e));
	raw_ask(in.port, request, false, 10000, &arena, &an);
	type = raw_header(&an, "Content-Type");
	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] == ';')
			type.n = i;
	if (an.status < 200 || an.status >= 500 || (an.status >= 300 && an.status < 400)
	    || !is_described(op, an.status, type))
		fail_msg("%.*s: %d %.*s: %.*s", STR_ARG(request), an.status, STR_ARG(type), STR_ARG(an.body));
	if (str_eq(type, S("application/problem+json"))) {
		struct json problem;

		assert_true(json_parse(an.body, &arena, &problem, &e));
		assert_int_equal(json_kind(json_get(problem, S("title"))), JSON_STRING);
		assert_int_equal(json_kind(json_get(problem, S("detail"))), JSON_STRING);
		assert_int_equal(json_kind(json_get(problem, S("status"))), JSON_NUMBER);
	}
}

static void
every_operation_answers_nonsense_as_described(void **state)
{
	static const char *const parts[] = { "acme", "1", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "%E2%82%AC", "%ff", "-", "999999999999999999999" };
	struct json_walk paths, methods;
	struct json item, op;
	str pattern = { 0 }, method = { 0 };
	size_t n = 0;

	(void)state;
	for (paths = json_each(json_get(doc, S("paths"))); json_next(&paths, &pattern, &item); )
		for (methods = json_each(item); json_next(&methods, &method, &op); n++)
			for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
				struct buf b = { .arena = &arena };
				str bodies[8], path, upper;
				struct err e;
				char name[8] = "";
				size_t n_bodies = bodies_of(op, bodies);

				for (size_t i = 0; i < pattern.n; i++)
					if (pattern.p[i] == '{') {
						buf_str(&b, str_of(parts[k]));
						i += 3;
					} else {
						buf_add(&b, pattern.p + i, 1);
					}
				assert_true(buf_take(&b, &path, &e));
				if (k > 0 && memchr(pattern.p, '{', pattern.n) == NULL)
					break;
				for (size_t i = 0; i < method.n && i < sizeof name - 1; i++)
					name[i] = (char)(method.p[i] & ~0x20);
				upper = str_of(name);
				for (size_t i = 0; i < (str_eq(upper, S("GET")) ? 1 : n_bodies); i++)
					for (int who = 0; who < 2; who++)
						if (!(who == 1 && raw_has(path, "logout")))
							try_one(op, upper, path, bodies[i], who == 1);
			}
	assert_true(n >= 14);
	printf("%zu operations\n", n);
}

static int
begin(void **state)
{
	struct err e;
	str answer;

	(void)state;
	arena_init(&arena, (size_t)512 << 20);
	instance_start(&in);
	instance_set_up(&in);
	assert_int_equal(instance_ask(&in, "GET", "/api/v1/openapi.json", NULL, S(""), &arena, &answer), 200);
	if (!json_parse(answer, &arena, &doc, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	assert_true(str_eq(json_str(json_get(doc, S("openapi"))), S("3.1.0")));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_end(&in);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_described),
		cmocka_unit_test(every_operation_answers_nonsense_as_described),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

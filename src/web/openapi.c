/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.c - the API's description, written from the route table: OpenAPI 3.1. */
#include "web/api.h"
#include "web/pages.h"

static const struct { enum role who; const char *name; } roles[] = {
	{ ROLE_GUEST, "guest" }, { ROLE_READER, "reader" }, { ROLE_MEMBER, "member" }, { ROLE_EDITOR, "editor" },
	{ ROLE_APPROVER, "approver" }, { ROLE_ADMINISTRATOR, "administrator" },
};

/* "/api/v1/owners/{}/keys" with its parts named: {1}, {2}. */
static void
path_key(struct json_out *j, const struct route *r, struct arena *a)
{
	struct buf b = { .arena = a };
	int n = 0;
	struct err e;
	str path;

	for (const char *p = r->pattern; *p != '\0'; p++)
		if (*p == '{')
			buf_fmt(&b, "{p%d", ++n);
		else
			buf_add(&b, p, 1);
	if (buf_take(&b, &path, &e))
		json_key(j, path);
	else
		j->b->bad = true;
}

static void
schema_text(struct json_out *j)
{
	json_key(j, S("schema"));
	json_object(j);
	api_str(j, "type", S("string"));
	json_object_end(j);
}

static void
parameters(struct json_out *j, const struct route *r)
{
	int n = 0;

	json_key(j, S("parameters"));
	json_array(j);
	for (const char *p = r->pattern; (p = strstr(p, "{}")) != NULL; p += 2) {
		char name[] = "p0";

		name[1] = (char)('0' + ++n);
		json_object(j);
		api_str(j, "in", S("path"));
		api_str(j, "name", str_of(name));
		json_key(j, S("required"));
		json_put_bool(j, true);
		schema_text(j);
		json_object_end(j);
	}
	for (int i = 0; (r->takes_sealed || r->body_max == 0) && i < INPUT_MAX && r->input[i].name != NULL; i++) {
		json_object(j);
		api_str(j, "in", S("query"));
		api_str(j, "name", str_of(r->input[i].name));
		json_key(j, S("required"));
		json_put_bool(j, r->input[i].need == NEEDED);
		schema_text(j);
		json_object_end(j);
	}
	json_array_end(j);
}

static void
body_schema(struct json_out *j, const struct route *r)
{
	json_key(j, S("schema"));
	json_object(j);
	if (r->takes_sealed) {
		api_str(j, "contentMediaType", S("application/age"));
		api_str(j, "type", S("string"));
		json_object_end(j);
		return;
	}
	json_key(j, S("additionalProperties"));
	json_put_bool(j, false);
	json_key(j, S("properties"));
	json_object(j);
	for (int i = 0; i < INPUT_MAX && r->input[i].name != NULL; i++) {
		json_key(j, str_of(r->input[i].name));
		json_object(j);
		api_str(j, "type", S("string"));
		json_object_end(j);
	}
	json_object_end(j);
	json_key(j, S("required"));
	json_array(j);
	for (int i = 0; i < INPUT_MAX && r->input[i].name != NULL; i++)
		if (r->input[i].need == NEEDED)
			json_put_str(j, str_of(r->input[i].name));
	json_array_end(j);
	api_str(j, "type", S("object"));
	json_object_end(j);
}

static void
request_body(struct json_out *j, const struct route *r)
{
	if (r->body_max == 0 || r->input[0].name == NULL)
		return;
	json_key(j, S("requestBody"));
	json_object(j);
	json_key(j, S("content"));
	json_object(j);
	json_key(j, r->takes_sealed ? S("application/octet-stream") : S("application/json"));
	json_object(j);
	body_schema(j, r);
	json_object_end(j);
	json_object_end(j);
	json_key(j, S("required"));
	json_put_bool(j, true);
	json_object_end(j);
}

static void
responses(struct json_out *j, const struct route *r)
{
	static const struct { enum face face; str type; } types[] = {
		{ FACE_API, STR("application/json") }, { FACE_TEXT, STR("text/plain") },
		{ FACE_FILE, STR("application/octet-stream") },
	};

	json_key(j, S("responses"));
	json_object(j);
	json_key(j, S("2XX"));
	json_object(j);
	json_key(j, S("content"));
	json_object(j);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].face == r->face) {
			json_key(j, types[i].type);
			json_object(j);
			json_object_end(j);
		}
	json_object_end(j);
	api_str(j, "description", str_of(r->summary));
	json_object_end(j);
	json_key(j, S("default"));
	json_object(j);
	json_key(j, S("content"));
	json_object(j);
	json_key(j, S("application/problem+json"));
	json_object(j);
	json_object_end(j);
	json_object_end(j);
	api_str(j, "description", S("a problem, RFC 9457"));
	json_object_end(j);
	json_object_end(j);
}

static void
operation(struct json_out *j, const struct route *r)
{
	char method[8];
	size_t n = 0;

	for (; r->method[n] != '\0' && n < sizeof method - 1; n++)
		method[n] = (char)(r->method[n] | 0x20);
	json_key(j, (str){ method, n });
	json_object(j);
	parameters(j, r);
	request_body(j, r);
	responses(j, r);
	json_key(j, S("security"));
	json_array(j);
	json_object(j);
	if (r->who > ROLE_GUEST) {
		json_key(j, S("token"));
		json_array(j);
		json_put_str(j, str_of(roles[r->who].name));
		json_array_end(j);
	}
	json_object_end(j);
	json_array_end(j);
	api_str(j, "summary", str_of(r->summary));
	json_object_end(j);
}

/* Rows of one pattern make one path; the first of them writes it. */
static bool
is_first_of_path(const struct route *r)
{
	for (const struct route *before = routes; before != r; before++)
		if (before->face != FACE_PAGE && strcmp(before->pattern, r->pattern) == 0)
			return false;
	return true;
}

static void
paths(struct json_out *j, struct arena *a)
{
	json_key(j, S("paths"));
	json_object(j);
	for (const struct route *r = routes; r->method != NULL; r++) {
		if (r->face == FACE_PAGE || !is_first_of_path(r))
			continue;
		path_key(j, r, a);
		json_object(j);
		for (const struct route *same = r; same->method != NULL; same++)
			if (same->face != FACE_PAGE && strcmp(same->pattern, r->pattern) == 0)
				operation(j, same);
		json_object_end(j);
	}
	json_object_end(j);
}

bool
api_openapi(struct req *q, struct buf *body, struct err *e)
{
	struct json_out j = { .b = body };

	(void)e;
	json_object(&j);
	json_key(&j, S("components"));
	json_object(&j);
	json_key(&j, S("securitySchemes"));
	json_object(&j);
	json_key(&j, S("token"));
	json_object(&j);
	api_str(&j, "scheme", S("bearer"));
	api_str(&j, "type", S("http"));
	json_object_end(&j);
	json_object_end(&j);
	json_object_end(&j);
	json_key(&j, S("info"));
	json_object(&j);
	api_str(&j, "title", S("Leman"));
	api_str(&j, "version", S(LEMAN_VERSION));
	json_object_end(&j);
	api_str(&j, "openapi", S("3.1.0"));
	paths(&j, q->arena);
	json_key(&j, S("servers"));
	json_array(&j);
	json_object(&j);
	api_str(&j, "url", q->house->settings->origin);
	json_object_end(&j);
	json_array_end(&j);
	json_object_end(&j);
	return true;
}

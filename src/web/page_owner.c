/* SPDX-License-Identifier: Apache-2.0 */
/* page_owner.c - code owners: making one, its keys, its next keys. The keys are made
 * by the owner's own browser or CLI; here come their public parts, signed. */
#include "base/base64.h"
#include "base/time.h"
#include "web/api.h"
#include "web/owners.h"
#include "web/pages.h"
#include "web/shown.h"

enum { LISTS_SHOWN = 50 };

/* The input of the form for a new owner; of an owner's next list. */
enum { NEW_ID, NEW_NAME, NEW_LIST, NEW_SIGNATURE };
enum { NEXT_LIST, NEXT_SIGNATURE };

struct owner_job {
	struct job job;  /* first: the writer knows only this */
	struct owner owner;
	struct act act;
	str digest;
	bool is_next;    /* a list more, not an owner */
};

static bool
owner_job_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	struct owner_job *j = (struct owner_job *)job;

	*act = j->act;
	return j->is_next ? store_owner_add_keys(db, j->owner.id, &j->owner.keys, e)
	    : store_owner_add(db, &j->owner, e);
}

/* A list that is well formed, is this owner's next one, and is signed as it must be. */
static bool
list_check(struct req *q, str id, str text, str signature, const str *previous, struct owner_job *j,
    struct err *e)
{
	uint8_t *bytes = arena_alloc(q->arena, 64);
	struct key_list list;
	int64_t now = time_now();

	if (bytes == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for the list");
	if (!base64_read_exactly(signature, BASE64_PADDED, bytes, 64))
		return fail(e, ERR_INPUT, "RFC 4648 4", "a signature is 64 bytes in base64");
	if (!key_list_check(text, bytes, previous, q->arena, &list, e))
		return false;
	if (!str_eq(list.owner, id))
		return fail(e, ERR_INPUT, "leman/key-list/1, owner", "the list is of %.*s, not of %.*s",
		    STR_ARG(list.owner),
		    STR_ARG(id));
	if (now >= list.until)
		return fail(e, ERR_INPUT, "leman/key-list/1, until", "the list has expired already");
	j->owner.id = id;
	j->owner.created = now;
	j->owner.keys = (struct owner_keys){ .version = list.version, .list = text,
		.signature = { (const char *)bytes, 64 }, .received = now };
	return owner_keys_digest(text, q->arena, &j->digest, e)
	    && act_of_keys(q->arena, id, list.version, j->digest, now, &j->act, e);
}

static bool
owner_added(struct req *q, struct buf *body, struct err *e)
{
	const struct owner_job *j = q->made;
	struct buf to = { .arena = q->arena };
	struct json_out out = { .b = body };

	if (q->route->face == FACE_PAGE) {
		buf_fmt(&to, "/owners/%.*s/keys", STR_ARG(j->owner.id));
		return buf_take(&to, &q->location, e);
	}
	q->status = 201;
	json_object(&out);
	api_str(&out, "digest", j->digest);
	api_str(&out, "owner", j->owner.id);
	api_i64(&out, "version", (int64_t)j->owner.keys.version);
	json_object_end(&out);
	return true;
}

static struct owner_job *
owner_job_new(struct req *q, struct err *e)
{
	struct owner_job *j = ARENA_NEW(q->arena, struct owner_job, 1);

	if (j == NULL) {
		fail(e, ERR_MEMORY, NULL, "no room for the form");
		return NULL;
	}
	j->job.write = owner_job_write;
	j->job.changes_pages = true;
	q->made = j;
	return j;
}

bool
page_owner_add(struct req *q, struct buf *body, struct err *e)
{
	struct owner_job *j = owner_job_new(q, e);

	(void)body;
	if (j == NULL || !list_check(q, q->input[NEW_ID], q->input[NEW_LIST], q->input[NEW_SIGNATURE], NULL, j, e))
		return false;
	j->owner.name = q->input[NEW_NAME];
	q->job = &j->job;
	q->done = owner_added;
	return true;
}

bool
api_owner_add_keys(struct req *q, struct buf *body, struct err *e)
{
	struct owner_job *j = owner_job_new(q, e);
	struct owner_now now;

	(void)body;
	if (j == NULL || !owner_load(q, q->path[0], &now, e)
	    || !list_check(q, q->path[0], q->input[NEXT_LIST], q->input[NEXT_SIGNATURE], &now.owner.keys.list, j, e))
		return false;
	j->is_next = true;
	q->job = &j->job;
	q->done = owner_added;
	return true;
}

bool
page_owner_new(struct req *q, struct buf *body, struct err *e)
{
	struct err none;
	struct owner_new_page p = {
		.id = q->input[NEW_ID], .name = q->input[NEW_NAME], .csrf = q->csrf,
		.origin = q->house->settings->origin, .can_seal = q->house->can_seal,
	};

	if (!problem_text(q, &p.problem, e))
		return false;
	if (q->problem != NULL)
		p.field = q->problem->kind == ERR_CONFLICT || !check_owner_id(p.id, &none) ? S("id") : S("name");
	q->title = str_of(msg(q->reader.lang, "A new code owner"));
	q->script = asset_find(S("owner.js"));
	view_owner_new(body, &q->reader, &p);
	return true;
}

bool
page_owner_keys(struct req *q, struct buf *body, struct err *e)
{
	struct owner_now now;
	struct owner_keys *kept;
	struct key_list_row *rows;
	struct owner_keys_page p = { .origin = q->house->settings->origin };

	if (!owner_load(q, q->path[0], &now, e)
	    || !store_owner_keys_list(q->store, q->path[0], LISTS_SHOWN, q->arena, &kept, &p.n, e))
		return false;
	if ((rows = ARENA_NEW(q->arena, struct key_list_row, p.n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu lists", p.n);
	for (size_t i = 0; i < p.n; i++)
		if (!owner_keys_row(&kept[i], q->arena, &rows[i], e))
			return false;
	p.id = now.owner.id;
	p.name = q->title = now.owner.name;
	p.lists = rows;
	p.is_expired = strcmp(now.state, "expired") == 0;
	view_owner_keys(body, &q->reader, &p);
	return true;
}

/* What "age -R" takes: a line a recipient. */
bool
page_owner_recipients(struct req *q, struct buf *body, struct err *e)
{
	struct owner_now now;

	if (!owner_load(q, q->path[0], &now, e))
		return false;
	buf_fmt(body, "# %.*s, key list %llu, SHA-256 %.*s\n", STR_ARG(now.owner.id),
	    (unsigned long long)now.owner.keys.version, STR_ARG(now.digest));
	for (size_t i = 0; i < now.list.n; i++) {
		buf_fmt(body, "# %.*s\n", STR_ARG(now.list.recipients[i].label));
		buf_fmt(body, "%.*s\n", STR_ARG(now.list.recipients[i].age));
	}
	return true;
}

bool
api_owner_list(struct req *q, struct buf *body, struct err *e)
{
	struct json_out j = { .b = body };
	struct owner_row *rows;
	size_t n;

	if (!owner_rows(q, &rows, &n, e))
		return false;
	json_object(&j);
	json_key(&j, S("owners"));
	json_array(&j);
	for (size_t i = 0; i < n; i++) {
		json_object(&j);
		api_str(&j, "id", rows[i].id);
		api_str(&j, "name", rows[i].name);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	return true;
}

static bool
keys_json(struct req *q, const struct owner *o, const struct owner_keys *k, const char *state, struct buf *body,
    struct err *e)
{
	struct json_out j = { .b = body };
	char signature[BASE64_PADDED_SIZE(64) + 1];
	size_t n = k->signature.n == 64
	    ? base64_write((const uint8_t *)k->signature.p, 64, BASE64_PADDED, signature) : 0;
	str digest;

	if (!owner_keys_digest(k->list, q->arena, &digest, e))
		return false;
	json_object(&j);
	api_str(&j, "digest", digest);
	api_str(&j, "list", k->list);
	api_str(&j, "name", o->name);
	api_str(&j, "owner", o->id);
	api_str(&j, "signature", (str){ signature, n });
	api_str(&j, "state", str_of(state));
	api_i64(&j, "version", (int64_t)k->version);
	json_object_end(&j);
	return true;
}

bool
api_owner_keys(struct req *q, struct buf *body, struct err *e)
{
	struct owner_now now;

	return owner_load(q, q->path[0], &now, e) && keys_json(q, &now.owner, &now.owner.keys, now.state, body, e);
}

bool
api_owner_keys_version(struct req *q, struct buf *body, struct err *e)
{
	struct owner_now now;
	struct owner_keys keys;
	uint64_t version;

	if (!str_to_u64(q->path[1], &version) || version > INT64_MAX)
		return fail(e, ERR_NOT_FOUND, NULL, "a version is a number: %.*s", STR_ARG(q->path[1]));
	return owner_load(q, q->path[0], &now, e)
	    && store_owner_keys_find(q->store, q->path[0], version, q->arena, &keys, e)
	    && keys_json(q, &now.owner, &keys, now.state, body, e);
}

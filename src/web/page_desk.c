/* SPDX-License-Identifier: Apache-2.0 */
/* page_desk.c - the reports that have come, for those who may open them. The server
 * hands sealed files out; opening them is the browser's or the CLI's. */
#include "base/time.h"
#include "crypto/hash.h"
#include "report/size.h"
#include "web/api.h"
#include "web/owners.h"
#include "web/pages.h"
#include "web/receipts.h"
#include "web/shown.h"
#include "web/spool.h"

enum { PAGE_ROWS = 100, CSV_ROWS = 5000 };

/* The reports below the one that "before" names, newest first; one more than shown
 * tells whether there are others. */
static bool
reports_load(struct req *q, size_t max, struct report **out, size_t *n, struct err *e)
{
	struct report before = { 0 };

	return (q->input[0].p == NULL || store_report_find(q->store, q->input[0], q->arena, &before, e))
	    && store_report_list(q->store, before.seq, max, q->arena, out, n, e);
}

static bool
row_of(const struct report *r, struct arena *a, struct desk_row *out, struct err *e)
{
	*out = (struct desk_row){ .id = r->id, .owner = r->owner, .owner_name = r->owner_name,
		.size = size_class(r->size), .is_opened = str_eq(r->state, S("opened")) };
	return moment_of(r->received, a, &out->received, e);
}

bool
page_desk(struct req *q, struct buf *body, struct err *e)
{
	struct desk_page p = { 0 };
	struct report *r;
	struct owner *owners;
	struct desk_row *rows;
	size_t n, n_owners;

	if (!reports_load(q, PAGE_ROWS + 1, &r, &n, e)
	    || !store_owner_list(q->store, 1, q->arena, &owners, &n_owners, e))
		return false;
	p.n = n > PAGE_ROWS ? PAGE_ROWS : n;
	if ((rows = ARENA_NEW(q->arena, struct desk_row, p.n)) == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu reports", p.n);
	for (size_t i = 0; i < p.n; i++)
		if (!row_of(&r[i], q->arena, &rows[i], e))
			return false;
	p.rows = rows;
	p.next = n > PAGE_ROWS ? rows[PAGE_ROWS - 1].id : (str){ 0 };
	p.has_owner = n_owners > 0;
	q->title = str_of(msg(q->reader.lang, "Desk"));
	q->nav = "desk";
	view_desk(body, &q->reader, &p);
	return true;
}

/* RFC 4180; nothing in a row needs quotes but an owner's name. A name that a
 * spreadsheet would take for a formula gets an apostrophe before it. */
static void
csv_text(struct buf *b, str s)
{
	buf_str(b, s.n > 0 && strchr("=+-@", s.p[0]) != NULL ? S("\"'") : S("\""));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_add(b, "\"", 1);
		buf_add(b, s.p + i, 1);
	}
	buf_add(b, "\"", 1);
}

bool
page_desk_csv(struct req *q, struct buf *body, struct err *e)
{
	struct report *r;
	size_t n;

	if (!reports_load(q, CSV_ROWS, &r, &n, e))
		return false;
	buf_str(body, S("report,owner,owner_name,received,bytes,keys,state,sha256\r\n"));
	for (size_t i = 0; i < n; i++) {
		char hex[2 * HASH_SIZE + 1];
		struct moment at;

		if (!moment_of(r[i].received, q->arena, &at, e))
			return false;
		hash_hex(r[i].sha256, HASH_SIZE, hex);
		buf_fmt(body, "%.*s,%.*s,", STR_ARG(r[i].id), STR_ARG(r[i].owner));
		csv_text(body, r[i].owner_name);
		buf_fmt(body, ",%.*s,%llu,%llu,%.*s,%s\r\n", STR_ARG(at.rfc3339), (unsigned long long)r[i].size,
		    (unsigned long long)r[i].keys, STR_ARG(r[i].state), hex);
	}
	q->file_name = S("reports.csv");
	return true;
}

static bool
report_of_path(struct req *q, struct report *out, struct err *e)
{
	return check_report_id(q->path[0], e) && store_report_find(q->store, q->path[0], q->arena, out, e);
}

static bool
hex_text(const uint8_t hash[HASH_SIZE], struct arena *a, str *out, struct err *e)
{
	char hex[2 * HASH_SIZE + 1];

	hash_hex(hash, HASH_SIZE, hex);
	return arena_copy(a, str_of(hex), out, e);
}

static bool
receipt_find(struct req *q, const struct report *r, str *digest, str *receipt, struct err *e)
{
	struct owner_keys keys;

	return store_owner_keys_find(q->store, r->owner, r->keys, q->arena, &keys, e)
	    && owner_keys_digest(keys.list, q->arena, digest, e) && receipt_now(q, r, *digest, receipt, e);
}

bool
page_desk_show(struct req *q, struct buf *body, struct err *e)
{
	struct desk_show_page p = { .csrf = q->csrf, .origin = q->house->settings->origin,
	    .can_seal = q->house->can_seal };
	struct report r;

	if (!report_of_path(q, &r, e) || !row_of(&r, q->arena, &p.row, e) || !hex_text(r.sha256, q->arena, &p.sha256, e)
	    || !receipt_find(q, &r, &p.keys_digest, &p.receipt, e))
		return false;
	p.bytes = r.size;
	p.keys_version = r.keys;
	q->title = str_of(msg(q->reader.lang, "A sealed report"));
	q->nav = "desk";
	q->script = asset_find(S("open.js"));
	view_desk_show(body, &q->reader, &p);
	return true;
}

bool
page_desk_sealed(struct req *q, struct buf *body, struct err *e)
{
	struct buf name = { .arena = q->arena };
	struct err none = { 0 };
	struct report r;
	str sealed;

	if (!report_of_path(q, &r, e))
		return false;
	buf_fmt(&name, "%.*s.age", STR_ARG(r.id));
	if (!buf_take(&name, &q->file_name, e))
		return false;
	if (store_report_sealed(q->store, r.seq, q->arena, &sealed, &none)) {
		*body = (struct buf){ .arena = q->arena, .p = (char *)(uintptr_t)sealed.p, .n = sealed.n };
		return true;
	}
	if (none.kind != ERR_NOT_FOUND) {
		*e = none;
		return false;
	}
	q->file_size = r.size;
	return spool_path(r.sha256, q->arena, &q->file_path, e);
}

struct open_job { struct job job; str id; struct act act; };

static bool
open_job_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	struct open_job *j = (struct open_job *)job;
	bool is_new;

	if (!store_report_open(db, j->id, &is_new, e))
		return false;
	if (is_new)
		*act = j->act;
	return true;
}

static bool
opened(struct req *q, struct buf *body, struct err *e)
{
	struct buf to = { .arena = q->arena };

	if (q->route->face == FACE_API) {
		buf_str(body, S("{}"));
		return true;
	}
	buf_fmt(&to, "/desk/%.*s", STR_ARG(q->path[0]));
	return buf_take(&to, &q->location, e);
}

bool
page_desk_opened(struct req *q, struct buf *body, struct err *e)
{
	struct open_job *j = ARENA_NEW(q->arena, struct open_job, 1);
	struct report r;

	(void)body;
	if (j == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for the form");
	if (!report_of_path(q, &r, e) || !act_of_report(q->arena, "report.opened", &r, time_now(), &j->act, e))
		return false;
	j->id = r.id;
	j->job.write = open_job_write;
	q->job = &j->job;
	q->done = opened;
	return true;
}

static bool
report_json(struct json_out *j, struct req *q, const struct report *r, bool with_receipt, struct err *e)
{
	char hex[2 * HASH_SIZE + 1];
	struct owner_keys keys;
	str digest, receipt = { 0 };

	if (!store_owner_keys_find(q->store, r->owner, r->keys, q->arena, &keys, e)
	    || !owner_keys_digest(keys.list, q->arena, &digest, e)
	    || (with_receipt && !receipt_now(q, r, digest, &receipt, e)))
		return false;
	hash_hex(r->sha256, HASH_SIZE, hex);
	json_object(j);
	api_str(j, "id", r->id);
	api_str(j, "keys", digest);
	api_i64(j, "keys_version", (int64_t)r->keys);
	api_str(j, "owner", r->owner);
	if (with_receipt)
		api_str(j, "receipt", receipt);
	api_i64(j, "received", r->received);
	api_str(j, "sha256", str_of(hex));
	api_i64(j, "size", (int64_t)r->size);
	api_str(j, "state", r->state);
	json_object_end(j);
	return true;
}

bool
api_report_show(struct req *q, struct buf *body, struct err *e)
{
	struct json_out j = { .b = body };
	struct report r;

	return report_of_path(q, &r, e) && report_json(&j, q, &r, true, e);
}

bool
api_report_list(struct req *q, struct buf *body, struct err *e)
{
	struct json_out j = { .b = body };
	struct report *r;
	size_t n;

	if (!reports_load(q, PAGE_ROWS + 1, &r, &n, e))
		return false;
	json_object(&j);
	json_key(&j, S("next"));
	if (n > PAGE_ROWS)
		json_put_str(&j, r[PAGE_ROWS - 1].id);
	else
		json_put_null(&j);
	json_key(&j, S("reports"));
	json_array(&j);
	for (size_t i = 0; i < n && i < PAGE_ROWS; i++)
		if (!report_json(&j, q, &r[i], false, e))
			return false;
	json_array_end(&j);
	json_object_end(&j);
	return true;
}

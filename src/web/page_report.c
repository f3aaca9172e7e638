/* SPDX-License-Identifier: Apache-2.0 */
/* page_report.c - a report comes in: sealed, and it stays so. */
#include "base/base32.h"
#include "base/time.h"
#include "web/api.h"
#include "web/owners.h"
#include "web/pages.h"
#include "web/receipts.h"
#include "web/shown.h"
#include "web/spool.h"

/* The input of both ways in, in the order of their rows. */
enum { REPORT_ID, REPORT_KEYS };

/* The write of one report: what the writer needs of the request, and the answer. */
struct report_job {
	struct job job;    /* first: the writer knows only this */
	struct task task;  /* puts a large file on the disk for good, before the write */
	struct req *q;
	struct report report;
	str sealed;        /* p NULL: it lies in a file */
	str digest;        /* of the key list it was sealed to */
	struct act act;
	bool is_new;
};

static struct report_job *
job_of_task(struct task *task)
{
	return (struct report_job *)((char *)task - offsetof(struct report_job, task));
}

static bool
report_job_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	struct report_job *j = (struct report_job *)job;
	struct req *q = j->q;

	if (!store_report_add(db, &j->report, j->sealed, &q->house->settings->quota, q->arena, &j->is_new, e))
		return false;
	if (j->is_new)
		*act = j->act;
	return receipt_note(q->arena, &j->report, j->digest, &job->note, e);
}

static bool
report_show_sent(struct req *q, const struct report_job *j, str receipt, struct buf *body, struct err *e)
{
	struct owner_now now;
	struct report_sent_page p = { .id = j->report.id, .owner = j->report.owner, .receipt = receipt,
	    .is_new = j->is_new };

	if (!owner_load(q, j->report.owner, &now, e))
		return false;
	p.name = now.owner.name;
	q->title = str_of(msg(q->reader.lang, "Your report is kept"));
	q->nav = "report";
	view_report_sent(body, &q->reader, &p);
	return true;
}

static bool
report_sent(struct req *q, struct buf *body, struct err *e)
{
	const struct report_job *j = q->made;
	struct json_out out = { .b = body };
	str receipt;

	if (!receipt_of_job(q, &j->job, &receipt, e))
		return false;
	q->status = j->is_new ? 201 : 200;
	if (q->route->face == FACE_PAGE)
		return report_show_sent(q, j, receipt, body, e);
	json_object(&out);
	json_key(&out, S("is_new"));
	json_put_bool(&out, j->is_new);
	api_str(&out, "receipt", receipt);
	api_str(&out, "report", j->report.id);
	json_object_end(&out);
	return true;
}

/* What can be seen of who may read it: the kinds of its stanzas and how many there
 * are. Whose an X25519 stanza is, nobody sees without the key; docs/decisions.md. */
static bool
stanzas_check(const struct age_header *h, size_t recipients, struct err *e)
{
	static const char rule[] = "leman/envelope/1, Recipients";

	if (h->scrypt > 0)
		return fail(e, ERR_INPUT, rule,
		    "this file is sealed with a passphrase: seal it to the owner's keys instead, with age -R");
	if (h->other > 0)
		return fail(e, ERR_INPUT, rule, "this file has keys of a kind that the owner does not have");
	if (h->x25519 < recipients)
		return fail(e, ERR_INPUT, rule, "sealed to %zu keys, and the owner has %zu: seal it to all of them",
		    h->x25519, recipients);
	if (h->x25519 != recipients && h->x25519 != 4 && h->x25519 != 8 && h->x25519 != 16)
		return fail(e, ERR_INPUT, rule, "sealed to %zu keys, and the owner has %zu: others could read it",
		    h->x25519, recipients);
	return true;
}

/* A form without script has no id of its own: the file's digest makes one, so that
 * sending the same file again counts once. */
static bool
report_id(struct req *q, str *out, struct err *e)
{
	char text[BASE32_SIZE(16) + 1];

	if (q->input[REPORT_ID].p != NULL) {
		*out = q->input[REPORT_ID];
		return true;
	}
	return arena_copy(q->arena, (str){ text, base32_write(q->spool->sha256, 16, text) }, out, e);
}

static void
file_keep(struct task *task)
{
	struct err e;
	str path;

	if (!spool_keep(job_of_task(task)->q->spool, &path, &e))
		task->err = e;
}

static bool
file_kept(struct req *q, struct buf *body, struct err *e)
{
	struct report_job *j = q->made;

	(void)body, (void)e;
	q->job = &j->job;
	q->done = report_sent;
	return true;
}

/* The keys have changed since: but was this very file kept before they did? Then it
 * is the answer that got lost, and not the report. */
static bool
keys_changed(struct req *q, struct report_job *j, struct err *e)
{
	struct report kept;
	struct err none = { 0 };
	struct owner_keys keys;

	if (!store_report_find(q->store, j->report.id, q->arena, &kept, &none)
	    || memcmp(kept.sha256, j->report.sha256, sizeof kept.sha256) != 0)
		return fail(e, ERR_CONFLICT, NULL,
		    "the keys of %.*s have changed since you sealed this: fetch them and seal it again",
		    STR_ARG(j->report.owner));
	j->report.keys = kept.keys;
	return store_owner_keys_find(q->store, kept.owner, kept.keys, q->arena, &keys, e)
	    && owner_keys_digest(keys.list, q->arena, &j->digest, e);
}

bool
page_report_send(struct req *q, struct buf *body, struct err *e)
{
	struct report_job *j = ARENA_NEW(q->arena, struct report_job, 1);
	struct owner_now now;
	int64_t received = time_now();

	(void)body;
	if (j == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for the report");
	q->made = j;
	if (!owner_load(q, q->path[0], &now, e) || !report_id(q, &j->report.id, e))
		return false;
	if (strcmp(now.state, "suspended") == 0)
		return fail(e, ERR_DENIED, NULL, "%.*s takes no reports at present", STR_ARG(q->path[0]));
	if (strcmp(now.state, "expired") == 0)
		return fail(e, ERR_DENIED, NULL, "the keys of %.*s have expired: it must renew them first",
		    STR_ARG(q->path[0]));
	if (!stanzas_check(&q->spool->header, now.list.n, e))
		return false;
	j->q = q;
	j->report.owner = q->path[0];
	j->report.keys = now.owner.keys.version;
	j->report.received = received;
	j->report.size = q->spool->size;
	memcpy(j->report.sha256, q->spool->sha256, sizeof j->report.sha256);
	j->sealed = q->spool->memory;
	j->digest = now.digest;
	if ((!str_eq(q->input[REPORT_KEYS], now.digest) && !keys_changed(q, j, e))
	    || !act_of_report(q->arena, "report.received", &j->report, received, &j->act, e))
		return false;
	j->job.write = report_job_write;
	if (j->sealed.p != NULL)
		return file_kept(q, body, e);
	j->task.run = file_keep;
	q->task = &j->task;
	q->done = file_kept;
	return true;
}

bool
page_receipt(struct req *q, struct buf *body, struct err *e)
{
	struct report r;
	struct owner_keys keys;
	str digest, receipt;

	if (!check_report_id(q->path[0], e) || !store_report_find(q->store, q->path[0], q->arena, &r, e)
	    || !store_owner_keys_find(q->store, r.owner, r.keys, q->arena, &keys, e)
	    || !owner_keys_digest(keys.list, q->arena, &digest, e)
	    || !receipt_now(q, &r, digest, &receipt, e))
		return false;
	buf_str(body, receipt);
	return true;
}

bool
page_report_choose(struct req *q, struct buf *body, struct err *e)
{
	struct report_choose_page p = { 0 };
	struct owner_row *rows;

	if (!owner_rows(q, &rows, &p.n, e))
		return false;
	p.owners = rows;
	q->title = str_of(msg(q->reader.lang, "Report a vulnerability"));
	q->nav = "report";
	view_report_choose(body, &q->reader, &p);
	return true;
}

bool
page_report_form(struct req *q, struct buf *body, struct err *e)
{
	struct owner_now now;
	struct buf title = { .arena = q->arena };
	struct report_form_page p = { .origin = q->house->settings->origin, .can_seal = q->house->can_seal };

	if (!owner_load(q, q->path[0], &now, e) || !owner_keys_row(&now.owner.keys, q->arena, &p.keys, e)
	    || !problem_text(q, &p.problem, e))
		return false;
	p.owner = now.owner.id;
	p.name = now.owner.name;
	p.id = q->problem ? q->input[REPORT_ID] : (str){ 0 };
	p.is_open = strcmp(now.state, "open") == 0;
	buf_fmt(&title, msg(q->reader.lang, "Report a vulnerability to %.*s"), STR_ARG(p.name));
	q->nav = "report";
	q->script = p.can_seal && p.is_open ? asset_find(S("report.js")) : NULL;
	view_report_form(body, &q->reader, &p);
	return buf_take(&title, &q->title, e);
}

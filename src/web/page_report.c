/* SPDX-License-Identifier: Apache-2.0 */
/* page_report.c - the pages under /reports. */
#include "base/time.h"
#include "crypto/hash.h"
#include "web/pages.h"
#include "web/views.h"

enum { DUE_MAX = 100 };

/* The states of sql/schema, in words. */
static const struct { str state; const char *word; } states[] = {
	{ STR("new"), N_("new") }, { STR("triaged"), N_("triaged") },
	{ STR("fixed"), N_("fixed") }, { STR("public"), N_("public") },
};

static const char *
state_word(str state)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (str_eq(state, states[i].state))
			return states[i].word;
	return N_("unknown");
}

/* A hidden report and a missing one answer alike. */
bool
page_report_show(struct req *q, struct buf *body, struct err *e)
{
	struct report_page p = { 0 };
	const struct report *r = &p.report;

	if (!store_report_find(q->store, q->path[0], q->arena, &p.report, e))
		return false;
	if (q->role < ROLE_MEMBER && !str_eq(r->state, S("public")))
		return fail(e, ERR_NOT_FOUND, NULL, "no report %.*s", STR_ARG(r->id));
	if (!time_to_rfc3339(r->received, q->arena, &p.received, e)
	    || (r->embargo_until != 0 && !time_to_rfc3339(r->embargo_until, q->arena, &p.embargo_until, e)))
		return false;
	p.state = state_word(r->state);
	q->title = r->id;
	view_report_show(body, &q->reader, &p);
	return true;
}

bool
page_report_list_due(struct req *q, struct buf *body, struct err *e)
{
	struct report_due_page p;
	struct report *due;

	if (!store_report_list_due(q->store, time_now(), DUE_MAX, q->arena, &due, &p.n, e))
		return false;
	p.reports = due;
	q->title = str_of(msg(q->reader.lang, "Reports that are due"));
	view_report_due(body, &q->reader, &p);
	return true;
}

/* The input of POST /reports, in the order of its row. */
enum { ID, OWNER, SEALED };

/* The write of one POST: what the writer needs of the request, and the answer. */
struct report_job {
	struct job job;  /* first: the writer knows only this */
	struct report report;
	str sealed;
	struct act act;
	bool is_new;
};

static bool
report_job_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	struct report_job *j = (struct report_job *)job;

	if (!store_report_add(db, &j->report, j->sealed, &j->is_new, e))
		return false;
	if (j->is_new)
		*act = j->act;
	return true;
}

/* Lines of fields that hold no newline: the same report is the same bytes. */
static bool
report_act(struct arena *a, const struct report *r, str sealed, struct act *out, struct err *e)
{
	struct buf b = { .arena = a };
	uint8_t hash[HASH_SIZE];

	if (!hash_sha256(sealed, hash, e))
		return false;
	buf_fmt(&b, "%.*s\n%.*s\n%lld\n", STR_ARG(r->id), STR_ARG(r->owner), (long long)r->received);
	for (size_t i = 0; i < sizeof hash; i++)
		buf_fmt(&b, "%02x", hash[i]);
	out->kind = S("report.received");
	return buf_take(&b, &out->bytes, e);
}

static bool
page_report_added(struct req *q, struct buf *body, struct err *e)
{
	const struct report_job *j = (const struct report_job *)q->job;

	(void)e;
	q->status = j->is_new ? 201 : 200;
	q->title = j->report.id;
	view_report_added(body, &q->reader,
	    &(struct report_added_page){ .id = j->report.id, .is_new = j->is_new, .index = j->job.index });
	return true;
}

bool
page_report_add(struct req *q, struct buf *body, struct err *e)
{
	struct report_job *j = ARENA_NEW(q->arena, struct report_job, 1);

	(void)body;
	if (j == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for the report");
	j->report = (struct report){ .id = q->input[ID], .owner = q->input[OWNER], .received = time_now() };
	j->sealed = q->input[SEALED];
	if (!report_act(q->arena, &j->report, j->sealed, &j->act, e))
		return false;
	j->job.write = report_job_write;
	q->job = &j->job;
	q->done = page_report_added;
	return true;
}

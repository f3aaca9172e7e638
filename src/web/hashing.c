/* SPDX-License-Identifier: Apache-2.0 */
#include "web/hashing.h"

#include "crypto/password.h"

enum { PATIENCE_MS = 15 * 1000, MEMORY = 96 << 20 };

static bool
keep(str input, struct arena *a, str *out, struct err *e)
{
	char kept[PASSWORD_TEXT];

	return password_keep(input, kept, e) && arena_copy(a, str_of(kept), out, e);
}

/* The kept form, a line feed, the password. */
static bool
check(str input, struct arena *a, str *out, struct err *e)
{
	str kept;

	(void)a;
	*out = S("");
	return (str_cut(&input, '\n', &kept) || fail(e, ERR_INPUT, NULL, "no password to compare with"))
	    && password_check(input, kept, e);
}

const struct zygote_work hashing_works[] = {
	[HASHING_KEEP] = { "password_keep", keep, 10, MEMORY },
	[HASHING_CHECK] = { "password_check", check, 10, MEMORY },
	{ 0 },
};

static void
hashing_run(struct task *task)
{
	struct hashing *h = (struct hashing *)task;
	struct err e = { 0 };

	if (!zygote_run(h->zygote, h->kind, h->input, PATIENCE_MS, h->arena, &h->output, &e) && e.kind != ERR_DENIED)
		task->err = e;
	h->is_denied = e.kind == ERR_DENIED;
}

bool
hashing_begin(struct req *q, struct hashing *h, enum hashing_kind kind, str password, str kept, handler *done,
    struct err *e)
{
	struct buf b = { .arena = q->arena };

	if (kind == HASHING_CHECK)
		buf_fmt(&b, "%.*s\n", STR_ARG(kept));
	buf_str(&b, password);
	if (!buf_take(&b, &h->input, e))
		return false;
	h->kind = kind;
	h->zygote = q->house->zygote;
	h->arena = q->arena;
	h->task.run = hashing_run;
	q->task = &h->task;
	q->done = done;
	return true;
}

bool
hashing_kept(const struct hashing *h, str *kept, struct err *e)
{
	*kept = h->output;
	return h->output.n > 0 || fail(e, ERR_IO, NULL, "the password could not be kept");
}

bool
hashing_checked(const struct hashing *h, struct err *e)
{
	return !h->is_denied || fail(e, ERR_DENIED, NULL, "the name or the password is wrong");
}

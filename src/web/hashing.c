/* SPDX-License-Identifier: Apache-2.0 */
#include "web/hashing.h"

#include "web/work.h"

static void
hashing_run(struct task *task)
{
	struct hashing *h = (struct hashing *)task;
	struct err e = { 0 };
	bool ok = h->kind == HASHING_KEEP ? work_password_keep(h->zygote, h->password, h->made, &e)
	    : work_password_check(h->zygote, h->password, h->kept, &e);

	h->is_denied = !ok && e.kind == ERR_DENIED;
	if (!ok && !h->is_denied)
		task->err = e;
}

bool
hashing_begin(struct req *q, struct hashing *h, enum hashing_kind kind, str password, str kept, handler *done)
{
	h->password = password;
	h->kept = kept;
	h->kind = kind;
	h->zygote = q->house->zygote;
	h->task.run = hashing_run;
	q->task = &h->task;
	q->done = done;
	return true;
}

bool
hashing_kept(const struct hashing *h, str *kept, struct err *e)
{
	*kept = str_of(h->made);
	return kept->n > 0 || fail(e, ERR_IO, NULL, "the password could not be kept");
}

bool
hashing_checked(const struct hashing *h, struct err *e)
{
	return !h->is_denied || fail(e, ERR_DENIED, NULL, "the name or the password is wrong");
}

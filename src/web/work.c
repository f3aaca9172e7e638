/* SPDX-License-Identifier: Apache-2.0 */
#include "web/work.h"

#include "base/msg.h"

enum {
	PASSWORD_MS = 10000,         /* many may be asked for at once */
	PASSWORD_SECONDS = 5,
	PASSWORD_MEMORY = 80 << 20,
	TALK_BUDGET = 16 * 1024,     /* bytes: a question and an answer about a password */
};

static bool
keep(str input, struct arena *a, str *out, struct err *e)
{
	char kept[PASSWORD_TEXT] = { 0 };

	return password_keep(input, kept, e) && arena_copy(a, str_of(kept), out, e);
}

static bool
check(str input, struct arena *a, str *out, struct err *e)
{
	struct msg_reader r = { .rest = input };
	str password = msg_get_str(&r, input.n), kept = msg_get_str(&r, input.n);

	(void)a;
	*out = S("");
	return msg_is_read(&r) ? password_check(password, kept, e)
	    : fail(e, ERR_INPUT, NULL, "the work is not asked for as it must be");
}

const struct zygote_work works[] = {
	[WORK_PASSWORD_KEEP] = { "password_keep", keep, PASSWORD_SECONDS, PASSWORD_MEMORY },
	[WORK_PASSWORD_CHECK] = { "password_check", check, PASSWORD_SECONDS, PASSWORD_MEMORY },
	[WORK_COUNT] = { .name = NULL },
};

/* e->rule would point into an arena that is no more: the rule is the caller's to know. */
static bool
talk(struct zygote *z, enum work work, str input, char *out, size_t size, struct err *e)
{
	struct arena a;
	str got = { 0 };
	bool ok;

	arena_init(&a, TALK_BUDGET);
	ok = zygote_run(z, work, input, PASSWORD_MS, &a, &got, e);
	if (!ok)
		e->rule = NULL;
	else if ((ok = got.n < size || fail(e, ERR_IO, NULL, "%zu bytes, at most %zu allowed", got.n, size)))
		memcpy(out, got.p, got.n + 1);
	arena_free(&a);
	return ok;
}

bool
work_password_keep(struct zygote *z, str password, char out[PASSWORD_TEXT], struct err *e)
{
	memset(out, 0, PASSWORD_TEXT);
	return talk(z, WORK_PASSWORD_KEEP, password, out, PASSWORD_TEXT, e);
}

bool
work_password_check(struct zygote *z, str password, str kept, struct err *e)
{
	struct arena a;
	struct buf b = { .arena = &a };
	char none[1];
	str input;
	bool ok;

	arena_init(&a, TALK_BUDGET);
	msg_put_str(&b, password);
	msg_put_str(&b, kept);
	ok = buf_take(&b, &input, e) && talk(z, WORK_PASSWORD_CHECK, input, none, sizeof none, e);
	arena_free(&a);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* leman verify FILE - does a file keep the form of its kind? */
#include "base/file.h"
#include "cli/cmd.h"
#include "ledger/checkpoint.h"

#include <stdio.h>

static int
judge_checkpoint(str text, enum lang lang, struct err *e)
{
	struct checkpoint c;

	if (!checkpoint_parse(text, &c, e))
		return CMD_WRONG;
	printf(msg(lang, "checkpoint of %.*s: %llu leaves; its signatures were not checked\n"),
	    STR_ARG(c.origin), (unsigned long long)c.size);
	return CMD_RIGHT;
}

/* The kinds of file, each known by its content, whatever its name. */
static const struct {
	bool (*sniff)(str text);
	int (*judge)(str text, enum lang lang, struct err *e);
} kinds[] = {
	{ checkpoint_sniff, judge_checkpoint },
};

int
cmd_verify(struct cmd *c, struct err *e)
{
	str text;

	if (c->argc != 2)
		return CMD_USAGE;
	if (!file_read(c->argv[1], CHECKPOINT_MAX, c->arena, &text, e))
		return err_exit_code(e->kind);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].sniff(text))
			return kinds[i].judge(text, c->lang, e);
	fail(e, ERR_INPUT, NULL, "%s: not a kind of file that is known here", c->argv[1]);
	return CMD_UNJUDGED;
}

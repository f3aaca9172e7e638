/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/checkpoint.h"

bool
checkpoint_sniff(str text)
{
	str origin;

	return str_cut(&text, '\n', &origin) && origin.n > 0
	    && text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9';
}

bool
checkpoint_parse(str text, struct checkpoint *out, struct err *e)
{
	static const char rule[] = "C2SP tlog-checkpoint, Note text";
	struct checkpoint c = { 0 };
	str rest = text, line;

	if (text.n > CHECKPOINT_MAX)
		return fail(e, ERR_TOO_BIG, rule, "%zu bytes, at most %d allowed", text.n, CHECKPOINT_MAX);
	if (!str_is_text(text))
		return fail(e, ERR_INPUT, "C2SP signed-note, Format",
		    "bytes that are not UTF-8, or a control character");
	if (!str_cut(&rest, '\n', &c.origin) || c.origin.n == 0)
		return fail(e, ERR_INPUT, rule, "line 1: the origin is missing");
	if (!str_cut(&rest, '\n', &line) || !str_to_u64(line, &c.size))
		return fail(e, ERR_INPUT, rule, "line 2: a decimal tree size is missing");
	if (!str_cut(&rest, '\n', &line) || !str_from_base64(line, c.root, sizeof c.root))
		return fail(e, ERR_INPUT, rule, "line 3: 32 bytes of base64 are missing");
	c.extra.p = rest.p;
	do
		if (!str_cut(&rest, '\n', &line))
			return fail(e, ERR_INPUT, rule, "the blank line before the signatures is missing");
	while (line.n > 0);
	c.extra.n = (size_t)(line.p - c.extra.p);
	if (rest.n == 0)
		return fail(e, ERR_INPUT, rule, "no signature after the blank line");
	c.signatures = rest;
	*out = c;
	return true;
}

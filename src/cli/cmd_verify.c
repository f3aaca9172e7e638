/* SPDX-License-Identifier: Apache-2.0 */
/* leman verify FILE [--key VKEY] [--sealed FILE] - is a receipt right? does a file keep
 * the form of its kind? Right is what nothing speaks against, all of it looked at. */
#include "base/file.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/home.h"
#include "cli/option.h"
#include "cli/stream.h"
#include "crypto/note.h"
#include "ledger/checkpoint.h"
#include "report/receipt.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

struct verify_options { const char *key, *sealed; };

const struct option_row verify_options[] = {
	{ "key", 'k', "VKEY", offsetof(struct verify_options, key),
	  N_("the instance's key, name+id+base64, instead of the one seen before") },
	{ "sealed", 0, "FILE", offsetof(struct verify_options, sealed),
	  N_("the sealed file that the receipt is said to be for") },
	{ 0 },
};

static int
judge_checkpoint(str text, const struct verify_options *o, const struct cmd *cmd, struct err *e)
{
	struct checkpoint c;

	(void)o;
	if (!checkpoint_parse(text, &c, e))
		return CMD_WRONG;
	printf(msg(cmd->lang, "checkpoint of %.*s: %llu leaves; its signatures were not checked\n"),
	    STR_ARG(c.origin), (unsigned long long)c.size);
	return CMD_RIGHT;
}

/* Who signed a note: the name on its last line. */
static str
signer_of(str note)
{
	static const str dash = STR("\xe2\x80\x94 ");
	str line = { note.p, note.n > 0 ? note.n - 1 : 0 }, name;

	for (size_t i = line.n; i > 0; i--)
		if (line.p[i - 1] == '\n') {
			line = (str){ line.p + i, line.n - i };
			break;
		}
	if (line.n <= dash.n || memcmp(line.p, dash.p, dash.n) != 0)
		return S("");
	line = (str){ line.p + dash.n, line.n - dash.n };
	return str_cut(&line, ' ', &name) ? name : S("");
}

/* The key given, or the one that was seen when a report was sent there. */
static bool
key_find(str note, const struct verify_options *o, const struct cmd *c, struct note_key *out, struct err *e)
{
	str name = signer_of(note), known;

	if (o->key != NULL)
		return note_key_parse(str_of(o->key), out, e);
	if (name.n == 0)
		return fail(e, ERR_INPUT, "C2SP signed-note, Format", "no signature after an empty line");
	if (!home_find("known-instances", name, c->arena, &known, e))
		return false;
	if (known.n > 0)
		return note_key_parse(known, out, e);
	return fail(e, ERR_NOT_FOUND, NULL,
	    "the key of %.*s is not known here: it is at https://%.*s/api/v1/instance, for --key",
	    STR_ARG(name), STR_ARG(name));
}

static bool
sealed_digest(const char *path, struct arena *a, uint64_t *size, uint8_t sha256[HASH_SIZE], struct err *e)
{
	char *block = arena_alloc(a, STREAM_BLOCK);
	struct hash hash;
	str got;
	int fd;

	if (block == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", (size_t)STREAM_BLOCK);
	if (!in_open(path, &fd, e))
		return false;
	hash_start(&hash);
	*size = 0;
	do {
		if (!in_read(fd, block, &got, e)) {
			close(fd);
			return false;
		}
		hash_add(&hash, got);
		*size += got.n;
	} while (got.n == STREAM_BLOCK);
	hash_end(&hash, sha256);
	close(fd);
	return true;
}

static int
judge_receipt(str note, const struct verify_options *o, const struct cmd *c, struct err *e)
{
	struct note_key key;
	struct receipt r;
	uint8_t sha256[HASH_SIZE];
	uint64_t size = 0;
	str text, received;

	if (!key_find(note, o, c, &key, e))
		return e->rule != NULL && o->key == NULL ? CMD_WRONG : CMD_UNJUDGED;
	if (!note_check(note, &key, &text, e) || !receipt_parse(text, &r, e))
		return CMD_WRONG;
	if (!time_to_rfc3339(r.received, c->arena, &received, e))
		return CMD_UNJUDGED;
	if (o->sealed != NULL) {
		if (!sealed_digest(o->sealed, c->arena, &size, sha256, e))
			return CMD_UNJUDGED;
		if (size != r.size || memcmp(sha256, r.sha256, sizeof sha256) != 0) {
			fail(e, ERR_DENIED, "leman/receipt/1, sha256",
			    "%s is not the file that this receipt is for", o->sealed);
			return CMD_WRONG;
		}
	}
	printf(msg(c->lang, "receipt of %.*s: it was given report %.*s\n"), STR_ARG(key.name), STR_ARG(r.report));
	printf(msg(c->lang, "for %.*s at %.*s\n"), STR_ARG(r.owner), STR_ARG(received));
	return CMD_RIGHT;
}

/* The kinds of file, each known by its content, whatever its name. */
static const struct {
	bool (*sniff)(str text);
	int (*judge)(str text, const struct verify_options *o, const struct cmd *c, struct err *e);
} kinds[] = {
	{ receipt_sniff, judge_receipt },
	{ checkpoint_sniff, judge_checkpoint },
};

int
cmd_verify(struct cmd *c, struct err *e)
{
	struct verify_options o = { 0 };
	str text;

	if (!options_read(verify_options, c, &o, e) || c->argc != 2)
		return CMD_USAGE;
	if (!file_read(c->argv[1], CHECKPOINT_MAX, c->arena, &text, e))
		return err_exit_code(e->kind);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].sniff(text))
			return kinds[i].judge(text, &o, c, e);
	fail(e, ERR_INPUT, NULL, "%s: not a kind of file that is known here", c->argv[1]);
	return CMD_UNJUDGED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* leman open [-o OUT] {-i FILE | -p}... [IN] - open a sealed file.
 *
 * To a file: all of it or nothing. To standard output what is sound comes at
 * once, 64 KiB at a time, and a broken end is told by message and status. */
#include "cli/cmd.h"
#include "cli/identity.h"
#include "cli/passphrase.h"
#include "cli/stream.h"

#include <getopt.h>
#include <unistd.h>

struct open_job {
	struct identities *keys;
	struct passphrase phrase;
	bool ask;
	const char *in, *out;
};

/* Is it plain from the first bytes that only an identity opens this? */
static bool
is_for_recipients(str start)
{
	struct age_header h;
	struct err e;

	return age_header_parse(start, &h, &e) && h.scrypt == 0;
}

static bool
open_all(struct open_job *j, const struct cmd *c, int in, struct age_sink sink, struct err *e)
{
	char *block = arena_alloc(c->arena, STREAM_BLOCK);
	struct age_open *o;
	str got;

	if (block == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", (size_t)STREAM_BLOCK);
	if (!in_read(in, block, &got, e))
		return false;
	if (j->keys->n == 0 && is_for_recipients(got))
		return fail(e, ERR_DENIED, NULL, "sealed to recipients: give the file of one's identity with -i");
	if (j->ask && !passphrase_ask(j->in != NULL ? j->in : "-", false, c->lang, &j->phrase, e))
		return false;
	if (!age_open_start(j->keys->key, j->keys->n, passphrase_str(&j->phrase), sink, c->arena, &o, e))
		return false;
	for (bool more = true; more; ) {
		more = got.n == STREAM_BLOCK;
		if (!age_open_write(o, got, e) || (more && !in_read(in, block, &got, e))) {
			age_open_drop(o);
			return false;
		}
	}
	return age_open_end(o, e);
}

static bool
open_run(struct open_job *j, const struct cmd *c, struct err *e)
{
	struct out out;
	int in;
	bool ok = false;

	if (!in_open(j->in, &in, e))
		return false;
	if (out_open(&out, j->out, OUT_PLAIN, c->arena, e))
		ok = open_all(j, c, in, (struct age_sink){ out_take, &out }, e) && out_keep(&out, e);
	out_drop(&out);
	if (in != STDIN_FILENO)
		close(in);
	return ok;
}

int
cmd_open(struct cmd *c, struct err *e)
{
	static const struct option names[] = {
		{ "identity", required_argument, NULL, 'i' }, { "passphrase", no_argument, NULL, 'p' },
		{ "output", required_argument, NULL, 'o' }, { "decrypt", no_argument, NULL, 'd' }, { 0 },
	};
	struct open_job *j = ARENA_NEW(c->arena, struct open_job, 1);
	bool ok = true;

	if (j == NULL || (j->keys = ARENA_NEW(c->arena, struct identities, 1)) == NULL) {
		fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *j->keys);
		return err_exit_code(e->kind);
	}
	opterr = 0;
	for (int o; ok && (o = getopt_long(c->argc, c->argv, "i:po:d", names, NULL)) != -1; ) {
		switch (o) {
		case 'i': ok = identities_read(optarg, c->lang, c->arena, j->keys, e); break;
		case 'p': j->ask = true; break;
		case 'o': j->out = optarg; break;
		case 'd': break;  /* what age calls it: opening is all we do */
		default: return CMD_USAGE;
		}
	}
	if (ok && optind < c->argc)
		j->in = c->argv[optind++];
	if (ok && optind < c->argc)
		return CMD_USAGE;
	j->ask |= j->keys->n == 0;
	ok = ok && open_run(j, c, e);
	identities_wipe(j->keys);
	passphrase_wipe(&j->phrase);
	return ok ? 0 : err_exit_code(e->kind);
}

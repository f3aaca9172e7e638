/* SPDX-License-Identifier: Apache-2.0 */
/* leman seal [-a] [-o OUT] {-r RECIPIENT | -R FILE | -p}... [IN] - seal a file. */
#include "cli/cmd.h"
#include "cli/identity.h"
#include "cli/passphrase.h"
#include "cli/stream.h"

#include <getopt.h>
#include <unistd.h>

struct seal_job {
	struct recipients *to;
	bool passphrase, armor;
	const char *in, *out;
};

static bool armor_take(void *to, str bytes, struct err *e) { return age_armor_write(to, bytes, e); }

static bool
seal_start(const struct seal_job *j, struct age_sink sink, const struct cmd *c, struct age_seal **out, struct err *e)
{
	struct passphrase phrase;
	bool ok;

	if (!j->passphrase)
		return age_seal_start(j->to->key, j->to->n, 0, sink, c->arena, out, e);
	if (!passphrase_ask(j->out != NULL ? j->out : "-", true, c->lang, &phrase, e))
		return false;
	ok = age_seal_start_passphrase(passphrase_str(&phrase), sink, c->arena, out, e);
	passphrase_wipe(&phrase);
	return ok;
}

static bool
seal(const struct seal_job *j, const struct cmd *c, int in, struct age_sink sink, struct err *e)
{
	struct age_armor *armor = NULL;
	struct age_seal *s;
	char *block = arena_alloc(c->arena, STREAM_BLOCK);
	str got;

	if (block == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", (size_t)STREAM_BLOCK);
	if (j->armor) {
		if (!age_armor_start(sink, c->arena, &armor, e))
			return false;
		sink = (struct age_sink){ armor_take, armor };
	}
	if (!seal_start(j, sink, c, &s, e))
		return false;
	do {
		if (!in_read(in, block, &got, e) || !age_seal_write(s, got, e)) {
			age_seal_drop(s);
			return false;
		}
	} while (got.n == STREAM_BLOCK);
	return age_seal_end(s, e) && (armor == NULL || age_armor_end(armor, e));
}

static bool
seal_run(const struct seal_job *j, const struct cmd *c, struct err *e)
{
	struct out out;
	int in;
	bool ok = false;

	if (!in_open(j->in, &in, e))
		return false;
	if (out_open(&out, j->out, j->armor ? OUT_ARMOR : OUT_BINARY, c->arena, e))
		ok = seal(j, c, in, (struct age_sink){ out_take, &out }, e) && out_keep(&out, e);
	out_drop(&out);
	if (in != STDIN_FILENO)
		close(in);
	return ok;
}

int
cmd_seal(struct cmd *c, struct err *e)
{
	static const struct option names[] = {
		{ "recipient", required_argument, NULL, 'r' }, { "recipients-file", required_argument, NULL, 'R' },
		{ "passphrase", no_argument, NULL, 'p' }, { "armor", no_argument, NULL, 'a' },
		{ "output", required_argument, NULL, 'o' }, { 0 },
	};
	struct seal_job j = { .to = ARENA_NEW(c->arena, struct recipients, 1) };
	bool ok = true;

	if (j.to == NULL) {
		fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *j.to);
		return err_exit_code(e->kind);
	}
	opterr = 0;
	for (int o; ok && (o = getopt_long(c->argc, c->argv, "r:R:pao:", names, NULL)) != -1; ) {
		switch (o) {
		case 'r': ok = recipients_add(str_of(optarg), j.to, e); break;
		case 'R': ok = recipients_read(optarg, c->lang, c->arena, j.to, e); break;
		case 'p': j.passphrase = true; break;
		case 'a': j.armor = true; break;
		case 'o': j.out = optarg; break;
		default: return CMD_USAGE;
		}
	}
	if (ok && optind < c->argc)
		j.in = c->argv[optind++];
	if (ok && optind < c->argc)
		return CMD_USAGE;
	if (ok && j.passphrase == (j.to->n > 0))
		ok = j.passphrase
		    ? fail(e, ERR_INPUT, NULL, "a passphrase and recipients: a file is sealed to one or the other")
		    : fail(e, ERR_INPUT, NULL,
		    "for whom? give a recipient with -r, a file of them with -R, or -p for a passphrase");
	return ok && seal_run(&j, c, e) ? 0 : err_exit_code(e->kind);
}

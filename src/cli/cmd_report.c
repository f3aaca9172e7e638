/* SPDX-License-Identifier: Apache-2.0 */
/* leman report OWNER-URL FILE... - seal a report to a code owner's keys and send it.
 *
 * What is written down before it is sent: the sealed file with where it goes, and the
 * identity that opens answers. A failed step loses nothing. */
#include "base/buf.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/draft.h"
#include "cli/option.h"
#include "cli/outbox.h"
#include "cli/owner_keys.h"
#include "report/id.h"
#include "report/size.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

enum { CLOCK_DIFFERS = 600 };  /* seconds that two good clocks may be apart */

struct report_options {
	const char *text, *file, *product, *exploited, *contact, *credit, *disclosure;
	const char *receipt, *out, *resend, *cacert;
	bool dry_run, yes, no_reply;
};

const struct option_row report_options[] = {
	{ "message", 'm', "TEXT", offsetof(struct report_options, text),
	  N_("the message; without -m and -F: stdin, or an editor") },
	{ "message-file", 'F', "FILE", offsetof(struct report_options, file),
	  N_("the message from a file; - is stdin") },
	{ "product", 0, "TEXT", offsetof(struct report_options, product), N_("product and version") },
	{ "exploited", 0, "WORD", offsetof(struct report_options, exploited),
	  N_("is it being exploited: yes, no or unknown") },
	{ "contact", 0, "TEXT", offsetof(struct report_options, contact),
	  N_("how to reach you; sealed like all the rest") },
	{ "credit", 0, "TEXT", offsetof(struct report_options, credit), N_("whom to thank in public") },
	{ "disclosure", 0, "TEXT", offsetof(struct report_options, disclosure),
	  N_("what you plan to make public, and when") },
	{ "receipt", 0, "FILE", offsetof(struct report_options, receipt),
	  N_("where the receipt goes: leman-receipt-ID.txt") },
	{ "no-reply", 0, NULL, offsetof(struct report_options, no_reply), N_("make no identity for sealed answers") },
	{ "dry-run", 0, NULL, offsetof(struct report_options, dry_run),
	  N_("seal it into the file of -o, and send nothing") },
	{ "output", 'o', "FILE", offsetof(struct report_options, out), N_("the sealed file of --dry-run") },
	{ "resend", 0, "FILE", offsetof(struct report_options, resend),
	  N_("send a sealed file that could not be sent; it counts once") },
	{ "yes", 'y', NULL, offsetof(struct report_options, yes), N_("do not ask before sending") },
	{ "cacert", 0, "FILE", offsetof(struct report_options, cacert),
	  N_("authorities of the server, PEM, instead of this machine's") },
	{ 0 },
};

static bool
options_check(const struct report_options *o, struct err *e)
{
	static const char *const answers[] = { "yes", "no", "unknown" };
	bool known = o->exploited == NULL;

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		known = known || strcmp(o->exploited, answers[i]) == 0;
	if (!known)
		return fail(e, ERR_INPUT, "leman/envelope/1, claims",
		    "exploited is yes, no or unknown, and \"%s\" stands there", o->exploited);
	if (o->text != NULL && o->file != NULL)
		return fail(e, ERR_INPUT, NULL, "one message: with -m or with -F");
	if (o->dry_run != (o->out != NULL))
		return fail(e, ERR_INPUT, NULL, "--dry-run seals into the file of -o, and -o is for --dry-run");
	return true;
}

static bool
claims_make(const struct report_options *o, struct draft *d, struct arena *a, struct err *e)
{
	const struct claim all[] = {
		{ S("contact"), str_of(o->contact) }, { S("credit"), str_of(o->credit) }, { S("disclosure"),
		    str_of(o->disclosure) },
		{ S("exploited"), str_of(o->exploited) }, { S("product"), str_of(o->product) },
	};
	struct claim *claims = ARENA_NEW(a, struct claim, sizeof all / sizeof *all);

	if (claims == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for %zu claims", sizeof all / sizeof *all);
	memcpy(claims, all, sizeof all);
	d->manifest.claims = claims;
	d->manifest.n_claims = sizeof all / sizeof *all;
	return true;
}

/* Can anything be sealed to these keys now? */
static bool
keys_are_good(const struct owner_keys *k, struct err *e)
{
	int64_t now = time_now();

	if (str_eq(k->state, S("suspended")))
		return fail(e, ERR_DENIED, NULL,
		    "%.*s takes no reports at present: it was suspended by who runs the server",
		    STR_ARG(k->list.owner));
	if (now >= k->list.until)
		return fail(e, ERR_DENIED, NULL, "the keys of %.*s have expired: ask it by another way for new ones",
		    STR_ARG(k->list.owner));
	return now + CLOCK_DIFFERS >= k->list.from
	    || fail(e, ERR_DENIED, NULL,
	    "the keys of %.*s are not valid yet: is this computer's clock right?", STR_ARG(k->list.owner));
}

static bool
draft_print(const struct draft *d, enum lang lang, struct arena *a, struct err *e)
{
	char content[SIZE_TEXT], message[SIZE_TEXT];
	uint64_t all = manifest_content(&d->manifest);
	struct buf b = { .arena = a };
	str text;

	if (!manifest_print(&d->manifest, a, &text, e))
		return false;
	size_print(d->message.n, message);
	size_print(all - d->message.n, content);
	buf_fmt(&b, "\n");
	buf_fmt(&b, msg(lang, "Message: %s"), message);
	if (d->manifest.n_files > 0) {
		buf_fmt(&b, ", ");
		buf_fmt(&b, msg_n(lang, "%zu file", "%zu files", d->manifest.n_files), d->manifest.n_files);
		buf_fmt(&b, " (%s)", content);
	}
	text = size_class(envelope_size(all + text.n + 20));
	buf_fmt(&b, ". ");
	buf_fmt(&b, msg(lang, "The server sees the time, the code owner and the size class %.*s.\n"), STR_ARG(text));
	if (!buf_take(&b, &text, e))
		return false;
	fwrite(text.p, 1, text.n, stdout);
	fflush(stdout);
	return true;
}

/* All that makes up one sending. */
struct sending {
	struct report_options options;
	struct remote remote;
	struct owner_keys keys;
	struct draft draft;
	struct outbox outbox;
	char id[REPORT_ID + 1];
	const char *identity;      /* path of the one for answers; NULL: none */
	char reply[AGE_RECIPIENT_TEXT];
};

static bool
identity_make(struct sending *s, struct arena *a, struct err *e)
{
	char secret[AGE_IDENTITY_TEXT], text[400];
	struct age_identity key;
	struct age_recipient own;
	bool ok;

	if (!outbox_path(s->outbox.receipt, ".key", a, &s->identity, e) || !age_identity_make(&key, e))
		return false;
	age_identity_recipient(&key, &own);
	age_recipient_print(&own, s->reply);
	age_identity_print(&key, secret);
	age_identity_wipe(&key);
	(void)snprintf(text, sizeof text, "# leman identity: answers to report %s\n# public key: %s\n%s\n",
	    s->id, s->reply, secret);
	ok = file_new(s->identity, str_of(text), e);
	explicit_bzero(secret, sizeof secret);
	explicit_bzero(text, sizeof text);
	if (ok)
		s->draft.manifest.reply = str_of(s->reply);
	else
		s->identity = NULL;
	return ok;
}

/* Names for all files, in the folder of the receipt; the manifest's last fields. */
static bool
sending_prepare(struct sending *s, struct arena *a, struct err *e)
{
	struct manifest *m = &s->draft.manifest;
	char name[80];
	str path;

	if (!report_id_make(s->id, e))
		return false;
	(void)snprintf(name, sizeof name, "leman-receipt-%s.txt", s->id);
	if (!arena_copy(a, str_of(s->options.receipt ? s->options.receipt : name), &path, e))
		return false;
	s->outbox.receipt = path.p;
	if (access(path.p, F_OK) == 0)
		return fail(e, ERR_CONFLICT, NULL, "%s: it is there already: choose another name", path.p);
	(void)snprintf(name, sizeof name, "leman-report-%s.age", s->id);
	if (!arena_copy(a, str_of(s->options.out ? s->options.out : name), &path, e))
		return false;
	s->outbox.sealed = path.p;
	s->outbox.origin = s->remote.origin;
	s->outbox.owner = m->owner = s->keys.list.owner;
	s->outbox.report = m->report = str_of(s->id);
	s->outbox.version = m->version = s->keys.list.version;
	s->outbox.keys = str_of(s->keys.digest);
	m->created = time_now();
	memcpy(m->keys, s->keys.sha256, sizeof m->keys);
	return true;
}

static void
retry_print(const struct sending *s, enum lang lang, const struct err *e)
{
	if (e->kind == ERR_CONFLICT) {  /* the keys are others now: sent as it is, it would be refused again */
		fprintf(stderr, msg(lang,
		    "The sealed report is in %s, and cannot be sent as it is: run leman report once more.\n"),
		    s->outbox.sealed);
		return;
	}
	fprintf(stderr, msg(lang,
	    "Nothing is lost: the sealed report is in %s. To try again: leman report --resend %s\n"),
	    s->outbox.sealed, s->outbox.sealed);
}

static bool
receipt_print_short(const struct sending *s, const struct receipt *r, const struct cmd *c, struct err *e)
{
	enum lang lang = c->lang;
	str received;

	if (!time_to_rfc3339(r->received, c->arena, &received, e))
		return false;
	printf(msg(lang, "Report %.*s was received at %.*s.\n"), STR_ARG(r->report), STR_ARG(received));
	printf(msg(lang, "Its receipt, signed by the server, is in %s.\n"), s->outbox.receipt);
	if (s->identity != NULL)
		printf(msg(lang, "What opens answers to it is in %s: keep both.\n"), s->identity);
	return true;
}

static bool
sending_send(struct sending *s, const struct cmd *c, struct err *e)
{
	struct receipt receipt;

	if (!outbox_send(&s->outbox, &s->remote, &receipt, e)) {
		retry_print(s, c->lang, e);
		return false;
	}
	outbox_end(&s->outbox, c->arena);
	return receipt_print_short(s, &receipt, c, e);
}

static bool
sending_seal(struct sending *s, const struct cmd *c, struct err *e)
{
	uint8_t sha256[HASH_SIZE];
	uint64_t size;

	if (!sending_prepare(s, c->arena, e) || (!s->options.no_reply && !identity_make(s, c->arena, e)))
		return false;
	if (draft_seal(&s->draft, &s->keys.list, s->outbox.sealed, c, &size, sha256, e)) {
		if (outbox_write(&s->outbox, c->arena, e))
			return true;
		(void)unlink(s->outbox.sealed);
	}
	if (s->identity != NULL)
		(void)unlink(s->identity);
	return false;
}

/* Seen by a person, or waved through by an option. */
static bool
sending_agree(struct sending *s, const struct cmd *c, struct err *e)
{
	const struct report_options *o = &s->options;

	if (!owner_keys_print(&s->remote, &s->keys, e) || !draft_print(&s->draft, c->lang, c->arena, e))
		return false;
	if (!o->dry_run && !o->yes) {
		if (!ask_is_possible())
			return fail(e, ERR_INPUT, NULL, "there is no terminal to ask on: --yes sends without asking");
		if (!ask_yes(msg(c->lang, "Send? [y/N]")))
			return fail(e, ERR_INPUT, NULL, "nothing was sent");
	}
	return owner_keys_remember(&s->remote, &s->keys, e);
}

static bool
report_new(struct sending *s, const struct cmd *c, struct err *e)
{
	const struct report_options *o = &s->options;
	const char *const *files = (const char *const *)c->argv + 2;
	str owner;

	if (!remote_open(c, str_of(c->argv[1]), o->cacert, &s->remote, e)
	    || !remote_owner(str_of(c->argv[1]), &owner, e)
	    || !claims_make(o, &s->draft, c->arena, e) || !owner_keys_get(&s->remote, owner, &s->keys, e)
	    || !keys_are_good(&s->keys, e) || !draft_message(&s->draft, o->text, o->file, c, e)
	    || !draft_files(&s->draft, files, (size_t)c->argc - 2, c, e))
		return false;
	if (manifest_content(&s->draft.manifest) == 0)
		return fail(e, ERR_INPUT, NULL, "nothing to report: there is no message and no file");
	if (!sending_agree(s, c, e) || !sending_seal(s, c, e))
		return false;
	if (o->dry_run) {
		printf(msg(c->lang,
		    "Sealed into %s; nothing was sent. To send it: leman report --resend %s\n"), o->out, o->out);
		return true;
	}
	return sending_send(s, c, e);
}

static bool
report_again(struct sending *s, const struct cmd *c, struct err *e)
{
	return outbox_read(s->options.resend, c->arena, &s->outbox, e)
	    && remote_open(c, s->outbox.origin, s->options.cacert, &s->remote, e) && sending_send(s, c, e);
}

int
cmd_report(struct cmd *c, struct err *e)
{
	struct sending *s = ARENA_NEW(c->arena, struct sending, 1);
	bool ok;

	if (s == NULL) {
		fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *s);
		return err_exit_code(e->kind);
	}
	if (!options_read(report_options, c, &s->options, e))
		return CMD_USAGE;
	if ((s->options.resend == NULL) != (c->argc >= 2))
		return CMD_USAGE;
	ok = options_check(&s->options, e) && (s->options.resend != NULL ? report_again(s, c, e) : report_new(s, c, e));
	if (ok)
		draft_end(&s->draft);
	else if (s->draft.edited != NULL)
		fprintf(stderr, msg(c->lang, "What you wrote is kept in %s.\n"), s->draft.edited);
	return ok ? 0 : err_exit_code(e->kind);
}

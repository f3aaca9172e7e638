/* SPDX-License-Identifier: Apache-2.0 */
/* leman case list|show - the reports that have come, for those who may open them. */
#include "base/buf.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/opening.h"
#include "cli/option.h"
#include "cli/remote.h"
#include "cli/terminal.h"
#include "format/json_write.h"
#include "report/field.h"
#include "report/id.h"
#include "report/size.h"

#include <stddef.h>
#include <stdio.h>

enum { CASES_MAX = 1000000 };
#define SEALED_MAX ((size_t)112 << 20)  /* bytes of a sealed file */

struct case_options {
	const char *server, *cacert, *identity, *save;
	bool json, csv, no_mark, moved;
};

const struct option_row case_options[] = {
	{ "identity", 'i', "FILE", offsetof(struct case_options, identity),
	  N_("show: the identity file that opens it") },
	{ "save", 0, "FOLDER", offsetof(struct case_options, save), N_("show: put its files there") },
	{ "no-mark", 0, NULL, offsetof(struct case_options, no_mark),
	  N_("show: do not tell the server that it was opened") },
	{ "moved", 0, NULL, offsetof(struct case_options, moved), N_("show: even what was sealed for another place") },
	{ "json", 0, NULL, offsetof(struct case_options, json), N_("list: as JSON") },
	{ "csv", 0, NULL, offsetof(struct case_options, csv), N_("list: for a spreadsheet") },
	{ "server", 0, "URL", offsetof(struct case_options, server),
	  N_("the instance, where one is signed in to several") },
	{ "cacert", 0, "FILE", offsetof(struct case_options, cacert),
	  N_("authorities of the server, PEM, instead of this machine's") },
	{ 0 },
};

/* A report as the server knows it. */
struct row {
	str id, owner, keys, sha256, state, received;  /* digests in hex */
	int64_t version, size;
};

static bool
row_read(struct json v, struct arena *a, struct row *out, struct err *e)
{
	int64_t received;

	return remote_text(v, "id", &out->id, e) && report_id_check(out->id, e) && remote_text(v, "owner",
	    &out->owner, e)
	    && remote_text(v, "keys", &out->keys, e) && remote_text(v, "sha256", &out->sha256, e)
	    && remote_text(v, "state", &out->state, e) && remote_number(v, "keys_version", &out->version, e)
	    && remote_number(v, "size", &out->size, e) && remote_number(v, "received", &received, e)
	    && time_to_rfc3339(received, a, &out->received, e);
}

/* How a list looks: what comes before the rows, and a row. */
static void
text_row(struct buf *b, const struct row *r, struct json v, enum lang lang)
{
	str class = size_class((uint64_t)r->size);

	(void)v;
	buf_fmt(b, "%.*s  %.*s  %-10s", STR_ARG(r->id), STR_ARG(r->received),
	    str_eq(r->state, S("opened")) ? msg(lang, "opened") : msg(lang, "received"));
	buf_fmt(b, " %-8.*s  ", STR_ARG(class));
	terminal_text(b, r->owner, false);
	buf_fmt(b, "\n");
}

static void
csv_field(struct buf *b, str s, const char *end)
{
	buf_add(b, "\"", 1);
	for (size_t i = 0; i < s.n; i++)
		buf_add(b, s.p[i] == '"' ? "\"\"" : s.p + i, s.p[i] == '"' ? 2 : 1);
	buf_fmt(b, "\"%s", end);
}

static void
csv_row(struct buf *b, const struct row *r, struct json v, enum lang lang)
{
	(void)v;
	(void)lang;
	csv_field(b, r->id, ",");
	csv_field(b, r->owner, ",");
	csv_field(b, r->received, ",");
	csv_field(b, r->state, ",");
	buf_fmt(b, "%lld,%lld,", (long long)r->size, (long long)r->version);
	csv_field(b, r->keys, ",");
	csv_field(b, r->sha256, "\r\n");
}

static void
json_row(struct buf *b, const struct row *r, struct json v, enum lang lang)
{
	struct json_out j = { .b = b };

	(void)r;
	(void)lang;
	json_put(&j, v);
	buf_fmt(b, "\n");
}

struct look {
	const char *head;
	void (*row)(struct buf *b, const struct row *r, struct json v, enum lang lang);
};
static const struct look looks[] = {
	{ "", text_row },
	{ "id,owner,received,state,size,keys_version,keys,sha256\r\n", csv_row },
	{ "", json_row },  /* a document a line */
};

/* One page of the list; *next is empty at the end. */
static bool
page_print(const struct remote *r, const struct look *look, str *next, size_t *n, struct err *e)
{
	struct arena *a = r->c->arena;
	struct buf b = { .arena = a };
	struct json doc, v, more;
	struct json_walk w;
	char path[80] = "/api/v1/reports";
	str text;

	if (next->n > 0)
		(void)snprintf(path, sizeof path, "/api/v1/reports?before=%.*s", STR_ARG(*next));
	if (!remote_get(r, path, &doc, e))
		return false;
	for (w = json_each(json_get(doc, S("reports"))); json_next(&w, NULL, &v); ++*n) {
		struct row row;

		if (!row_read(v, a, &row, e))
			return false;
		look->row(&b, &row, v, r->c->lang);
	}
	more = json_get(doc, S("next"));
	*next = json_kind(more) == JSON_STRING ? json_str(more) : (str){ 0 };
	if (!buf_take(&b, &text, e) || (next->n > 0 && !report_id_check(*next, e)))
		return false;
	if (text.n > 0)
		fwrite(text.p, 1, text.n, stdout);
	return true;
}

static bool
case_list(struct cmd *c, const struct case_options *o, struct err *e)
{
	const struct look *look = &looks[o->csv ? 1 : o->json ? 2 : 0];
	struct remote r;
	str next = { 0 };
	size_t n = 0;

	if (!remote_of_login(c, o->server, o->cacert, &r, e))
		return false;
	fputs(look->head, stdout);
	do {
		char kept[REPORT_ID + 1] = "";
		struct arena page;
		struct cmd one = *c;
		struct remote there = r;
		bool ok;

		arena_init(&page, (size_t)64 << 20);  /* a list of any length in the same memory */
		one.arena = &page;
		there.c = &one;
		ok = page_print(&there, look, &next, &n, e);
		memcpy(kept, next.p != NULL ? next.p : "", next.n);
		arena_free(&page);
		if (!ok || !arena_copy(c->arena, (str){ kept, next.n }, &next, e))
			return false;
	} while (next.n > 0 && n < CASES_MAX);
	if (n == 0 && look == &looks[0])
		fprintf(stderr, "%s\n", msg(c->lang, "No report has come yet."));
	return true;
}

/* Names that are known are shown as words. */
static const struct { str name; const char *word; } claim_words[] = {
	{ STR("contact"), N_("Contact") }, { STR("credit"), N_("Whom to thank") },
	{ STR("disclosure"), N_("Plan of disclosure") }, { STR("exploited"), N_("Being exploited") },
	{ STR("product"), N_("Product") },
};

static void
claims_print(struct buf *b, const struct manifest *m, enum lang lang)
{
	for (size_t i = 0; i < m->n_claims; i++) {
		const char *word = NULL;

		for (size_t k = 0; k < sizeof claim_words / sizeof *claim_words; k++)
			if (str_eq(m->claims[i].name, claim_words[k].name))
				word = msg(lang, claim_words[k].word);
		if (word != NULL)
			buf_fmt(b, "%s: ", word);
		else
			buf_fmt(b, "%.*s: ", STR_ARG(m->claims[i].name));
		terminal_text(b, m->claims[i].value, false);
		buf_fmt(b, "\n");
	}
}

static void
files_print(struct buf *b, const struct manifest *m, const str *names)
{
	for (size_t i = 0; i < m->n_files; i++) {
		char size[SIZE_TEXT];

		size_print(m->files[i].size, size);
		buf_fmt(b, "  %10s  ", size);
		terminal_text(b, m->files[i].name, false);
		if (names != NULL && !str_eq(names[i], m->files[i].name))
			buf_fmt(b, "  -> %.*s", STR_ARG(names[i]));
		buf_fmt(b, "\n");
	}
}

static bool
report_print(const struct row *row, const struct opened *o, const str *names, const struct cmd *c, struct err *e)
{
	struct buf b = { .arena = c->arena };
	enum lang lang = c->lang;
	str text, created;

	buf_fmt(&b, msg(lang, "Report %.*s, received %.*s\n"), STR_ARG(row->id), STR_ARG(row->received));
	if (o->manifest != NULL) {
		if (!time_to_rfc3339(o->manifest->created, c->arena, &created, e))
			return false;
		buf_fmt(&b, msg(lang, "Written %.*s, by the finder's clock\n"), STR_ARG(created));
		claims_print(&b, o->manifest, lang);
		if (o->manifest->reply.n > 0)
			buf_fmt(&b, msg(lang, "Answers are sealed to %.*s\n"), STR_ARG(o->manifest->reply));
	} else if (names == NULL) {
		buf_fmt(&b, "%s\n", msg(lang, "It was sealed with age alone: what follows is all there is."));
	} else {
		buf_fmt(&b, msg(lang, "It was sealed with age alone; all there is was saved as %.*s.\n"),
		    STR_ARG(names[0]));
	}
	if (o->message.n > 0) {
		buf_fmt(&b, "\n");
		terminal_text(&b, o->message, true);
		if (o->message.p[o->message.n - 1] != '\n')
			buf_fmt(&b, "\n");
	}
	if (o->manifest != NULL && o->manifest->n_files > 0) {
		buf_fmt(&b, "\n");
		files_print(&b, o->manifest, names);
	}
	if (!buf_take(&b, &text, e))
		return false;
	fwrite(text.p, 1, text.n, stdout);
	return true;
}

/* Downloads and opens, all at once; nothing is shown before all of it was right. */
static bool
sealed_open(const struct remote *r, const struct row *row, struct opening *o, struct opened *out, struct err *e)
{
	const struct fetch_sink sink = { opening_take, o };
	uint8_t is[HASH_SIZE], should[HASH_SIZE];
	struct progress progress;
	struct fetch_answer answer;
	char path[80];
	bool ok;

	(void)snprintf(path, sizeof path, "/api/v1/reports/%.*s/sealed", STR_ARG(row->id));
	progress_start(&progress, msg(r->c->lang, "Opening"));
	ok = remote_fetch(r, path, &(struct fetch){ .sink = &sink, .max = SEALED_MAX, .progress = progress_show,
		.progress_to = &progress }, &answer, e);
	progress_end(&progress);
	if (!ok || !opening_end(o, is, out, e))
		return false;
	return (digest_read(row->sha256, should) && memcmp(is, should, sizeof is) == 0)
	    || fail(e, ERR_DENIED, NULL,
	    "the file is not the one that the server gave a receipt for: its SHA-256 is another");
}

/* Opened, judged, given its names, shown. */
static bool
case_open(const struct remote *r, const struct row *row, const struct case_options *o,
    struct opening *opening, struct err *e)
{
	struct opened opened;
	const str *names = NULL;

	if (!sealed_open(r, row, opening, &opened, e))
		return false;
	if (opened.is_moved && !o->moved) {
		*e = opened.moved;
		fprintf(stderr, "%s\n", msg(r->c->lang,
		    "WARNING: this report does not belong here. It is shown with --moved alone."));
		return false;
	}
	if (opened.is_moved)
		fprintf(stderr, "%s %s\n", msg(r->c->lang, "WARNING:"), err_text(&opened.moved, r->c->lang).s);
	return opening_keep(opening, &names, e) && report_print(row, &opened, names, r->c, e);
}

static bool
case_mark(const struct remote *r, const struct row *row, struct err *e)
{
	struct json answer;
	char path[80];

	(void)snprintf(path, sizeof path, "/api/v1/reports/%.*s/opened", STR_ARG(row->id));
	return remote_post(r, path, S("{}"), &answer, NULL, e);
}

static bool
case_show(struct cmd *c, const struct case_options *o, struct err *e)
{
	struct identities *keys = ARENA_NEW(c->arena, struct identities, 1);
	struct opening *opening;
	struct envelope_place place;
	struct remote r;
	struct json doc;
	struct row row;
	char path[80];
	bool ok;

	if (keys == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", sizeof *keys);
	if (o->identity == NULL)
		return fail(e, ERR_INPUT, NULL, "the identity file that opens it is missing: -i FILE");
	(void)snprintf(path, sizeof path, "/api/v1/reports/%s", c->argv[2]);
	if (!report_id_check(str_of(c->argv[2]), e) || !remote_of_login(c, o->server, o->cacert, &r, e)
	    || !remote_get(&r, path, &doc, e) || !row_read(doc, c->arena, &row, e))
		return false;
	place = (struct envelope_place){ .owner = row.owner, .report = str_of(c->argv[2]),
	    .version = (uint64_t)row.version };
	if (!digest_read(row.keys, place.keys))
		return fail(e, ERR_INPUT, NULL, "the server's answer has no \"%s\": is it a newer one?", "keys");
	ok = identities_read(o->identity, c->lang, c->arena, keys, e)
	    && opening_start(keys, &place, o->save, c->arena, &opening, e);
	if (ok) {
		ok = case_open(&r, &row, o, opening, e);
		opening_drop(opening);
	}
	identities_wipe(keys);
	return ok && (o->no_mark || str_eq(row.state, S("opened")) || case_mark(&r, &row, e));
}

int
cmd_case(struct cmd *c, struct err *e)
{
	struct case_options o = { 0 };

	if (!options_read(case_options, c, &o, e) || c->argc < 2)
		return CMD_USAGE;
	if (strcmp(c->argv[1], "list") == 0 && c->argc == 2)
		return case_list(c, &o, e) ? 0 : err_exit_code(e->kind);
	if (strcmp(c->argv[1], "show") == 0 && c->argc == 3)
		return case_show(c, &o, e) ? 0 : err_exit_code(e->kind);
	return CMD_USAGE;
}

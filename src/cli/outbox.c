/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/outbox.h"

#include "base/buf.h"
#include "base/file.h"
#include "cli/home.h"
#include "cli/stream.h"
#include "cli/terminal.h"
#include "crypto/note.h"
#include "report/field.h"
#include "report/id.h"
#include "report/keylist.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTBOX_MAX = 16 * 1024 };
static const char kind[] = "leman/outbox/1";

bool
outbox_path(const char *path, const char *end, struct arena *a, const char **out, struct err *e)
{
	struct buf b = { .arena = a };
	str whole;

	buf_fmt(&b, "%s%s", path, end);
	buf_add(&b, "", 1);
	if (!buf_take(&b, &whole, e))
		return false;
	*out = whole.p;
	return true;
}

bool
outbox_write(const struct outbox *o, struct arena *a, struct err *e)
{
	struct buf b = { .arena = a };
	const char *path;
	str text;

	buf_fmt(&b, "%s\nto %.*s %.*s\nreport %.*s\n", kind, STR_ARG(o->origin), STR_ARG(o->owner), STR_ARG(o->report));
	buf_fmt(&b, "keys %llu %.*s\nreceipt %s\n", (unsigned long long)o->version, STR_ARG(o->keys), o->receipt);
	return buf_take(&b, &text, e) && outbox_path(o->sealed, ".send", a, &path, e) && file_replace(path, text, e);
}

static bool
line_take(str *rest, const char *name, str *value)
{
	str line;
	size_t n = strlen(name);

	if (!str_cut(rest, '\n', &line) || line.n <= n + 1 || memcmp(line.p, name, n) != 0 || line.p[n] != ' ')
		return false;
	*value = (str){ line.p + n + 1, line.n - n - 1 };
	return true;
}

bool
outbox_read(const char *sealed, struct arena *a, struct outbox *out, struct err *e)
{
	struct outbox o = { .sealed = sealed };
	uint8_t digest[HASH_SIZE];
	struct err none;
	const char *path;
	str rest, line, number, receipt;

	if (!outbox_path(sealed, ".send", a, &path, e) || !file_read(path, OUTBOX_MAX, a, &rest, e))
		return false;
	if (!str_cut(&rest, '\n', &line) || !str_eq(line, str_of(kind)) || !line_take(&rest, "to", &o.owner)
	    || !str_cut(&o.owner, ' ', &o.origin) || !key_list_owner_check(o.owner, &none)
	    || !line_take(&rest, "report", &o.report) || !report_id_check(o.report, &none)
	    || !line_take(&rest, "keys", &o.keys) || !str_cut(&o.keys, ' ', &number) || !str_to_u64(number, &o.version)
	    || !digest_read(o.keys, digest) || !line_take(&rest, "receipt", &receipt))
		return fail(e, ERR_INPUT, NULL, "%s: not what \"leman report\" wrote there", path);
	if (!arena_copy(a, receipt, &receipt, e))
		return false;
	o.receipt = receipt.p;
	*out = o;
	return true;
}

void
outbox_end(const struct outbox *o, struct arena *a)
{
	const char *path;
	struct err e;

	(void)unlink(o->sealed);
	if (outbox_path(o->sealed, ".send", a, &path, &e))
		(void)unlink(path);
}

/* The instance's key; said loudly when it is another than the one seen before. */
static bool
instance_key(const struct remote *r, struct note_key *out, struct err *e)
{
	static const char file[] = "known-instances";
	struct arena *a = r->c->arena;
	struct json doc;
	str text, known;

	if (!remote_get(r, "/api/v1/instance", &doc, e) || !remote_text(doc, "key", &text, e)
	    || !note_key_parse(text, out, e) || !home_find(file, out->name, a, &known, e))
		return false;
	if (known.n == 0)
		return home_set(file, out->name, text, a, e);
	if (!str_eq(known, text))
		fprintf(stderr, msg(r->c->lang,
		    "WARNING: %.*s SIGNS ITS RECEIPTS WITH ANOTHER KEY THAN BEFORE. Keep it, and ask why.\n"),
		    STR_ARG(out->name));
	return true;
}

/* Is the receipt one for just this file, signed by whom it was sent to? */
static bool
receipt_check(const struct outbox *o, const struct remote *r, str note, uint64_t size, const uint8_t sha256[HASH_SIZE],
    struct receipt *out, struct err *e)
{
	static const char rule[] = "leman/receipt/1";
	struct note_key key;
	struct receipt got;
	char keys[2 * HASH_SIZE + 1];
	str host = o->origin, scheme, text;

	if (!instance_key(r, &key, e) || !note_check(note, &key, &text, e) || !receipt_parse(text, &got, e))
		return false;
	(void)str_cut(&host, '/', &scheme);
	host = (str){ host.p + 1, host.n - 1 };
	if (!str_eq(host, key.name))
		return fail(e, ERR_DENIED, rule, "it is signed by %.*s, not by %.*s", STR_ARG(key.name), STR_ARG(host));
	hash_hex(got.keys, HASH_SIZE, keys);
	if (!str_eq(got.report, o->report) || !str_eq(got.owner, o->owner) || got.version != o->version
	    || !str_eq(o->keys, str_of(keys)) || got.size != size || memcmp(got.sha256, sha256, HASH_SIZE) != 0)
		return fail(e, ERR_DENIED, rule, "it is not for what was sent: ask the instance, and keep the file");
	*out = got;
	return true;
}

static bool
file_digest(int fd, uint64_t *size, uint8_t sha256[HASH_SIZE], struct arena *a, struct err *e)
{
	char *block = arena_alloc(a, STREAM_BLOCK);
	struct hash hash;
	str got;

	if (block == NULL)
		return fail(e, ERR_MEMORY, NULL, "out of room for %zu bytes", (size_t)STREAM_BLOCK);
	hash_start(&hash);
	*size = 0;
	do {
		if (!in_read(fd, block, &got, e))
			return false;
		hash_add(&hash, got);
		*size += got.n;
	} while (got.n == STREAM_BLOCK);
	hash_end(&hash, sha256);
	return true;
}

static bool
file_send(const struct outbox *o, const struct remote *r, int fd, struct receipt *out, struct err *e)
{
	struct arena *a = r->c->arena;
	uint8_t sha256[HASH_SIZE];
	struct progress progress;
	struct fetch_answer answer;
	struct json doc;
	uint64_t size = 0;
	char path[256];
	str note;
	bool ok;

	if (!file_digest(fd, &size, sha256, a, e))
		return false;
	(void)snprintf(path, sizeof path, "/api/v1/owners/%.*s/reports?id=%.*s&keys=%.*s", STR_ARG(o->owner),
	    STR_ARG(o->report), STR_ARG(o->keys));
	progress_start(&progress, msg(r->c->lang, "Sending"));
	ok = remote_fetch(r, path, &(struct fetch){ .is_post = true, .type = S("application/octet-stream"), .file = fd,
		.file_size = size, .progress = progress_show, .progress_to = &progress }, &answer, e);
	progress_end(&progress);
	return ok && json_parse(answer.body, a, &doc, e) && remote_text(doc, "receipt", &note, e)
	    && file_replace(o->receipt, note, e)  /* first: whatever is wrong with it, it is evidence */
	    && receipt_check(o, r, note, size, sha256, out, e);
}

bool
outbox_send(const struct outbox *o, const struct remote *r, struct receipt *out, struct err *e)
{
	bool ok;
	int fd;

	if (!in_open(o->sealed, &fd, e))
		return false;
	ok = file_send(o, r, fd, out, e);
	close(fd);
	return ok;
}

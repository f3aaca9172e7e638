/* SPDX-License-Identifier: Apache-2.0 */
/* A request of any bytes, from its head to its answer, in a server without network,
 * owner or account: no crash at any shortage, no status that no table has, no header
 * with a line end in it, and a page or a problem that is text. */
#include "crypto/start.h"
#include "web/blobs.h"
#include "web/call.h"
#include "web/tries.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct settings settings;
static struct house house;
static struct store *db;

static char folder[] = "/tmp/leman-fuzz.XXXXXX";

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void
house_end(void)
{
	store_close(db);
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
house_make(void)
{
	struct err e;

	settings = (struct settings){ .origin = S("https://leman.example"), .quota = { 10, 1 << 20, 10, 1 << 20 } };
	house = (struct house){ .settings = &settings, .origin_host = S("leman.example"), .instance_key = S("key"),
		.can_seal = true };
	if (!crypto_start(&e) || mkdtemp(folder) == NULL || !store_open(folder, STORE_WRITE, &db, &e)
	    || !blobs_make(str_of(folder), &e) || !tries_make(&house.tries, &e))
		abort();
	(void)atexit(house_end);
	house.folder = str_of(folder);
}

/* The next line of the input, or nothing: p NULL where it is empty. */
static str
line_of(str *rest)
{
	str line = *rest;

	if (!str_cut(rest, '\n', &line))
		*rest = S("");
	return line.n > 0 ? line : (str){ 0 };
}

static void
answer_check(const struct answer *an)
{
	bool is_text = false;

	if (an->status < 200 || an->status > 503 || an->n > ANSWER_HEADERS || an->status == 500)
		abort();
	for (size_t i = 0; i < an->n; i++) {
		str value = an->headers[i].value;

		for (size_t k = 0; k < value.n; k++)
			if (value.p[k] == '\n' || value.p[k] == '\0')
				abort();
		is_text = is_text || strcmp(an->headers[i].name, "Content-Type") == 0;
	}
	if (is_text && !str_is_text(an->body))
		abort();
}

/* First the budget of memory and the pieces, then a line each: method, address, then
 * headers in the order below; the rest is the body. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str rest = { (const char *)data + 2, size - 2 }, method, uri;
	struct call c;
	struct answer an;
	char length[24];

	if (size < 2)
		return 0;
	if (db == NULL)
		house_make();
	method = line_of(&rest);
	uri = line_of(&rest);
	if (memchr(uri.p ? uri.p : "", '\0', uri.n) != NULL || memchr(uri.p ? uri.p : "", '\r', uri.n) != NULL)
		return 0;  /* which the library does not hand on */
	call_init(&c, &house, uri);
	c.arena.budget = c.arena.used + ((size_t)data[0] << 10);
	c.head = (struct head){ .host = S("leman.example"), .content_type = line_of(&rest), .cookie = line_of(&rest),
		.authorization = line_of(&rest), .origin = line_of(&rest), .fetch_site = line_of(&rest),
		.accept_language = line_of(&rest) };
	(void)snprintf(length, sizeof length, "%zu", rest.n);
	if (rest.n > 0)
		c.head.content_length = str_of(length);
	call_begin(&c, db, method);
	for (size_t piece = data[1] + 1u; c.refused.kind == ERR_NONE && rest.n > 0; ) {
		size_t n = piece < rest.n ? piece : rest.n;

		if (!body_take(&c.body, (str){ rest.p, n }))
			abort();
		rest = (str){ rest.p + n, rest.n - n };
	}
	/* A job or a task needs what is not here: it is let go, as when the client leaves. */
	if (call_run(&c, &an) == CALL_ANSWER)
		answer_check(&an);
	call_end(&c);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "house.h"

#include "base/time.h"
#include "crypto/note.h"
#include "crypto/start.h"
#include "report/keylist.h"
#include "store/store_account.h"
#include "store/store_owner.h"
#include "support.h"
#include "web/blobs.h"
#include "web/session.h"
#include "web/tries.h"
#include "web/work.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 16 << 20 };
static struct house_made made;
static struct settings settings;
static struct store *db;
static struct arena arena;
static char list_text[2][AGE_RECIPIENT_TEXT], key_path[200], store_path[200];
static struct age_recipient recipients[2];

static bool
keep(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(to, bytes);
	return true;
}

str
house_seal(size_t n, struct arena *a)
{
	struct buf b = { .arena = a };
	struct age_seal *s;
	struct err e;
	str out = { 0 };
	char *plain = arena_alloc(a, n);

	assert_true(plain != NULL && age_seal_start(recipients, 2, 4, (struct age_sink){ keep, &b }, a, &s, &e)
	    && age_seal_write(s, (str){ plain, n }, &e) && age_seal_end(s, &e) && buf_take(&b, &out, &e));
	return out;
}

static void
owner_make(void)
{
	struct key_recipient rows[2] = { { .label = STR("team") }, { .label = STR("recovery") } };
	struct key_list l = { .owner = S("acme"), .version = 1, .from = time_now() - 60, .recipients = rows, .n = 2 };
	static uint8_t signature[SIGN_SIZE];
	uint8_t digest[HASH_SIZE];
	struct sign_key key;
	struct err e;
	str text;

	assert_true(sign_key_make(&key, &e));
	for (int i = 0; i < 2; i++) {
		struct age_identity id;

		assert_true(age_identity_make(&id, &e));
		age_identity_recipient(&id, &recipients[i]);
		age_recipient_print(&recipients[i], list_text[i]);
		rows[i].age = str_of(list_text[i]);
	}
	memcpy(l.key, key.public, sizeof l.key);
	l.until = l.from + 365 * 86400;
	assert_true(key_list_print(&l, &arena, &text, &e) && key_list_sign(text, &key, &arena, signature, &e)
	    && key_list_digest(text, digest, &e));
	hash_hex(digest, HASH_SIZE, made.digest);
	assert_true(store_owner_add(db, &(struct owner){ .id = S("acme"), .name = S("Acme <&\"'>"), .created = time_now(),
	    .keys = { 1, text, { (char *)signature, SIGN_SIZE }, time_now() } }, &e));
}

static void
account_make(void)
{
	struct account ops = { .name = S("ops"), .password = S("none"), .role = ROLE_ADMINISTRATOR };
	struct err e;
	str token, hash;

	assert_true(store_account_add(db, &ops, time_now(), &e) && session_token(&arena, &token, &hash, &e)
	    && store_session_add(db, hash, S("ops"), time_now(), time_now() + 1000, &e));
	memcpy(made.token, token.p, 64);
}

struct house_made *
house_make(void)
{
	static const struct signer_terms terms = { .path = key_path, .kinds = { "leman/receipt/1\n" }, .mode = SANDBOX_OFF,
		.dumpable = true };
	struct sandbox_state state;
	struct note_key key;
	struct house *h = &made.house;
	struct call c;
	struct answer an;
	char path[300];
	struct err e;

	arena_init(&arena, MEMORY);
	made.folder = folder_make();
	(void)snprintf(key_path, sizeof key_path, "%s/seed", made.folder);
	(void)snprintf(store_path, sizeof store_path, "%s/store", made.folder);
	settings = (struct settings){ .origin = S("https://leman.example"), .operator = S("nobody"),
		.quota = { 1000, 1 << 30, 1000, 1 << 30 } };
	*h = (struct house){ .settings = &settings, .folder = str_of(store_path), .origin_host = S("leman.example"), .can_seal = true };
	if (!crypto_start(&e) || !signer_start(&terms, &state, &h->signer, &e)
	    || !zygote_start(works, SANDBOX_OFF, true, &state, &h->zygote, &e) || !tries_make(&h->tries, &e)
	    || !note_key_of(h->origin_host, signer_public(h->signer), &key, &e)
	    || !note_key_print(&key, &arena, &h->instance_key, &e) || !store_open(store_path, STORE_WRITE, &db, &e)
	    || !blobs_make(h->folder, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	owner_make();
	account_make();
	assert_true(writer_start(db, (struct writer_after){ 0 }, &made.writer, &e));
	assert_true(store_open(store_path, STORE_READ, &made.reader, &e));
	made.sealed = house_seal(100, &arena);
	(void)snprintf(path, sizeof path, "/api/v1/owners/acme/reports?id=" HOUSE_REPORT "&keys=%s", made.digest);
	house_ask(&made, &(struct house_request){ .method = "POST", .path = path, .type = "application/octet-stream",
	    .body = made.sealed }, &c, &an);
	if (an.status != 503)  /* kept; nobody looks at batches here, so no receipt was signed */
		fail_msg("%d: %.*s", an.status, STR_ARG(an.body));
	call_end(&c);
	return &made;
}

void
house_end(struct house_made *h)
{
	writer_stop(h->writer);
	writer_free(h->writer);
	store_close(db);
	store_close(h->reader);
	tries_free(h->house.tries);
	zygote_stop(h->house.zygote);
	signer_stop(h->house.signer);
	arena_free(&arena);
	folder_remove(h->folder);
}

struct waiting { pthread_mutex_t lock; pthread_cond_t done; bool is_done; };

static void
job_done(struct job *job)
{
	struct waiting *w = job->maker;

	pthread_mutex_lock(&w->lock);
	w->is_done = true;
	pthread_cond_signal(&w->done);
	pthread_mutex_unlock(&w->lock);
}

static void
wait_for(struct house_made *h, struct req *q)
{
	struct waiting w = { .lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER };

	if (q->job == NULL) {
		q->task->err = (struct err){ 0 };
		q->task->run(q->task);
		return;
	}
	q->job->resume = job_done;
	q->job->maker = &w;
	writer_add(h->writer, q->job);
	pthread_mutex_lock(&w.lock);
	while (!w.is_done)
		pthread_cond_wait(&w.done, &w.lock);
	pthread_mutex_unlock(&w.lock);
}

void
house_ask(struct house_made *h, const struct house_request *r, struct call *c, struct answer *out)
{
	static char length[32], authorization[80], cookie[90];

	call_init(c, &h->house, str_of(r->path));
	if (r->budget > 0) {  /* begun again, in less */
		arena_free(&c->arena);
		arena_init(&c->arena, r->budget);
		c->refused = (struct err){ 0 };
		c->req.plain_path = S("/");
		if (arena_copy(&c->arena, str_of(r->path), &c->query, &c->refused)
		    && !str_cut(&c->query, '?', &c->req.plain_path)) {
			c->req.plain_path = c->query;
			c->query = S("");
		}
	}
	if (r->spare > 0) {
		arena_free(&c->spare);
		arena_init(&c->spare, r->spare);
	}
	c->head = r->head;
	if (c->head.host.p == NULL)
		c->head.host = S("leman.example");
	c->head.content_type = str_of(r->type);
	if (r->body.n > 0) {
		(void)snprintf(length, sizeof length, "%zu", r->body.n);
		c->head.content_length = str_of(length);
	}
	(void)snprintf(authorization, sizeof authorization, "Bearer %s", h->token);
	(void)snprintf(cookie, sizeof cookie, "__Host-leman=%s", h->token);
	if (r->signed_in && !r->by_cookie)
		c->head.authorization = str_of(authorization);
	if (r->by_cookie)
		c->head.cookie = str_of(cookie);
	call_begin(c, h->reader, str_of(r->method));
	for (size_t at = 0; c->refused.kind == ERR_NONE && at < r->body.n; ) {
		size_t n = r->piece > 0 && r->piece < r->body.n - at ? r->piece : r->body.n - at;

		assert_true(body_take(&c->body, (str){ r->body.p + at, n }));
		at += n;
	}
	while (call_run(c, out) == CALL_WAIT)
		wait_for(h, &c->req);
}

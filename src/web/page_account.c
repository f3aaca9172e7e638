/* SPDX-License-Identifier: Apache-2.0 */
/* page_account.c - the first account, signing in and out. */
#include "base/time.h"
#include "crypto/password.h"
#include "store/store_account.h"
#include "web/api.h"
#include "web/hashing.h"
#include "web/pages.h"
#include "web/session.h"
#include "web/shown.h"
#include "web/tries.h"

/* A password that is kept or checked, and the session that comes of it. The hash
 * is made by a child of the zygote: it takes a tenth of a second and 64 MiB. */
struct sign_in {
	struct job job;  /* first: the writer knows only this */
	struct hashing hashing;
	str name, link_hash;          /* link_hash: of the set-up link; empty when signing in */
	str token, token_hash;
	int64_t now, expires;
	str kept;                     /* the password's kept form */
	str next;                     /* where a browser goes then */
	bool is_known;
	struct arena *arena;
};

static bool
sign_in_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	struct sign_in *s = (struct sign_in *)job;

	if (s->link_hash.n > 0) {
		struct account who = { .name = s->name, .password = s->kept, .role = ROLE_ADMINISTRATOR };

		if (!store_setup_link_take(db, s->link_hash, s->now, e) || !store_account_add(db, &who, s->now, e)
		    || !act_of_account(s->arena, "account.added", s->now, act, e))
			return false;
	}
	return store_session_add(db, s->token_hash, s->name, s->now, s->expires, e);
}

/* Signed in: a browser goes on with its cookie, a program with its token. */
static bool
sign_in_done(struct req *q, struct buf *body, struct err *e)
{
	const struct sign_in *s = q->made;

	if (q->route->face == FACE_API) {
		struct json_out j = { .b = body };

		json_object(&j);
		json_key(&j, S("expires"));
		json_put_i64(&j, s->expires);
		json_key(&j, S("token"));
		json_put_str(&j, s->token);
		json_object_end(&j);
		q->status = s->link_hash.n > 0 ? 201 : 200;
		(void)e;
		return true;
	}
	q->set_cookie = s->token;
	q->location = s->next;
	return true;
}

static bool
session_begin(struct req *q, struct sign_in *s, struct err *e)
{
	s->now = time_now();
	s->expires = s->now + (q->route->face == FACE_API ? SESSION_TOKEN_LASTS : SESSION_BROWSER);
	s->arena = q->arena;
	if (!session_token(q->arena, &s->token, &s->token_hash, e))
		return false;
	s->job.write = sign_in_write;
	q->job = &s->job;
	q->made = s;
	q->done = sign_in_done;
	return true;
}

static struct sign_in *
sign_in_new(struct req *q, str name, struct err *e)
{
	struct sign_in *s = ARENA_NEW(q->arena, struct sign_in, 1);

	if (s == NULL) {
		fail(e, ERR_MEMORY, NULL, "no room for the form");
		return NULL;
	}
	s->name = name;
	q->made = s;
	return s;
}

/* The set-up link. Pages have it in their path, the API among its fields. */

enum { SETUP_NAME, SETUP_PASSWORD, SETUP_TOKEN };

static bool
setup_link_check(struct req *q, str token, str *hash, struct err *e)
{
	return check_token(token, e) && session_hash(q->arena, token, hash, e)
	    && store_setup_link_find(q->store, *hash, time_now(), e);
}

/* Which field a problem is about, so that the page can show it there. */
static str
setup_field(const struct req *q)
{
	struct err none;

	if (q->problem == NULL)
		return S("");
	return q->input[SETUP_NAME].p == NULL || check_account(q->input[SETUP_NAME], &none) ? S("password") : S("name");
}

bool
page_setup(struct req *q, struct buf *body, struct err *e)
{
	struct setup_page p = { .token = q->path[0], .name = q->input[SETUP_NAME], .field = setup_field(q) };
	str hash;

	if (!setup_link_check(q, q->path[0], &hash, e) || !problem_text(q, &p.problem, e))
		return false;
	q->title = str_of(msg(q->reader.lang, "Set up this server"));
	view_setup(body, &q->reader, &p);
	return true;
}

static bool
setup_hashed(struct req *q, struct buf *body, struct err *e)
{
	struct sign_in *s = q->made;

	(void)body;
	s->next = S("/owners/new");
	return hashing_kept(&s->hashing, &s->kept, e) && session_begin(q, s, e);
}

bool
page_setup_take(struct req *q, struct buf *body, struct err *e)
{
	struct sign_in *s = sign_in_new(q, q->input[SETUP_NAME], e);
	str token = q->route->face == FACE_API ? q->input[SETUP_TOKEN] : q->path[0];

	(void)body;
	if (s == NULL || !setup_link_check(q, token, &s->link_hash, e))
		return false;
	return hashing_begin(q, &s->hashing, HASHING_KEEP, q->input[SETUP_PASSWORD], S(""), setup_hashed);
}

/* Signing in. */

enum { LOGIN_NAME, LOGIN_PASSWORD, LOGIN_NEXT };

/* GET has next alone; POST has all three. */
static str
login_next(const struct req *q)
{
	return str_eq(str_of(q->route->method), S("GET")) ? q->input[0] : q->input[LOGIN_NEXT];
}

bool
page_login(struct req *q, struct buf *body, struct err *e)
{
	bool is_get = str_eq(str_of(q->route->method), S("GET"));
	struct login_page p = { .name = is_get ? (str){ 0 } : q->input[LOGIN_NAME], .next = login_next(q) };

	if (!problem_text(q, &p.problem, e))
		return false;
	q->title = str_of(msg(q->reader.lang, "Sign in"));
	view_login(body, &q->reader, &p);
	return true;
}

static bool
login_checked(struct req *q, struct buf *body, struct err *e)
{
	struct sign_in *s = q->made;

	(void)body;
	if (!hashing_checked(&s->hashing, e))
		return false;
	if (!s->is_known)
		return fail(e, ERR_DENIED, NULL, "the name or the password is wrong");
	tries_forget(q->house->tries, s->name);
	s->next = login_next(q).p ? login_next(q) : S("/desk");
	return session_begin(q, s, e);
}

/* An account that does not exist takes as long as a wrong password. */
static const str nobody = STR("$argon2id$v=19$m=65536,t=2,p=1$"
    "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

bool
page_login_take(struct req *q, struct buf *body, struct err *e)
{
	struct sign_in *s = sign_in_new(q, q->input[LOGIN_NAME], e);
	struct account who = { .password = nobody };
	struct err none = { 0 };

	(void)body;
	if (s == NULL || !tries_take(q->house->tries, s->name, time_monotonic_us() / 1000, e))
		return false;
	s->is_known = store_account_find(q->store, s->name, q->arena, &who, &none);
	if (!s->is_known && none.kind != ERR_NOT_FOUND) {
		*e = none;
		return false;
	}
	return hashing_begin(q, &s->hashing, HASHING_CHECK, q->input[LOGIN_PASSWORD], who.password, login_checked);
}

/* Signing out. */

struct sign_out { struct job job; str hash; };

static bool
sign_out_write(struct job *job, struct store *db, struct act *act, struct err *e)
{
	bool was_there;

	(void)act;
	return store_session_remove(db, ((struct sign_out *)job)->hash, &was_there, e);
}

static bool
sign_out_done(struct req *q, struct buf *body, struct err *e)
{
	(void)e;
	if (q->route->face == FACE_API) {
		buf_str(body, S("{}"));
		return true;
	}
	q->set_cookie = S("-");
	q->location = S("/");
	return true;
}

bool
page_logout(struct req *q, struct buf *body, struct err *e)
{
	struct sign_out *s = ARENA_NEW(q->arena, struct sign_out, 1);

	(void)body;
	if (s == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for the form");
	s->hash = q->session;
	s->job.write = sign_out_write;
	q->job = &s->job;
	q->done = sign_out_done;
	return true;
}

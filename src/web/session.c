/* SPDX-License-Identifier: Apache-2.0 */
#include "web/session.h"

#include "base/rand.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "store/store_account.h"

bool
session_hash(struct arena *a, str token, str *hash, struct err *e)
{
	uint8_t *bytes = arena_alloc(a, HASH_SIZE);

	if (bytes == NULL)
		return fail(e, ERR_MEMORY, NULL, "no room for a token");
	*hash = (str){ (const char *)bytes, HASH_SIZE };
	return hash_sha256(token, bytes, e);
}

bool
session_token(struct arena *a, str *token, str *hash, struct err *e)
{
	uint8_t bytes[SESSION_TOKEN / 2];
	char hex[SESSION_TOKEN + 1];

	if (!rand_bytes(bytes, sizeof bytes, e))
		return false;
	hash_hex(bytes, sizeof bytes, hex);
	return arena_copy(a, str_of(hex), token, e) && session_hash(a, *token, hash, e);
}

/* A text that a session's pages know and other sites cannot: it says nothing of
 * the token it is made from. */
static bool
csrf_of(struct arena *a, str token, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	uint8_t hash[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];
	str text;

	buf_fmt(&b, "leman/csrf/1\n%.*s", STR_ARG(token));
	if (!buf_take(&b, &text, e) || !hash_sha256(text, hash, e))
		return false;
	hash_hex(hash, sizeof hash, hex);
	return arena_copy(a, str_of(hex), out, e);
}

static bool
is_token(str s)
{
	bool ok = s.n == SESSION_TOKEN;

	for (size_t i = 0; ok && i < s.n; i++)
		ok = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
	return ok;
}

/* RFC 6265bis 5.7.3: "a=b; c=d". */
static str
cookie_find(str cookies, str name)
{
	for (str pair; cookies.n > 0; ) {
		str key;

		if (!str_cut(&cookies, ';', &pair)) {
			pair = cookies;
			cookies.n = 0;
		}
		while (pair.n > 0 && pair.p[0] == ' ')
			pair = (str){ pair.p + 1, pair.n - 1 };
		if (str_cut(&pair, '=', &key) && str_eq(key, name))
			return pair;
	}
	return (str){ 0 };
}

bool
session_find(struct req *q, const struct head *h, struct err *e)
{
	static const str bearer = STR("Bearer ");
	struct account who;
	struct err none = { 0 };
	str token = cookie_find(h->cookie, S("__Host-leman")), hash;

	q->role = ROLE_GUEST;
	q->by_cookie = token.p != NULL;
	if (h->authorization.p != NULL) {
		q->by_cookie = false;
		token = h->authorization.n > bearer.n && str_eq((str){ h->authorization.p, bearer.n }, bearer)
		    ? (str){ h->authorization.p + bearer.n, h->authorization.n - bearer.n } : S("");
	}
	if (token.p == NULL)
		return true;
	if (!is_token(token) || !session_hash(q->arena, token, &hash, &none)
	    || !store_session_find(q->store, hash, time_now(), q->arena, &who, &none)) {
		if (none.kind != ERR_NONE && none.kind != ERR_NOT_FOUND) {
			*e = none;
			return false;
		}
		return q->by_cookie
		    || fail(e, ERR_SIGN_IN, "RFC 6750 3.1", "this token is not good, or not any more: leman login");
	}
	q->role = (enum role)who.role;
	q->account = who.name;
	q->session = hash;
	return csrf_of(q->arena, token, &q->csrf, e);
}

/* The same time for all texts of one length. */
static bool
is_same_secret(str a, str b)
{
	unsigned char differ = 0;

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		differ |= (unsigned char)(a.p[i] ^ b.p[i]);
	return differ == 0;
}

bool
session_check_csrf(const struct req *q, const struct head *h, struct err *e)
{
	str given = h->csrf.p ? h->csrf : q->csrf_given;

	if (q->role == ROLE_GUEST || !q->by_cookie)
		return true;
	if (h->fetch_site.p == NULL && h->origin.p == NULL)
		return fail(e, ERR_DENIED, "RFC 6454 7", "the browser does not say which page sent this");
	return is_same_secret(given, q->csrf)
	    || fail(e, ERR_DENIED, NULL,
	    "this form is from another session: go back, load the page again and send it again");
}

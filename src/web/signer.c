/* SPDX-License-Identifier: Apache-2.0 */
#include "web/signer.h"

#include "base/file.h"
#include "base/msg.h"
#include "base/rand.h"
#include "web/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	REQUEST_MAX = SIGNER_AT_ONCE * (SIGNER_TEXT_MAX + 4) + 4,
	ANSWER_MAX = SIGNER_AT_ONCE * SIGN_SIZE,
	PATIENCE_MS = 5000,
};

struct signer {
	struct helper helper;
	pthread_mutex_t lock;  /* one conversation at a time */
	uint8_t public[SIGN_PUBLIC];
};

/* What the child is told. */
struct serving { const char *path; enum sandbox_mode mode; bool dumpable; };

/* A new seed, on the disk before it is used: what it signs must stay checkable. */
static bool
seed_make(const char *path, struct err *e)
{
	uint8_t seed[SIGN_SEED];

	return rand_bytes(seed, sizeof seed, e) && file_replace(path, (str){ (const char *)seed, sizeof seed }, e)
	    && (chmod(path, 0400) == 0 || fail(e, ERR_IO, NULL, "%s: %s", path, strerror(errno)));
}

static bool
key_load(const char *path, struct sign_key *key, struct err *e)
{
	struct arena a;
	struct stat st;
	bool ok;
	str seed;

	if (stat(path, &st) == -1 && errno == ENOENT && !seed_make(path, e))
		return false;
	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		return fail(e, ERR_DENIED, NULL, "%s can be read by others: chmod 0400 %s", path, path);
	arena_init(&a, 4096);
	ok = file_read(path, SIGN_SEED, &a, &seed, e)
	    && (seed.n == SIGN_SEED || fail(e, ERR_INPUT, NULL, "%s: %d bytes are expected: restore it from a backup",
	    path, SIGN_SEED));
	if (ok)
		sign_key_from_seed((const uint8_t *)seed.p, key);
	arena_free(&a);
	return ok;
}

/* Signs what a message asks for. An empty answer: it was not a request, or a text
 * that is not to be signed. */
static void
answer_one(const struct sign_key *key, str request, struct buf *answer)
{
	static const str prefix = STR(SIGNER_PREFIX);
	struct msg_reader r = { .rest = request };
	uint32_t n = msg_get_u32(&r);
	size_t before = answer->n;

	for (uint32_t i = 0; i < n && n <= SIGNER_AT_ONCE && !r.bad; i++) {
		str text = msg_get_str(&r, SIGNER_TEXT_MAX);
		uint8_t signature[SIGN_SIZE];

		if (text.n < prefix.n || !str_eq((str){ text.p, prefix.n }, prefix)) {
			r.bad = true;
			break;
		}
		sign_bytes(key, text, signature);
		buf_add(answer, (const char *)signature, sizeof signature);
	}
	if (!msg_is_read(&r))
		answer->n = before;
}

static void
serve(int socket, void *arg)
{
	const struct serving *s = arg;
	struct sandbox box = { .profile = SANDBOX_SIGNER, .mode = s->mode, .dumpable = s->dumpable };
	struct sandbox_state state;
	struct sign_key key;
	struct arena a;
	struct err e;

	if (!key_load(s->path, &key, &e) || !sandbox_enter(&box, &state, &e)) {
		helper_refuse(socket, &e);
		return;
	}
	if (!helper_ready(socket, &state, (str){ (const char *)key.public, SIGN_PUBLIC }))
		return;
	arena_init(&a, 2 * (REQUEST_MAX + ANSWER_MAX));
	for (;;) {
		struct buf answer = { .arena = &a };
		str request;

		arena_reset(&a);
		if (!msg_receive(socket, REQUEST_MAX, MSG_FOREVER, &a, &request, NULL, &e))
			break;
		answer_one(&key, request, &answer);
		if (!buf_ok(&answer) || !msg_send(socket, (str){ answer.p, answer.n }, -1, PATIENCE_MS, &e))
			break;
	}
	sign_key_wipe(&key);
	arena_free(&a);
}

bool
signer_start(const char *path, enum sandbox_mode mode, bool dumpable, struct sandbox_state *in_force,
    struct signer **out, struct err *e)
{
	struct signer *s = calloc(1, sizeof *s);
	struct serving serving = { path, mode, dumpable };
	struct arena a;
	str public;
	bool ok;

	if (s == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the signer");
	arena_init(&a, HELPER_READY_MAX + 64);
	ok = helper_start(serve, &serving, &s->helper, &a, in_force, &public, e)
	    && (public.n == SIGN_PUBLIC || fail(e, ERR_IO, NULL, "the signer does not say its key"));
	if (ok) {
		memcpy(s->public, public.p, SIGN_PUBLIC);
		pthread_mutex_init(&s->lock, NULL);
		*out = s;
	} else {
		free(s);
	}
	arena_free(&a);
	return ok;
}

const uint8_t *signer_public(const struct signer *s) { return s->public; }
int signer_fd(const struct signer *s) { return s->helper.fd; }

static bool
converse(struct signer *s, str request, size_t n, struct arena *a, str *answer, struct err *e)
{
	bool ok;

	pthread_mutex_lock(&s->lock);
	ok = msg_send(s->helper.fd, request, -1, PATIENCE_MS, e)
	    && msg_receive(s->helper.fd, ANSWER_MAX, PATIENCE_MS, a, answer, NULL, e);
	pthread_mutex_unlock(&s->lock);
	return ok && (answer->n == n * SIGN_SIZE || fail(e, ERR_IO, NULL, "the signer refuses to sign this"));
}

bool
signer_sign(struct signer *s, const str *texts, size_t n, uint8_t (*out)[SIGN_SIZE], struct err *e)
{
	struct arena a;
	struct buf b = { .arena = &a };
	str request, answer;
	bool ok;

	arena_init(&a, 4 * (REQUEST_MAX + ANSWER_MAX));
	msg_put_u32(&b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		msg_put_str(&b, texts[i]);
	ok = buf_take(&b, &request, e) && converse(s, request, n, &a, &answer, e);
	if (ok)
		memcpy(out, answer.p, answer.n);
	arena_free(&a);
	return ok;
}

void
signer_stop(struct signer *s)
{
	helper_stop(&s->helper);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

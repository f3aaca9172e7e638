/* SPDX-License-Identifier: Apache-2.0 */
#include "web/signer.h"

#include "base/msg.h"
#include "web/helper.h"
#include "web/signer_child.h"

#include <pthread.h>
#include <stdlib.h>

enum { SIGN_MS = 10000 };

struct signer {
	struct helper helper;
	uint8_t public[SIGN_PUBLIC];
	pthread_mutex_t lock;  /* one conversation at a time; guards the rest */
	bool is_lost;
};

bool
signer_start(const struct signer_terms *terms, struct sandbox_state *in_force, struct signer **out,
    struct err *e)
{
	struct signer *s = calloc(1, sizeof *s);
	struct signer_terms copy = *terms;
	struct arena a;
	str public;
	bool ok;

	if (s == NULL)
		return fail(e, ERR_MEMORY, NULL, "no memory for the signer");
	arena_init(&a, 2 * HELPER_READY_MAX);
	ok = helper_start(signer_serve, &copy, &s->helper, &a, in_force, &public, e);
	if (ok && public.n != SIGN_PUBLIC) {
		helper_stop(&s->helper);
		ok = fail(e, ERR_IO, NULL, "a process of the server does not start");
	}
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

static bool
lost(struct signer *s, struct err *e)
{
	s->is_lost = true;
	return fail(e, ERR_IO, NULL, "the part of the server that signs has ended");
}

/* With the lock held. */
static bool
converse(struct signer *s, str request, size_t n, uint8_t (*out)[SIGN_SIZE], struct arena *a, struct err *e)
{
	struct msg_reader r = { 0 };
	struct err told;
	str signatures;

	if (s->is_lost || !msg_send(s->helper.fd, request, -1, SIGN_MS, e)
	    || !msg_receive(s->helper.fd, MSG_MAX, SIGN_MS, a, &r.rest, NULL, e))
		return lost(s, e);
	if (msg_get_u32(&r) == SIGNER_REFUSES) {
		msg_get_err(&r, a, &told);
		if (!msg_is_read(&r))
			return lost(s, e);
		told.rule = NULL;  /* it would point into a */
		*e = told;
		return false;
	}
	signatures = msg_get_str(&r, n * SIGN_SIZE);
	if (!msg_is_read(&r) || signatures.n != n * SIGN_SIZE)
		return lost(s, e);
	memcpy(out, signatures.p, signatures.n);
	return true;
}

bool
signer_sign(struct signer *s, const str *texts, size_t n, uint8_t (*out)[SIGN_SIZE], struct err *e)
{
	struct arena a;
	struct buf b = { .arena = &a };
	size_t size = 4, total = 0;
	bool ok;

	if (n == 0)
		return true;
	for (size_t i = 0; i < n && n <= SIGNER_BATCH_MAX && total <= SIGNER_BYTES_MAX; i++) {
		total = texts[i].n > SIGNER_BYTES_MAX ? SIZE_MAX / 2 : total + texts[i].n;
		size += 4 + texts[i].n;
	}
	if (n > SIGNER_BATCH_MAX || total > SIGNER_BYTES_MAX)
		return fail(e, ERR_TOO_BIG, NULL, "%zu texts to sign at once, at most %d allowed, of %d bytes in all",
		    n, SIGNER_BATCH_MAX, SIGNER_BYTES_MAX);
	arena_init(&a, size + n * SIGN_SIZE + 4096);
	b.p = arena_alloc(&a, b.cap = size);  /* its size is known: no growing, no copies */
	b.bad = b.p == NULL;
	msg_put_u32(&b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		msg_put_str(&b, texts[i]);
	if (!buf_ok(&b)) {
		ok = fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", size);
	} else {
		pthread_mutex_lock(&s->lock);
		ok = converse(s, (str){ b.p, b.n }, n, out, &a, e);
		pthread_mutex_unlock(&s->lock);
	}
	arena_free(&a);
	return ok;
}

int signer_fd(const struct signer *s) { return s->helper.fd; }

void
signer_stop(struct signer *s)
{
	helper_stop(&s->helper);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "web/signer_child.h"

#include "base/msg.h"
#include "base/rand.h"
#include "crypto/start.h"
#include "web/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	REQUEST_MAX = 4 + 4 * SIGNER_BATCH_MAX + SIGNER_BYTES_MAX,
	ANSWER_MAX = 64 + SIGN_SIZE * SIGNER_BATCH_MAX,
	ANSWER_MS = 10000,
	PATH_SIZE = 4096,
};

static bool
path_fail(struct err *e, enum err_kind kind, const char *path)
{
	return fail(e, kind, NULL, "%s: %s", path, strerror(errno));
}

static bool
seed_read(const char *path, uint8_t seed[SIGN_SEED], struct err *e)
{
	uint8_t bytes[SIGN_SEED + 1];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;
	bool ok = false;

	if (fd == -1)
		return path_fail(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, path);
	if (fstat(fd, &st) == -1)
		path_fail(e, ERR_IO, path);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 || st.st_uid != geteuid())
		fail(e, ERR_DENIED, NULL, "%s: a key must be a file that its owner alone may read (chmod 400)", path);
	else if ((n = read(fd, bytes, sizeof bytes)) == -1)
		path_fail(e, ERR_IO, path);
	else
		ok = n == SIGN_SEED || fail(e, ERR_INPUT, NULL, "%s: not a key of %d bytes", path, SIGN_SEED);
	if (ok)
		memcpy(seed, bytes, SIGN_SEED);
	explicit_bzero(bytes, sizeof bytes);
	close(fd);
	return ok;
}

/* Gives the file its name, unless another has it. */
static bool
name_give(const char *part, const char *path)
{
	if (renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	/* A file system without that flag: the same in two steps. */
	return (errno == EINVAL || errno == ENOSYS) && link(part, path) == 0 && unlink(part) == 0;
}

/* That the name is there after a power cut, too. */
static bool
folder_sync(const char *path)
{
	char folder[PATH_SIZE];
	char *slash;
	int fd;
	bool ok;

	(void)snprintf(folder, sizeof folder, "%s", path);
	if ((slash = strrchr(folder, '/')) == NULL)
		(void)snprintf(folder, sizeof folder, ".");
	else
		slash[slash == folder] = '\0';
	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return false;
	ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

static bool
seed_make(const char *path, uint8_t seed[SIGN_SEED], struct err *e)
{
	char part[PATH_SIZE];
	int fd;
	bool ok;

	if (snprintf(part, sizeof part, "%s.XXXXXX", path) >= (int)sizeof part)
		return fail(e, ERR_INPUT, NULL, "%s: the path is too long", path);
	if (!rand_bytes(seed, SIGN_SEED, e))
		return false;
	if ((fd = mkostemp(part, O_CLOEXEC)) == -1)
		return path_fail(e, ERR_IO, path);
	ok = write(fd, seed, SIGN_SEED) == SIGN_SEED && fchmod(fd, 0400) == 0 && fsync(fd) == 0
	    && name_give(part, path);
	if (!ok) {
		path_fail(e, ERR_IO, path);
		unlink(part);
	} else if (!folder_sync(path)) {
		ok = path_fail(e, ERR_IO, path);
	}
	close(fd);
	return ok;
}

static bool
key_load(const char *path, struct sign_key *key, struct err *e)
{
	uint8_t seed[SIGN_SEED], first[SIGN_SIZE];
	bool ok = seed_read(path, seed, e) || (e->kind == ERR_NOT_FOUND && seed_make(path, seed, e));

	if (ok) {
		sign_key_from_seed(seed, key);
		sign_bytes(key, S(""), first);  /* what it loads, it loads now; thrown away */
	}
	explicit_bzero(seed, sizeof seed);
	return ok;
}

static bool
may_sign(const struct signer_terms *terms, str text)
{
	for (int i = 0; i < SIGNER_KINDS_MAX && terms->kinds[i] != NULL; i++) {
		size_t n = strlen(terms->kinds[i]);

		if (n > 0 && text.n >= n && memcmp(text.p, terms->kinds[i], n) == 0)
			return true;
	}
	return false;
}

/* All signatures, or none. */
static bool
sign_all(const struct signer_terms *terms, const struct sign_key *key, struct msg_reader *r, size_t n,
    uint8_t (*out)[SIGN_SIZE], struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		str text = msg_get_str(r, SIGNER_BYTES_MAX);

		if (!r->bad && !may_sign(terms, text))
			return fail(e, ERR_DENIED, NULL, "a text of a kind that this signer does not sign");
		if (!r->bad)
			sign_bytes(key, text, out[i]);
	}
	return msg_is_read(r) || fail(e, ERR_INPUT, NULL, "texts to sign that are not sent as they must be");
}

/* False when web is no more. */
static bool
answer_one(int socket, const struct signer_terms *terms, const struct sign_key *key)
{
	struct arena a;
	struct buf b = { .arena = &a };
	struct msg_reader r = { 0 };
	struct err e;
	uint8_t(*signatures)[SIGN_SIZE] = NULL;
	size_t n;
	bool ok;

	arena_init(&a, REQUEST_MAX + 3 * ANSWER_MAX);
	ok = msg_receive(socket, REQUEST_MAX, MSG_FOREVER, &a, &r.rest, NULL, &e);
	n = msg_get_u32(&r);
	if (ok && (n > SIGNER_BATCH_MAX || (signatures = arena_array(&a, n, SIGN_SIZE)) == NULL)) {
		ok = false;
	} else if (ok && sign_all(terms, key, &r, n, signatures, &e)) {
		msg_put_u32(&b, SIGNER_SIGNED);
		msg_put_str(&b, (str){ (const char *)signatures, n * SIGN_SIZE });
	} else if (ok) {
		msg_put_u32(&b, SIGNER_REFUSES);
		msg_put_err(&b, &e);
	}
	ok = ok && buf_ok(&b) && msg_send(socket, (str){ b.p, b.n }, -1, ANSWER_MS, &e);
	arena_free(&a);
	return ok;
}

void
signer_serve(int socket, void *arg)
{
	const struct signer_terms *terms = arg;
	struct sandbox s = { .profile = SANDBOX_SIGNER, .mode = terms->mode, .dumpable = terms->dumpable };
	struct sandbox_state in_force;
	struct sign_key key;
	struct err e = { 0 };

	if (!crypto_start(&e) || !key_load(terms->path, &key, &e) || !sandbox_enter(&s, &in_force, &e)) {
		helper_refuse(socket, &e);
		return;
	}
	if (helper_ready(socket, &in_force, (str){ (const char *)key.public, SIGN_PUBLIC }))
		while (answer_one(socket, terms, &key))
			;
	sign_key_wipe(&key);
}

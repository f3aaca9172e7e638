/* SPDX-License-Identifier: Apache-2.0 */
/* hashing.h - a password's hash, made or checked away from the server's threads, in
 * a child of the zygote that has no rights and takes its 64 MiB with it. */
#pragma once
#include "crypto/password.h"
#include "web/web.h"

enum hashing_kind { HASHING_KEEP, HASHING_CHECK };

struct hashing {
	struct task task;  /* first: the pool knows only this */
	enum hashing_kind kind;
	struct zygote *zygote;
	str password, kept;
	char made[PASSWORD_TEXT];
	bool is_denied;
};

/* The request waits for it and goes on with done: true, so that a handler ends so. kept: what HASHING_CHECK compares
 * with. */
bool hashing_begin(struct req *q, struct hashing *h, enum hashing_kind kind, str password, str kept,
    handler *done) MUST_USE;

/* In done: the password's kept form; or ERR_DENIED for a wrong one. */
bool hashing_kept(const struct hashing *h, str *kept, struct err *e) MUST_USE;
bool hashing_checked(const struct hashing *h, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* remote.h - an instance of Leman, asked through its API: docs/formats.md, API. */
#pragma once
#include "cli/cmd.h"
#include "format/json.h"
#include "mail/fetch.h"

struct remote {
	const struct cmd *c;
	str origin;           /* "https://host" */
	str token;            /* of who signed in there; empty: nobody */
	const char *cacert;   /* of --cacert; may be NULL */
};

/* The instance that an address belongs to. ERR_DENIED for http:// to anywhere but this
 * machine, or an onion service: anybody on the way could change the keys. */
bool remote_open(const struct cmd *c, str url, const char *cacert, struct remote *out, struct err *e) MUST_USE;

/* The instance that somebody signed in to: that of server, if it is not NULL, else that
 * of LEMAN_SERVER, else the only one. ERR_SIGN_IN when there is none. */
bool remote_of_login(const struct cmd *c, const char *server, const char *cacert, struct remote *out,
    struct err *e) MUST_USE;

/* As remote_of_login() where server is NULL; signed in or not. */
bool remote_of(const struct cmd *c, const char *server, const char *cacert, struct remote *out, struct err *e) MUST_USE;

/* JSON answers of 200 to 299; other answers fail with what the instance says. path
 * begins with '/'. *status may be NULL. */
bool remote_get(const struct remote *r, const char *path, struct json *out, struct err *e) MUST_USE;
bool remote_post(const struct remote *r, const char *path, str body, struct json *out, int *status,
    struct err *e) MUST_USE;

/* The same with everything of struct fetch but the address and who asks. */
bool remote_fetch(const struct remote *r, const char *path, const struct fetch *f, struct fetch_answer *out,
    struct err *e) MUST_USE;

/* A text or number that an answer must have. rule: NULL. */
bool remote_text(struct json answer, const char *key, str *out, struct err *e) MUST_USE;
bool remote_number(struct json answer, const char *key, int64_t *out, struct err *e) MUST_USE;

/* The owner in the address of an owner's page: https://host/report/acme,
 * https://host/fr/owners/acme/keys, https://host/acme. */
bool remote_owner(str url, str *out, struct err *e) MUST_USE;

/* What comes after the last '/' of an address that has /word/ before it. */
bool remote_word(str url, const char *word, str *out);

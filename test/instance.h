/* SPDX-License-Identifier: Apache-2.0 */
/* instance.h - the program itself, serving a folder of its own, with an account, an
 * owner and its keys: what the tests of the whole and the benches begin with. */
#pragma once
#include "base/buf.h"
#include "crypto/age.h"

#include <sys/types.h>

struct instance {
	char *folder;            /* its data */
	int port;
	pid_t pid;
	char setup[65];          /* token of the set-up link; empty once it is set up */
	char token[65];          /* of the administrator */
	char digest[65];         /* of the owner's key list */
	struct age_identity team, recovery;
	const char *args[16];    /* more of its command line; ends with NULL */
	int log;                 /* where its stderr goes; 0: where ours goes */
};

/* Each stops the test where it cannot do its work. */
void instance_start(struct instance *in);       /* on in->folder, made if NULL */
void instance_set_up(struct instance *in);      /* account "ops", owner "acme" */
void instance_stop(struct instance *in);        /* SIGTERM; expects status 0 */
void instance_kill(struct instance *in);        /* SIGKILL */
void instance_end(struct instance *in);         /* stops it if it runs; removes the folder */

/* A sealed envelope-less file of these bytes, in a. */
str instance_seal(const struct instance *in, str plain, struct arena *a);

/* What it holds; false when the team's key does not open it. */
bool instance_open(const struct instance *in, str sealed, struct arena *a, str *plain);

/* A report's id out of two numbers: 26 of a-z 2-7. */
void instance_id(uint32_t who, uint32_t which, char out[27]);

/* The text of a POST of sealed as report id: head and body. Its length is returned. */
size_t instance_post(const struct instance *in, const char *id, str sealed, char *out, size_t size);

/* One request over a connection of its own; the body of the answer, in a. -1: none came. */
int instance_ask(const struct instance *in, const char *method, const char *path, const char *type, str body,
    struct arena *a, str *answer);

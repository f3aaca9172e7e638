/* SPDX-License-Identifier: Apache-2.0 */
#include "instance.h"

#include "base/base64.h"
#include "format/json.h"
#include "format/json_write.h"
#include "report/keylist.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
run_program(struct instance *in, int out)
{
	const char *argv[24] = { "leman", "serve", "--data", in->folder, "--listen", "127.0.0.1:0" };
	size_t n = 6;

	for (size_t i = 0; in->args[i] != NULL; i++)
		argv[n++] = in->args[i];
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);  /* a failed test leaves no server behind */
	(void)dup2(out, STDOUT_FILENO);
	if (in->log > 0)
		(void)dup2(in->log, STDERR_FILENO);
	execv(getenv("LEMAN") ? getenv("LEMAN") : LEMAN, (char **)(uintptr_t)argv);
	_exit(127);
}

/* Reads stdout until the address is there, and the set-up link if one comes. */
void
instance_start(struct instance *in)
{
	char text[4096] = "";
	size_t n = 0;
	int out[2];
	ssize_t got;
	char *at;

	if (in->folder == NULL)
		in->folder = folder_make();
	assert_int_equal(pipe(out), 0);
	if ((in->pid = fork()) == 0)
		run_program(in, out[1]);
	close(out[1]);
	while (strstr(text, "\nReady") == NULL && (got = read(out[0], text + n, sizeof text - 1 - n)) > 0)
		n += (size_t)got;
	close(out[0]);
	if ((at = strstr(text, "://")) == NULL || (at = strchr(at + 3, ':')) == NULL)
		fail_msg("the server said: %s", text);
	in->port = atoi(at + 1);
	if ((at = strstr(text, "/setup/")) != NULL)
		(void)snprintf(in->setup, sizeof in->setup, "%.64s", at + 7);
}

static void
instance_wait(struct instance *in, bool exits)
{
	int status;

	assert_int_equal(waitpid(in->pid, &status, 0), in->pid);
	in->pid = 0;
	if (exits)
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void
instance_stop(struct instance *in)
{
	kill(in->pid, SIGTERM);
	instance_wait(in, true);
}

void
instance_kill(struct instance *in)
{
	kill(in->pid, SIGKILL);
	instance_wait(in, false);
}

void
instance_end(struct instance *in)
{
	if (in->pid > 0)
		instance_stop(in);
	folder_remove(in->folder);
	in->folder = NULL;
}

/* Reads to the end of what Content-Length tells. */
static int
answer_read(int fd, struct arena *a, str *body)
{
	struct buf b = { .arena = a };
	char piece[65536], *end, *length;
	size_t want = SIZE_MAX;
	int status = -1;

	while (b.n < want) {
		ssize_t got = recv(fd, piece, sizeof piece, 0);

		if (got <= 0)
			return -1;
		buf_add(&b, piece, (size_t)got);
		if (want == SIZE_MAX && (end = memmem(b.p, b.n, "\r\n\r\n", 4)) != NULL) {
			length = memmem(b.p, (size_t)(end - b.p), "Content-Length: ", 16);
			want = (size_t)(end + 4 - b.p) + (length ? strtoul(length + 16, NULL, 10) : 0);
			*body = (str){ NULL, (size_t)(end + 4 - b.p) };
		}
	}
	(void)sscanf(b.p, "HTTP/1.1 %d", &status);
	*body = (str){ b.p + body->n, want - body->n };
	return status;
}

int
instance_ask(const struct instance *in, const char *method, const char *path, const char *type, str body,
    struct arena *a, str *answer)
{
	char head[2048];
	int fd = http_connect(in->port), status = -1;
	int n = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: localhost:%d\r\n%s%s%s%s%s%sContent-Length: %zu\r\n\r\n",
	    method, path, in->port, type ? "Content-Type: " : "", type ? type : "", type ? "\r\n" : "",
	    in->token[0] ? "Authorization: Bearer " : "", in->token, in->token[0] ? "\r\n" : "", body.n);

	if (send(fd, head, (size_t)n, MSG_NOSIGNAL) == n) {
		while (body.n > 0) {
			ssize_t put = send(fd, body.p, body.n, MSG_NOSIGNAL);

			if (put <= 0)
				break;
			body = (str){ body.p + put, body.n - (size_t)put };
		}
		status = answer_read(fd, a, answer);
	}
	close(fd);
	return status;
}

static void
expect_token(struct instance *in, str answer, struct arena *a)
{
	struct json doc;
	struct err e;
	str token;

	assert_true(json_parse(answer, a, &doc, &e));
	token = json_str(json_get(doc, S("token")));
	assert_int_equal(token.n, 64);
	memcpy(in->token, token.p, 64);
}

static str
key_list_make(struct instance *in, const struct sign_key *key, struct arena *a)
{
	static char text[2][AGE_RECIPIENT_TEXT];
	struct key_recipient recipients[2] = { { .label = STR("team") }, { .label = STR("recovery") } };
	struct key_list l = { .owner = S("acme"), .version = 1, .from = time(NULL) - 60, .recipients = recipients, .n = 2 };
	struct age_recipient r;
	struct err e;
	str list;

	assert_true(age_identity_make(&in->team, &e) && age_identity_make(&in->recovery, &e));
	for (int i = 0; i < 2; i++) {
		age_identity_recipient(i == 0 ? &in->team : &in->recovery, &r);
		age_recipient_print(&r, text[i]);
		recipients[i].age = str_of(text[i]);
	}
	memcpy(l.key, key->public, sizeof l.key);
	l.until = l.from + 365 * 86400;
	assert_true(key_list_print(&l, a, &list, &e));
	return list;
}

void
instance_set_up(struct instance *in)
{
	struct arena a;
	struct buf b = { .arena = &a }, owner = { .arena = &a };
	struct json_out j = { .b = &owner };
	struct sign_key key;
	uint8_t signature[SIGN_SIZE], digest[HASH_SIZE];
	char text[BASE64_PADDED_SIZE(SIGN_SIZE)];
	struct err e;
	str answer, list;

	arena_init(&a, 1 << 20);
	assert_true(in->setup[0] != '\0');
	buf_fmt(&b, "{\"name\":\"ops\",\"password\":\"correct horse battery\",\"token\":\"%s\"}", in->setup);
	if (instance_ask(in, "POST", "/api/v1/setup", "application/json", (str){ b.p, b.n }, &a, &answer) != 201)
		fail_msg("set-up: %.*s", STR_ARG(answer));
	expect_token(in, answer, &a);
	in->setup[0] = '\0';
	assert_true(sign_key_make(&key, &e));
	list = key_list_make(in, &key, &a);
	assert_true(key_list_sign(list, &key, &a, signature, &e) && key_list_digest(list, digest, &e));
	hash_hex(digest, HASH_SIZE, in->digest);
	json_object(&j);
	json_key(&j, S("id"));
	json_put_str(&j, S("acme"));
	json_key(&j, S("list"));
	json_put_str(&j, list);
	json_key(&j, S("name"));
	json_put_str(&j, S("Acme"));
	json_key(&j, S("signature"));
	json_put_str(&j, (str){ text, base64_write(signature, SIGN_SIZE, BASE64_PADDED, text) });
	json_object_end(&j);
	if (instance_ask(in, "POST", "/api/v1/owners", "application/json", (str){ owner.p, owner.n }, &a, &answer) != 201)
		fail_msg("owner: %.*s", STR_ARG(answer));
	arena_free(&a);
}

static bool
keep(void *to, str bytes, struct err *e)
{
	(void)e;
	buf_str(to, bytes);
	return true;
}

str
instance_seal(const struct instance *in, str plain, struct arena *a)
{
	struct buf b = { .arena = a };
	struct age_recipient to[2];
	struct age_seal *s;
	struct err e;
	str sealed = { 0 };

	age_identity_recipient(&in->team, &to[0]);
	age_identity_recipient(&in->recovery, &to[1]);
	assert_true(age_seal_start(to, 2, 4, (struct age_sink){ keep, &b }, a, &s, &e) && age_seal_write(s, plain, &e)
	    && age_seal_end(s, &e) && buf_take(&b, &sealed, &e));
	return sealed;
}

bool
instance_open(const struct instance *in, str sealed, struct arena *a, str *plain)
{
	struct buf b = { .arena = a };
	struct age_open *o;
	struct err e;

	return age_open_start(&in->team, 1, S(""), (struct age_sink){ keep, &b }, a, &o, &e)
	    && age_open_write(o, sealed, &e) && age_open_end(o, &e) && buf_take(&b, plain, &e);
}

void
instance_id(uint32_t who, uint32_t which, char out[27])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

	memset(out, 'a', 26);
	for (int i = 0; i < 7; i++) {
		out[i] = digits[who >> (5 * i) & 31];
		out[10 + i] = digits[which >> (5 * i) & 31];
	}
	out[26] = '\0';
}

size_t
instance_post(const struct instance *in, const char *id, str sealed, char *out, size_t size)
{
	int n = snprintf(out, size, "POST /api/v1/owners/acme/reports?id=%s&keys=%s HTTP/1.1\r\nHost: localhost:%d\r\n"
	    "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", id, in->digest, in->port, sealed.n);

	assert_true(n > 0 && (size_t)n + sealed.n <= size);
	memcpy(out + n, sealed.p, sealed.n);
	return (size_t)n + sealed.n;
}

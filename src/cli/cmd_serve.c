/* SPDX-License-Identifier: Apache-2.0 */
/* leman serve [--data FOLDER] [--SETTING VALUE]... - answer HTTP until it is told to stop. */
#include "base/config.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "crypto/note.h"
#include "crypto/start.h"
#include "store/store_account.h"
#include "web/blobs.h"
#include "web/gate.h"
#include "web/receipts.h"
#include "web/serve.h"
#include "web/session.h"
#include "web/tries.h"
#include "web/work.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { PATH = 400, TASK_THREADS = 4, TASKS_WAITING = 64, PEM_MAX = 256 * 1024 };

/* What an operator may set, in leman.conf or as --key value. */
static const struct config_row rows[] = {
	{ "listen", CONFIG_TEXT, offsetof(struct settings, listen), "127.0.0.1:8080", NULL,
	  N_("address and port to listen on") },
	{ "origin", CONFIG_TEXT, offsetof(struct settings, origin), "", NULL,
	  N_("how browsers reach it: https://leman.example") },
	{ "operator", CONFIG_TEXT, offsetof(struct settings, operator), "", NULL, N_("who runs it, for the footer") },
	{ "tls-cert", CONFIG_TEXT, offsetof(struct settings, tls_cert), "", NULL, N_("certificate and chain, PEM") },
	{ "tls-key", CONFIG_TEXT, offsetof(struct settings, tls_key), "", NULL, N_("its key, PEM") },
	{ "sandbox", CONFIG_TEXT, offsetof(struct settings, sandbox), "on", "on degraded off",
	  N_("on: refuse to start without; degraded: what this kernel has") },
	{ "log", CONFIG_TEXT, offsetof(struct settings, log), "events", "errors events requests",
	  N_("how much goes to stderr") },
	{ "core-dumps", CONFIG_TEXT, offsetof(struct settings, core_dumps), "off", "off on",
	  N_("let the processes be dumped, to look for an error") },
	{ "connections", CONFIG_NUMBER, offsetof(struct settings, connections), "8000", NULL,
	  N_("connections at once") },
	{ "quota-reports", CONFIG_NUMBER, offsetof(struct settings, quota.reports), "100000", NULL,
	  N_("reports kept in all") },
	{ "quota-bytes", CONFIG_SIZE, offsetof(struct settings, quota.bytes), "20G", NULL, N_("bytes kept in all") },
	{ "quota-owner-reports", CONFIG_NUMBER, offsetof(struct settings, quota.owner_reports), "10000", NULL,
	  N_("reports kept for one owner") },
	{ "quota-owner-bytes", CONFIG_SIZE, offsetof(struct settings, quota.owner_bytes), "4G", NULL,
	  N_("bytes kept for one owner") },
	{ 0 },
};

/* All that is begun, so that it can be ended, in this order backwards. */
struct running {
	struct settings settings;
	struct house house;
	char data[PATH], store_path[PATH + 8], key_path[PATH + 32];
	struct sandbox_state web, signer, zygote;
	struct store *db;
	struct task_pool *tasks;
	struct serve *serve;
	int listen, signals;
	uint16_t port;
	struct serve_tls tls;
	str setup;       /* token of the set-up link, or empty */
};

/* "--key value"; data and config are not settings: they say where settings are. */
static bool
arguments_read(struct cmd *c, struct running *r, bool only_places, const char **config, struct err *e)
{
	for (int i = 1; i < c->argc; i += 2) {
		str key = str_of(c->argv[i]);

		if (key.n < 3 || key.p[0] != '-' || key.p[1] != '-' || i + 1 == c->argc)
			return fail(e, ERR_INPUT, NULL, "%s: a setting is --key and its value", c->argv[i]);
		key = (str){ key.p + 2, key.n - 2 };
		if (str_eq(key, S("data"))) {
			if (snprintf(r->data, sizeof r->data, "%s", c->argv[i + 1]) >= (int)sizeof r->data)
				return fail(e, ERR_INPUT, NULL, "%s: the path is too long", c->argv[i + 1]);
		} else if (str_eq(key, S("config"))) {
			*config = c->argv[i + 1];
		} else if (!only_places && !config_set(rows, key, str_of(c->argv[i + 1]), &r->settings, e)) {
			return false;
		}
	}
	return true;
}

/* The file's settings, then the command line's, which win. */
static bool
settings_read(struct cmd *c, struct running *r, struct err *e)
{
	char standard[PATH + 16];
	const char *config = NULL;
	struct err none = { 0 };
	str text;

	(void)snprintf(r->data, sizeof r->data, "leman-data");
	if (!config_init(rows, &r->settings, e) || !arguments_read(c, r, true, &config, e))
		return false;
	(void)snprintf(standard, sizeof standard, "%s/leman.conf", r->data);
	if (file_read(config ? config : standard, CONFIG_MAX, c->arena, &text, &none)) {
		if (!config_read(rows, text, config ? config : standard, c->arena, &r->settings, e))
			return false;
	} else if (config != NULL || none.kind != ERR_NOT_FOUND) {
		*e = none;
		return false;
	}
	return arguments_read(c, r, false, &config, e);
}

static bool
pem_read(struct cmd *c, str path, const char **out, struct err *e)
{
	str text;

	if (path.n == 0)
		return true;
	if (!file_read(path.p, PEM_MAX, c->arena, &text, e))
		return false;
	*out = text.p;  /* file_read() leaves a NUL behind it */
	return true;
}

/* What the settings mean together. */
static bool
settings_settle(struct cmd *c, struct running *r, struct err *e)
{
	struct settings *s = &r->settings;
	struct buf b = { .arena = c->arena };
	bool is_https;

	if ((s->tls_cert.n > 0) != (s->tls_key.n > 0))
		return fail(e, ERR_INPUT, NULL, "tls-cert and tls-key belong together");
	if (!pem_read(c, s->tls_cert, &r->tls.cert, e) || !pem_read(c, s->tls_key, &r->tls.key, e))
		return false;
	if (s->origin.n == 0 && !host_is_local(s->listen))
		return fail(e, ERR_INPUT, NULL,
		    "%.*s is not this machine alone: say with --origin how browsers reach it", STR_ARG(s->listen));
	if (s->origin.n == 0) {
		buf_fmt(&b, "%s://localhost:%d", r->tls.cert ? "https" : "http", (int)r->port);
		if (!buf_take(&b, &s->origin, e))
			return false;
	}
	if (!origin_parse(s->origin, &r->house.origin_host, &is_https, e))
		return false;
	r->house.can_seal = is_https || host_is_local(r->house.origin_host);
	r->house.settings = s;
	(void)snprintf(r->store_path, sizeof r->store_path, "%s/store", r->data);
	r->house.folder = str_of(r->store_path);
	return true;
}

static bool
folders_make(struct running *r, struct err *e)
{
	char keys[PATH + 8];

	(void)snprintf(keys, sizeof keys, "%s/keys", r->data);
	(void)snprintf(r->key_path, sizeof r->key_path, "%s/instance.seed", keys);
	return file_make_folder(r->data, e) && file_make_folder(keys, e) && file_make_folder(r->store_path, e)
	    && blobs_make(r->house.folder, e);
}

static enum sandbox_mode
mode_of(str text)
{
	return str_eq(text, S("on")) ? SANDBOX_ON : str_eq(text, S("off")) ? SANDBOX_OFF : SANDBOX_DEGRADED;
}

/* The other processes, before any thread; then this one is narrowed. */
static bool
processes_start(struct cmd *c, struct running *r, struct err *e)
{
	enum sandbox_mode mode = mode_of(r->settings.sandbox);
	bool dumpable = str_eq(r->settings.core_dumps, S("on"));
	struct sandbox box = { .profile = SANDBOX_WEB, .mode = mode, .write = { r->store_path }, .dumpable = dumpable };
	struct signer_terms terms = { .path = r->key_path, .kinds = { RECEIPT_KIND }, .mode = mode,
		.dumpable = dumpable };
	struct note_key key;

	return signer_start(&terms, &r->signer, &r->house.signer, e)
	    && zygote_start(works, mode, dumpable, &r->zygote, &r->house.zygote, e)
	    && sandbox_enter(&box, &r->web, e)
	    && note_key_of(r->house.origin_host, signer_public(r->house.signer), &key, e)
	    && note_key_print(&key, c->arena, &r->house.instance_key, e);
}

/* A link with which the first account is made, while there is none. */
static bool
setup_link_make(struct cmd *c, struct running *r, struct err *e)
{
	int64_t accounts;
	str hash;

	if (!store_account_count(r->db, &accounts, e))
		return false;
	return accounts > 0 || (session_token(c->arena, &r->setup, &hash, e)
	    && store_setup_link_set(r->db, hash, time_now() + SESSION_SETUP_LASTS, e));
}

static bool
web_start(struct cmd *c, struct running *r, struct err *e)
{
	size_t orphans;

	if (!store_open(r->store_path, STORE_WRITE, &r->db, e) || !blobs_collect(r->house.folder, r->db, &orphans, e)
	    || !setup_link_make(c, r, e) || !tries_make(&r->house.tries, e)
	    || !task_pool_start(TASK_THREADS, TASKS_WAITING, &r->tasks, e))
		return false;
	return serve_start(&r->house, r->db, r->tasks, r->listen, r->tls, &r->serve, e);
}

static void
say_started(const struct cmd *c, const struct running *r)
{
	char web[SANDBOX_TEXT], text[200];

	sandbox_text(&r->web, web);
	(void)snprintf(text, sizeof text, "web: %s", web);
	log_event("started", text);
	printf(msg(c->lang, "Leman is at %.*s\n"), STR_ARG(r->settings.origin));
	if (r->setup.n > 0)
		printf(msg(c->lang, "Set it up, once, within a day: %.*s/setup/%.*s\n"), STR_ARG(r->settings.origin),
		    STR_ARG(r->setup));
	if (!r->house.can_seal)
		printf("%s\n", msg(c->lang, "Browsers cannot seal reports here: that needs https (see --origin)"));
	printf("%s\n", msg(c->lang, "Ready; Ctrl-C stops it"));
	fflush(stdout);
}

static int
run_until_told(struct running *r, struct err *e)
{
	struct pollfd wait[] = {
		{ .fd = r->signals, .events = POLLIN }, { .fd = serve_fd(r->serve), .events = POLLIN },
		{ .fd = signer_fd(r->house.signer), .events = 0 }, { .fd = zygote_fd(r->house.zygote), .events = 0 },
	};

	while (poll(wait, 4, -1) == -1)
		;
	if (wait[1].revents != 0)
		fail(e, ERR_UNKNOWN, NULL, "a write ended in an I/O error: start again, and look at the disk");
	else if (wait[2].revents != 0 || wait[3].revents != 0)
		fail(e, ERR_UNKNOWN, NULL, "a process of the server has ended: start again, and look at the log");
	return e->kind == ERR_NONE ? 0 : err_exit_code(e->kind);
}

static void
all_stop(struct running *r)
{
	if (r->serve != NULL)
		serve_stop(r->serve);
	else
		store_close(r->db);
	if (r->tasks != NULL)
		task_pool_free(r->tasks);
	tries_free(r->house.tries);
	if (r->house.zygote != NULL)
		zygote_stop(r->house.zygote);
	if (r->house.signer != NULL)
		signer_stop(r->house.signer);
	close(r->signals);
}

/* Signals come by a descriptor; as many of those as the machine allows. */
static bool
process_prepare(struct running *r, struct err *e)
{
	struct rlimit files;
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);  /* before any thread: they inherit it */
	(void)signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	r->signals = signalfd(-1, &stop, SFD_CLOEXEC);
	return r->signals != -1 || fail(e, ERR_IO, NULL, "signals cannot be waited for: %s", strerror(errno));
}

static enum log_level
log_level_of(str text)
{
	return str_eq(text, S("errors")) ? LOG_ERRORS : str_eq(text, S("requests")) ? LOG_REQUESTS : LOG_EVENTS;
}

int
cmd_serve(struct cmd *c, struct err *e)
{
	struct running r = { .listen = -1, .signals = -1 };
	int status;

	if (!settings_read(c, &r, e))
		return err_exit_code(e->kind);
	log_open(STDERR_FILENO, log_level_of(r.settings.log));
	if (!process_prepare(&r, e) || !serve_listen(r.settings.listen, &r.listen, &r.port, e)
	    || !settings_settle(c, &r, e) || !folders_make(&r, e) || !processes_start(c, &r, e)
	    || !web_start(c, &r, e)) {
		all_stop(&r);
		return err_exit_code(e->kind);
	}
	say_started(c, &r);
	status = run_until_told(&r, e);
	all_stop(&r);
	log_event("stopped", NULL);
	return status;
}

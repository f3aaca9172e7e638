/* SPDX-License-Identifier: Apache-2.0 */
/* leman serve [--data FOLDER] [--NAME VALUE]... - answer HTTP until it is told to stop. */
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
#include "web/listen.h"
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
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 400, TASK_THREADS = 4, TASKS_WAITING = 64, PEM_MAX = 256 * 1024 };

#define SETTING(f) offsetof(struct settings, f)

static const char *const sandbox_words[] = { "on", "degraded", "off", NULL };  /* enum sandbox_mode */
static const char *const log_words[] = { "errors", "events", "requests", NULL };  /* enum settings_log */

/* What an operator may set, in leman.conf or as --name value. */
static const struct config_row rows[] = {
	{ "data", CONFIG_PATH, SETTING(data), "leman-data",
	  N_("folder that holds everything; on the command line alone"), 0, 0, NULL },
	{ "config", CONFIG_PATH, SETTING(config), NULL,
	  N_("file of settings, instead of leman.conf in the folder; on the command line alone"), 0, 0, NULL },
	{ "listen", CONFIG_TEXT, SETTING(listen), "127.0.0.1:8080", N_("address and port to listen on"), 0, 0, NULL },
	{ "origin", CONFIG_TEXT, SETTING(origin), NULL, N_("how browsers reach it: https://leman.example"), 0,
	  0, NULL },
	{ "operator", CONFIG_TEXT, SETTING(operator), NULL, N_("who runs it, for the footer"), 0, 0, NULL },
	{ "tls-cert", CONFIG_PATH, SETTING(tls_cert), NULL, N_("certificate and chain, PEM"), 0, 0, NULL },
	{ "tls-key", CONFIG_PATH, SETTING(tls_key), NULL, N_("its key, PEM"), 0, 0, NULL },
	{ "sandbox", CONFIG_CHOICE, SETTING(sandbox), "on",
	  N_("on: refuse to start without; degraded: what this kernel has"), 0, 0, sandbox_words },
	{ "log", CONFIG_CHOICE, SETTING(log), "events", N_("how much goes to stderr"), 0, 0, log_words },
	{ "core-dumps", CONFIG_BOOL, SETTING(core_dumps), "no",
	  N_("let the processes be dumped, to look for an error"), 0, 0, NULL },
	{ "check", CONFIG_BOOL, SETTING(check), "no", N_("look at the settings, and do not start"), 0, 0, NULL },
	{ "connections", CONFIG_NUMBER, SETTING(connections), "8000", N_("connections at once"), 10, 1000000, NULL },
	{ "quota-reports", CONFIG_NUMBER, SETTING(quota.reports), "100000", N_("reports kept in all"), 0,
	  QUOTA_MAX, NULL },
	{ "quota-bytes", CONFIG_SIZE, SETTING(quota.bytes), "20G", N_("bytes kept in all"), 0, QUOTA_MAX, NULL },
	{ "quota-owner-reports", CONFIG_NUMBER, SETTING(quota.owner_reports), "10000",
	  N_("reports kept for one owner"), 0, QUOTA_MAX, NULL },
	{ "quota-owner-bytes", CONFIG_SIZE, SETTING(quota.owner_bytes), "4G", N_("bytes kept for one owner"), 0,
	  QUOTA_MAX, NULL },
	{ 0 },
};

/* All that is begun, so that it can be ended, in this order backwards. */
struct running {
	struct settings settings;
	struct house house;
	char store_path[PATH + 8], key_path[PATH + 32];
	struct sandbox_state web, signer, zygote;
	struct store *db;
	struct task_pool *tasks;
	struct serve *serve;
	int listen, signals;
	uint16_t port;
	struct serve_tls tls;
	str setup;       /* token of the set-up link, or empty */
};

/* All of the command line, over what is set already. */
static bool
arguments_read(struct cmd *c, struct settings *s, struct err *e)
{
	size_t used;

	if (!config_args(c->argv + 1, (size_t)c->argc - 1, rows, s, &used, c->arena, e))
		return false;
	return used == (size_t)c->argc - 1
	    || fail(e, ERR_INPUT, NULL, "%s: a setting is --name and its value", c->argv[used + 1]);
}

/* The file's settings, then the command line's, which win. */
static bool
settings_read(struct cmd *c, struct running *r, struct err *e)
{
	struct settings *s = &r->settings, first;
	struct buf b = { .arena = c->arena };
	struct err none = { 0 };
	bool is_named;
	str path, text;

	if (!config_defaults(rows, s, c->arena, e) || !arguments_read(c, s, e))
		return false;
	first = *s;
	is_named = s->config.n > 0;
	buf_fmt(&b, "%.*s%s", STR_ARG(is_named ? s->config : s->data), is_named ? "" : "/leman.conf");
	buf_add(&b, "", 1);
	if (!buf_take(&b, &path, e))
		return false;
	if (file_read(path.p, CONFIG_MAX, c->arena, &text, &none)) {
		if (!config_parse(text, path.p, rows, s, c->arena, e))
			return false;
		if (!str_eq(s->data, first.data) || !str_eq(s->config, first.config))
			return fail(e, ERR_INPUT, NULL, "%s: data and config belong on the command line", path.p);
	} else if (is_named || none.kind != ERR_NOT_FOUND) {
		*e = none;
		return false;
	}
	if (s->data.n >= PATH)
		return fail(e, ERR_INPUT, NULL, "%.*s: the path is too long", STR_ARG(s->data));
	return arguments_read(c, s, e);
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
	(void)snprintf(r->store_path, sizeof r->store_path, "%s/store", s->data.p);
	r->house.folder = str_of(r->store_path);
	return true;
}

static bool
folders_make(struct running *r, struct err *e)
{
	char keys[PATH + 8];

	(void)snprintf(keys, sizeof keys, "%s/keys", r->settings.data.p);
	(void)snprintf(r->key_path, sizeof r->key_path, "%s/instance.seed", keys);
	return file_make_folder(r->settings.data.p, e) && file_make_folder(keys, e)
	    && file_make_folder(r->store_path, e)
	    && blobs_make(r->house.folder, e);
}

/* The other processes, before any thread; then this one is narrowed. */
static bool
processes_start(struct cmd *c, struct running *r, struct err *e)
{
	enum sandbox_mode mode = (enum sandbox_mode)r->settings.sandbox;
	bool dumpable = r->settings.core_dumps;
	struct sandbox box = { .profile = SANDBOX_WEB, .mode = mode, .write = { r->store_path }, .dumpable = dumpable };
	struct signer_terms terms = { .path = r->key_path, .kinds = { RECEIPT_KIND }, .mode = mode,
		.dumpable = dumpable };
	struct note_key key;

	return signer_start(&terms, &r->signer, &r->house.signer, e)
	    && zygote_start(works, mode, dumpable, &r->zygote, &r->house.zygote, e)
	    && serve_load(e) && sandbox_enter(&box, &r->web, e)
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
	char web[SANDBOX_TEXT];

	sandbox_text(&r->web, web);
	if (r->settings.log >= SETTINGS_LOG_EVENTS)
		log_event(LOG_INFO, "started", (struct log_field[]){ log_text("sandbox", web), { 0 } });
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

	(void)umask(077);  /* what the store and the library below it make is nobody else's to read */
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

int
cmd_serve(struct cmd *c, struct err *e)
{
	struct running r = { .listen = -1, .signals = -1 };
	int status;

	if (!settings_read(c, &r, e))
		return err_exit_code(e->kind);
	log_open(STDERR_FILENO, "web");
	if (r.settings.check && settings_settle(c, &r, e)) {
		printf("%s\n", msg(c->lang, "These settings are right"));
		return CMD_RIGHT;
	}
	if (r.settings.check || !process_prepare(&r, e) || !listen_on(r.settings.listen, &r.listen, &r.port, e)
	    || !settings_settle(c, &r, e) || !folders_make(&r, e) || !processes_start(c, &r, e)
	    || !web_start(c, &r, e)) {
		all_stop(&r);
		return err_exit_code(e->kind);
	}
	say_started(c, &r);
	status = run_until_told(&r, e);
	all_stop(&r);
	if (r.settings.log >= SETTINGS_LOG_EVENTS)
		log_event(LOG_INFO, "stopped", NULL);
	return status;
}

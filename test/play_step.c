/* SPDX-License-Identifier: Apache-2.0 */
#include "play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char request_headers[LINE_SIZE], *run_input;

/* Starts argv with these files as its standard ones; it dies with this program. */
static pid_t
start(char **argv, const char *in_path, const char *out_path, const char *err_path)
{
	pid_t child;

	fflush(stdout);
	if ((child = fork()) == -1)
		wrong("no process: %s", strerror(errno));
	if (child != 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(open(in_path, O_RDONLY), 0) == -1 || dup2(open(out_path, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1) == -1
	    || dup2(strcmp(out_path, err_path) == 0 ? 1 : open(err_path, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2) == -1)
		_exit(126);
	execvp(strcmp(argv[0], "leman") == 0 ? play.leman : argv[0], argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int
end_of(pid_t child)
{
	int how;

	while (waitpid(child, &how, 0) == -1)
		if (errno == EINTR)
			not_late();
		else
			wrong("waitpid: %s", strerror(errno));
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

void
step_serve(char *rest)
{
	char *argv[WORDS_MAX] = { "leman", "serve", "--data", "data", "--listen", "127.0.0.1:0" };
	char pid[16], *listen = NULL;
	int n = 6, how;

	if (play.server > 0)
		wrong("a server runs already");
	while (n < WORDS_MAX - 1 && (argv[n] = word(&rest, true)) != NULL)
		n++;
	for (int i = 7; i < n; i++)
		if (strcmp(argv[i - 1], "--listen") == 0) {
			argv[5] = listen = argv[i];
			memmove(argv + i - 1, argv + i + 1, (size_t)(n - i) * sizeof *argv);
			n -= 2;
		}
	play.answered = false;
	play.out.n = play.err.n = 0;
	(void)unlink("log");
	for (play.server = start(argv, "/dev/null", "log", "log");; (void)usleep(5000)) {
		bool ended = waitpid(play.server, &how, WNOHANG) == play.server;

		if (access("log", R_OK) == 0)
			file_read("log", &play.out);
		not_late();
		if (ended) {
			play.server = 0;
			wrong("the server ended before it told its address");
		}
		if (var_match("ADDRESS", &play.out, "(https?://[^ /]+)$", 1)) {
			var_set("SERVER", pid, (size_t)snprintf(pid, sizeof pid, "%d", (int)play.server));
			(void)var_match("PORT", &play.out, "https?://[^ /]+:([0-9]+)", 1);
			if (listen != NULL && strrchr(listen, ':') != NULL)
				var_set("PORT", strrchr(listen, ':') + 1, strlen(strrchr(listen, ':') + 1));
			(void)var_match("SETUP", &play.out, "/setup/([0-9a-f]{64})", 1);
			return;
		}
	}
}

void
step_stop(char *rest)
{
	char *number = word(&rest, false);
	int expected = number ? atoi(number) : 0, got;

	if (play.server <= 0)
		wrong("no server runs");
	kill(play.server, SIGTERM);
	got = end_of(play.server);
	play.server = 0;
	play.answered = false;
	file_read("log", &play.out);
	play.err.n = 0;
	if (got != expected)
		wrong("the server ended with %d, expected %d", got, expected);
}

void
step_kill(char *rest)
{
	(void)rest;
	if (play.server <= 0)
		wrong("no server runs");
	kill(play.server, SIGKILL);
	(void)end_of(play.server);
	play.server = 0;
}

void
step_run(char *rest)
{
	char *argv[WORDS_MAX];
	int n = 0;

	while (n < WORDS_MAX - 1 && (argv[n] = word(&rest, true)) != NULL)
		n++;
	argv[n] = NULL;
	if (n == 0)
		wrong("run what?");
	if (run_input != NULL)
		file_write("in", run_input, strlen(run_input));
	play.exit_status = end_of(start(argv, run_input ? "in" : "/dev/null", "out", "err"));
	free(run_input);
	run_input = NULL;
	play.answered = false;
	play.exit_open = true;
	file_read("out", &play.out);
	file_read("err", &play.err);
}

void
step_needs(char *rest)
{
	char *argv[] = { "sh", "-c", "command -v -- \"$0\"", word_needed(&rest, "a command"), NULL };

	if (end_of(start(argv, "/dev/null", "out", "err")) == 0)
		return;
	printf("skipped: no %s\n", argv[3]);
	play_end(77);
}

void
step_input(char *rest)
{
	free(run_input);
	if ((run_input = strdup(unescape(rest))) == NULL)
		wrong("no memory");
}

void
step_env(char *rest)
{
	char *value = strchr(rest, '=');

	if (value != NULL)
		*value++ = '\0';
	if (rest[0] == '\0' || (value != NULL ? setenv(rest, value, 1) : unsetenv(rest)) == -1)
		wrong("env NAME=VALUE or env NAME");
}

void
step_file(char *rest)
{
	char *name = word_needed(&rest, "a file's name");

	unescape(rest);
	file_write(name, rest, strlen(rest));
}

void
step_read(char *rest)
{
	play.answered = false;
	play.err.n = 0;
	file_read(word_needed(&rest, "a file's name"), &play.out);
}

static void
all_sent(int fd, const char *p, size_t n)
{
	ssize_t sent = 1;

	/* A server may answer and close before it has read all: the answer counts. */
	for (; n > 0 && (sent = send(fd, p, n, MSG_NOSIGNAL)) > 0; n -= (size_t)sent)
		p += sent;
}

/* Sends one request over a connection of its own and reads to its end. */
static void
ask(const char *method, char *path, const char *type, const struct text *sent)
{
	const char *port;
	char request[2 * LINE_SIZE], *end;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), n;
	ssize_t got;

	if (play.server <= 0)
		wrong("no server runs");
	port = var_get("PORT", strlen("PORT"));
	at.sin_port = htons((uint16_t)atoi(port));
	if (fd == -1 || connect(fd, (struct sockaddr *)&at, sizeof at) == -1)
		wrong("port %s: %s", port, strerror(errno));
	n = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nConnection: close\r\n%s", method, path,
	    request_headers);
	if (strncasecmp(request_headers, "Host:", 5) != 0 && strcasestr(request_headers, "\nHost:") == NULL)
		n += snprintf(request + n, sizeof request - (size_t)n, "Host: %s\r\n",
		    strstr(var_get("ADDRESS", strlen("ADDRESS")), "://") + 3);
	if (type != NULL)
		n += snprintf(request + n, sizeof request - (size_t)n, "Content-Type: %s\r\nContent-Length: %zu\r\n",
		    type, sent->n);
	all_sent(fd, request, (size_t)n);
	all_sent(fd, "\r\n", 2);
	all_sent(fd, sent->p, sent->n);
	request_headers[0] = '\0';
	for (play.head.n = 0; play.head.n < ANSWER_SIZE; play.head.n += (size_t)got)
		if ((got = recv(fd, play.head.p + play.head.n, ANSWER_SIZE - play.head.n, 0)) <= 0)
			break;
	close(fd);
	not_late();
	play.head.p[play.head.n] = '\0';
	play.answered = true;
	play.body.n = 0;
	if (sscanf(play.head.p, "HTTP/1.1 %d", &play.status) != 1 || (end = strstr(play.head.p, "\r\n\r\n")) == NULL)
		wrong("no answer to %s %s", method, path);
	end += 4;
	play.body = (struct text){ end, play.head.n - (size_t)(end - play.head.p) };
	play.head.n -= play.body.n;
}

void step_get(char *rest) { ask("GET", word_needed(&rest, "a path"), NULL, &(struct text){ 0 }); }
void step_head(char *rest) { ask("HEAD", word_needed(&rest, "a path"), NULL, &(struct text){ 0 }); }
void step_delete(char *rest) { ask("DELETE", word_needed(&rest, "a path"), NULL, &(struct text){ 0 }); }

static void
send_body(const char *method, char *rest)
{
	char *path = word_needed(&rest, "a path"), *type = word_needed(&rest, "a type");
	struct text sent = { rest, strlen(rest) };

	if (rest[0] == '@') {
		file_read(rest + 1, &play.out);  /* no longer needed for a run */
		sent = play.out;
	}
	ask(method, path, type, &sent);
}

void step_post(char *rest) { send_body("POST", rest); }
void step_put(char *rest) { send_body("PUT", rest); }

void
step_header(char *rest)
{
	size_t n = strlen(request_headers), left = sizeof request_headers - n;

	if (strstr(rest, ": ") == NULL || (size_t)snprintf(request_headers + n, left, "%s\r\n", rest) >= left)
		wrong("header NAME: VALUE");
}

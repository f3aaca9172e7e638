/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's page beside nginx, which serves the same bytes from a file with the same
 * headers: two workers, sendfile, files kept open, no log. Compressed and plain; the
 * two take turns, the best round of each. */
#include "instance.h"
#include "measure.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 5, SECONDS = 1, CONNECTIONS = 64, PAGE = 1 << 18, N_KINDS = 2 };

static const char path[] = "/report/acme";
static const char *const encodings[N_KINDS] = { NULL, "gzip" };
static struct instance in = { .args = { "--log", "errors" } };
static char folder[] = "/var/tmp/leman-bench.XXXXXX";

/* What one server came to. */
struct side { struct load_result best; double cpu_us; };

static void
file_write(const char *name, const char *bytes, size_t n)
{
	char to[100];
	FILE *f;

	(void)snprintf(to, sizeof to, "%s/%s", folder, name);
	if ((f = fopen(to, "we")) == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		measure_stop("%s cannot be written", to);
}

/* The answer to a GET; its head, NUL-terminated, then *body. */
static char *
page_get(int port, const char *encoding, char *text, size_t *n)
{
	int fd = http_connect(port), asked = dprintf(fd, "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n%s%s%s"
	    "Connection: close\r\n\r\n", path, in.port, encoding ? "Accept-Encoding: " : "",
	    encoding ? encoding : "", encoding ? "\r\n" : "");
	size_t have = 0;
	ssize_t got;
	char *body;

	while (asked > 0 && have < PAGE - 1 && (got = read(fd, text + have, PAGE - 1 - have)) > 0)
		have += (size_t)got;
	close(fd);
	text[have] = '\0';
	if (strncmp(text, "HTTP/1.1 200", 12) != 0 || (body = strstr(text, "\r\n\r\n")) == NULL)
		measure_stop("no page: %s", text);
	*body = '\0';
	body += 4;
	*n = have - (size_t)(body - text);
	return body;
}

/* The headers as nginx is told of them; those it makes itself are left out. */
static void
headers_print(FILE *f, char *head)
{
	static const char *const own[] = { "HTTP/", "Date:", "Connection:", "Content-Length:", "Content-Type:" };

	for (char *line = strtok(head, "\r\n"); line != NULL; line = strtok(NULL, "\r\n")) {
		char *colon = strchr(line, ':');
		bool is_own = colon == NULL;

		for (size_t i = 0; i < sizeof own / sizeof *own; i++)
			is_own = is_own || strncmp(line, own[i], strlen(own[i])) == 0;
		if (!is_own)
			fprintf(f, "add_header %.*s \"%s\";\n", (int)(colon - line), line, colon + 2);
	}
}

static int
port_free(void)
{
	return in.port > 60000 ? in.port - 1000 : in.port + 1000;
}

static void
nginx_configure(int port)
{
	static char text[PAGE];
	char to[100];
	FILE *f;

	(void)snprintf(to, sizeof to, "%s/nginx.conf", folder);
	if ((f = fopen(to, "we")) == NULL)
		measure_stop("%s cannot be written", to);
	fprintf(f, "%sdaemon off;\nworker_processes 2;\npid %s/pid;\nerror_log %s/log;\n"
	    "events { worker_connections 1024; }\nhttp {\naccess_log off;\nsendfile on;\ntcp_nopush on;\n"
	    "open_file_cache max=100;\nopen_file_cache_valid 60s;\nkeepalive_requests 1000000000;\netag off;\n"
	    "server_tokens off;\nclient_body_temp_path %s/t1;\nproxy_temp_path %s/t2;\nfastcgi_temp_path %s/t3;\n"
	    "uwsgi_temp_path %s/t4;\nscgi_temp_path %s/t5;\ndefault_type \"text/html; charset=utf-8\";\n"
	    "server {\nlisten 127.0.0.1:%d reuseport;\nroot %s;\n", geteuid() == 0 ? "user root;\n" : "", folder, folder,
	    folder, folder, folder, folder, folder, port, folder);
	for (int i = 0; i < N_KINDS; i++) {
		char name[16];
		size_t n;
		char *body = page_get(in.port, encodings[i], text, &n);

		(void)snprintf(name, sizeof name, "page%d", i);
		file_write(name, body, n);
		fprintf(f, "location = /%s {\n", name);
		headers_print(f, text);
		fprintf(f, "}\n");
	}
	fprintf(f, "}\n}\n");
	if (fclose(f) != 0)
		measure_stop("%s cannot be written", to);
}

static pid_t
nginx_start(int port)
{
	char config[100];
	pid_t pid = fork();

	(void)snprintf(config, sizeof config, "%s/nginx.conf", folder);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);  /* a failed bench leaves no server behind */
		execlp("nginx", "nginx", "-p", folder, "-c", config, (char *)NULL);
		execl("/usr/sbin/nginx", "nginx", "-p", folder, "-c", config, (char *)NULL);
		_exit(127);
	}
	for (int tries = 0; tries < 50; tries++) {
		struct load l = { .port = port, .connections = 1, .seconds = 1, .path = "/page0" };
		struct load_result r;

		usleep(100 * 1000);
		if (processes_count(pid) < 3)
			continue;
		load_run(&l, &r);
		if (r.answers > 0 && r.errors == 0)
			return pid;
	}
	measure_stop("nginx does not answer: is nginx-light installed?");
}

static void
round_run(struct side *s, pid_t pid, const struct load *l)
{
	double cpu = processes_cpu_us(pid);
	struct load_result r;

	load_run(l, &r);
	if (r.errors > 0)
		measure_stop("port %d: %lu errors", l->port, r.errors);
	cpu = (processes_cpu_us(pid) - cpu) / (double)r.answers;
	if (s->cpu_us == 0 || cpu < s->cpu_us)
		s->cpu_us = cpu;
	load_keep_best(&s->best, &r);
}

static void
side_print(const char *name, const struct side *s)
{
	printf("\"%s\":{\"per_second\":%.0f,\"p99_ms\":%.2f,\"cpu_us\":%.1f,\"wrk_cpu_us\":%.1f}", name, s->best.per_second, s->best.p99_ms,
	    s->cpu_us, s->best.wrk_us);
}

int
main(void)
{
	static char text[PAGE];
	struct side ours[N_KINDS] = { 0 }, theirs[N_KINDS] = { 0 };
	struct machine m;
	int port;
	pid_t nginx;

	if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0)
		measure_stop("%s cannot be made", folder);
	instance_start(&in);
	instance_set_up(&in);
	port = port_free();
	nginx_configure(port);
	nginx = nginx_start(port);
	machine_measure(folder, &m);
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < N_KINDS; i++) {
			struct load l = { .port = in.port, .connections = CONNECTIONS, .seconds = SECONDS,
				.path = path, .encoding = encodings[i] };

			round_run(&ours[i], in.pid, &l);
			l.port = port;
			l.path = i == 0 ? "/page0" : "/page1";
			round_run(&theirs[i], nginx, &l);
		}
	printf("{\"bench\":\"page\",");
	machine_print(&m);
	printf(",\"connections\":%d,\"goal\":{\"nginx_over_leman\":1.5}", CONNECTIONS);
	for (int i = 0; i < N_KINDS; i++) {
		size_t n;

		(void)page_get(in.port, encodings[i], text, &n);
		printf(",\"%s\":{\"bytes\":%zu,", encodings[i] ? encodings[i] : "plain", n);
		side_print("leman", &ours[i]);
		printf(",");
		side_print("nginx", &theirs[i]);
		printf(",\"nginx_over_leman\":%.2f}", theirs[i].best.per_second / ours[i].best.per_second);
	}
	printf("}\n");
	kill(nginx, SIGTERM);
	(void)waitpid(nginx, NULL, 0);
	instance_end(&in);
	folder_remove(strdup(folder));  /* which frees it */
	return 0;
}

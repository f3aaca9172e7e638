/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

char *
folder_make(void)
{
	char *folder = strdup("/tmp/leman-test.XXXXXX");

	if (folder == NULL || mkdtemp(folder) == NULL)
		fail_msg("no folder under /tmp");
	return folder;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

void
folder_remove(char *folder)
{
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(folder);
}

int64_t
folder_query(const char *folder, const char *sql)
{
	char path[512];
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int64_t v = -1;

	(void)snprintf(path, sizeof path, "%s/leman.db", folder);
	if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return v;
}

int64_t
folder_query_store(const char *folder, const char *sql)
{
	char path[400];

	(void)snprintf(path, sizeof path, "%s/store", folder);
	return folder_query(path, sql);
}

int
http_connect(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || connect(fd, (struct sockaddr *)&at, sizeof at) == -1)
		fail_msg("no connection to port %d", port);
	return fd;
}

bool
http_ask(int fd, const char *request, size_t n, struct http_answer *out)
{
	size_t have = 0, want = sizeof out->text - 1;

	if (send(fd, request, n, MSG_NOSIGNAL) != (ssize_t)n)
		return false;
	while (have < want) {
		ssize_t got = recv(fd, out->text + have, want - have, 0);
		char *body, *length;

		if (got <= 0)
			return false;
		have += (size_t)got;
		out->text[have] = '\0';
		if (want == sizeof out->text - 1 && (body = strstr(out->text, "\r\n\r\n")) != NULL
		    && (length = strstr(out->text, "Content-Length: ")) != NULL)
			want = (size_t)(body + 4 - out->text) + strtoul(length + 16, NULL, 10);
	}
	return sscanf(out->text, "HTTP/1.1 %d", &out->status) == 1;
}

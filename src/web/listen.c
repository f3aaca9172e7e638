/* SPDX-License-Identifier: Apache-2.0 */
#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { BACKLOG = 1024, SHORT_OF_FILES_MS = 10 };

bool
listen_on(str address, int *fd, uint16_t *port, struct err *e)
{
	struct addrinfo want = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
	struct addrinfo *at = NULL;
	struct sockaddr_in6 bound = { 0 };
	socklen_t size = sizeof bound;
	char text[128], *host = text, *colon;
	uint64_t number;
	int on = 1;

	(void)snprintf(text, sizeof text, "%.*s", STR_ARG(address));
	colon = strrchr(text, ':');
	if (colon != NULL)
		*colon = '\0';
	if (host[0] == '[' && strlen(host) > 2 && host[strlen(host) - 1] == ']') {
		host[strlen(host) - 1] = '\0';
		host++;
	}
	/* getaddrinfo() takes 65536 for 0. */
	if (colon == NULL || !str_to_u64(str_of(colon + 1), &number) || number > UINT16_MAX
	    || getaddrinfo(host, colon + 1, &want, &at) != 0)
		return fail(e, ERR_INPUT, NULL, "%.*s: an address to listen on is like 127.0.0.1:8080 or [::1]:8080",
		    STR_ARG(address));
	*fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd == -1 || setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1
	    || bind(*fd, at->ai_addr, at->ai_addrlen) == -1 || listen(*fd, BACKLOG) == -1
	    || getsockname(*fd, (struct sockaddr *)&bound, &size) == -1) {
		fail(e, ERR_IO, NULL, "%.*s cannot be listened on: %s", STR_ARG(address), strerror(errno));
		if (*fd != -1)
			close(*fd);
		freeaddrinfo(at);
		return false;
	}
	freeaddrinfo(at);
	*port = ntohs(bound.sin6_port);  /* of IPv4 it stands at the same place */
	return true;
}

void
listen_each(int fd, void (*take)(void *with, int fd, const struct sockaddr *from, socklen_t n), void *with)
{
	for (;;) {
		struct sockaddr_storage from;
		socklen_t size = sizeof from;
		int come = accept4(fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (come != -1)
			take(with, come, (struct sockaddr *)&from, size);
		else if (errno == EINVAL)
			return;  /* it does not listen any more */
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			(void)poll(NULL, 0, SHORT_OF_FILES_MS);
	}
}

void listen_stop(int fd) { (void)shutdown(fd, SHUT_RDWR); }

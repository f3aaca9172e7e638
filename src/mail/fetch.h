/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.h - one question to an HTTP server, and its answer.
 *
 * TLS is checked against this machine's authorities, or one given. A redirection is
 * followed for GET alone, and only to the same origin: what was meant for one server
 * goes to no other. Proxies are those of the environment, as curl takes them
 * (https_proxy, all_proxy, no_proxy). No cookies, nothing kept. Not for several
 * threads at once. */
#pragma once
#include "base/arena.h"

enum {
	FETCH_URL_MAX = 2048,          /* bytes */
	FETCH_ANSWER_MAX = 4 << 20,    /* bytes of an answer that is kept in memory, unless said otherwise */
	FETCH_CONNECT_SECONDS = 20,
	FETCH_SECONDS = 60,            /* for a question and an answer in memory */
	FETCH_STALL_SECONDS = 60,      /* a file goes on as long as a byte a second passes */
	FETCH_REDIRECTS_MAX = 5,
};

/* Where an answer goes that is too large for memory; false, with *e, stops it. */
struct fetch_sink {
	bool (*take)(void *to, str bytes, struct err *e);
	void *to;
};

struct fetch {
	str url;                /* http:// or https:// */
	bool is_post;
	str type, body;         /* of a POST from memory */
	int file;               /* a POST from this descriptor instead, file_size bytes; 0: none */
	uint64_t file_size;
	str token;              /* goes as a bearer's; empty: none */
	str accept_language;    /* in which language errors come; empty: any */
	const char *cacert;     /* file of authorities in PEM; NULL: the machine's */
	size_t max;             /* bytes of the answer; 0: FETCH_ANSWER_MAX */
	const struct fetch_sink *sink;  /* takes the body of an answer of 200 to 299 */
	void (*progress)(void *to, uint64_t done, uint64_t all);  /* of file, or of the answer; may be NULL */
	void *progress_to;
};

struct fetch_answer {
	int status;
	str type;               /* its media type, without parameters */
	str body;               /* in the arena; empty where the sink took it */
};

/* True when there was an answer, whatever its status. Fails with
 *   ERR_BUSY     no connection, no answer, or it broke off: trying again may help
 *   ERR_DENIED   the server's certificate is not good
 *   ERR_INPUT    the address, or a redirection elsewhere
 *   ERR_TOO_BIG  an answer over max
 *   ERR_NOT_FOUND  libcurl is not on this machine
 * and with whatever the sink failed with. */
bool fetch(const struct fetch *f, struct arena *a, struct fetch_answer *out, struct err *e) MUST_USE;

/* "https://host[:port]" of an address, in lower case, without the scheme's own port.
 * ERR_INPUT for another scheme, a user's name, or no host. */
bool fetch_origin(str url, struct arena *a, str *out, struct err *e) MUST_USE;

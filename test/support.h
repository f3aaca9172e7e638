/* SPDX-License-Identifier: Apache-2.0 */
/* support.h - what several tests need: a folder of their own, a store in it, a
 * client for HTTP. Each stops the test where it cannot do its work. */
#pragma once
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>  /* after err.h: its macro fail() hides our function, which a test calls as (fail)(...) */

/* A new folder under /tmp, and its end with all that is in it. */
char *folder_make(void);
void folder_remove(char *folder);

/* The first column of the first row, asked past the store: -1 without a row. */
int64_t folder_query(const char *folder, const char *sql);
int64_t folder_query_store(const char *folder, const char *sql);  /* of a server's folder */

enum { ANSWER_MAX = 8192 };
struct http_answer { int status; char text[ANSWER_MAX]; };  /* head and body */

int http_connect(int port);

/* Sends the n bytes at request and reads one answer with a Content-Length.
 * False when the other side ends first. */
bool http_ask(int fd, const char *request, size_t n, struct http_answer *out);

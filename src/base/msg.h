/* SPDX-License-Identifier: Apache-2.0 */
/* msg.h - messages between processes of ours, over a socket pair.
 *
 * On the wire: the number of bytes, 4 bytes, big end first, then the bytes; one
 * file descriptor may ride with it. The other side may be hostile: its length is
 * bounded before a byte is read or room is taken, and a descriptor that nobody
 * asked for is refused. Not the texts for people: those are msg() in words.h. */
#pragma once
#include "base/buf.h"

enum { MSG_MAX = 16 << 20, MSG_RULE_MAX = 120, MSG_FOREVER = -1 };

/* Milliseconds of a clock that never goes back. */
int64_t msg_now(void);

/* Two ends of one stream, closed on exec. */
bool msg_pair(int ends[2], struct err *e) MUST_USE;

/* ms: milliseconds for the whole message, or MSG_FOREVER. Both fail with
 *   ERR_NOT_FOUND  the other end is closed, before the first byte of a message
 *   ERR_BUSY       the time is over
 *   ERR_TOO_BIG    more bytes than MSG_MAX or max; nothing was sent or kept
 *   ERR_INPUT      a descriptor that is not one, or that was not asked for
 *   ERR_MEMORY, ERR_IO
 * After false, save for ERR_TOO_BIG of msg_send(), the stream may stand in the
 * middle of a message: close it. */

/* passed: a descriptor the other side gets a copy of; -1: none. */
bool msg_send(int to, str bytes, int passed, int ms, struct err *e) MUST_USE;

/* *out is in a. *passed, the caller's to close, is -1 where none came; where
 * passed is NULL, one that comes is refused. */
bool msg_receive(int from, size_t max, int ms, struct arena *a, str *out, int *passed,
    struct err *e) MUST_USE;

/* What a message is made of: numbers, big end first, and texts, a number of
 * bytes each before them. */
void msg_put_u32(struct buf *b, uint32_t v);
void msg_put_str(struct buf *b, str s);
void msg_put_err(struct buf *b, const struct err *e);

/* Reading goes bad instead of failing, and gives 0 and empty texts from then on.
 * Ask msg_is_read() once, at the end: all was there, and nothing more. */
struct msg_reader { str rest; bool bad; };
uint32_t msg_get_u32(struct msg_reader *r);
str msg_get_str(struct msg_reader *r, size_t max);  /* points into rest */
bool msg_is_read(const struct msg_reader *r);

/* An err that a hostile process wrote. Its text is translated where it is one of
 * ours, else shown as it is, cut; out->rule is in a. No pointer is taken over. */
void msg_get_err(struct msg_reader *r, struct arena *a, struct err *out);

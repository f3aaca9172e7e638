/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - other readers of JSON, asked what they see in a text.
 *
 * A reader dumps what it sees in one form, so that two readers can be compared
 * byte by byte: n t f for the words; iN; for an integer within int64, else the
 * double's bits in hex as dN; sN:BYTES for a string of N bytes; [...] for an
 * array; {...} for an object, keys as strings, all in the order of the text. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dump { char *p; size_t n, cap; };

void dump_add(struct dump *d, const char *p, size_t n);
void dump_str(struct dump *d, const char *p, size_t n);
void dump_i64(struct dump *d, long long v);
void dump_f64(struct dump *d, double v);

/* False when it refuses the text; *d is then anything. */
bool peer_simdjson(const char *p, size_t n, struct dump *d);
bool peer_jansson(const char *p, size_t n, struct dump *d);

#ifdef __cplusplus
}
#endif

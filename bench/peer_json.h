/* SPDX-License-Identifier: Apache-2.0 */
/* peer_json.h - other readers of JSON, to measure ours against: simdjson's DOM
 * and jansson. Each reads one record, visits every value and returns the sum
 * that bench_json.c tells of; 0 when it refuses the record. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As simdjson wants it, 64 bytes after the record can be read. */
uint64_t peer_simdjson(const char *p, size_t n);
uint64_t peer_jansson(const char *p, size_t n);

#ifdef __cplusplus
}
#endif

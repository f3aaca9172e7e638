/* SPDX-License-Identifier: Apache-2.0 */
/* vectors.h - conformance data of others: where it lies, and its bytes. */
#pragma once
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { VECTORS_SKIPPED = 77, VECTOR_FILE_MAX = 8 << 20 };

/* The path of name below LEMAN_TESTDATA. The caller frees nothing: one at a time. */
static inline const char *
vectors_path(const char *name)
{
	static char path[4096];
	const char *at = getenv("LEMAN_TESTDATA");

	(void)snprintf(path, sizeof path, "%s/ledger/%s", at != NULL ? at : LEMAN_SOURCE "/../shared/data", name);
	return path;
}

static inline bool
vectors_are_there(const char *name)
{
	if (access(vectors_path(name), R_OK) == 0)
		return true;
	printf("skipped: no conformance data\n");
	return false;
}

static inline str
vectors_read(const char *name, struct arena *a)
{
	struct err e = { 0 };
	str text = { 0 };

	if (!file_read(vectors_path(name), VECTOR_FILE_MAX, a, &text, &e)) {
		printf("%s: %s\n", name, err_text(&e, LANG_EN).s);
		exit(1);
	}
	return text;
}

/* Bytes of hex digits. */
static inline str
vectors_hex(str hex, struct arena *a)
{
	size_t n = hex.n / 2;
	uint8_t *p = arena_alloc(a, n + 1);

	for (size_t i = 0; p != NULL && i < n; i++) {
		char two[3] = { hex.p[2 * i], hex.p[2 * i + 1], '\0' };
		p[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return str_bytes(p, n);
}

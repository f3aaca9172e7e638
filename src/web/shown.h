/* SPDX-License-Identifier: Apache-2.0 */
/* shown.h - moments, sizes and keys as people see them on pages. */
#pragma once
#include "web/views.h"
#include "web/web.h"

/* t (unix seconds) for machines and for people: "2026-11-24 02:10 UTC". */
bool moment_of(int64_t t, struct arena *a, struct moment *out, struct err *e) MUST_USE;

/* A key by its two ends. */
bool key_short(str key, struct arena *a, str *out, struct err *e) MUST_USE;

/* The problem of a form that is shown again, in the reader's language; or empty. */
bool problem_text(const struct req *q, str *out, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* gzip.h - bytes made smaller for the way to a browser: RFC 1952, by zlib. */
#pragma once
#include "base/arena.h"

bool gzip_pack(str s, struct arena *a, str *out, struct err *e) MUST_USE;

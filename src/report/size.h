/* SPDX-License-Identifier: Apache-2.0 */
/* size.h - how large a report may look: its true size is hidden among few sizes.
 *
 * Source: docs/formats.md, Size; Padmé: Nikitin et al., PETS 2019. */
#pragma once
#include "base/str.h"

/* What a plaintext of n bytes is filled up to; n at most 2^62. */
uint64_t envelope_size(uint64_t n);

/* For people: the class that a sealed file of n bytes falls into, "64 KiB": its
 * content, filled up, is no larger. Sealing adds little, and is left out. */
str size_class(uint64_t n);

enum { SIZE_TEXT = 32 };

/* "20.2 KiB", "3 bytes" as short text without a language: "20.2 KiB", "3 B". */
void size_print(uint64_t n, char out[SIZE_TEXT]);

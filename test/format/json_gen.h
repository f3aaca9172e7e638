/* SPDX-License-Identifier: Apache-2.0 */
/* json_gen.h - JSON texts for tests, made from a seed: the same one gives the
 * same text. */
#pragma once
#include "base/buf.h"

/* A number under n; moves the seed on. */
unsigned gen_pick(uint64_t *seed, unsigned n);

/* A valid text, with escapes, white space and numbers of every form; sometimes
 * deep, sometimes with many keys. Keys are distinct, no number is beyond int64
 * or double. Its memory is that of b's arena; a buf that went bad stays so. */
void gen_json(uint64_t *seed, struct buf *b);

/* text with a few bytes changed, dropped, doubled or put in: mostly no JSON. */
void gen_mutated(uint64_t *seed, str text, struct buf *b);

/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: no crash, and what parses points into the input. */
#include "ledger/checkpoint.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = { (const char *)data, size };
	struct checkpoint c;
	struct err e;

	if (checkpoint_parse(text, &c, &e)) {
		if (c.origin.p != text.p || c.signatures.p + c.signatures.n != text.p + text.n)
			abort();
	} else if (e.kind != ERR_INPUT && e.kind != ERR_TOO_BIG) {
		abort();
	}
	return 0;
}

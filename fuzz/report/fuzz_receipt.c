/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt that is read prints to the same text: so there is one text for what it
 * says, and reading and writing of times agree on the calendar. Names for files: any
 * bytes give one that is good. */
#include "report/name.h"
#include "report/receipt.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = str_bytes(data, size), again, name;
	struct receipt r;
	struct arena a;
	struct err e;

	arena_init(&a, 4 << 20);
	if (receipt_parse(text, &r, &e)) {
		check(receipt_sniff(text));
		check(receipt_print(&r, &a, &again, &e) && str_eq(again, text));
	} else {
		check(e.kind == ERR_INPUT || e.kind == ERR_TOO_BIG);
	}
	check(file_name_of(text, &a, &name, &e) && file_name_check(name, &e));
	check(file_name_safe(name, 0, &a, &name, &e) && file_name_check(name, &e));
	check(file_name_safe(name, 2, &a, &again, &e) && file_name_check(again, &e));
	check(name.n > 200 || !str_eq(name, again));
	arena_free(&a);
	return 0;
}

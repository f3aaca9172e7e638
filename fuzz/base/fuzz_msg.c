/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a process writes: the message that is taken is what stood on the wire
 * within the bound, and an err read from it can be shown. */
#include "base/msg.h"

#include <stdlib.h>
#include <unistd.h>

enum { BOUND = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct err e = { 0 }, read;
	int ends[2];
	str got;

	if (size > 65536 || !msg_pair(ends, &e))
		return 0;
	arena_init(&a, 3 * BOUND);
	if (write(ends[0], data, size) != (ssize_t)size)
		abort();
	close(ends[0]);
	if (msg_receive(ends[1], BOUND, 0, &a, &got, NULL, &e)) {
		struct msg_reader r = { .rest = got };

		if (got.n > BOUND || got.n > size - 4 || memcmp(got.p, data + 4, got.n) != 0)
			abort();
		msg_get_err(&r, &a, &read);
		if (read.kind == ERR_NONE || read.kind >= ERR_COUNT || !str_is_text(str_of(err_text(&read, LANG_FR).s)))
			abort();
		if (msg_is_read(&r) && got.n < 4 * 6)
			abort();
	} else if (e.kind != ERR_NOT_FOUND && e.kind != ERR_IO && e.kind != ERR_TOO_BIG) {
		abort();
	}
	close(ends[1]);
	arena_free(&a);
	return 0;
}

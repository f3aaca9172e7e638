/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rand.h"

#include <errno.h>
#include <unistd.h>

bool
rand_bytes(uint8_t *out, size_t n, struct err *e)
{
	return getentropy(out, n) == 0 || fail(e, ERR_IO, NULL, "no random bytes: %s", strerror(errno));
}

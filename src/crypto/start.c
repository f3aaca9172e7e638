/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/start.h"

#include "crypto/aead.h"

#include <pthread.h>
#include <sodium.h>

static int sodium = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) { sodium = sodium_init(); }

/* What fails in sodium_init() is its random source, which nothing here uses:
 * base/rand asks the kernel. The choice of code by CPU is made in any case. */
void crypto_start_sodium(void) { (void)pthread_once(&once, start); }

bool
crypto_start(struct err *e)
{
	crypto_start_sodium();
	return sodium >= 0 ? aead_start(e) : fail(e, ERR_MEMORY, NULL, "libsodium does not start here");
}

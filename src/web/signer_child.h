/* SPDX-License-Identifier: Apache-2.0 */
/* signer_child.h - the process that has the key. */
#pragma once
#include "web/signer.h"

enum { SIGNER_SIGNED = 1, SIGNER_REFUSES = 0 };  /* what an answer begins with */

/* A helper_serve; arg is a struct signer_terms. */
void signer_serve(int socket, void *arg);

/* SPDX-License-Identifier: Apache-2.0 */
/* zygote_child.h - the zygote's side: the process that forks, and its children. */
#pragma once
#include "web/zygote.h"

enum { ZYGOTE_WELL = 1, ZYGOTE_WRONG = 0 };  /* what an answer begins with */

struct zygote_serving {
	const struct zygote_work *works;
	enum sandbox_mode mode;
	bool dumpable;
};

/* A helper_serve; arg is a struct zygote_serving. */
void zygote_serve(int socket, void *arg);

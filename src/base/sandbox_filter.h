/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_filter.h - which calls of the kernel a profile leaves: seccomp-BPF.
 *
 * Source: seccomp(2) and linux/filter.h. For sandbox_linux.c, and
 * for a child that has the sandbox of its parent and needs less than that. */
#pragma once
#include "base/sandbox.h"

/* Puts the filter of profile on this thread. no_new_privs must be set. */
bool sandbox_filter(enum sandbox_profile profile, struct err *e) MUST_USE;

/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_filter.h - which calls of the kernel a profile leaves: seccomp-BPF.
 *
 * Source: seccomp(2) and linux/filter.h. For sandbox_linux.c, and
 * for a child that has the sandbox of its parent and needs less than that. */
#pragma once
#include "base/sandbox.h"

/* Sanitizers make calls of their own; clang names them otherwise than gcc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define WITH_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define WITH_THREAD_SANITIZER 1
#endif

/* Puts the filter of profile on this thread. no_new_privs must be set. */
bool sandbox_filter(enum sandbox_profile profile, struct err *e) MUST_USE;

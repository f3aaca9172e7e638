/* SPDX-License-Identifier: Apache-2.0 */
/* home.h - what the command line remembers of one person, in files of lines below
 * $XDG_CONFIG_HOME/leman, or ~/.config/leman; for that person alone.
 *
 * A line is a key, a blank and a value. Comments begin with '#' and stay. */
#pragma once
#include "cli/cmd.h"

/* The path of a file there; its folder is made. */
bool home_path(const char *file, struct arena *a, const char **out, struct err *e) MUST_USE;

/* The value of key, empty when there is none. Keys may have blanks in them. */
bool home_find(const char *file, str key, struct arena *a, str *value, struct err *e) MUST_USE;

/* Sets it; an empty value takes the line out. */
bool home_set(const char *file, str key, str value, struct arena *a, struct err *e) MUST_USE;

/* The keys' first words, one after another: *rest is all of the file at first. */
bool home_read(const char *file, struct arena *a, str *rest, struct err *e) MUST_USE;
bool home_next(str *rest, str *first, str *others);

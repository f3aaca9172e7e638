/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the bytes: every value that is taken is one its row allows, and an
 * error says where it stands. */
#include "base/config.h"

#include <stddef.h>
#include <stdlib.h>

struct settings { str name; uint64_t threads, quota, keep; bool loud; int choice; };

static const char *const choices[] = { "on", "off", NULL };
static const struct config_row rows[] = {
	{ .name = "name", .kind = CONFIG_TEXT, .at = offsetof(struct settings, name) },
	{ .name = "threads", .kind = CONFIG_NUMBER, .at = offsetof(struct settings, threads), .max = 64 },
	{ .name = "quota", .kind = CONFIG_SIZE, .at = offsetof(struct settings, quota), .max = 1 << 30 },
	{ .name = "keep", .kind = CONFIG_DURATION, .at = offsetof(struct settings, keep) },
	{ .name = "loud", .kind = CONFIG_BOOL, .at = offsetof(struct settings, loud) },
	{ .name = "choice", .kind = CONFIG_CHOICE, .at = offsetof(struct settings, choice), .choices = choices },
	{ .name = NULL },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings s = { 0 };
	struct arena a;
	struct err e;
	str text = { (const char *)data, size };

	arena_init(&a, CONFIG_MAX);
	if (config_parse(text, "f", rows, &s, &a, &e)) {
		if (s.threads > 64 || s.quota > 1 << 30 || s.choice < 0 || s.choice > 1
		    || !str_is_text(s.name) || (s.name.n > 0 && s.name.p[s.name.n] != '\0'))
			abort();
	} else if (e.kind == ERR_INPUT) {
		if (strncmp(err_text(&e, LANG_EN).s, "f:", 2) != 0)
			abort();
	} else if (e.kind != ERR_TOO_BIG && e.kind != ERR_MEMORY) {
		abort();
	}
	arena_free(&a);
	return 0;
}

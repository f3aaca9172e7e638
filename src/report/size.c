/* SPDX-License-Identifier: Apache-2.0 */
#include "report/size.h"

#include <stdio.h>

static const struct { uint64_t size; str name; } classes[] = {
	{ (uint64_t)16 << 10, STR("16 KiB") }, { (uint64_t)64 << 10, STR("64 KiB") },
	{ (uint64_t)256 << 10, STR("256 KiB") }, { (uint64_t)1 << 20, STR("1 MiB") },
	{ (uint64_t)4 << 20, STR("4 MiB") }, { (uint64_t)16 << 20, STR("16 MiB") },
	{ (uint64_t)64 << 20, STR("64 MiB") }, { (uint64_t)100 << 20, STR("100 MiB") },
};
enum { N_CLASSES = sizeof classes / sizeof *classes, FIXED = 5 };

static unsigned
log2_of(uint64_t n)
{
	unsigned log = 0;

	while ((n >>= 1) > 0)
		log++;
	return log;
}

uint64_t
envelope_size(uint64_t n)
{
	unsigned e, s;
	uint64_t mask;

	for (size_t i = 0; i < FIXED; i++)
		if (n <= classes[i].size)
			return classes[i].size;
	e = log2_of(n);
	s = log2_of(e) + 1;
	mask = ((uint64_t)1 << (e - s)) - 1;
	return (n + mask) & ~mask;
}

/* What sealing adds at most: 16 stanzas, and a tag for each 64 KiB. */
static uint64_t
sealed_size(uint64_t n)
{
	return n + 2048 + (n / (64 << 10) + 1) * 16;
}

str
size_class(uint64_t n)
{
	for (size_t i = 0; i < N_CLASSES; i++)
		if (n <= sealed_size(classes[i].size))
			return classes[i].name;
	return S("112 MiB");
}

void
size_print(uint64_t n, char out[SIZE_TEXT])
{
	static const char *const units[] = { "KiB", "MiB", "GiB" };
	uint64_t unit = 1024;
	size_t u = 0;

	if (n < 1024) {
		(void)snprintf(out, SIZE_TEXT, "%d B", (int)n);
		return;
	}
	for (; u < 2 && n >= unit * 1024; u++)
		unit *= 1024;
	(void)snprintf(out, SIZE_TEXT, "%llu.%llu %s", (unsigned long long)(n / unit),
	    (unsigned long long)(n % unit * 10 / unit), units[u]);
}

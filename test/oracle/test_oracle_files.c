/* SPDX-License-Identifier: Apache-2.0 */
/* Every .json file of the conformance data: advisories, SBOMs, catalogues, test
 * vectors. Files over 64 MB are left out. */
#include "base/file.h"
#include "oracle.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MOST = 64 << 20, FILES_LEAST = 100 };

static struct oracle_count count;
static size_t n_wrong, bytes;

static int
visit(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	size_t n = strlen(path);
	struct arena a;
	struct err e;
	const char *wrong;
	str text;

	(void)where;
	if (kind != FTW_F || n < 5 || strcmp(path + n - 5, ".json") != 0 || st->st_size > FILE_MOST)
		return 0;
	arena_init(&a, FILE_MOST + 4096);
	if (!file_read(path, FILE_MOST, &a, &text, &e))
		wrong = "it cannot be read";
	else
		wrong = oracle_compare(text, &count);
	if (wrong != NULL) {
		printf("%s: %s\n", path, wrong);
		n_wrong++;
	}
	bytes += (size_t)st->st_size;
	arena_free(&a);
	return 0;
}

int
main(void)
{
	const char *data = getenv("LEMAN_TESTDATA");

	if (nftw(data != NULL ? data : LEMAN_SOURCE "/../shared/data", visit, 20, FTW_PHYS) == -1)
		return printf("skipped: no conformance data\n"), 77;
	printf("%zu files, %zu bytes, %zu of them JSON to us; taken by us alone %zu times, by another alone %zu; "
	    "%zu wrong\n",
	    count.texts, bytes, count.taken, count.by_us_alone, count.by_them_alone, n_wrong);
	return n_wrong > 0 || count.taken < FILES_LEAST;
}

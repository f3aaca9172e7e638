/* SPDX-License-Identifier: Apache-2.0 */
/* What mkasset put into the program, against the file it was made of. */
#include "web/asset.h"

#include "base/file.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
an_asset_is_its_file(void **state)
{
	const struct asset *css = asset_find(S("base.css"));
	struct arena a;
	struct err e;
	str file;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_non_null(css);
	assert_ptr_equal(css, &assets[ASSET_BASE_CSS]);
	assert_true(file_read(LEMAN_SOURCE "/assets/base.css", 1 << 19, &a, &file, &e));
	assert_true(str_eq(css->bytes, file));
	assert_string_equal(css->type, "text/css; charset=utf-8");
	arena_free(&a);
}

/* What tool prints of these bytes, in at most size bytes. */
static size_t
piped(const char *tool, str of, char *out, size_t size)
{
	char path[] = "/tmp/leman-test.XXXXXX", command[256];
	int fd = mkstemp(path);
	FILE *in;
	size_t n;

	assert_int_equal(write(fd, of.p, of.n), of.n);
	close(fd);
	(void)snprintf(command, sizeof command, "(%s) < %s", tool, path);
	in = popen(command, "r");
	assert_non_null(in);
	n = fread(out, 1, size, in);
	assert_int_equal(pclose(in), 0);
	unlink(path);
	return n;
}

static void
its_copy_and_its_digests_are_of_the_same_bytes(void **state)
{
	static char plain[1 << 20];
	char digest[128];

	(void)state;
	for (size_t i = 0; i < ASSET_COUNT; i++) {
		const struct asset *asset = &assets[i];
		size_t n = piped("sha256sum", asset->bytes, digest, sizeof digest);

		assert_true(n > 64);
		assert_int_equal(strlen(asset->hash), 16);
		assert_memory_equal(digest, asset->hash, 16);
		n = piped("openssl dgst -sha256 -binary | base64", asset->bytes, digest, sizeof digest);
		assert_int_equal(asset->sri.n, strlen("sha256-") + n - 1);
		assert_memory_equal(asset->sri.p, "sha256-", 7);
		assert_memory_equal(asset->sri.p + 7, digest, n - 1);
		if (asset->gzip.n == 0)
			continue;
		assert_true(asset->gzip.n < asset->bytes.n);
		n = piped("gzip -d", asset->gzip, plain, sizeof plain);
		assert_int_equal(n, asset->bytes.n);
		assert_memory_equal(plain, asset->bytes.p, n);
	}
}

static void
its_path_names_its_content(void **state)
{
	const struct asset *css = &assets[ASSET_BASE_CSS];
	char path[100];

	(void)state;
	(void)snprintf(path, sizeof path, "/assets/base.%s.css", css->hash);
	assert_true(str_eq(css->path, str_of(path)));
	assert_ptr_equal(asset_at(str_of(path)), css);
	assert_null(asset_at(S("/assets/base.css")));
	assert_null(asset_at(S("/assets/base.0000000000000000.css")));
	assert_null(asset_at(S("")));
	assert_null(asset_find(S("")));
	assert_null(asset_find(S("base.cs")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_asset_is_its_file),
		cmocka_unit_test(its_copy_and_its_digests_are_of_the_same_bytes),
		cmocka_unit_test(its_path_names_its_content),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

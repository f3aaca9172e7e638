/* SPDX-License-Identifier: Apache-2.0 */
#include "web/blobs.h"

#include "base/file.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "store/store_report.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 512 };

bool
blobs_make(str folder, struct err *e)
{
	char path[PATH];

	(void)snprintf(path, sizeof path, "%.*s/blobs", STR_ARG(folder));
	return file_make_folder(path, e);
}

/* The digest that a file's name spells. */
static bool
digest_of(const char *name, uint8_t out[HASH_SIZE])
{
	char again[2 * HASH_SIZE + 1];

	if (strlen(name) != 2 * HASH_SIZE)
		return false;
	for (size_t i = 0; i < HASH_SIZE; i++) {
		unsigned byte;

		if (sscanf(name + 2 * i, "%2x", &byte) != 1)
			return false;
		out[i] = (uint8_t)byte;
	}
	hash_hex(out, HASH_SIZE, again);
	return strcmp(again, name) == 0;
}

static bool
file_judge(const char *path, const char *name, struct store *db, size_t *n, struct err *e)
{
	uint8_t digest[HASH_SIZE];
	struct stat st;
	bool has = true;

	if (!digest_of(name, digest) || stat(path, &st) == -1 || time_now() - st.st_mtime < BLOBS_ORPHAN_AGE)
		return true;
	if (!store_report_has_blob(db, (str){ (const char *)digest, sizeof digest }, &has, e))
		return false;
	if (!has && unlink(path) == 0)
		++*n;
	return true;
}

static bool
folder_judge(const char *path, struct store *db, size_t *n, struct err *e)
{
	DIR *d = opendir(path);
	bool ok = true;

	for (struct dirent *f; ok && d != NULL && (f = readdir(d)) != NULL; ) {
		char file[PATH];

		if (snprintf(file, sizeof file, "%s/%s", path, f->d_name) < (int)sizeof file)
			ok = file_judge(file, f->d_name, db, n, e);
	}
	if (d != NULL)
		closedir(d);
	return ok;
}

bool
blobs_collect(str folder, struct store *db, size_t *n, struct err *e)
{
	char blobs[PATH];
	DIR *d;
	bool ok = true;

	*n = 0;
	(void)snprintf(blobs, sizeof blobs, "%.*s/blobs", STR_ARG(folder));
	if ((d = opendir(blobs)) == NULL)
		return fail(e, ERR_IO, NULL, "%s: %s", blobs, strerror(errno));
	for (struct dirent *f; ok && (f = readdir(d)) != NULL; ) {
		char path[PATH];

		if (f->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", blobs, f->d_name) >= (int)sizeof path)
			continue;
		if (strncmp(f->d_name, "incoming.", 9) == 0)
			*n += unlink(path) == 0;
		else
			ok = folder_judge(path, db, n, e);
	}
	closedir(d);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* mkasset - turns style sheets, scripts and pictures into C, at build time.
 *
 *   mkasset enum FILE...   a constant for each: base.css is ASSET_BASE_CSS
 *   mkasset text FILE...   the rows of web/asset.h: bytes, gzip copy, digests
 *
 * Refused: a kind of file that is not listed below, a name that is more than
 * lower-case letters, digits and _ before its ending, a name twice. */
#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 4 << 20, NAME_MAX_SIZE = 64, HASH_DIGITS = 16, ROW_SIZE = 512, FILES_MAX = 200 };

static const struct kind { const char *ending, *type; } kinds[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".ico", "image/x-icon" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".png", "image/png" },
	{ ".svg", "image/svg+xml" },
	{ ".txt", "text/plain; charset=utf-8" },
};

static _Noreturn void
refuse(const char *file, const char *why)
{
	fprintf(stderr, "%s: %s\n", file, why);
	exit(65);
}

static const char *
name_of(const char *file)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (n == 0 || name[n] != '.' || strlen(name) >= NAME_MAX_SIZE)
		refuse(file, "a name is lower-case letters, digits and _, and an ending");
	return name;
}

static const struct kind *
kind_of(const char *file)
{
	const char *dot = strchr(name_of(file), '.');

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(dot, kinds[i].ending) == 0)
			return &kinds[i];
	refuse(file, "not a kind of file that a page may ask for");
}

/* All of in, closed afterwards by shut. */
static unsigned char *
read_all(const char *file, FILE *in, int (*shut)(FILE *), size_t *n)
{
	unsigned char *p = malloc(FILE_MAX);

	if (in == NULL || p == NULL)
		refuse(file, "cannot be read");
	*n = fread(p, 1, FILE_MAX, in);
	if (*n == FILE_MAX || ferror(in) != 0 || shut(in) != 0)
		refuse(file, "cannot be read, or is larger than 4 MiB");
	return p;
}

/* The gzip copy, the same for the same bytes; empty where it would be no smaller. */
static unsigned char *
compress(const char *file, size_t plain, size_t *n)
{
	char command[4200];
	unsigned char *p;

	if (strpbrk(file, "'\n") != NULL
	    || (size_t)snprintf(command, sizeof command, "exec gzip -9nc < '%s'", file) >= sizeof command)
		refuse(file, "a path with a quote, or too long");
	p = read_all(file, popen(command, "r"), pclose, n);
	if (*n >= plain)
		*n = 0;
	return p;
}

static void
bytes_print(const char *what, int i, const unsigned char *p, size_t n)
{
	if (n == 0)
		return;
	printf("static const unsigned char %s_%d[] = {", what, i);
	for (size_t k = 0; k < n; k++)
		printf("%s%u,", k % 24 == 0 ? "\n\t" : "", (unsigned)p[k]);
	printf("\n};\n");
}

static void
slice_print(const char *field, const char *what, int i, size_t n)
{
	if (n > 0)
		printf("\t\t.%s = { (const char *)%s_%d, sizeof %s_%d },\n", field, what, i, what, i);
}

static void
row_print(const char *file, const struct kind *kind, const unsigned char *p, size_t n, char row[ROW_SIZE])
{
	const char *name = name_of(file);
	unsigned char digest[SHA256_DIGEST_LENGTH], base64[48];
	char hash[2 * SHA256_DIGEST_LENGTH + 1];
	int stem = (int)strcspn(name, ".");

	if (SHA256(p, n, digest) == NULL)
		refuse(file, "its SHA-256 could not be made");
	for (size_t i = 0; i < sizeof digest; i++)
		(void)snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	(void)EVP_EncodeBlock(base64, digest, sizeof digest);
	hash[HASH_DIGITS] = '\0';
	(void)snprintf(row, ROW_SIZE, "\t\t.name = STR(\"%s\"), .path = STR(\"/assets/%.*s.%s%s\"),\n"
	    "\t\t.type = \"%s\", .hash = \"%s\",\n\t\t.sri = STR(\"sha256-%s\"),\n",
	    name, stem, name, hash, kind->ending, kind->type, hash, (char *)base64);
}

/* The bytes of all files come first; the table that leads to them last. */
static void
print_text(char **files, int n)
{
	static size_t plain[FILES_MAX], small[FILES_MAX];
	static char rows[FILES_MAX][ROW_SIZE];

	printf("#include \"web/asset.h\"\n\n");
	for (int i = 0; i < n; i++) {
		const struct kind *kind = kind_of(files[i]);
		unsigned char *p = read_all(files[i], fopen(files[i], "rb"), fclose, &plain[i]);
		unsigned char *gzip = compress(files[i], plain[i], &small[i]);

		row_print(files[i], kind, p, plain[i], rows[i]);
		bytes_print("bytes", i, p, plain[i]);
		bytes_print("gzip", i, gzip, small[i]);
		free(p);
		free(gzip);
	}
	printf("\nconst struct asset assets[ASSET_COUNT + 1] = {\n");
	for (int i = 0; i < n; i++) {
		printf("\t{\n%s", rows[i]);
		slice_print("bytes", "bytes", i, plain[i]);
		slice_print("gzip", "gzip", i, small[i]);
		printf("\t},\n");
	}
	printf("\t{ .name = STR(\"\") },\n};\n");
}

static void
print_enum(char **files, int n)
{
	printf("#pragma once\n\nenum asset_id {\n");
	for (int i = 0; i < n; i++) {
		(void)kind_of(files[i]);
		for (int j = 0; j < i; j++)
			if (strcmp(name_of(files[i]), name_of(files[j])) == 0)
				refuse(files[i], "this name is taken");
		printf("\tASSET_");
		for (const char *c = name_of(files[i]); *c != '\0'; c++)
			putchar(*c == '.' ? '_' : toupper((unsigned char)*c));
		printf(",\n");
	}
	printf("\tASSET_COUNT\n};\n");
}

int
main(int argc, char **argv)
{
	static const struct { const char *name; void (*print)(char **files, int n); } outputs[] = {
		{ "enum", print_enum }, { "text", print_text },
	};

	for (size_t i = 0; argc > 1 && argc - 2 <= FILES_MAX && i < sizeof outputs / sizeof *outputs; i++)
		if (strcmp(argv[1], outputs[i].name) == 0)
			return outputs[i].print(argv + 2, argc - 2), fflush(stdout) == 0 ? 0 : 74;
	return fprintf(stderr, "usage: mkasset enum|text FILE...\n"), 64;
}

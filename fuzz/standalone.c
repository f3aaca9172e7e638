/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over the files named, so that a corpus is an ordinary test
 * where there is no libFuzzer. */
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	static uint8_t data[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");
		size_t n = in ? fread(data, 1, sizeof data, in) : 0;

		if (in == NULL)
			return fprintf(stderr, "%s: cannot be read\n", argv[i]), 66;
		fclose(in);
		(void)LLVMFuzzerTestOneInput(data, n);
	}
	printf("%d files\n", argc - 1);
	return argc > 1 ? 0 : 64;
}

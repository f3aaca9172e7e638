/* SPDX-License-Identifier: Apache-2.0 */
#include "format/gzip.h"

#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 };  /* zlib's way to ask for gzip's own header */

bool
gzip_pack(str s, struct arena *a, str *out, struct err *e)
{
	z_stream z = { 0 };
	char *p;
	int end;

	if (deflateInit2(&z, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return fail(e, ERR_MEMORY, NULL, "no room to compress %zu bytes", s.n);
	z.avail_out = (uInt)deflateBound(&z, s.n);
	if ((p = arena_alloc(a, z.avail_out)) == NULL) {
		deflateEnd(&z);
		return fail(e, ERR_MEMORY, NULL, "no room to compress %zu bytes", s.n);
	}
	z.next_in = (Bytef *)(uintptr_t)s.p;
	z.avail_in = (uInt)s.n;
	z.next_out = (Bytef *)p;
	end = deflate(&z, Z_FINISH);
	*out = (str){ p, z.total_out };
	deflateEnd(&z);
	return end == Z_STREAM_END || fail(e, ERR_MEMORY, NULL, "no room to compress %zu bytes", s.n);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* asset.h - what pages need beside themselves: style, scripts, pictures.
 *
 * tools/mkasset puts the files of assets/ and the bundled scripts into the
 * program. The path of each names its content, so browsers may keep it for
 * ever: Cache-Control: public, max-age=31536000, immutable. In a view, {{@ p->x }}
 * of a struct asset * is that path in an href or src, and the digest in integrity. */
#pragma once
#include "base/buf.h"
#include "web/asset.gen.h"

struct asset {
	str name;           /* "base.css" */
	str path;           /* "/assets/base.0123456789abcdef.css" */
	const char *type;   /* for Content-Type */
	str bytes, gzip;    /* gzip: the same compressed; empty where that is no smaller */
	const char *hash;   /* the first 16 hex digits of its SHA-256; good as an ETag */
	str sri;            /* "sha256-..." in base64, for integrity="" and the CSP */
};
extern const struct asset assets[];  /* by enum asset_id; ASSET_COUNT of them */

/* By name, and by the path that a browser asks for; NULL where there is none. */
const struct asset *asset_find(str name);
const struct asset *asset_at(str path);

/* What {{@ x }} in a view calls. */
void asset_url(struct buf *b, const struct asset *a);
void asset_sri(struct buf *b, const struct asset *a);

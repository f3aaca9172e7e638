/* SPDX-License-Identifier: Apache-2.0 */
/* asset.h - style, scripts and pictures, compiled into the program.
 *
 * An asset's address holds its digest, so it can be kept for ever and a page
 * that names it names just these bytes. tools/mkasset makes the table. */
#pragma once
#include "base/buf.h"

struct asset {
	str name;         /* "report.js" */
	str path;         /* "/assets/report.0123456789abcdef.js" */
	const char *type; /* for Content-Type */
	str sri;          /* "sha256-" and base64: for integrity="" and for the policy */
	str bytes, gzip;  /* as it is, and compressed */
};
extern const struct asset assets[];  /* ends with no name */

/* NULL where there is none. By name for views, by path for requests. */
const struct asset *asset_find(str name);
const struct asset *asset_at(str path);

/* What {{@ x }} in a view calls. */
void asset_url(struct buf *b, const struct asset *a);
void asset_sri(struct buf *b, const struct asset *a);

/* SPDX-License-Identifier: Apache-2.0 */
#include "web/asset.h"

const struct asset *
asset_find(str name)
{
	for (size_t i = 0; i < ASSET_COUNT; i++)
		if (str_eq(assets[i].name, name))
			return &assets[i];
	return NULL;
}

const struct asset *
asset_at(str path)
{
	for (size_t i = 0; i < ASSET_COUNT; i++)
		if (str_eq(assets[i].path, path))
			return &assets[i];
	return NULL;
}

void asset_url(struct buf *b, const struct asset *a) { buf_str(b, a->path); }
void asset_sri(struct buf *b, const struct asset *a) { buf_str(b, a->sri); }

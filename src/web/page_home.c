/* SPDX-License-Identifier: Apache-2.0 */
/* page_home.c - the front door, what is protected, and whether the house stands. */
#include "store/store_account.h"
#include "web/api.h"
#include "web/owners.h"
#include "web/pages.h"
#include "web/spool.h"

#include <sys/statvfs.h>

bool
page_home(struct req *q, struct buf *body, struct err *e)
{
	struct home_page p = { 0 };
	struct owner_row *rows;
	int64_t accounts = 0;

	if (!owner_rows(q, &rows, &p.n, e) || !store_account_count(q->store, &accounts, e))
		return false;
	p.owners = rows;
	p.is_set_up = accounts > 0;
	q->title = str_of(msg(q->reader.lang, "Responsible reporting"));
	view_home(body, &q->reader, &p);
	return true;
}

bool
page_about(struct req *q, struct buf *body, struct err *e)
{
	const struct asset *licences = asset_find(S("licences.txt"));
	struct about_page p = {
		.origin = q->house->settings->origin, .instance_key = q->house->instance_key,
		.version = S(LEMAN_VERSION),
	};
	struct buf b = { .arena = q->arena };
	str at;

	buf_fmt(&b, "%.*s%.*s", STR_ARG(p.origin), STR_ARG(licences->path));
	if (!buf_take(&b, &at, e) || !url_from(at, &p.licences, e))
		return false;
	q->title = str_of(msg(q->reader.lang, "What is protected, and what is not"));
	q->nav = "about";
	view_about(body, &q->reader, &p);
	return true;
}

/* For whoever watches the server: the data can be read, and reports can come. */
bool
page_health(struct req *q, struct buf *body, struct err *e)
{
	struct statvfs disk;
	int64_t accounts;

	if (!store_account_count(q->store, &accounts, e))
		return false;
	if (statvfs(q->house->folder.p, &disk) == -1 || (uint64_t)disk.f_bavail * disk.f_frsize < SPOOL_DISK_FREE)
		return fail(e, ERR_BUSY, NULL, "the disk of this server is nearly full: no large report can come in");
	buf_str(body, S("ok\n"));
	return true;
}

bool
api_instance(struct req *q, struct buf *body, struct err *e)
{
	struct json_out j = { .b = body };

	(void)e;
	json_object(&j);
	api_str(&j, "key", q->house->instance_key);
	api_str(&j, "name", q->house->settings->operator);
	api_str(&j, "origin", q->house->settings->origin);
	api_i64(&j, "report_max", REPORT_MAX);
	api_str(&j, "version", S(LEMAN_VERSION));
	json_object_end(&j);
	return true;
}

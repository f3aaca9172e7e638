/* SPDX-License-Identifier: Apache-2.0 */
/* views.h - what each view in views/ is given. */
#pragma once
#include "base/html.h"
#include "store/store_report.h"

/* The frame of every page. */
struct page {
	str title, lang, dir;
	struct safe_html main;  /* what the handler's view wrote */
};
void view_page(struct buf *b, const struct reader *r, const struct page *p);

struct error_page { str text; };
void view_error(struct buf *b, const struct reader *r, const struct error_page *p);

struct report_page {
	struct report report;
	const char *state;            /* msgid */
	str received, embargo_until;  /* RFC 3339; no embargo: empty */
};
void view_report_show(struct buf *b, const struct reader *r, const struct report_page *p);

struct report_added_page { str id; bool is_new; uint64_t index; };
void view_report_added(struct buf *b, const struct reader *r, const struct report_added_page *p);

struct report_due_page { const struct report *reports; size_t n; };
void view_report_due(struct buf *b, const struct reader *r, const struct report_due_page *p);

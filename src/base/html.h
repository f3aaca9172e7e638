/* SPDX-License-Identifier: Apache-2.0 */
/* html.h - what {{ x }} in a view calls; tools/mkview chooses by the place.
 *
 * The type decides the escaping, and a type that is not listed for a place
 * does not compile. Text is escaped, numbers are printed, safe_html goes into
 * element bodies as it is and nowhere else, and only a struct url is a link. */
#pragma once
#include "base/buf.h"
#include "base/url.h"

/* Who reads: the language, and what stands before a path of ours, "/fr" where
 * the reader chose it and "" where the browser did. */
struct reader { enum lang lang; str base; };

struct safe_html { str s; };  /* markup that some function of ours wrote */

/* In the body of an element. */
#define html(b, x) _Generic((x), \
	str: html_str, struct safe_html: html_safe, \
	int: html_i64, int64_t: html_i64, uint64_t: html_u64)(b, x)

/* In a quoted attribute, and in <title> and <textarea>. */
#define html_attr(b, x) _Generic((x), \
	str: html_str, int: html_i64, int64_t: html_i64, uint64_t: html_u64)(b, x)

/* In a path of ours, href="/reports/{{ x }}": one segment, percent-encoded. */
#define html_path(b, x) _Generic((x), \
	str: html_segment, int: html_i64, int64_t: html_i64, uint64_t: html_u64)(b, x)

void html_str(struct buf *b, str s);
void html_safe(struct buf *b, struct safe_html h);
void html_i64(struct buf *b, int64_t v);
void html_u64(struct buf *b, uint64_t v);
void html_segment(struct buf *b, str s);
void html_url(struct buf *b, const struct reader *r, struct url u);  /* a whole href or src */
void html_base(struct buf *b, const struct reader *r);  /* before a path of ours that is a page */

/* {{_ "English" }} and {{_n "one file", "%zu files", n }}. */
void html_msg(struct buf *b, enum lang lang, const char *id);
void html_msg_n(struct buf *b, enum lang lang, const char *one, const char *many, size_t n);

/* SPDX-License-Identifier: Apache-2.0 */
/* place.h - where in a page {{ x }} stands, and so what must escape it.
 *
 * The HTML of a view is followed tag by tag, as the HTML Standard's tokenizer
 * (13.2.5) would read it. Whatever could make the two readings differ is
 * refused: comments, a '<' that opens no tag, odd quotes, markup in <title>.
 * Views are our own; strictness costs us little and a browser's guess much. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { PLACE_NAME = 32 };

struct place {
	enum { BODY, RAW, OPENED, TAG, IN_TAG, ATTR, EQUALS, UNQUOTED, VALUE } in;
	bool closing;        /* in </tag> */
	bool whole;          /* the value is a struct url, and ends here */
	char quote;          /* of the value */
	char start[3];       /* its first two bytes */
	char tag[PLACE_NAME], attr[PLACE_NAME];  /* in lower case */
};

/* Says why at the view's line and ends the tool. */
_Noreturn void refuse(const char *why);

/* Goes over the byte at p; the text around p ends with a NUL. */
void place_step(struct place *at, const char *p);

/* The function of base/html.h for {{ x }} here; refuses where none is safe. */
const char *place_escaper(struct place *at);

/* The function of web/asset.h for {{@ x }} here; refuses elsewhere. */
const char *place_asset(struct place *at);

/* Does the next byte begin the address of a page? */
bool place_begins_link(const struct place *at);

/* May a block begin here? Does it end where it began? Each way through it must. */
bool place_takes_block(const struct place *at);
bool place_is_same(const struct place *a, const struct place *b);

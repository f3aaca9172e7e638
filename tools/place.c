/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include <string.h>

/* Attributes that hold text and nothing else; data-* and aria-* too. */
static const char *const text_attrs[] = {
	"alt", "autocomplete", "class", "cols", "colspan", "datetime", "dir", "for", "headers",
	"height", "hreflang", "id", "label", "lang", "max", "maxlength", "min", "minlength", "name",
	"placeholder", "role", "rows", "rowspan", "scope", "size", "title", "value", "width",
};

/* Attributes that lead somewhere. foreign: to another site too, by a struct url.
 * page: to a page, which has a language. */
static const struct link { const char *tag, *attr; bool foreign, page; } links[] = {
	{ "a", "href", true, true }, { "img", "src", true, false }, { "form", "action", false, true },
};

/* Elements whose content is no markup, and whether {{ }} may stand there. */
static const struct raw { const char *tag; bool takes_text; } raws[] = {
	{ "title", true }, { "textarea", true }, { "noscript", true }, { "script", false },
	{ "style", false }, { "iframe", false }, { "noembed", false }, { "noframes", false },
	{ "plaintext", false }, { "xmp", false },
};

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static void
name_add(char *name, char c)
{
	size_t n = strlen(name);

	if (n == PLACE_NAME - 1 || (!is_letter(c) && (c < '0' || c > '9') && strchr("-_:.", c) == NULL))
		refuse("a name in a tag is up to 31 letters, digits and - _ : .");
	name[n] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	name[n + 1] = '\0';
}

static const struct raw *
raw_of(const struct place *at)
{
	for (size_t i = 0; i < sizeof raws / sizeof *raws; i++)
		if (strcmp(at->tag, raws[i].tag) == 0)
			return &raws[i];
	return NULL;
}

static const struct link *
link_of(const struct place *at)
{
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (strcmp(at->tag, links[i].tag) == 0 && strcmp(at->attr, links[i].attr) == 0)
			return &links[i];
	return NULL;
}

static bool
is_text_attr(const char *attr)
{
	for (size_t i = 0; i < sizeof text_attrs / sizeof *text_attrs; i++)
		if (strcmp(attr, text_attrs[i]) == 0)
			return true;
	return strncmp(attr, "data-", 5) == 0 || strncmp(attr, "aria-", 5) == 0;
}

static void
step_in_content(struct place *at, const char *p)
{
	size_t n = strlen(at->tag);

	if (*p != '<')
		return;
	if (at->in == RAW && (p[1] != '/' || strncmp(p + 2, at->tag, n) != 0 || p[2 + n] != '>'))
		refuse("a '<' in an element whose content is not markup");
	if (strncmp(p, "<!doctype html>", 15) == 0)
		return;
	if (!is_letter(p[p[1] == '/' ? 2 : 1]))
		refuse("a '<' that opens no tag: write &lt;, and a comment as {{# }}");
	*at = (struct place){ .in = OPENED };
}

static void
step_in_tag(struct place *at, char c)
{
	if (c == '>')
		at->in = !at->closing && raw_of(at) ? RAW : BODY;
	else if (is_space(c) || c == '/')
		at->in = IN_TAG;
	else if (at->in == ATTR && c == '=')
		at->in = EQUALS;
	else {
		if (at->in == IN_TAG) {
			at->in = ATTR;
			at->attr[0] = '\0';
		}
		name_add(at->in == TAG ? at->tag : at->attr, c);
	}
}

static void
step_in_value(struct place *at, char c)
{
	if (c == at->quote)
		at->in = IN_TAG;
	else if (at->whole)
		refuse("a struct url, or an asset, is the whole link");
	else if (strlen(at->start) < 2)
		at->start[strlen(at->start)] = c;
}

void
place_step(struct place *at, const char *p)
{
	switch (at->in) {
	case BODY: case RAW:
		step_in_content(at, p);
		break;
	case OPENED:
		if (*p == '/') {
			at->closing = true;
		} else {
			at->in = TAG;
			name_add(at->tag, *p);
		}
		break;
	case TAG: case IN_TAG: case ATTR:
		step_in_tag(at, *p);
		break;
	case EQUALS:
		if (is_space(*p) || *p == '>')
			refuse("a value right after '=' is missing");
		at->in = *p == '"' || *p == '\'' ? VALUE : UNQUOTED;
		at->quote = *p;
		at->whole = false;
		memset(at->start, 0, sizeof at->start);
		break;
	case UNQUOTED:
		if (strchr("\"'<=`", *p) != NULL)
			refuse("a quote, '<' or '=' in a value without quotes");
		if (*p == '>' || is_space(*p))
			step_in_tag(at, *p);
		break;
	case VALUE:
		step_in_value(at, *p);
		break;
	}
}

const char *
place_escaper(struct place *at)
{
	const struct link *link = link_of(at);

	if (at->in == BODY)
		return "html";
	if (at->in == RAW) {
		if (!raw_of(at)->takes_text)
			refuse("{{ }} in <script>, <style> or another element that holds no text");
		return "html_attr";
	}
	if (at->in != VALUE)
		refuse("{{ }} in a tag, outside a quoted attribute");
	if (link == NULL) {
		if (!is_text_attr(at->attr))
			refuse("{{ }} in an attribute that is neither text nor the link of an a, img or form");
		return "html_attr";
	}
	if (link->foreign && at->start[0] == '\0' && !at->whole) {
		at->whole = true;
		return "html_url";
	}
	if (at->start[0] != '/' || !is_letter(at->start[1]))
		refuse("a link is one struct url, or a path of ours that begins with '/' and a letter");
	return "html_path";
}

const char *
place_asset(struct place *at)
{
	bool address = (strcmp(at->tag, "link") == 0 && strcmp(at->attr, "href") == 0)
	    || (strcmp(at->tag, "script") == 0 && strcmp(at->attr, "src") == 0);

	if (at->in != VALUE || at->start[0] != '\0' || at->whole
	    || (!address && strcmp(at->attr, "integrity") != 0))
		refuse("{{@ }} is a whole <link href>, <script src> or integrity");
	at->whole = true;
	return address ? "asset_url" : "asset_sri";
}

bool
place_begins_link(const struct place *at)
{
	const struct link *link = at->in == VALUE ? link_of(at) : NULL;
	return link != NULL && link->page && at->start[0] == '\0' && !at->whole;
}

bool
place_takes_block(const struct place *at)
{
	return at->in == BODY || at->in == RAW || at->in == IN_TAG || (at->in == VALUE && !link_of(at));
}

bool
place_is_same(const struct place *a, const struct place *b)
{
	if (a->in != b->in || a->in == BODY)
		return a->in == b->in;
	return a->closing == b->closing && strcmp(a->tag, b->tag) == 0
	    && (a->in != VALUE || (a->quote == b->quote && strcmp(a->attr, b->attr) == 0));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include "report/name.h"
#include "report/size.h"

#include <stdio.h>
#include <unistd.h>

/* Bytes of the character at p, or 0 for what is not UTF-8. */
static size_t
character(const char *p, size_t n)
{
	unsigned char first = (unsigned char)p[0];
	size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	/* A control character is UTF-8 too, and is no concern here. */
	if (size == 1 || character_unseen(p, n) == size)
		return size;
	return size <= n && str_is_text((str){ p, size }) ? size : 0;
}

static uint32_t
code_point(const char *p, size_t n)
{
	uint32_t c = n == 1 ? (unsigned char)p[0] : n == 2 ? (unsigned char)p[0] & 0x1f : (unsigned char)p[0] & 0x0f;

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)p[i] & 0x3f);
	return c;
}

void
terminal_text(struct buf *b, str text, bool many_lines)
{
	for (size_t i = 0; i < text.n; ) {
		const char *p = text.p + i;
		size_t size = character(p, text.n - i), hidden = character_unseen(p, text.n - i);

		if (size == 0)
			buf_fmt(b, "\\x%02x", (unsigned char)*p);
		else if (hidden == 0 || (many_lines && (*p == '\n' || *p == '\t')))
			buf_add(b, p, size);
		else if (many_lines && *p == '\r' && i + 1 < text.n && p[1] == '\n')
			;  /* a line that ends as Windows has it */
		else
			buf_fmt(b, hidden == 1 ? "\\x%02x" : "\\u%04x", code_point(p, hidden));
		i += size == 0 ? 1 : size;
	}
}

bool
terminal_print(str text, bool many_lines, struct arena *a, struct err *e)
{
	struct buf b = { .arena = a };
	str out;

	terminal_text(&b, text, many_lines);
	if (!buf_take(&b, &out, e))
		return false;
	fwrite(out.p, 1, out.n, stdout);
	return true;
}

void
progress_start(struct progress *p, const char *word)
{
	*p = (struct progress){ .word = word, .shown = -1, .is_on = isatty(STDERR_FILENO) };
}

void
progress_show(void *progress, uint64_t done, uint64_t all)
{
	struct progress *p = progress;
	char size[SIZE_TEXT];
	int percent = all > 0 ? (int)(done * 100 / all) : 0;

	if (!p->is_on || all == 0 || percent == p->shown)
		return;
	p->shown = percent;
	size_print(all, size);
	fprintf(stderr, "\r%s %d%% / %s ", p->word, percent, size);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->is_on && p->shown >= 0)
		fprintf(stderr, "\n");
	p->shown = -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/words.h"

#include <stdlib.h>

static const struct { str tag; const char *dir; } langs[LANG_COUNT] = {
	[LANG_EN] = { STR("en"), "ltr" },
	[LANG_AR] = { STR("ar"), "rtl" },
	[LANG_FR] = { STR("fr"), "ltr" },
};

static int
by_id(const void *id, const void *row)
{
	return strcmp(id, ((const struct word *)row)->id);
}

static const struct word *
word_find(enum lang lang, const char *id)
{
	const struct words *w = &words[lang];
	return w->n ? bsearch(id, w->rows, w->n, sizeof *w->rows, by_id) : NULL;
}

const char *
msg(enum lang lang, const char *id)
{
	const struct word *w = word_find(lang, id);
	return w ? w->forms[0] : id;
}

const char *
msg_n(enum lang lang, const char *one, const char *many, size_t n)
{
	const struct word *w = word_find(lang, one);
	size_t form;

	if (w == NULL)
		return n == 1 ? one : many;
	form = words[lang].form(n);
	return w->forms[form < words[lang].n_forms ? form : 0];
}

const char *lang_tag(enum lang lang) { return langs[lang].tag.p; }
const char *lang_dir(enum lang lang) { return langs[lang].dir; }

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

enum lang
lang_choose(str wanted)
{
	for (str item; wanted.n > 0; ) {
		str tag;

		if (!str_cut(&wanted, ',', &item))
			item = wanted, wanted.n = 0;
		while (item.n > 0 && item.p[0] == ' ')
			item.p++, item.n--;
		for (tag = (str){ item.p, 0 }; tag.n < item.n && is_letter(item.p[tag.n]); tag.n++)
			;
		for (int lang = 0; lang < LANG_COUNT; lang++)
			if (str_eq(tag, langs[lang].tag))
				return (enum lang)lang;
	}
	return LANG_EN;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/words.h"

#include <stdlib.h>

static const struct { str tag; const char *dir, *prefix, *name; } langs[LANG_COUNT] = {
	[LANG_EN] = { STR("en"), "ltr", "en", "English" },
	[LANG_FR] = { STR("fr"), "ltr", "fr", "Français" },
	[LANG_XB] = { STR("ar-XB"), "rtl", "xb", "[XB]" },
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
const char *lang_prefix(enum lang lang) { return langs[lang].prefix; }
const char *lang_name(enum lang lang) { return langs[lang].name; }
bool lang_is_offered(enum lang lang) { return lang != LANG_XB; }

bool lang_is_spoken(enum lang lang) { return lang == LANG_EN || words[lang].n > 0; }

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Is wanted this tag, alone or with more after it? "fr-CH", "fr_CH.UTF-8", "fr;q=0.9". */
static bool
tag_begins(str wanted, str tag)
{
	for (size_t i = 0; i < tag.n; i++)
		if (i >= wanted.n || (wanted.p[i] == '_' ? '-' : wanted.p[i]) != tag.p[i])
			return false;
	return wanted.n == tag.n || !is_letter(wanted.p[tag.n]);
}

enum lang
lang_choose(str wanted)
{
	for (str item; wanted.n > 0; ) {
		if (!str_cut(&wanted, ',', &item))
			item = wanted, wanted.n = 0;
		while (item.n > 0 && item.p[0] == ' ')
			item.p++, item.n--;
		for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++)
			if (lang_is_spoken(lang) && tag_begins(item, langs[lang].tag))
				return lang;
	}
	return LANG_EN;
}

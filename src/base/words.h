/* SPDX-License-Identifier: Apache-2.0 */
/* words.h - text for people, in the language they read.
 *
 * English stands in the code and the views and is its own msgid; po/LANG.po
 * holds the translations; tools/mkmsg makes them tables at build time. The
 * language is an argument: nothing here depends on the process's locale. */
#pragma once
#include "base/str.h"

/* LANG_XB, "ar-XB", is nobody's language: a build with LEMAN_PSEUDO makes it of
 * all English texts, from right to left, so that tests see what nobody translated. */
enum lang { LANG_EN, LANG_FR, LANG_XB, LANG_COUNT };

/* The compiler checks printf(msg(lang, "%d x"), ...) against the msgid, and
 * mkmsg refuses a translation whose conversions differ from it. */
#define MSGID(arg) __attribute__((format_arg(arg)))
#define N_(id) id  /* marks a msgid in a table, for xgettext */

/* The text for id in lang; id itself where no translation is. */
const char *msg(enum lang lang, const char *id) MSGID(2);

/* The same for a count: the form that lang uses for n of them. The forms hold
 * one %zu, or none where the language's word says the number. */
const char *msg_n(enum lang lang, const char *one, const char *many, size_t n) MSGID(2) MSGID(3);

const char *lang_tag(enum lang lang);  /* BCP 47, for lang="" */
const char *lang_dir(enum lang lang);  /* "ltr" or "rtl", for dir="" */

const char *lang_prefix(enum lang lang);  /* of an address in it: "fr" in /fr/report */
const char *lang_name(enum lang lang);    /* as those who speak it call it */

/* Does this build speak it? Is it one for people, to be offered to them? */
bool lang_is_spoken(enum lang lang);
bool lang_is_offered(enum lang lang);

/* The first language we have of a list like "fr-CH, fr;q=0.9, en" or
 * "fr_CH.UTF-8". Weights are not read: browsers list by falling weight. */
enum lang lang_choose(str wanted);

/* What mkmsg makes: words.gen.c. */
enum { WORD_FORMS = 6 };  /* Arabic has six plural forms, and none has more */
struct word { const char *id, *forms[WORD_FORMS]; };
struct words {
	const struct word *rows;  /* sorted by id, bytewise */
	size_t n, n_forms;
	size_t (*form)(size_t n);
};
extern const struct words words[LANG_COUNT];

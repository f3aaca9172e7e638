/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"
#include "web/page_cache.h"

#include <unistd.h>

static int forgotten;
static void forget(void *answer) { (void)answer; forgotten++; }
static void use(void *answer, void *with) { *(void **)with = answer; }

static struct page_key
key(const char *url, enum lang lang)
{
	struct page_key k;

	page_key_make(&k, url, lang, false);
	return k;
}

static void
a_page_is_kept_until_it_changes_or_is_old(void **state)
{
	struct page_key en = key("/report", LANG_EN), fr = key("/report", LANG_FR);
	struct page_cache *c;
	struct err e;
	int page, *got = NULL;

	(void)state;
	forgotten = 0;
	assert_true(page_cache_make(&c, forget, &e));
	assert_false(page_cache_use(c, &en, use, &got));
	page_cache_put(c, &en, page_cache_now(c), &page);
	assert_true(page_cache_use(c, &en, use, &got));
	assert_ptr_equal(got, &page);
	assert_false(page_cache_use(c, &fr, use, &got));
	page_cache_clear(c);
	assert_false(page_cache_use(c, &en, use, &got));
	page_cache_put(c, &en, page_cache_now(c), &page);
	assert_int_equal(forgotten, 1);
	usleep((PAGE_LASTS_MS + 50) * 1000);
	assert_false(page_cache_use(c, &en, use, &got));
	page_cache_free(c);
	assert_int_equal(forgotten, 2);
}

/* The data changed between reading it and keeping the page: not to be shown. */
static void
a_page_drawn_before_a_change_is_not_shown(void **state)
{
	struct page_key k = key("/report", LANG_EN);
	struct page_cache *c;
	struct err e;
	uint64_t drawn_at;
	int page, *got;

	(void)state;
	assert_true(page_cache_make(&c, forget, &e));
	drawn_at = page_cache_now(c);
	page_cache_clear(c);
	page_cache_put(c, &k, drawn_at, &page);
	assert_false(page_cache_use(c, &k, use, &got));
	page_cache_free(c);
}

static void
a_long_address_is_not_kept(void **state)
{
	char url[PAGE_KEY + 1];

	(void)state;
	memset(url, 'a', PAGE_KEY);
	url[PAGE_KEY] = '\0';
	assert_int_equal(key(url, LANG_EN).text[0], '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_kept_until_it_changes_or_is_old),
		cmocka_unit_test(a_page_drawn_before_a_change_is_not_shown),
		cmocka_unit_test(a_long_address_is_not_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

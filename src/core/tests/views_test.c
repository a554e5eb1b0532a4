/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_test.c - frame and parts of every page against golden files, in three languages.
 *
 * A change that is meant: birge_sample --plain src/core/tests/golden, then read the difference.
 */
#include "tests/test.h"

#include "base/file.h"
#include "core/tests/sample/plain.h"
#include "core/tests/sample/sample.h"

static const char *golden_dir;

static struct str page_of(struct arena *a, const struct lang *l, size_t i)
{
    struct str page;
    struct err *e = sample_page(a, l, i, &page);
    if (e)
        fail_msg("%.*s", STR_FMT(err_text(a, e)));
    return page;
}

static struct str named(struct arena *a, const struct lang *l, const char *name)
{
    for (size_t i = 0; i < sample_pages_n; i++)
        if (!strcmp(sample_pages[i].name, name))
            return page_of(a, l, i);
    fail_msg("no sample page %s", name);
    return (struct str){0};
}

static bool holds(struct str page, const char *what)
{
    return str_find_str(page, str_c(what)) != SIZE_MAX;
}

static void pages_are_the_golden_ones(void **state)
{
    struct arena *a = *state;
    for (size_t k = 0; k < LANG_N; k++)
        for (size_t i = 0; i < sample_pages_n; i++) {
            struct str page = without_hashes(a, page_of(a, lang_at(k), i));
            struct str path = str_printf(a, "%s/%.*s/%s.html", golden_dir, STR_FMT(lang_code(lang_at(k))),
                                         sample_pages[i].name);
            struct str golden;
            struct err *e = file_read(a, path.p, HTML_MAX, &golden);
            if (e)
                fail_msg("%.*s", STR_FMT(err_text(a, e)));
            if (str_eq(page, golden))
                continue;
            size_t at = 0;
            while (at < page.n && at < golden.n && page.p[at] == golden.p[at])
                at++;
            struct str is = str_slice(page, at, at + 80);
            struct str was = str_slice(golden, at, at + 80);
            fail_msg("%s at byte %zu: \"%.*s\", golden: \"%.*s\"", path.p, at, STR_FMT(is), STR_FMT(was));
        }
}

/* No key of a text is shown to a person: "core.pages.next" in a page means that a text is missing. */
static void no_text_is_missing(void **state)
{
    struct arena *a = *state;
    for (size_t k = 0; k < LANG_N; k++)
        for (size_t i = 0; i < sample_pages_n; i++)
            assert_false(holds(page_of(a, lang_at(k), i), ">core."));
}

/* Source: trust.md section 7, the CSP: neither style nor script in a page. */
static void nothing_is_inline(void **state)
{
    struct arena *a = *state;
    for (size_t i = 0; i < sample_pages_n; i++) {
        struct str page = page_of(a, lang_at(0), i);
        assert_false(holds(page, " style=") || holds(page, "<style") || holds(page, " onclick="));
        size_t script = str_find_str(page, S("<script"));
        assert_true(script != SIZE_MAX);
        struct str rest = str_slice(page, script + 1, page.n);
        assert_true(holds(str_slice(rest, 0, 60), "src=\"/assets/birge.") && !holds(rest, "<script"));
    }
}

static void errors_are_said_three_times(void **state)
{
    struct str page = named(*state, lang_find(S("en")), "send-errors");
    assert_true(holds(page, "<title>Error: "));
    assert_true(holds(page, "<a href=\"#subject\">Give the subject in one sentence</a>"));
    assert_true(holds(page, "id=\"subject-error\"") && holds(page, "aria-describedby=\"subject-hint subject-error\""));
    assert_true(holds(page, "aria-invalid=\"true\""));
    struct str clean = named(*state, lang_find(S("en")), "send");
    assert_false(holds(clean, "Error:") || holds(clean, "aria-invalid") || holds(clean, "data-error-summary"));
}

static void other_languages_keep_the_path_and_its_query(void **state)
{
    struct str page = named(*state, lang_find(S("ru")), "send");
    assert_true(holds(page, "href=\"/kk/appeals/new?kind=2\" hreflang=\"kk\" lang=\"kk\">"));
    assert_true(holds(page, "href=\"/ru/appeals/new?kind=2\" hreflang=\"ru\" lang=\"ru\" aria-current=\"true\">"));
    assert_true(holds(page, "<html lang=\"ru\""));
}

static void private_and_made_up_pages_are_not_for_search_engines(void **state)
{
    struct arena *a = *state;
    assert_true(holds(named(a, lang_at(0), "sent"), "<meta name=\"robots\" content=\"noindex\">"));
    struct html h;
    html_init(&h, a, lang_at(0), NULL, 0);
    struct core_view_layout layout = sample_layout(a, lang_at(0), S("x"));
    layout.is_demo = false;
    sample_view_empty(&h, &(struct sample_view_empty){.layout = layout});
    struct str page;
    assert_null(html_done(&h, &page));
    assert_false(holds(page, "noindex") || holds(page, "b-demo"));
}

int main(int argc, char **argv)
{
    golden_dir = argc > 1 ? argv[1] : "src/core/tests/golden";
    const struct CMUnitTest tests[] = {
        TEST(pages_are_the_golden_ones),
        TEST(no_text_is_missing),
        TEST(nothing_is_inline),
        TEST(errors_are_said_three_times),
        TEST(other_languages_keep_the_path_and_its_query),
        TEST(private_and_made_up_pages_are_not_for_search_engines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

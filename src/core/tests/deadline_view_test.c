/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline_view_test.c - the page "how was this date computed": it says what the trace says, no more and no
 * less.
 */
#include "tests/test.h"

#include "core/deadline_view.h"
#include "gen/core_views.h"

static int32_t day_of(const char *text)
{
    int32_t day;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

/* An appeal of Friday evening over a holiday and a Saturday that works, read back from its stored form. */
static struct deadline example(struct arena *a, const char *profile, const char *received)
{
    const struct profile *const *all;
    size_t n;
    struct zone *z;
    struct calendar *c;
    int64_t at;
    struct deadline d;
    struct deadline back;
    static const struct calendar_day days[] = {
        {.name = {STR("Күн & түн"), STR("День & ночь"), STR("Day & <night>")}, .source = STR("№ 1 & \"2\"")},
        {.is_work = true, .name = {STR("ауыстырылған"), STR("перенос"), STR("moved")}, .source = STR("№ 2"),
         .is_verified = true},
    };
    struct calendar_day *own = ARENA_ARRAY(a, 2, struct calendar_day);
    memcpy(own, days, sizeof days);
    own[0].day = day_of("2026-06-17");
    own[1].day = day_of("2026-06-20");
    assert_null(profile_load_all(a, (struct str){0}, &all, &n));
    assert_null(zone_open(a, S("Asia/Almaty"), &z));
    assert_null(calendar_make(a, S("1111100"), own, 2, &c));
    assert_true(instant_parse(str_c(received), &at));
    const struct profile *p = profile_find(all, n, str_c(profile));
    assert_null(deadline_of_appeal(a, p, c, z, S("Asia/Almaty"), profile_default_kind(p), at, &d));
    assert_null(deadline_from_json(a, deadline_to_json(a, &d), &back));
    return back;
}

static size_t cells_of(const struct core_view_deadline *v, const char *kind, struct str *ret_last)
{
    size_t n = 0;
    for (size_t m = 0; m < v->n_months; m++)
        for (size_t w = 0; w < v->months[m].n_weeks; w++)
            for (size_t i = 0; i < v->months[m].weeks[w].n_days; i++)
                if (v->months[m].weeks[w].days[i].number.n > 0 &&
                    str_eq(v->months[m].weeks[w].days[i].kind, str_c(kind))) {
                    *ret_last = v->months[m].weeks[w].days[i].number;
                    n++;
                }
    return n;
}

static void the_calendar_marks_what_the_steps_say(void **state)
{
    struct arena *a = *state;
    struct core_view_deadline v;
    struct str last = {0};
    struct deadline d = example(a, "kz-2026", "2026-06-05T13:30:00Z");
    core_deadline_view(a, lang_find(S("en")), &d, &v);
    assert_int_equal(v.n_months, 1);
    assert_str(v.months[0].title, "June 2026");
    assert_int_equal(cells_of(&v, "received", &last), 1);
    assert_str(last, "5");
    assert_int_equal(cells_of(&v, "start", &last), 1);
    assert_str(last, "8");
    assert_int_equal(cells_of(&v, "counted", &last), 14); /* and the due date is the fifteenth */
    assert_int_equal(cells_of(&v, "due", &last), 1);
    assert_str(last, "29");
    assert_int_equal(cells_of(&v, "skipped", &last), 8); /* 6, 7, 13, 14, 17, 21, 27, 28; the 20th works */
    assert_int_equal(v.n_steps, d.n_steps);
    assert_int_equal(v.n_acts, 1);
    for (size_t m = 0; m < v.n_months; m++)
        for (size_t w = 0; w < v.months[m].n_weeks; w++)
            assert_int_equal(v.months[m].weeks[w].n_days, 7);
}

static void a_moved_last_day_is_seen(void **state)
{
    struct arena *a = *state;
    struct core_view_deadline v;
    struct str last = {0};
    struct deadline d =
        example(a, "kz-2019", "2026-06-05T05:00:00Z"); /* 15 calendar days end on the 20th, a worker */
    core_deadline_view(a, lang_find(S("en")), &d, &v);
    assert_int_equal(cells_of(&v, "due", &last), 1);
    assert_str(last, "20");
    d = example(a, "kz-2019", "2026-06-06T05:00:00Z"); /* they end on Sunday the 21st */
    core_deadline_view(a, lang_find(S("en")), &d, &v);
    assert_int_equal(cells_of(&v, "due", &last), 1);
    assert_str(last, "22");
    assert_int_equal(cells_of(&v, "skipped", &last), 2); /* the Sunday after receipt, and the 21st */
    assert_str(last, "21");
    assert_int_equal(cells_of(&v, "received", &last), 1);
    assert_str(last, "6");
}

static void long_terms_show_first_and_last_month(void **state)
{
    struct arena *a = *state;
    const struct profile *const *all;
    size_t n;
    struct calendar *c;
    struct deadline d;
    struct core_view_deadline v;
    assert_null(profile_load_all(a, (struct str){0}, &all, &n));
    assert_null(calendar_file(a, (struct str){0}, "kz", &c));
    const struct profile *p = profile_find(all, n, S("kz-2026"));
    assert_null(deadline_of_rule(a, p, c, "complaint.file", day_of("2026-08-10"), &d));
    core_deadline_view(a, lang_find(S("ru")), &d, &v);
    assert_int_equal(v.n_months, 4);
    assert_null(deadline_of_rule(a, p, c, "complaint.file_unnamed", day_of("2026-08-10"), &d));
    core_deadline_view(a, lang_find(S("ru")), &d, &v);
    assert_int_equal(v.n_months, 2);
    assert_false(v.months[0].after_gap);
    assert_true(v.months[1].after_gap);
}

static size_t count_of(struct str page, const char *what)
{
    size_t n = 0;
    for (size_t at = str_find_str(page, str_c(what)); at != SIZE_MAX; at = str_find_str(page, str_c(what))) {
        page = str_slice(page, at + 1, page.n);
        n++;
    }
    return n;
}

static void the_page_is_escaped_and_whole_in_every_language(void **state)
{
    struct arena *a = *state;
    struct deadline d = example(a, "kz-2026", "2026-06-05T13:30:00Z");
    for (size_t i = 0; i < LANG_N; i++) {
        struct core_view_deadline v;
        struct html h;
        struct str page;
        core_deadline_view(a, lang_at(i), &d, &v);
        html_init(&h, a, lang_at(i), NULL, 0);
        core_view_deadline(&h, &v);
        assert_null(html_done(&h, &page));
        assert_int_equal(count_of(page, "<li class=\"b-deadline__step "), d.n_steps);
        assert_int_equal(count_of(page, "<caption "), 1);
        assert_int_equal(count_of(page, "scope=\"col\""), 7);
        assert_int_equal(count_of(page, "<td "), 35);
        assert_int_equal(count_of(page, "<night>"), 0);
        assert_int_equal(count_of(page, "style="), 0);
        assert_int_equal(count_of(page, "core.deadline"), 0); /* a text that is missing shows its id */
        assert_int_equal(count_of(page, "datetime=\"2026-06-29\""), 1);
        assert_true(count_of(page, "https://adilet.zan.kz/") > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_calendar_marks_what_the_steps_say),
        TEST(a_moved_last_day_is_seen),
        TEST(long_terms_show_first_and_last_month),
        TEST(the_page_is_escaped_and_whole_in_every_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * counters_test.c - the counters of the report come out of a diary that holds as many entries, each beside its
 * definition, and no two are added.
 *
 * Source: report "Kazakhstan. Tokayev. Reboot", work of the first year, 2019-03-20 to 2019-12-31: 178 events with 20
 * meetings inside, 163 meetings, 25 trips in the country (S80); 12 trips abroad, 129 meetings abroad of which 37 with
 * heads of state and government, 34 telephone calls, 28 events abroad (S97); 16 interviews (S101). The entries are
 * made up: they have numbers for titles.
 */
#include "institutions/diary/tests/story.h"

#include "base/clock.h"
#include "institutions/diary/tests/report.h"

static struct diary_count expected(enum diary_counter c)
{
    for (size_t i = 0; i < N_REPORT_FIGURES; i++)
        if (report_figures[i].counter == c)
            return (struct diary_count){report_figures[i].n, report_figures[i].n_part};
    return (struct diary_count){0, 0};
}

static void assert_report(const struct diary_count *counts)
{
    for (enum diary_counter c = 0; c < N_DIARY_COUNTERS; c++) {
        struct diary_count want = expected(c);
        if (counts[c].n != want.n || counts[c].n_part != want.n_part)
            fail_msg("%.*s: %lld with %lld, expected %lld with %lld", STR_FMT(diary_counter_name(c)),
                     (long long)counts[c].n, (long long)counts[c].n_part, (long long)want.n, (long long)want.n_part);
    }
}

static void the_figures_of_the_report_come_out(void **state)
{
    struct state *s = story_new(*state);
    struct diary_count counts[N_DIARY_COUNTERS];
    report_fill(s);
    story_counts(s, REPORT_FROM, REPORT_TO, counts);
    assert_report(counts);
    story_counts(s, "2019-01-01", "2019-12-31", counts); /* the year alone */
    assert_report(counts);
    story_counts(s, "2010-05-05", "2026-07-31", counts); /* years, months and days */
    assert_report(counts);
    story_counts(s, "2019-03-20", "2019-03-20", counts); /* a day of the first entry of each kind */
    assert_true(counts[DIARY_INTERVIEWS].n == 1);
    story_check(s);
    story_counts(s, REPORT_FROM, REPORT_TO, counts);
    assert_report(counts); /* and come out of a rebuild */
}

/* Periods cut anywhere add up to the whole: no day is counted twice or lost. */
static void a_period_is_the_sum_of_its_days_however_it_is_cut(void **state)
{
    struct state *s = story_new(*state);
    struct diary_count whole[N_DIARY_COUNTERS];
    report_fill(s);
    story_counts(s, "2018-12-15", "2020-02-10", whole);
    int32_t first = civil_to_day((struct civil){2018, 12, 15});
    int32_t last = civil_to_day((struct civil){2020, 2, 10});
    for (int32_t cut = first; cut < last; cut += 13) {
        struct diary_count left[N_DIARY_COUNTERS];
        struct diary_count right[N_DIARY_COUNTERS];
        story_counts(s, "2018-12-15", day_text(s->a, cut).p, left);
        story_counts(s, day_text(s->a, cut + 1).p, "2020-02-10", right);
        for (int c = 0; c < N_DIARY_COUNTERS; c++) {
            assert_int_equal(left[c].n + right[c].n, whole[c].n);
            assert_int_equal(left[c].n_part + right[c].n_part, whole[c].n_part);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_figures_of_the_report_come_out),
        TEST(a_period_is_the_sum_of_its_days_however_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

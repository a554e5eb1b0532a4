/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * clock_test.c - dates, instants and zones.
 */
#include "tests/test.h"

#include "base/clock.h"

static void day_numbers_agree_with_known_dates(void **state)
{
    (void)state;
    assert_int_equal(civil_to_day((struct civil){1970, 1, 1}), 0);
    assert_int_equal(civil_to_day((struct civil){2000, 3, 1}), 11017);
    assert_int_equal(civil_to_day((struct civil){2026, 3, 30}), 20542);
    assert_int_equal(day_weekday(civil_to_day((struct civil){2026, 3, 30})), 1);
    assert_int_equal(day_weekday(-1), 3);
}

static void every_day_of_800_years_comes_back(void **state)
{
    (void)state;
    int32_t from = civil_to_day((struct civil){1600, 1, 1});
    struct civil before = civil_from_day(from - 1);
    for (int32_t day = from; day < from + 292194; day++) {
        struct civil c = civil_from_day(day);
        assert_int_equal(civil_to_day(c), day);
        assert_true(c.day == before.day + 1 || c.day == 1);
        before = c;
    }
}

static void only_dates_that_exist_are_read(void **state)
{
    (void)state;
    int32_t day;
    assert_true(day_parse(S("2024-02-29"), &day));
    static const struct str bad[] = {STR("2023-02-29"), STR("2026-13-01"), STR("2026-00-10"),
                                     STR("2026-04-31"), STR("2026-4-01"),  STR("2026-04-1"),
                                     STR("0000-01-01"), STR("2026/04/01"), STR("2026-04-01 ")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(day_parse(bad[i], &day));
}

static void instants_are_written_and_read_back(void **state)
{
    struct arena *a = *state;
    int64_t at;
    assert_true(instant_parse(S("2026-03-30T09:15:07Z"), &at));
    assert_str(instant_text(a, at + 999), "2026-03-30T09:15:07Z");
    assert_str(instant_text(a, -1), "1969-12-31T23:59:59Z");
    assert_false(instant_parse(S("2026-03-30T24:00:00Z"), &at));
    assert_false(instant_parse(S("2026-03-30T09:15:07+05:00"), &at));
}

static void almaty_is_five_hours_ahead_since_march_2024(void **state)
{
    struct arena *a = *state;
    assert_null(clock_self_test(a));
    struct zone *z;
    assert_null(zone_open(a, S("Asia/Almaty"), &z));
    int64_t at;
    assert_true(instant_parse(S("2024-02-29T17:59:59Z"), &at));
    assert_int_equal(zone_offset(z, at), 21600);
    assert_int_equal(zone_offset(z, at + 1000), 18000);
    assert_true(instant_parse(S("2031-07-01T00:00:00Z"), &at));
    assert_int_equal(zone_offset(z, at), 18000);
}

static void summer_time_of_later_years_comes_from_the_footer(void **state)
{
    struct arena *a = *state;
    struct zone *z;
    assert_null(zone_open(a, S("Europe/Berlin"), &z));
    int64_t at;
    assert_true(instant_parse(S("2049-03-28T00:59:59Z"), &at));
    assert_int_equal(zone_offset(z, at), 3600);
    assert_int_equal(zone_offset(z, at + 1000), 7200);
    assert_true(instant_parse(S("2049-10-31T00:59:59Z"), &at));
    assert_int_equal(zone_offset(z, at), 7200);
    assert_int_equal(zone_offset(z, at + 1000), 3600);
    assert_null(zone_open(a, S("America/Santiago"), &z));
    assert_true(instant_parse(S("2049-01-10T12:00:00Z"), &at)); /* summer in the south */
    assert_int_equal(zone_offset(z, at), -10800);
}

static void a_local_day_begins_at_local_midnight(void **state)
{
    struct arena *a = *state;
    struct zone *z;
    assert_null(zone_open(a, S("Asia/Almaty"), &z));
    int32_t day = civil_to_day((struct civil){2026, 3, 30});
    int64_t start = zone_day_start(z, day);
    assert_str(instant_text(a, start), "2026-03-29T19:00:00Z");
    int32_t ms;
    assert_int_equal(zone_day(z, start, &ms), day);
    assert_int_equal(ms, 0);
    assert_int_equal(zone_day(z, start - 1, &ms), day - 1);
}

static void names_that_are_no_zones_are_refused(void **state)
{
    struct arena *a = *state;
    struct zone *z;
    static const struct str bad[] = {STR(""), STR("/etc/passwd"), STR("../../etc/passwd"), STR("Asia/Nowhere"),
                                     STR("Asia"), STR("zone1970.tab")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_non_null(zone_open(a, bad[i], &z));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(day_numbers_agree_with_known_dates),
        TEST(every_day_of_800_years_comes_back),
        TEST(only_dates_that_exist_are_read),
        TEST(instants_are_written_and_read_back),
        TEST(almaty_is_five_hours_ahead_since_march_2024),
        TEST(summer_time_of_later_years_comes_from_the_footer),
        TEST(a_local_day_begins_at_local_midnight),
        TEST(names_that_are_no_zones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * small_test.c - case numbers, working days, languages.
 */
#include "tests/test.h"

#include <stdlib.h>

#include "algo/language.h"
#include "algo/number.h"
#include "algo/workdays.h"
#include "base/clock.h"

static void the_check_digit_agrees_with_the_standard(void **state)
{
    (void)state;
    assert_int_equal(number_check_digit(S("0794")), '5'); /* ISO/IEC 7064's own example */
}

static void numbers_survive_typing_and_catch_errors(void **state)
{
    struct arena *a = *state;
    struct str back;
    struct str n = number_make(a, 2026, 123);
    assert_int_equal(n.n, 14);
    assert_int_equal(number_read(a, str_printf(a, " %.*s ", STR_FMT(n)), &back), NUMBER_OK);
    assert_true(str_eq(n, back));
    struct str big = number_make(a, 2026, 123456789);
    assert_int_equal(number_read(a, big, &back), NUMBER_OK);
    assert_true(str_eq(big, back));
    assert_int_equal(number_read(a, S("2026-00123-4"), &back), NUMBER_SHAPE);
    assert_int_equal(number_read(a, S("2026-000012a-4"), &back), NUMBER_SHAPE);
}

static void every_single_wrong_digit_is_caught(void **state)
{
    struct arena *a = *state;
    for (int64_t seq = 0; seq < 2000; seq += 7) {
        struct str n = number_make(a, 2026, seq);
        for (size_t i = 0; i < n.n; i++) {
            for (char c = '0'; c <= '9'; c++) {
                if (n.p[i] == '-' || n.p[i] == c)
                    continue;
                struct str wrong = str_dup(a, n);
                ((char *)(uintptr_t)wrong.p)[i] = c;
                struct str back;
                assert_int_equal(number_read(a, wrong, &back), NUMBER_CHECK);
            }
        }
    }
}

/* A count as a clerk would make it, with nothing shared but the calendar itself. */
static int32_t naive_add(const bool *works, int32_t first, int32_t day, int32_t n)
{
    int32_t d = day;
    while (n > 0)
        n -= works[++d - first];
    return d;
}

static void ten_thousand_random_calendars_agree_with_a_day_by_day_count(void **state)
{
    struct arena *a = *state;
    uint64_t seed = 20260701;
    for (int round = 0; round < 10000; round++) {
        struct arena_mark mark = arena_mark(a);
        struct workdays w = {0};
        int32_t first = 20000 + (int32_t)(seed >> 33) % 3000;
        bool *works = ARENA_ARRAY(a, 800, bool);
        struct workday_exception *e = ARENA_ARRAY(a, 800, struct workday_exception);
        for (int i = 0; i < 7; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            w.week[i] = i == 2 || (seed >> 62) != 0;
        }
        for (int32_t d = 0; d < 800; d++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            works[d] = w.week[day_weekday(first + d) - 1];
            if ((seed >> 60) == 0 && d < 700) {
                works[d] = (seed >> 59) & 1;
                e[w.n_exceptions++] = (struct workday_exception){.day = first + d, .is_work = works[d]};
            }
        }
        w.exceptions = e;
        assert_true(workdays_is_valid(&w));
        int32_t n = (int32_t)(seed >> 40) % 40;
        int32_t day = first + (int32_t)((seed >> 20) % 100);
        assert_int_equal(workdays_add(&w, day, n), naive_add(works, first, day, n));
        assert_int_equal(workdays_between(&w, day, workdays_add(&w, day, n)), n);
        arena_rewind(a, mark);
    }
}

static void languages_of_short_texts(void **state)
{
    (void)state;
    static const struct {
        enum language expected;
        struct str text;
    } rows[] = {
        {LANGUAGE_KK, STR("Біздің көшеде жарық жоқ, балалар мектепке қараңғыда барады.")},
        {LANGUAGE_KK, STR("Ауылға апаратын жолды жөндеу туралы өтініш")},
        {LANGUAGE_KK, STR("Су құбыры жарылды, үш күн бойы су жоқ")},
        {LANGUAGE_KK, STR("Мектепте орын жетпейді")},
        {LANGUAGE_KK, STR("Аурухана салынсын")},
        {LANGUAGE_RU, STR("Во дворе дома не работает освещение, просим принять меры.")},
        {LANGUAGE_RU, STR("Прошу отремонтировать дорогу к селу")},
        {LANGUAGE_RU, STR("Обращаюсь по поводу Әсел Қайратқызы, которая не получает пособие")},
        {LANGUAGE_RU, STR("Нет воды третий день")},
        {LANGUAGE_RU, STR("Ремонт дороги")},
        {LANGUAGE_EN, STR("The street light in front of our house has been broken for two weeks.")},
        {LANGUAGE_EN, STR("Please repair the road")},
        {LANGUAGE_UNKNOWN, STR("12345 !!!")},
        {LANGUAGE_UNKNOWN, STR("")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (language_of(rows[i].text, NULL) != rows[i].expected)
            print_message("%s\n", rows[i].text.p);
        assert_int_equal(language_of(rows[i].text, NULL), rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_check_digit_agrees_with_the_standard),
        TEST(numbers_survive_typing_and_catch_errors),
        TEST(every_single_wrong_digit_is_caught),
        TEST(ten_thousand_random_calendars_agree_with_a_day_by_day_count),
        TEST(languages_of_short_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * i18n_test.c - catalogues, languages, plurals, and values as each language writes them.
 */
#include "tests/test.h"

#include <pthread.h>

#include "base/clock.h"
#include "web/i18n.h"
#include "web/i18n_private.h"

#define NBSP "\xc2\xa0"

static const struct lang *kk(void)
{
    return lang_find(S("kk"));
}

static const struct lang *ru(void)
{
    return lang_find(S("ru"));
}

static const struct lang *en(void)
{
    return lang_find(S("en"));
}

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    return civil_to_day((struct civil){year, month, day});
}

/* ---- catalogues ---- */

static void catalogues_say_the_same_in_every_language(void **state)
{
    struct err *e = i18n_check(*state);
    if (e)
        fail_msg("%.*s", STR_FMT(err_text(*state, e)));
    for (size_t i = 0; i < LANG_N; i++)
        assert_true(i18n_catalogue(lang_at(i))->n > 4);
}

static void every_text_is_found_by_its_key(void **state)
{
    (void)state;
    const struct catalogue *c = i18n_catalogue(kk());
    for (size_t i = 1; i < c->n; i++) {
        struct message m = catalogue_at(c, i);
        struct message found;
        assert_true(catalogue_find(c, m.id.p, &found));
        assert_ptr_equal(found.text.p, m.text.p);
    }
    struct message none;
    assert_false(catalogue_find(c, "core.size", &none));
    assert_false(catalogue_find(c, "core.size.kib.", &none));
}

/* Any byte of the file may be wrong: it is refused or harmless, never read outside (run with ASan). */
static void broken_catalogue_is_never_read_outside(void **state)
{
    struct arena *a = *state;
    struct str whole = i18n_catalogue_bytes(ru());
    struct catalogue c;
    size_t step = whole.n / 400 + 1;
    for (size_t i = 0; i < whole.n; i += i < 64 ? 1 : step) {
        struct arena_mark mark = arena_mark(a);
        char *bytes = arena_alloc(a, whole.n);
        memcpy(bytes, whole.p, whole.n);
        bytes[i] = (char)(bytes[i] ^ 0xff);
        struct message m;
        if (!catalogue_open(a, (struct str){bytes, whole.n}, &c))
            (void)catalogue_find(&c, "core.size.kib", &m);
        arena_rewind(a, mark);
    }
    for (size_t n = 0; n < whole.n; n += step)
        assert_non_null(catalogue_open(a, str_slice(whole, 0, n), &c));
    assert_null(catalogue_open(a, whole, &c));
}

static void missing_text_falls_back_and_is_seen_at_last(void **state)
{
    assert_str(t(ru(), "no.such.text"), "no.such.text");
    assert_false(t_has("no.such.text"));
    assert_true(t_has("core.size.kib"));
    assert_str(T(*state, en(), "no.such.text", TEXT_ARG("count", 1)), "no.such.text");
}

/* ---- languages ---- */

static void accept_language_is_negotiated(void **state)
{
    (void)state;
    const struct {
        const char *header;
        const char *code;
    } cases[] = {
        {"ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"},
        {"en-GB, kk;q=0.9", "en"},
        {"de, kk-Cyrl-KZ;q=0.4, ru;q=0.3", "kk"},
        {"de;q=1.0, en ; q=0.1", "en"},
        {"en;q=0, ru;q=0.001", "ru"},
        {"KK", "kk"},
        {"ru;q=2, en;q=0.5", "en"},
        {"ru;q=0.1234, en;q=0.1", "en"},
        {"*", "kk"},
        {"rus, english", "kk"},
        {",,;;q==,-,", "kk"},
        {"", "kk"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(lang_code(lang_negotiate(str_c(cases[i].header))), cases[i].code);
    assert_str(lang_code(lang_negotiate((struct str){0})), "kk");
    assert_null(lang_find(S("de")));
    assert_null(lang_find(S("KK")));
    assert_null(lang_find((struct str){0}));
}

/* ---- plurals and placeholders ---- */

static void russian_counts_in_three_forms(void **state)
{
    struct arena *a = *state;
    const struct {
        int64_t n;
        const char *word;
    } cases[] = {
        {0, "байт"},  {1, "байт"},    {2, "байта"},  {5, "байт"},   {11, "байт"},  {12, "байт"},  {14, "байт"},
        {21, "байт"}, {22, "байта"},  {25, "байт"},  {102, "байта"}, {111, "байт"}, {112, "байт"}, {-2, "байта"},
        {INT64_MIN, "байт"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str number = lang_int(a, ru(), cases[i].n);
        struct str expected = str_printf(a, "%.*s" NBSP "%s", STR_FMT(number), cases[i].word);
        assert_str(T(a, ru(), "core.size.bytes", TEXT_ARG("count", cases[i].n)), expected.p);
    }
    assert_str(T(a, en(), "core.size.bytes", TEXT_ARG("count", 1)), "1" NBSP "byte");
    assert_str(T(a, en(), "core.size.bytes", TEXT_ARG("count", 0)), "0" NBSP "bytes");
    assert_str(T(a, kk(), "core.size.bytes", TEXT_ARG("count", 5)), "5" NBSP "байт");
}

static void placeholders_are_filled_by_name(void **state)
{
    struct str name;
    size_t pos = 0;
    struct str text = S("a {b} {} {B} {c d} {e_1}{");
    assert_true(i18n_placeholder(text, &pos, &name));
    assert_str(name, "b");
    assert_true(i18n_placeholder(text, &pos, &name));
    assert_str(name, "e_1");
    assert_false(i18n_placeholder(text, &pos, &name));
    /* A value is put in as it is: its own braces are no placeholders. */
    assert_str(T(*state, en(), "core.size.kib", TEXT_ARG("size", "{size}")), "{size}" NBSP "KB");
    assert_str(T(*state, en(), "core.size.kib", TEXT_ARG("other", 1)), "{size}" NBSP "KB");
    assert_str(T(*state, en(), "core.size.kib", TEXT_ARG("size", 12345)), "12,345" NBSP "KB");
}

static void verdict_names_its_ground_with_its_facts(void **state)
{
    struct verdict v = verdict_no("X", "core.size.bytes", NULL, S("APPC 65"));
    verdict_fact(&v, "count", S("22"));
    assert_str(t_verdict(*state, ru(), &v), "22" NBSP "байта");
    assert_str(t_verdict_next(*state, ru(), &v), "");
    v = verdict_yes();
    assert_str(t_verdict(*state, ru(), &v), "");
}

/* ---- values ---- */

static void dates_are_written_as_each_language_does(void **state)
{
    struct arena *a = *state;
    int32_t day = day_of(2026, 3, 30);
    assert_str(lang_date(a, kk(), day), "2026 ж. 30 наурыз");
    assert_str(lang_date(a, ru(), day), "30 марта 2026 г.");
    assert_str(lang_date(a, en(), day), "30 March 2026");
    assert_str(lang_date_weekday(a, kk(), day), "2026 ж. 30 наурыз, дүйсенбі");
    assert_str(lang_date_weekday(a, ru(), day), "понедельник, 30 марта 2026 г.");
    assert_str(lang_date_weekday(a, en(), day), "Monday, 30 March 2026");
    assert_str(lang_date_short(a, kk(), day), "30.03.2026");
    assert_str(lang_date_short(a, ru(), day), "30.03.2026");
    assert_str(lang_date_short(a, en(), day), "30/03/2026");
    assert_str(lang_date(a, en(), day_of(1965, 12, 31)), "31 December 1965");
}

/* Trap 1: ICU 72 believes that Almaty is at +6; only the offset handed in counts. */
static void time_of_day_follows_the_offset_of_tzdata(void **state)
{
    struct arena *a = *state;
    struct zone *almaty;
    assert_null(zone_open(a, S("Asia/Almaty"), &almaty));
    int64_t at;
    assert_true(instant_parse(S("2024-03-02T18:59:59Z"), &at));
    int32_t offset = zone_offset(almaty, at) / 60;
    assert_int_equal(offset, 300);
    assert_str(lang_datetime(a, kk(), at, offset), "2024 ж. 2 наурыз, 23:59");
    assert_str(lang_datetime(a, kk(), at + 1000, offset), "2024 ж. 3 наурыз, 00:00");
    assert_str(lang_datetime_short(a, ru(), at, offset), "02.03.2024 23:59");
    assert_str(lang_datetime(a, en(), -1, 0), "31 December 1969, 23:59");
}

/* Trap 2: every month has its own Kazakh name, none in Latin letters. */
static void months_are_kazakh(void **state)
{
    const char *const months[] = {"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
                                  "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"};
    for (int32_t m = 1; m <= 12; m++)
        assert_str(lang_date(*state, kk(), day_of(2026, m, 1)),
                   str_to_c(*state, str_printf(*state, "2026 ж. 1 %s", months[m - 1])));
}

static void days_from_now_are_words(void **state)
{
    struct arena *a = *state;
    assert_str(lang_in_days(a, kk(), 0), "бүгін");
    assert_str(lang_in_days(a, kk(), -3), "3 күн бұрын");
    assert_str(lang_in_days(a, ru(), -3), "3 дня назад");
    assert_str(lang_in_days(a, ru(), 21), "через 21 день");
    assert_str(lang_in_days(a, en(), 1), "tomorrow");
    assert_str(lang_in_days(a, en(), 3), "in 3 days");
}

static void numbers_are_grouped_and_carry_their_unit(void **state)
{
    struct arena *a = *state;
    assert_str(lang_int(a, kk(), 1234567), "1" NBSP "234" NBSP "567");
    assert_str(lang_int(a, ru(), 12345), "12" NBSP "345");
    assert_str(lang_int(a, en(), INT64_MIN), "-9,223,372,036,854,775,808");
    assert_str(lang_permille(a, ru(), 941), "94,1" NBSP "%");
    assert_str(lang_permille(a, kk(), 1000), "100%");
    assert_str(lang_permille(a, en(), 5), "0.5%");
    assert_str(lang_size(a, kk(), 0), "0" NBSP "байт");
    assert_str(lang_size(a, en(), 1023), "1,023" NBSP "bytes");
    assert_str(lang_size(a, ru(), 1024), "1,0" NBSP "КБ");
    assert_str(lang_size(a, kk(), 1258291), "1,2" NBSP "МБ");
    assert_str(lang_size(a, en(), 1024 * 1024 - 1), "1.0" NBSP "MB");
    assert_str(lang_size(a, en(), 10 * 1024 * 1024), "10" NBSP "MB");
    assert_str(lang_size(a, en(), INT64_MAX), "8,589,934,592" NBSP "GB");
}

/* pthreads, not C11 threads: ThreadSanitizer follows only these. NULL: it went well. */
static void *format_in_thread(void *lang)
{
    struct arena *a = arena_new("thread", 0);
    bool ok = str_eq(lang_date(a, lang, day_of(2026, 3, 30)), S("30 марта 2026 г."));
    arena_free(a);
    return ok ? NULL : lang;
}

static void threads_have_formatters_of_their_own(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, format_in_thread, (void *)(uintptr_t)ru()), 0);
    for (size_t i = 0; i < 4; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(catalogues_say_the_same_in_every_language),
        TEST(every_text_is_found_by_its_key),
        TEST(broken_catalogue_is_never_read_outside),
        TEST(missing_text_falls_back_and_is_seen_at_last),
        TEST(accept_language_is_negotiated),
        TEST(russian_counts_in_three_forms),
        TEST(placeholders_are_filled_by_name),
        TEST(verdict_names_its_ground_with_its_facts),
        TEST(dates_are_written_as_each_language_does),
        TEST(time_of_day_follows_the_offset_of_tzdata),
        TEST(months_are_kazakh),
        TEST(days_from_now_are_words),
        TEST(numbers_are_grouped_and_carry_their_unit),
        TEST(threads_have_formatters_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

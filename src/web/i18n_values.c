/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * i18n_values.c - dates, numbers and sizes as people of each language write them.
 *
 * ICU knows the months and the separators. It is never asked about zones: its data is older than
 * Kazakhstan's change of 2024, so every date it sees is a civil date put at UTC, and the time of day is
 * written here.
 *
 * Keeps: one set of formatters per thread and language, opened at first use, closed with the thread.
 * Source: experience.md, section 5 (opening a formatter costs 31.7 us, using an open one 2.1).
 */
#include <threads.h>

#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/unum.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

#include "base/clock.h"
#include "web/i18n_private.h"

#define UNITS_MAX 128 /* UTF-16 units of one formatted value; the longest is about 40 */

struct formatters {
    UDateFormat *date, *weekday, *month_day_year;
    UDateFormat *month, *weekday_short, *weekday_name;
    URelativeDateTimeFormatter *relative;
    UNumberFormat *integer, *decimal, *percent;
};

/* ---- the cache ---- */

static tss_t cache_key;
static once_flag cache_once = ONCE_FLAG_INIT;

static void close_cache(void *cache)
{
    struct formatters *sets = cache;
    for (size_t i = 0; i < LANG_N; i++) {
        udat_close(sets[i].date);
        udat_close(sets[i].weekday);
        udat_close(sets[i].month_day_year);
        udat_close(sets[i].month);
        udat_close(sets[i].weekday_short);
        udat_close(sets[i].weekday_name);
        ureldatefmt_close(sets[i].relative);
        unum_close(sets[i].integer);
        unum_close(sets[i].decimal);
        unum_close(sets[i].percent);
    }
    free(sets);
}

static void make_cache_key(void)
{
    MUST(tss_create(&cache_key, close_cache) == thrd_success);
}

static UDateFormat *open_date(const struct lang *l, UDateFormatStyle style, UErrorCode *status)
{
    return udat_open(UDAT_NONE, style, l->locale, u"GMT", -1, NULL, 0, status);
}

static UDateFormat *open_pattern(const struct lang *l, const UChar *pattern, UErrorCode *status)
{
    return udat_open(UDAT_PATTERN, UDAT_PATTERN, l->locale, u"GMT", -1, pattern, -1, status);
}

/* Month and year by themselves, in the order of the language. */
static UDateFormat *open_month(const struct lang *l, UErrorCode *status)
{
    UChar pattern[64];
    UDateTimePatternGenerator *g = udatpg_open(l->locale, status);
    int32_t n = udatpg_getBestPattern(g, u"yMMMM", -1, pattern, 63, status);
    udatpg_close(g);
    MUST(U_SUCCESS(*status) && n < 63);
    pattern[n] = 0;
    return open_pattern(l, pattern, status);
}

static struct formatters open_formatters(const struct lang *l)
{
    /* Four digits of the year in every language; CLDR's short Kazakh form has two. */
    const UChar *numeric = str_eq(l->code, S("en")) ? u"dd/MM/y" : u"dd.MM.y";
    UErrorCode status = U_ZERO_ERROR;
    struct formatters f = {
        .date = open_date(l, UDAT_LONG, &status),
        .weekday = open_date(l, UDAT_FULL, &status),
        .month_day_year = open_pattern(l, numeric, &status),
        .month = open_month(l, &status),
        .weekday_short = open_pattern(l, u"ccc", &status),
        .weekday_name = open_pattern(l, u"cccc", &status),
        .relative = ureldatefmt_open(l->locale, NULL, UDAT_STYLE_LONG, UDISPCTX_CAPITALIZATION_NONE, &status),
        .integer = unum_open(UNUM_DECIMAL, NULL, 0, l->locale, NULL, &status),
        .decimal = unum_open(UNUM_DECIMAL, NULL, 0, l->locale, NULL, &status),
        .percent = unum_open(UNUM_PERCENT, NULL, 0, l->locale, NULL, &status),
    };
    MUST(U_SUCCESS(status)); /* ICU's data is part of the installed library */
    unum_setAttribute(f.decimal, UNUM_FRACTION_DIGITS, 1);
    unum_setAttribute(f.percent, UNUM_MAX_FRACTION_DIGITS, 1);
    return f;
}

static const struct formatters *formatters(const struct lang *l)
{
    call_once(&cache_once, make_cache_key);
    struct formatters *sets = tss_get(cache_key);
    if (!sets) {
        sets = calloc(LANG_N, sizeof *sets);
        MUST(sets && tss_set(cache_key, sets) == thrd_success);
    }
    if (!sets[l->index].date)
        sets[l->index] = open_formatters(l);
    return &sets[l->index];
}

/* What ICU wrote, as UTF-8 in `a`. */
static struct str utf8(struct arena *a, const UChar *units, int32_t n, UErrorCode status)
{
    MUST(U_SUCCESS(status) && n <= UNITS_MAX);
    int32_t bytes = n * 3;
    char *p = arena_alloc(a, (size_t)bytes + 1);
    u_strToUTF8(p, bytes + 1, &bytes, units, n, &status);
    MUST(U_SUCCESS(status));
    return (struct str){p, (size_t)bytes};
}

/* ---- dates ---- */

/* CLDR puts narrow no-break spaces into some dates (U+202F before "ж."). Fonts lack them, and a date with
 * them is not found by searching the page: they become plain spaces. */
static struct str format_day(struct arena *a, const UDateFormat *f, int32_t day)
{
    UChar units[UNITS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = udat_format(f, (UDate)day * (UDate)MS_PER_DAY, units, UNITS_MAX, NULL, &status);
    for (int32_t i = 0; i < n && i < UNITS_MAX; i++)
        if (units[i] == 0x202f || units[i] == 0xa0)
            units[i] = ' ';
    return utf8(a, units, n, status);
}

struct str lang_date(struct arena *a, const struct lang *l, int32_t day)
{
    return format_day(a, formatters(l)->date, day);
}

struct str lang_date_weekday(struct arena *a, const struct lang *l, int32_t day)
{
    return format_day(a, formatters(l)->weekday, day);
}

struct str lang_date_short(struct arena *a, const struct lang *l, int32_t day)
{
    return format_day(a, formatters(l)->month_day_year, day);
}

struct str lang_month(struct arena *a, const struct lang *l, int32_t day)
{
    return format_day(a, formatters(l)->month, day);
}

/* 1970-01-05 was a Monday. */
struct str lang_weekday_short(struct arena *a, const struct lang *l, int weekday)
{
    return format_day(a, formatters(l)->weekday_short, 3 + weekday);
}

struct str lang_weekday(struct arena *a, const struct lang *l, int weekday)
{
    return format_day(a, formatters(l)->weekday_name, 3 + weekday);
}

/* Civil day and minute of that day at `at`, `offset_min` east of UTC. */
static int32_t split(int64_t at, int32_t offset_min, int *ret_minute)
{
    int64_t local = at + (int64_t)offset_min * 60000;
    int64_t day = local / MS_PER_DAY;
    if (local % MS_PER_DAY < 0)
        day--;
    *ret_minute = (int)((local - day * MS_PER_DAY) / 60000);
    return (int32_t)day;
}

struct str lang_datetime(struct arena *a, const struct lang *l, int64_t at, int32_t offset_min)
{
    int minute;
    struct str date = lang_date(a, l, split(at, offset_min, &minute));
    return str_printf(a, "%.*s, %02d:%02d", STR_FMT(date), minute / 60, minute % 60);
}

struct str lang_datetime_short(struct arena *a, const struct lang *l, int64_t at, int32_t offset_min)
{
    int minute;
    struct str date = lang_date_short(a, l, split(at, offset_min, &minute));
    return str_printf(a, "%.*s %02d:%02d", STR_FMT(date), minute / 60, minute % 60);
}

struct str lang_in_days(struct arena *a, const struct lang *l, int32_t days)
{
    UChar units[UNITS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = ureldatefmt_format(formatters(l)->relative, days, UDAT_REL_UNIT_DAY, units, UNITS_MAX,
                                   &status);
    return utf8(a, units, n, status);
}

/* ---- numbers ---- */

struct str lang_int(struct arena *a, const struct lang *l, int64_t v)
{
    UChar units[UNITS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = unum_formatInt64(formatters(l)->integer, v, units, UNITS_MAX, NULL, &status);
    return utf8(a, units, n, status);
}

static struct str format_double(struct arena *a, const UNumberFormat *f, double v)
{
    UChar units[UNITS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = unum_formatDouble(f, v, units, UNITS_MAX, NULL, &status);
    return utf8(a, units, n, status);
}

struct str lang_permille(struct arena *a, const struct lang *l, int64_t permille)
{
    return format_double(a, formatters(l)->percent, (double)permille / 1000.0);
}

struct str lang_size(struct arena *a, const struct lang *l, int64_t bytes)
{
    if (bytes < 1024)
        return T(a, l, "core.size.bytes", TEXT_ARG("count", bytes));
    static const char *const ids[] = {"core.size.kib", "core.size.mib", "core.size.gib"};
    size_t unit = 0;
    double v = (double)bytes / 1024.0;
    for (; v >= 1023.5 && unit < 2; unit++)
        v /= 1024.0;
    struct str n = v < 9.95 ? format_double(a, formatters(l)->decimal, v) : lang_int(a, l, (int64_t)(v + 0.5));
    return T(a, l, ids[unit], TEXT_ARG("size", n));
}

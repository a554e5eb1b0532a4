/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_parse.c - the text of a column as the value of a field, or why it is none.
 *
 * Strict on purpose: a date that could be two dates, a number with a letter in it, a word that is not in the list are
 * told and not guessed; what a person would call the same (blanks at the ends, capital letters, "да" for yes) is taken.
 */
#include "core/import_private.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fold.h"

#define LINE_CHARS 200
#define TEXT_CHARS 20000
#define FIRST_YEAR 1900
#define LAST_YEAR 2100
#define MICRO 1000000

/* == words == */

struct str import_word(const char *entry)
{
    struct str head;
    struct str rest;
    (void)str_cut(str_c(entry), '=', &head, &rest);
    return head;
}

static const char *parse_word(struct arena *a, const struct import_field *field, struct str text, struct import_value *v)
{
    struct str wanted = fold(a, text);
    struct buf known;
    buf_init(&known, a, 4 * ARENA_KIB);
    for (size_t i = 0; field->words[i]; i++) {
        struct str rest = str_c(field->words[i]);
        struct str word;
        buf_printf(&known, "%s%.*s", i > 0 ? ", " : "", STR_FMT(import_word(field->words[i])));
        do {
            (void)str_cut(rest, '=', &word, &rest);
            if (str_eq(word, wanted)) {
                *v = (struct import_value){.text = import_word(field->words[i]), .i = (int64_t)i};
                return NULL;
            }
        } while (rest.p);
    }
    return str_printf(a, "expected one of: %.*s", STR_FMT(buf_view(&known))).p;
}

static const char *parse_flag(struct arena *a, struct str text, struct import_value *v)
{
    static const char *const yes[] = {"1", "yes", "y", "true", "да", "иә", "ия"};
    static const char *const no[] = {"0", "no", "n", "false", "нет", "жоқ"};
    struct str word = fold(a, text);
    v->text = text;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        v->i = 1;
        if (str_eq(word, str_c(yes[i])))
            return NULL;
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        v->i = 0;
        if (str_eq(word, str_c(no[i])))
            return NULL;
    }
    return "expected yes or no: 1, 0, yes, no, true, false";
}

static const char *parse_decimal(struct str text, struct import_value *v)
{
    bool is_negative = str_starts(text, S("-"));
    bool has_point = false;
    size_t n_digits = 0;
    size_t n_behind = 0;
    int64_t value = 0;
    for (size_t i = is_negative ? 1 : 0; i < text.n; i++) {
        char c = text.p[i];
        if ((c == '.' || c == ',') && !has_point) {
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9' || n_digits >= 15)
            return "expected a number like 51.128422";
        n_digits++;
        if (has_point && n_behind == 6)
            continue; /* finer than a millionth */
        value = value * 10 + (c - '0');
        n_behind += has_point;
    }
    if (n_digits == 0)
        return "expected a number like 51.128422";
    for (; n_behind < 6; n_behind++)
        value *= 10;
    v->text = text;
    v->i = is_negative ? -value : value;
    return NULL;
}

/* == dates and times == */

/* `n` digits at `*at`, which moves behind them. */
static bool digits(struct str s, size_t *at, size_t n, int32_t *ret)
{
    *ret = 0;
    if (*at + n > s.n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = s.p[(*at)++];
        if (c < '0' || c > '9')
            return false;
        *ret = *ret * 10 + (c - '0');
    }
    return true;
}

/* One or two digits. */
static bool few_digits(struct str s, size_t *at, int32_t *ret)
{
    size_t second = *at + 1;
    bool has_two = second < s.n && s.p[second] >= '0' && s.p[second] <= '9';
    return digits(s, at, has_two ? 2 : 1, ret);
}

static bool take(struct str s, size_t *at, char c)
{
    if (*at >= s.n || s.p[*at] != c)
        return false;
    (*at)++;
    return true;
}

/* A date at the beginning of `s`; `*at` moves behind it. */
static bool read_date(const struct import_map *m, struct str s, size_t *at, int32_t *ret_day)
{
    struct civil c;
    size_t start = *at;
    if (s.n >= start + 10 && s.p[start + 4] == '-') { /* 2026-03-30 */
        if (!digits(s, at, 4, &c.year) || !take(s, at, '-') || !digits(s, at, 2, &c.month) || !take(s, at, '-') ||
            !digits(s, at, 2, &c.day))
            return false;
    } else if (s.n >= start + 8 && !memchr(s.p + start, '.', 5) && !memchr(s.p + start, '/', 5)) { /* 20260330 */
        if (!digits(s, at, 4, &c.year) || !digits(s, at, 2, &c.month) || !digits(s, at, 2, &c.day))
            return false;
    } else { /* 30.03.2026, 30/03/2026, 3/30/2026 */
        int32_t first;
        int32_t second;
        if (!few_digits(s, at, &first) || *at >= s.n)
            return false;
        char sep = s.p[*at];
        if ((sep != '.' && sep != '/') || !take(s, at, sep) || !few_digits(s, at, &second) || !take(s, at, sep) ||
            !digits(s, at, 4, &c.year))
            return false;
        bool is_month_first = m->is_month_first && sep == '/';
        c.month = is_month_first ? first : second;
        c.day = is_month_first ? second : first;
    }
    if (c.year < FIRST_YEAR || c.year > LAST_YEAR || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31)
        return false;
    *ret_day = civil_to_day(c);
    struct civil back = civil_from_day(*ret_day);
    return back.month == c.month && back.day == c.day; /* 30 February is none */
}

/* "11:45", "11:45:59", "11:45:59.123"; ms since midnight. */
static bool read_clock(struct str s, size_t *at, int64_t *ret_ms)
{
    int32_t hour;
    int32_t minute;
    int32_t second = 0;
    if (!few_digits(s, at, &hour) || !take(s, at, ':') || !digits(s, at, 2, &minute))
        return false;
    if (take(s, at, ':') && !digits(s, at, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_ms = ((hour * 60 + minute) * INT64_C(60) + second) * 1000;
    if (take(s, at, '.'))
        while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9')
            (*at)++; /* a part of a second changes no term */
    return true;
}

/* "Z", "+05:00", "-0400", "+05"; ms east of UTC. */
static bool read_offset(struct str s, size_t *at, int64_t *ret_ms)
{
    int32_t hours;
    int32_t minutes = 0;
    *ret_ms = 0;
    if (take(s, at, 'Z'))
        return true;
    bool is_west = *at < s.n && s.p[*at] == '-';
    if (!take(s, at, '+') && !take(s, at, '-'))
        return false;
    if (!digits(s, at, 2, &hours))
        return false;
    bool has_colon = take(s, at, ':');
    if ((has_colon || *at < s.n) && !digits(s, at, 2, &minutes))
        return false;
    if (hours > 14 || minutes > 59)
        return false;
    *ret_ms = (hours * 60 + minutes) * INT64_C(60000) * (is_west ? -1 : 1);
    return true;
}

static const char *parse_date(const struct import_map *m, struct str text, struct import_value *v)
{
    size_t at = 0;
    int32_t day;
    if (!read_date(m, text, &at, &day) || at != text.n)
        return "expected a date that exists: 2026-03-30 or 30.03.2026";
    *v = (struct import_value){.text = text, .i = day};
    return NULL;
}

/* The instant of a local time: that of the zone's offset then. */
static int64_t instant_of(const struct zone *zone, int32_t day, int64_t ms)
{
    int64_t local = day * MS_PER_DAY + ms;
    int64_t at = local - zone_offset(zone, local) * INT64_C(1000);
    return local - zone_offset(zone, at) * INT64_C(1000);
}

static const char *parse_time(const struct import_map *m, struct str text, struct import_value *v)
{
    static const char *const why = "expected a date, or a date and time: 2026-03-30T11:45:59+05:00, 30.03.2026 11:45";
    size_t at = 0;
    int32_t day;
    int64_t ms = 0;
    int64_t offset;
    if (!read_date(m, text, &at, &day))
        return why;
    v->text = text;
    if (at < text.n) {
        if (!take(text, &at, 'T') && !take(text, &at, ' '))
            return why;
        while (take(text, &at, ' '))
            ;
        if (!read_clock(text, &at, &ms))
            return why;
        while (take(text, &at, ' '))
            ;
    }
    if (at < text.n) {
        if (!read_offset(text, &at, &offset) || at != text.n)
            return why;
        v->i = day * MS_PER_DAY + ms - offset;
        return NULL;
    }
    v->i = instant_of(m->zone, day, ms);
    return NULL;
}

/* == texts == */

/* CRLF and CR become LF. */
static struct str with_lf(struct arena *a, struct str s)
{
    if (!memchr(s.p, '\r', s.n))
        return s;
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
            continue;
        p[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
    }
    return (struct str){p, n};
}

static const char *parse_text(struct arena *a, const struct import_field *field, bool is_line, struct str text,
                              struct import_value *v)
{
    size_t max = field->max ? field->max : (is_line ? LINE_CHARS : TEXT_CHARS);
    v->text = is_line ? text : with_lf(a, text);
    if (is_line && has_control(v->text))
        return "expected one line without control characters";
    if (!is_line && has_control_but_lines(v->text))
        return "a control character in the text";
    size_t n = v->text.n > max ? str_utf8_len(v->text) : v->text.n;
    if (n > max)
        return str_printf(a, "expected at most %zu characters, and there are %zu", max, n).p;
    return NULL;
}

const char *import_parse(struct arena *a, const struct import_map *map, size_t field, struct str text,
                         struct import_value *ret_value)
{
    const struct import_field *f = &map->kind->fields[field];
    *ret_value = (struct import_value){0};
    if (map->is_html[field])
        text = import_html_text(a, text);
    text = str_trim(text);
    if (text.n == 0 || (map->empty.p && str_eq(text, map->empty)))
        return f->is_required ? "expected a value; the field is needed" : NULL;
    switch (f->type) {
    case IMPORT_LINE:
        return parse_text(a, f, true, text, ret_value);
    case IMPORT_TEXT:
        return parse_text(a, f, false, text, ret_value);
    case IMPORT_DATE:
        return parse_date(map, text, ret_value);
    case IMPORT_TIME:
        return parse_time(map, text, ret_value);
    case IMPORT_FLAG:
        return parse_flag(a, text, ret_value);
    case IMPORT_INT:
        ret_value->text = text;
        return str_to_int64(text, &ret_value->i) ? NULL : "expected a whole number";
    case IMPORT_DECIMAL:
        return parse_decimal(text, ret_value);
    case IMPORT_WORD:
        return parse_word(a, f, text, ret_value);
    }
    return NULL;
}

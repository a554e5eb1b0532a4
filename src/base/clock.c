/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * clock.c - day arithmetic, and a reader of tz database files.
 */
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"

int64_t clock_now(void)
{
    struct timespec ts;
    MUST(clock_gettime(CLOCK_REALTIME, &ts) == 0);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
    struct timespec ts;
    MUST(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_monotonic(void)
{
    struct timespec ts;
    MUST(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int32_t civil_to_day(struct civil c)
{
    int32_t y = c.month <= 2 ? c.year - 1 : c.year; /* years from March, so that leap days come last */
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t year_of_era = y - era * 400;
    int32_t month = (c.month + 9) % 12;
    int32_t day_of_year = (153 * month + 2) / 5 + c.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil civil_from_day(int32_t day)
{
    int32_t z = day + 719468;
    int32_t era = (z >= 0 ? z : z - 146096) / 146097;
    int32_t day_of_era = z - era * 146097;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month = (5 * day_of_year + 2) / 153;
    struct civil c = {.day = day_of_year - (153 * month + 2) / 5 + 1,
                      .month = month < 10 ? month + 3 : month - 9};
    c.year = year_of_era + era * 400 + (c.month <= 2);
    return c;
}

int day_weekday(int32_t day)
{
    int32_t w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (w < 0 ? w + 7 : w) + 1;
}

struct str day_text(struct arena *a, int32_t day)
{
    struct civil c = civil_from_day(day);
    return str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* `n` digits at `*p`; moves on. */
static bool digits(const char **p, int n, int32_t *ret)
{
    int32_t v = 0;
    for (int i = 0; i < n; i++) {
        if ((*p)[i] < '0' || (*p)[i] > '9')
            return false;
        v = v * 10 + ((*p)[i] - '0');
    }
    *p += n;
    *ret = v;
    return true;
}

bool day_parse(struct str s, int32_t *ret_day)
{
    struct civil c;
    const char *p = s.p;
    if (s.n != 10 || !digits(&p, 4, &c.year) || *p++ != '-' || !digits(&p, 2, &c.month) ||
        *p++ != '-' || !digits(&p, 2, &c.day) || c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1)
        return false;
    int32_t day = civil_to_day(c);
    struct civil back = civil_from_day(day);
    if (back.year != c.year || back.month != c.month || back.day != c.day)
        return false;
    *ret_day = day;
    return true;
}

/* Division that rounds down, so that instants before 1970 fall on the right day. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

struct str instant_text(struct arena *a, int64_t at)
{
    int64_t day = floor_div(at, MS_PER_DAY);
    int64_t s = (at - day * MS_PER_DAY) / 1000;
    struct civil c = civil_from_day((int32_t)day);
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, (int)(s / 3600),
                      (int)(s / 60 % 60), (int)(s % 60));
}

bool instant_parse(struct str s, int64_t *ret_at)
{
    int32_t day;
    int32_t hour;
    int32_t minute;
    int32_t second;
    if (s.n != 20 || !day_parse(str_slice(s, 0, 10), &day))
        return false;
    const char *p = s.p + 10;
    if (*p++ != 'T' || !digits(&p, 2, &hour) || *p++ != ':' || !digits(&p, 2, &minute) || *p++ != ':' ||
        !digits(&p, 2, &second) || *p != 'Z' || hour > 23 || minute > 59 || second > 59)
        return false;
    *ret_at = (int64_t)day * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    return true;
}

/* == zones == */

/* A switch of a POSIX rule: "M3.5.0/2". */
struct rule {
    int month, week, weekday;
    int32_t second; /* of the day, local */
};

struct zone {
    size_t n;          /* transitions */
    int64_t *at;       /* seconds UTC, ascending */
    int32_t *offset;   /* seconds east, from at[i] on */
    int32_t first;     /* before at[0] */
    int32_t standard;  /* after the last, or by the footer */
    int32_t summer;
    bool has_rules;    /* the footer names switches to summer time and back */
    struct rule start, end;
};

static int64_t big_endian(const char *p, int n)
{
    uint64_t v = (p[0] & 0x80) ? ~UINT64_C(0) : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | (uint8_t)p[i];
    return (int64_t)v;
}

/* "+05", "<+05>-5", "-3:30": hours west of UTC as POSIX writes them. */
static bool posix_offset(const char **p, int32_t *ret_seconds)
{
    int sign = 1;
    if (**p == '+' || **p == '-')
        sign = *(*p)++ == '-' ? -1 : 1;
    int32_t part[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++) {
        if (**p < '0' || **p > '9')
            return i > 0;
        while (**p >= '0' && **p <= '9' && part[i] < 1000)
            part[i] = part[i] * 10 + (*(*p)++ - '0');
        if (**p != ':')
            break;
        (*p)++;
    }
    *ret_seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

static bool posix_name(const char **p)
{
    const char *start = *p;
    if (**p == '<') {
        while (**p && **p != '>')
            (*p)++;
        return *(*p)++ == '>';
    }
    while ((**p >= 'A' && **p <= 'Z') || (**p >= 'a' && **p <= 'z'))
        (*p)++;
    return *p - start >= 3;
}

static bool posix_rule(const char **p, struct rule *ret)
{
    int part[3] = {0, 0, 0};
    if (*(*p)++ != ',' || *(*p)++ != 'M')
        return false; /* only the M form is used by the tz database */
    for (int i = 0; i < 3; i++) {
        if (i > 0 && *(*p)++ != '.')
            return false;
        while (**p >= '0' && **p <= '9' && part[i] < 100)
            part[i] = part[i] * 10 + (*(*p)++ - '0');
    }
    *ret = (struct rule){.month = part[0], .week = part[1], .weekday = part[2], .second = 7200};
    if (**p == '/') {
        (*p)++;
        return posix_offset(p, &ret->second);
    }
    return true;
}

/* The footer: "<+05>-5" or "CET-1CEST,M3.5.0,M10.5.0/3". */
static bool parse_footer(struct zone *z, const char *p)
{
    int32_t west;
    if (!posix_name(&p) || !posix_offset(&p, &west))
        return false;
    z->standard = -west;
    if (!*p)
        return true;
    if (!posix_name(&p))
        return false;
    z->summer = z->standard + 3600;
    if (*p != ',') {
        if (!posix_offset(&p, &west))
            return false;
        z->summer = -west;
    }
    z->has_rules = posix_rule(&p, &z->start) && posix_rule(&p, &z->end);
    return z->has_rules;
}

struct header {
    int64_t n_utc, n_std, n_leap, n_times, n_types, n_chars;
};

static bool parse_header(struct str file, size_t at, struct header *h)
{
    if (file.n < at + 44 || !str_eq(str_slice(file, at, at + 4), S("TZif")))
        return false;
    const char *p = file.p + at + 20;
    *h = (struct header){big_endian(p, 4),      big_endian(p + 4, 4),  big_endian(p + 8, 4),
                         big_endian(p + 12, 4), big_endian(p + 16, 4), big_endian(p + 20, 4)};
    return h->n_types > 0 && h->n_times >= 0 && h->n_times < 100000 && h->n_types < 1000 &&
           h->n_chars >= 0 && h->n_chars < 10000 && h->n_leap >= 0 && h->n_leap < 1000 &&
           h->n_utc >= 0 && h->n_utc < 1000 && h->n_std >= 0 && h->n_std < 1000;
}

static size_t block_size(const struct header *h, int64_t width)
{
    return (size_t)(h->n_times * width + h->n_times + h->n_types * 6 + h->n_chars +
                    h->n_leap * (width + 4) + h->n_std + h->n_utc);
}

static bool parse_zone(struct arena *a, struct str file, struct zone *z)
{
    struct header h;
    if (!parse_header(file, 0, &h) || file.p[4] < '2')
        return false;
    size_t at = 44 + block_size(&h, 4); /* the old block of 32-bit times is skipped */
    if (!parse_header(file, at, &h) || file.n < at + 44 + block_size(&h, 8) + 2)
        return false;
    const char *times = file.p + at + 44;
    const char *kinds = times + h.n_times * 8;
    const char *types = kinds + h.n_times;
    z->n = (size_t)h.n_times;
    z->at = ARENA_ARRAY(a, z->n, int64_t);
    z->offset = ARENA_ARRAY(a, z->n, int32_t);
    z->first = (int32_t)big_endian(types, 4);
    for (size_t i = 0; i < z->n; i++) {
        uint8_t kind = (uint8_t)kinds[i];
        if (kind >= h.n_types)
            return false;
        z->at[i] = big_endian(times + i * 8, 8);
        z->offset[i] = (int32_t)big_endian(types + kind * 6, 4);
    }
    const char *footer = file.p + at + 44 + block_size(&h, 8);
    struct str line;
    struct str rest;
    if (*footer != '\n' ||
        !str_cut((struct str){footer + 1, (size_t)(file.p + file.n - footer - 1)}, '\n', &line, &rest))
        return false;
    z->standard = z->n ? z->offset[z->n - 1] : z->first;
    return line.n == 0 || parse_footer(z, str_to_c(a, line));
}

struct err *zone_open(struct arena *a, struct str name, struct zone **ret_zone)
{
    bool ok = name.n > 0 && name.n < 64 && name.p[0] != '/';
    for (size_t i = 0; i < name.n && ok; i++) {
        char c = name.p[i];
        ok = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' ||
             c == '_' || c == '-' || c == '+';
    }
    if (!ok)
        return ERR(a, ERR_CONFIG, "\"%.*s\" is not the name of a time zone", STR_FMT(name));
    const char *dir = getenv("TZDIR");
    struct str path = str_printf(a, "%s/%.*s", dir && *dir ? dir : "/usr/share/zoneinfo", STR_FMT(name));
    struct str file;
    struct err *e = file_read(a, path.p, ARENA_MIB, &file);
    if (e)
        return ERR(a, ERR_CONFIG, "time zone %.*s cannot be read (%s); is tzdata installed?", STR_FMT(name), e->msg);
    struct zone *z = ARENA_NEW(a, struct zone);
    if (!parse_zone(a, file, z))
        return ERR(a, ERR_CONFIG, "%s is not a file of the tz database that can be read", path.p);
    *ret_zone = z;
    return NULL;
}

/* The instant (seconds UTC) at which `r` switches in `year`, when `offset` was in force before. */
static int64_t rule_at(const struct rule *r, int32_t year, int32_t offset)
{
    int32_t first = civil_to_day((struct civil){year, r->month, 1});
    int32_t to_weekday = (r->weekday - day_weekday(first) % 7 + 7) % 7;
    int32_t day = first + to_weekday + (r->week - 1) * 7;
    while (civil_from_day(day).month != r->month)
        day -= 7; /* week 5 means the last */
    return (int64_t)day * 86400 + r->second - offset;
}

int32_t zone_offset(const struct zone *z, int64_t at)
{
    int64_t s = floor_div(at, 1000);
    if (z->n > 0 && s < z->at[0])
        return z->first;
    if (z->n > 0 && (!z->has_rules || s < z->at[z->n - 1])) {
        size_t low = 0;
        size_t high = z->n;
        while (high - low > 1) {
            size_t mid = low + (high - low) / 2;
            if (z->at[mid] <= s)
                low = mid;
            else
                high = mid;
        }
        return z->offset[low];
    }
    if (!z->has_rules)
        return z->standard;
    int32_t year = civil_from_day((int32_t)floor_div(s, 86400)).year;
    int64_t start = rule_at(&z->start, year, z->standard);
    int64_t end = rule_at(&z->end, year, z->summer);
    bool is_summer = start < end ? (s >= start && s < end) : !(s >= end && s < start);
    return is_summer ? z->summer : z->standard;
}

int32_t zone_day(const struct zone *z, int64_t at, int32_t *ret_ms_of_day)
{
    int64_t local = at + (int64_t)zone_offset(z, at) * 1000;
    int64_t day = floor_div(local, MS_PER_DAY);
    if (ret_ms_of_day)
        *ret_ms_of_day = (int32_t)(local - day * MS_PER_DAY);
    return (int32_t)day;
}

int64_t zone_day_start(const struct zone *z, int32_t day)
{
    int64_t local = (int64_t)day * MS_PER_DAY;
    int64_t at = local - (int64_t)zone_offset(z, local) * 1000;
    at = local - (int64_t)zone_offset(z, at) * 1000; /* once more, near a change of offset */
    while (zone_day(z, at, NULL) < day)
        at += 900000; /* midnight did not exist: the first quarter of an hour that does */
    return at;
}

struct err *clock_self_test(struct arena *a)
{
    struct zone *z;
    TRY(zone_open(a, S("Asia/Almaty"), &z));
    int64_t march_2 = (int64_t)civil_to_day((struct civil){2024, 3, 2}) * MS_PER_DAY;
    int64_t february = (int64_t)civil_to_day((struct civil){2024, 2, 1}) * MS_PER_DAY;
    if (zone_offset(z, march_2) != 5 * 3600 || zone_offset(z, february) != 6 * 3600)
        return ERR(a, ERR_CONFIG,
                   "tzdata is older than 2024a: Almaty must be at UTC+5 since 2024-03-01, and is at %+d",
                   (int)(zone_offset(z, march_2) / 3600));
    return NULL;
}

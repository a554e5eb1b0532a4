/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * clock.h - instants, civil dates, and the offset between them.
 *
 * An instant is int64 milliseconds UTC (`_at`). A civil date is a day number, days since 1970-01-01
 * (`_on` in memory; ISO text in the database). Which civil date an instant has depends on the zone, and
 * the zone's rules come from libc's tzdata: ICU 72 still puts Almaty one hour off, and with legal terms
 * that is a wrong day now and then.
 */
#ifndef BIRGE_BASE_CLOCK_H
#define BIRGE_BASE_CLOCK_H

#include "base/err.h"

#define MS_PER_DAY INT64_C(86400000)

/* The present, ms UTC. Only callers at the edge ask it; everything below takes "now" as a parameter. */
int64_t clock_now(void);
/* Milliseconds since an arbitrary point, never stepping back; for measuring. */
int64_t clock_monotonic(void);
/* The same in microseconds. */
int64_t clock_monotonic_us(void);

struct civil {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

/* Day number of a date of the proleptic Gregorian calendar. Source: Richards, 2013 (Explanatory
 * Supplement to the Astronomical Almanac, ch. 15), as eras of 400 years. */
int32_t civil_to_day(struct civil c);
struct civil civil_from_day(int32_t day);
/* 1 = Monday ... 7 = Sunday (ISO 8601). */
int day_weekday(int32_t day);
/* "2026-03-30", in `a`. */
struct str day_text(struct arena *a, int32_t day);
/* The inverse: ten characters, a date that exists, years 1 to 9999. */
bool day_parse(struct str s, int32_t *ret_day);

/* "2026-03-30T09:15:00Z" (RFC 3339, UTC, seconds; the milliseconds are dropped), in `a`. */
struct str instant_text(struct arena *a, int64_t at);
bool instant_parse(struct str s, int64_t *ret_at);

/* A zone of the tz database, read once. */
struct zone;

/* Read zone `name` ("Asia/Almaty") from /usr/share/zoneinfo, or from TZDIR.
 * Memory: `a`. Errors: ERR_CONFIG for a name that is not one, a missing or broken file.
 * Source: RFC 8536 (TZif, version 2 and later, with the rule of the footer for later years). */
struct err *zone_open(struct arena *a, struct str name, struct zone **ret_zone) WARN_UNUSED;
/* Seconds east of UTC at `at`. */
int32_t zone_offset(const struct zone *z, int64_t at);
/* Civil date and time of day (ms since local midnight) at `at`. */
int32_t zone_day(const struct zone *z, int64_t at, int32_t *ret_ms_of_day);
/* The first instant of civil day `day`. */
int64_t zone_day_start(const struct zone *z, int32_t day);

/* Almaty must be at +6 before 2024-03-01 and at +5 since. ERR_CONFIG "tzdata is missing or older than
 * 2024a" otherwise. Asked at every start. */
struct err *clock_self_test(struct arena *a) WARN_UNUSED;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * calendar.c - reading the calendar of a realm into a snapshot, and asking it.
 */
#include "core/calendar.h"

#include "base/clock.h"
#include "core/site.h"
#include "gen/core_queries.h"


const struct calendar_day *calendar_day(const struct calendar *c, int32_t day)
{
    const struct workday_exception *e = workdays_exception(&c->workdays, day);
    return e ? e->about : NULL;
}

bool calendar_covers(const struct calendar *c, int32_t year)
{
    int32_t first = civil_to_day((struct civil){year, 1, 1});
    int32_t last = civil_to_day((struct civil){year, 12, 31});
    size_t low = 0;
    size_t high = c->n_days;
    while (low < high) { /* the first day not before the year */
        size_t mid = low + (high - low) / 2;
        if (c->days[mid].day < first)
            low = mid + 1;
        else
            high = mid;
    }
    return low < c->n_days && c->days[low].day <= last;
}

struct err *calendar_make(struct arena *a, struct str week, const struct calendar_day *days, size_t n_days,
                          struct calendar **ret_calendar)
{
    struct calendar *c = ARENA_NEW(a, struct calendar);
    struct workday_exception *e = ARENA_ARRAY(a, n_days, struct workday_exception);
    if (!calendar_check_week(week).allowed)
        return ERR(a, ERR_INPUT, "expected a week such as 1111100; found \"%.*s\"", STR_FMT(week));
    for (size_t i = 0; i < 7; i++)
        c->workdays.week[i] = week.p[i] == '1';
    for (size_t i = 0; i < n_days; i++)
        e[i] = (struct workday_exception){.day = days[i].day, .is_work = days[i].is_work, .about = &days[i]};
    c->workdays.exceptions = e;
    c->workdays.n_exceptions = n_days;
    c->days = days;
    c->n_days = n_days;
    if (!workdays_is_valid(&c->workdays))
        return ERR(a, ERR_INPUT, "expected the days of a calendar in order, each once");
    *ret_calendar = c;
    return NULL;
}

struct err *calendar_load(struct arena *a, struct db_read *r, int64_t realm, uint64_t version,
                          struct calendar **ret_calendar)
{
    bool has_calendar;
    struct core_q_calendar_row calendar;
    struct core_q_calendar_days_row *rows;
    size_t n;
    TRY(core_q_calendar(a, r, realm, CALENDAR_ID, &calendar, &has_calendar));
    if (!has_calendar)
        return ERR(a, ERR_NOT_FOUND, "realm %lld has no calendar", (long long)realm);
    TRY(core_q_calendar_days(a, r, realm, CALENDAR_ID, S("0001-01-01"), S("9999-12-31"), &rows, &n));
    struct calendar_day *days = ARENA_ARRAY(a, n, struct calendar_day);
    for (size_t i = 0; i < n; i++) {
        days[i] = (struct calendar_day){
            .is_work = rows[i].is_work,
            .name = {rows[i].name_kk, rows[i].name_ru, rows[i].name_en},
            .source = rows[i].source,
            .is_verified = rows[i].is_verified,
        };
        if (!day_parse(rows[i].day_on, &days[i].day))
            return ERR(a, ERR_CORRUPT, "the calendar holds the day \"%.*s\"", STR_FMT(rows[i].day_on));
    }
    struct err *e = calendar_make(a, calendar.week, days, n, ret_calendar);
    if (e)
        return ERR(a, ERR_CORRUPT, "the calendar of realm %lld is broken: %s", (long long)realm, e->msg);
    (*ret_calendar)->version = version;
    return NULL;
}

struct err *calendar_of_loop(struct arena *a, struct loop *loop, const struct calendar **ret_calendar)
{
    struct site_versions versions;
    TRY(loop_versions(a, loop, &versions));
    uint64_t version = versions.calendar;
    if (!snapshot_is_good(&loop->calendar_use, version, loop->read->round)) {
        struct arena *fresh = arena_new("calendar", 16 * ARENA_MIB);
        struct calendar *c;
        struct err *e = calendar_load(fresh, loop->read, loop->site->realm, version, &c);
        if (e) {
            struct str why = err_text(a, e);
            enum err_code code = e->code;
            arena_free(fresh);
            return ERR(a, code, "the calendar cannot be read: %.*s", STR_FMT(why));
        }
        arena_free(loop->calendar_arena);
        loop->calendar_arena = fresh;
        loop->calendar = c;
        loop_loaded(loop, &loop->calendar_use, version);
    }
    *ret_calendar = loop->calendar;
    return NULL;
}

static struct err *load(struct arena *a, struct db_read *r, int64_t realm, void **ret_calendar)
{
    struct calendar *c;
    TRY(calendar_load(a, r, realm, 0, &c));
    *ret_calendar = c;
    return NULL;
}

struct err *calendar_of_tx(struct arena *a, struct site *site, struct db_tx *tx,
                           const struct calendar **ret_calendar)
{
    void *c;
    TRY(kept_get(a, &site->calendar, site->db, tx, site->realm, load, &c));
    *ret_calendar = c;
    return NULL;
}

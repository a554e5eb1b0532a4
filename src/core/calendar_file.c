/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * calendar_file.c - calendars as files: the first calendar of a realm.
 *
 *     {"format": "birge calendar v1", "id": "kz", "week": "1111100",
 *      "days": [{"day": "2026-01-01", "work": false, "name": {"kk": ..., "ru": ..., "en": ...},
 *                "source": "...", "verified": false}]}
 *
 * "verified" says that somebody compared the day with its source; general knowledge is false.
 */
#include "core/calendar.h"

#include "base/file.h"
#include "core/json_read.h"
#include "core/profile_private.h"

#define CALENDAR_BYTES ((size_t)2 * ARENA_MIB)
#define MAX_DAYS 5000

static struct str get_str(const struct json_at *up, const char *key, size_t max)
{
    struct json_at at = json_read_get(up, key);
    return json_read_str(&at, max);
}

static void read_day(const struct json_at *at, const struct calendar_day *before, struct calendar_day *d)
{
    json_read_fields(at, "day work name source verified");
    struct json_at day = json_read_get(at, "day");
    struct json_at work = json_read_get(at, "work");
    struct json_at name = json_read_get(at, "name");
    struct json_at verified = json_read_get(at, "verified");
    json_read_fields(&name, "kk ru en");
    *d = (struct calendar_day){
        .day = json_read_day(&day),
        .is_work = json_read_bool(&work),
        .name = {get_str(&name, "kk", 400), get_str(&name, "ru", 400), get_str(&name, "en", 400)},
        .source = get_str(at, "source", 600),
        .is_verified = json_read_bool(&verified),
    };
    if (before && d->day <= before->day)
        json_read_fail(&day, "expected the days in order, each once");
}

struct err *calendar_parse(struct arena *a, struct str name, struct str json, struct calendar **ret_calendar)
{
    static const char *const formats[] = {"birge calendar v1"};
    struct json_reader r;
    struct json_at root = json_read_open(&r, a, name, ERR_CONFIG, json);
    json_read_fields(&root, "format id week days");
    struct json_at format = json_read_get(&root, "format");
    struct json_at week_at = json_read_get(&root, "week");
    struct json_at days_at = json_read_get(&root, "days");
    (void)json_read_word(&format, formats, 1);
    (void)get_str(&root, "id", 40);
    struct str week = json_read_str(&week_at, 7);
    size_t n = json_read_count(&days_at, MAX_DAYS);
    struct calendar_day *days = ARENA_ARRAY(a, n, struct calendar_day);
    for (size_t i = 0; i < n; i++) {
        struct json_at item = json_read_item(&days_at, i);
        read_day(&item, i > 0 ? &days[i - 1] : NULL, &days[i]);
    }
    if (!calendar_check_week(week).allowed)
        json_read_fail(&week_at, "expected seven of 0 and 1 from Monday, such as 1111100");
    TRY(r.e);
    return calendar_make(a, week, days, n, ret_calendar);
}

struct err *calendar_file(struct arena *a, struct str data_dir, const char *name,
                          struct calendar **ret_calendar)
{
    struct str file = str_printf(a, "calendar-%s.json", name);
    struct str bytes = profile_file_bytes(file.p);
    struct str own = str_printf(a, "%.*s/profiles/%.*s", STR_FMT(data_dir), STR_FMT(file));
    if (data_dir.p && file_exists(own.p)) {
        TRY(file_read(a, own.p, CALENDAR_BYTES, &bytes));
        return calendar_parse(a, own, bytes, ret_calendar);
    }
    if (!bytes.p)
        return ERR(a, ERR_NOT_FOUND, "there is no calendar \"%s\"", name);
    return calendar_parse(a, str_printf(a, "profiles/%.*s", STR_FMT(file)), bytes, ret_calendar);
}

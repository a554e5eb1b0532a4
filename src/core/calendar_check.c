/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * calendar_check.c - what may be written into the calendar. Pure.
 */
#include "core/calendar.h"

#include "base/clock.h"
#include "base/fold.h"

#define FAR_DAYS 3653 /* about ten years */
#define NAME_CHARS 200
#define SOURCE_CHARS 300

static struct verdict no(const char *code, const char *text_id, const char *next_id)
{
    return verdict_no(code, text_id, next_id, (struct str){0});
}

static bool is_line(struct str s, size_t max)
{
    return s.n > 0 && str_is_utf8(s) && !has_control(s) && str_utf8_len(s) <= max && str_trim(s).n == s.n;
}

struct verdict calendar_check_week(struct str week)
{
    bool works = false;
    bool ok = week.n == 7;
    for (size_t i = 0; ok && i < 7; i++) {
        ok = week.p[i] == '0' || week.p[i] == '1';
        works = works || week.p[i] == '1';
    }
    return ok && works ? verdict_yes()
                       : no("CALENDAR_WEEK", "verdict.calendar.week", "verdict.calendar.week.next");
}

static struct verdict check_names(const struct calendar_input *in)
{
    const struct str names[] = {in->name.kk, in->name.ru, in->name.en};
    static const struct str languages[] = {STR("kk"), STR("ru"), STR("en")};
    for (size_t i = 0; i < 3; i++) {
        if (is_line(names[i], NAME_CHARS))
            continue;
        struct verdict v = no("CALENDAR_NAME", "verdict.calendar.name", "verdict.calendar.name.next");
        verdict_fact(&v, "language", languages[i]);
        return v;
    }
    return verdict_yes();
}

struct verdict calendar_check_day(const struct calendar *c, const struct calendar_input *in, int32_t today,
                                  struct calendar_day *ret_day)
{
    int32_t day;
    if (!day_parse(in->day_on, &day) || day < today - FAR_DAYS || day > today + FAR_DAYS) {
        struct verdict v = no("CALENDAR_DATE", "verdict.calendar.date", "verdict.calendar.date.next");
        verdict_fact(&v, "given", in->day_on.p ? in->day_on : S(""));
        return v;
    }
    struct verdict v = check_names(in);
    if (!v.allowed)
        return v;
    if (!is_line(in->source, SOURCE_CHARS))
        return no("CALENDAR_SOURCE", "verdict.calendar.source", "verdict.calendar.source.next");
    if (in->is_work && c->workdays.week[day_weekday(day) - 1])
        return no("CALENDAR_USELESS", "verdict.calendar.useless", "verdict.calendar.useless.next");
    *ret_day = (struct calendar_day){
        .day = day,
        .is_work = in->is_work,
        .name = in->name,
        .source = in->source,
        .is_verified = in->is_verified,
    };
    return verdict_yes();
}

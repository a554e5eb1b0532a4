/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * calendar_change.c - the verbs that change the calendar.
 *
 * Each change is one event of the noun "calendar", so that everybody can see when a holiday was entered and
 * by which office. Past days may be changed too: a mistake must be mendable, and terms that were computed
 * keep their own trace.
 */
#include "core/calendar.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/action.h"
#include "core/people.h"
#include "gen/core_queries.h"


static struct err *refuse(struct action *x, const char *code, const char *text_id)
{
    return action_refuse(x, verdict_no(code, text_id, NULL, (struct str){0}));
}

/* What the verbs begin with: the right, and the calendar as it is. */
static struct err *begin(struct action *x, const struct calendar **ret_calendar)
{
    TRY(admin_may(x, CALENDAR_CHANGE));
    return calendar_of_tx(x->a, x->site, x->tx, ret_calendar);
}

static struct err *event(struct action *x, struct str verb, const struct buf *detail)
{
    action_changes_calendar(x);
    TRY(buf_check(detail, "detail of a calendar event"));
    return admin_event(x, S("calendar"), CALENDAR_ID, verb, buf_view(detail));
}

static void put_day(struct json *j, struct arena *a, const struct calendar_day *d)
{
    json_put_str(j, "day", day_text(a, d->day));
    json_put_bool(j, "work", d->is_work);
    json_put_str(j, "name_kk", d->name.kk);
    json_put_str(j, "name_ru", d->name.ru);
    json_put_str(j, "name_en", d->name.en);
    json_put_str(j, "source", d->source);
    json_put_bool(j, "verified", d->is_verified);
}

struct err *calendar_set_week(struct action *x, struct str week)
{
    const struct calendar *c;
    char before[8] = {0};
    TRY(begin(x, &c));
    struct verdict v = calendar_check_week(week);
    if (!v.allowed)
        return action_refuse(x, v);
    for (size_t i = 0; i < 7; i++)
        before[i] = c->workdays.week[i] ? '1' : '0';
    if (str_eq(week, str_c(before)))
        return refuse(x, "CALENDAR_SAME", "verdict.calendar.same");
    TRY(core_q_calendar_set_week(x->a, x->tx, week, x->site->realm, CALENDAR_ID, NULL));
    struct buf b;
    struct json j;
    buf_init(&b, x->a, ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "from", str_c(before));
    json_put_str(&j, "to", week);
    json_object_end(&j);
    json_end(&j);
    return event(x, S("week_set"), &b);
}

struct err *calendar_write_day(struct action *x, const struct calendar_day *d)
{
    struct core_q_calendar_day_set_args row = {
        .realm = x->site->realm,
        .calendar_id = CALENDAR_ID,
        .day_on = day_text(x->a, d->day),
        .is_work = d->is_work,
        .name_kk = d->name.kk,
        .name_ru = d->name.ru,
        .name_en = d->name.en,
        .source = d->source,
        .is_verified = d->is_verified,
    };
    return core_q_calendar_day_set(x->a, x->tx, &row, NULL);
}

static bool day_eq(const struct calendar_day *a, const struct calendar_day *b)
{
    return a->is_work == b->is_work && str_eq(a->name.kk, b->name.kk) && str_eq(a->name.ru, b->name.ru) &&
           str_eq(a->name.en, b->name.en) && str_eq(a->source, b->source) && a->is_verified == b->is_verified;
}

struct err *calendar_set_day(struct action *x, const struct calendar_input *in)
{
    const struct calendar *c;
    struct calendar_day d;
    TRY(begin(x, &c));
    struct verdict v = calendar_check_day(c, in, site_today(x->site, x->now), &d);
    if (!v.allowed)
        return action_refuse(x, v);
    const struct calendar_day *before = calendar_day(c, d.day);
    if (before && day_eq(before, &d))
        return refuse(x, "CALENDAR_SAME", "verdict.calendar.same");
    TRY(calendar_write_day(x, &d));
    struct buf b;
    struct json j;
    buf_init(&b, x->a, 8 * ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    put_day(&j, x->a, &d);
    json_object_end(&j);
    json_end(&j);
    return event(x, S("day_set"), &b);
}

struct err *calendar_remove_day(struct action *x, int32_t day)
{
    const struct calendar *c;
    TRY(begin(x, &c));
    const struct calendar_day *d = calendar_day(c, day);
    if (!d)
        return refuse(x, "CALENDAR_ABSENT", "verdict.calendar.absent");
    TRY(core_q_calendar_day_remove(x->a, x->tx, x->site->realm, CALENDAR_ID, day_text(x->a, day), NULL));
    struct buf b;
    struct json j;
    buf_init(&b, x->a, 8 * ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    put_day(&j, x->a, d);
    json_object_end(&j);
    json_end(&j);
    return event(x, S("day_removed"), &b);
}

struct err *calendar_install(struct action *x, const char *name)
{
    struct calendar *file;
    struct core_q_calendar_row row;
    bool has_calendar;
    TRY(admin_may(x, CALENDAR_CHANGE));
    TRY(core_q_calendar(x->a, db_tx_read(x->tx), x->site->realm, CALENDAR_ID, &row, &has_calendar));
    if (has_calendar)
        return ERR(x->a, ERR_CONFLICT, "the realm has a calendar already");
    TRY(calendar_file(x->a, x->site->data_dir, name, &file));
    char week[8] = {0};
    for (size_t i = 0; i < 7; i++)
        week[i] = file->workdays.week[i] ? '1' : '0';
    TRY(core_q_calendar_add(x->a, x->tx, x->site->realm, CALENDAR_ID, str_c(week), NULL));
    for (size_t i = 0; i < file->n_days; i++)
        TRY(calendar_write_day(x, &file->days[i]));
    struct buf b;
    struct json j;
    buf_init(&b, x->a, ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "file", str_c(name));
    json_put_str(&j, "week", str_c(week));
    json_put_int(&j, "days", (int64_t)file->n_days);
    json_object_end(&j);
    json_end(&j);
    return event(x, S("installed"), &b);
}

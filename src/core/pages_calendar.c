/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_calendar.c - administration of the working calendar: a year at a glance, its special days, the week.
 *
 * A day that was removed can be put back at once: its event in the journal holds the whole day, and the page
 * after the removal offers it again.
 *
 * Source: rules.md sheet O.
 */
#include "core/pages.h"

#include <string.h>

#include "base/clock.h"
#include "core/calendar.h"
#include "core/json_read.h"
#include "core/people.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define YEAR_MIN 1990
#define YEAR_MAX 2100
#define SPECIAL_MAX 400 /* special days of one year: each day of it once */

/* The year of the address; 0 when it is none. */
static int32_t year_of_path(struct web_request *req)
{
    int64_t year = page_id(web_param(req, "year"));
    return year >= YEAR_MIN && year <= YEAR_MAX ? (int32_t)year : 0;
}

static struct str year_href(struct web_request *req, int32_t year)
{
    return page_href(req, "/admin/calendar/%d", year);
}

static struct str day_href(struct web_request *req, int32_t day)
{
    struct str on = day_text(web_arena(req), day);
    return page_href(req, "/admin/calendar/%d/day?on=%.*s", civil_from_day(day).year, STR_FMT(on));
}

static struct err *get_calendar(struct web_request *req)
{
    return web_redirect(req, year_href(req, civil_from_day(site_today(session_site(req), web_now(req))).year));
}

/* ---- the year ---- */

/* What a day is, for the eye (kind) and in words (about). */
static void describe(struct web_request *req, const struct calendar *c, int32_t day, struct core_month_day *cell)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    const struct calendar_day *special = calendar_day(c, day);
    bool works = workdays_is(&c->workdays, day);
    const char *what = works ? "admin.day.works" : "admin.day.off";
    if (special)
        cell->kind = special->is_work ? S("work") : S("holiday");
    else if (!works)
        cell->kind = S("off");
    struct str date = lang_date(a, l, day);
    struct str name = special ? text3_for(&special->name, lang_code(l)) : S("");
    cell->about = str_printf(a, "%.*s: %.*s%s%.*s", STR_FMT(date), STR_FMT(t(l, what)), name.n ? ", " : "",
                             STR_FMT(name));
}

static void fill_month(struct web_request *req, const struct calendar *c, struct civil first, int32_t today,
                       struct core_month *m)
{
    struct arena *a = web_arena(req);
    struct core_month_week *weeks = ARENA_ARRAY(a, 6, struct core_month_week);
    struct civil next = first.month == 12 ? (struct civil){first.year + 1, 1, 1}
                                          : (struct civil){first.year, first.month + 1, 1};
    int32_t begin = civil_to_day(first);
    int32_t end = civil_to_day(next);
    int32_t monday = begin - (day_weekday(begin) - 1);
    for (int32_t day = monday; day < end; day += 7) {
        struct core_month_week *week = &weeks[m->n_weeks++];
        week->n_days = 7;
        for (int32_t i = 0; i < 7; i++) {
            struct core_month_day *cell = &week->days[i];
            if (day + i < begin || day + i >= end)
                continue;
            cell->number = str_printf(a, "%d", day + i - begin + 1);
            cell->href = day_href(req, day + i);
            cell->is_today = day + i == today;
            describe(req, c, day + i, cell);
        }
    }
    m->name = t(web_lang(req), str_printf(a, "admin.month.%d", first.month).p);
    m->weeks = weeks;
}

static void fill_days(struct web_request *req, const struct calendar *c, int32_t year,
                      struct core_view_admin_calendar *m)
{
    struct core_day_item *items = ARENA_ARRAY(web_arena(req), c->n_days, struct core_day_item);
    for (size_t i = 0; i < c->n_days; i++) {
        const struct calendar_day *d = &c->days[i];
        if (civil_from_day(d->day).year != year)
            continue;
        items[m->n_days++] = (struct core_day_item){
            .on = day_text(web_arena(req), d->day),
            .day = d->day,
            .name = text3_for(&d->name, lang_code(web_lang(req))),
            .source = d->source,
            .href = day_href(req, d->day),
            .is_work = d->is_work,
            .is_verified = d->is_verified,
        };
    }
    m->days = items;
    m->is_empty = m->n_days == 0;
}

static void fill_stats(struct web_request *req, const struct calendar *c, int32_t year,
                       struct core_view_admin_calendar *m)
{
    const struct lang *l = web_lang(req);
    struct arena *a = web_arena(req);
    int32_t last_before = civil_to_day((struct civil){year, 1, 1}) - 1;
    int32_t last = civil_to_day((struct civil){year, 12, 31});
    int64_t n_off = 0;
    int64_t n_work = 0;
    int64_t n_unverified = 0;
    for (size_t i = 0; i < m->n_days; i++) {
        n_off += !m->days[i].is_work;
        n_work += m->days[i].is_work;
        n_unverified += !m->days[i].is_verified;
    }
    struct core_stat *s = ARENA_ARRAY(a, 4, struct core_stat);
    s[0] = (struct core_stat){.value = lang_int(a, l, workdays_between(&c->workdays, last_before, last)),
                              .label = t(l, "admin.calendar.working")};
    s[1] = (struct core_stat){.value = lang_int(a, l, n_off), .label = t(l, "admin.calendar.off")};
    s[2] = (struct core_stat){.value = lang_int(a, l, n_work), .label = t(l, "admin.calendar.work")};
    s[3] = (struct core_stat){.value = lang_int(a, l, n_unverified), .label = t(l, "admin.calendar.unverified"),
                              .kind = n_unverified ? S("soon") : S("")};
    m->stats = s;
    m->n_stats = 4;
}

/* The day that event `seq` removed, if it is still gone. */
static struct err *fill_undo(struct web_request *req, const struct calendar *c, int64_t seq,
                             struct core_view_admin_calendar *m)
{
    struct arena *a = web_arena(req);
    struct core_q_event_by_seq_row row;
    bool found = false;
    struct json_reader r;
    TRY(core_q_event_by_seq(a, session_loop(req)->read, session_site(req)->realm, seq, &row, &found));
    if (!found || !str_eq(row.noun, S("calendar")) || !str_eq(row.verb, S("day_removed")))
        return NULL;
    struct json_at root = json_read_open(&r, a, S("event of the calendar"), ERR_INTERNAL, row.detail);
    struct json_at day = json_read_get(&root, "day");
    struct json_at work = json_read_get(&root, "work");
    struct json_at verified = json_read_get(&root, "verified");
    struct json_at kk = json_read_get(&root, "name_kk");
    struct json_at ru = json_read_get(&root, "name_ru");
    struct json_at en = json_read_get(&root, "name_en");
    struct json_at source = json_read_get(&root, "source");
    struct core_day_item *undo = ARENA_NEW(a, struct core_day_item);
    undo->day = json_read_day(&day);
    undo->on = day_text(a, undo->day);
    undo->is_work = json_read_bool(&work);
    undo->is_verified = json_read_bool(&verified);
    undo->source = json_read_str(&source, 2048);
    struct text3 name = {json_read_str(&kk, 1024), json_read_str(&ru, 1024), json_read_str(&en, 1024)};
    if (r.e || calendar_day(c, undo->day))
        return NULL; /* an event of another form; or somebody put it back already */
    undo->name = text3_for(&name, lang_code(web_lang(req)));
    m->undo_name_kk = name.kk;
    m->undo_name_ru = name.ru;
    m->undo_name_en = name.en;
    m->undo = undo;
    return NULL;
}

static struct err *get_calendar_year(struct web_request *req)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    int32_t year = year_of_path(req);
    int32_t today = site_today(session_site(req), web_now(req));
    struct core_view_admin_calendar m = {.n_weekdays = 7, .n_months = 12};
    const struct calendar *c;
    struct html h;
    if (year == 0)
        return web_error(req, 404);
    struct str text_year = str_printf(a, "%d", year);
    TRY(admin_layout(req, T(a, l, "admin.calendar.title", TEXT_ARG("year", text_year)), (struct str){0}, NULL,
                     CORE_WIDTH_DESK, &m.layout));
    TRY(calendar_of_loop(a, session_loop(req), &c));
    struct core_month *months = ARENA_ARRAY(a, 12, struct core_month);
    for (int32_t i = 0; i < 12; i++)
        fill_month(req, c, (struct civil){year, i + 1, 1}, today, &months[i]);
    for (int i = 0; i < 7; i++)
        m.weekdays[i] = t(l, str_printf(a, "admin.weekday.%d", i + 1).p);
    m.months = months;
    m.year = text_year;
    m.previous_year = year > YEAR_MIN ? str_printf(a, "%d", year - 1) : (struct str){0};
    m.next_year = year < YEAR_MAX ? str_printf(a, "%d", year + 1) : (struct str){0};
    fill_days(req, c, year, &m);
    fill_stats(req, c, year, &m);
    int64_t undo = 0;
    if (str_to_int64(web_query(req, "undo"), &undo) && undo >= 0)
        TRY(fill_undo(req, c, undo, &m));
    page_begin(req, &h);
    core_view_admin_calendar(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- one day ---- */

struct day_values {
    struct str on, kind, name_kk, name_ru, name_en, source;
    bool is_verified;
};
static const char *const kinds[] = {"off", "work", NULL};
#define AT(member) offsetof(struct day_values, member)
static const struct web_field day_fields[] = {
    {"on", FIELD_DATE, true, 0, 0, NULL, "admin.day.on", AT(on)},
    {"kind", FIELD_CHOICE, true, 0, 0, kinds, "admin.day.kind", AT(kind)},
    {"name_kk", FIELD_LINE, true, 1, 200, NULL, "admin.name_kk", AT(name_kk)},
    {"name_ru", FIELD_LINE, true, 1, 200, NULL, "admin.name_ru", AT(name_ru)},
    {"name_en", FIELD_LINE, true, 1, 200, NULL, "admin.name_en", AT(name_en)},
    {"source", FIELD_LINE, true, 1, 300, NULL, "admin.day.source", AT(source)},
    {"is_verified", FIELD_FLAG, false, 0, 0, NULL, "admin.day.verified", AT(is_verified)},
};
static const struct web_form day_form = WEB_FORM(day_fields);

static struct err *draw_day(struct web_request *req, int status, const struct day_values *v,
                            const struct core_errors *errors)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_view_admin_day m = {
        .on = v->on, .name_kk = v->name_kk, .name_ru = v->name_ru, .name_en = v->name_en, .source = v->source};
    const struct calendar *c;
    int32_t day;
    struct html h;
    TRY(admin_layout(req, t(l, "admin.day.title"), year_href(req, year_of_path(req)), errors, CORE_WIDTH_READING,
                     &m.layout));
    TRY(calendar_of_loop(a, session_loop(req), &c));
    m.is_there = day_parse(v->on, &day) && calendar_day(c, day);
    m.remove_action = page_href(req, "/admin/calendar/%d/remove", year_of_path(req));
    struct core_option *options = ARENA_ARRAY(a, 2, struct core_option);
    for (size_t i = 0; i < 2; i++) {
        options[i].value = str_c(kinds[i]);
        options[i].label = t(l, str_printf(a, "admin.day.kind.%s", kinds[i]).p);
        options[i].hint = t(l, str_printf(a, "admin.day.kind.%s.hint", kinds[i]).p);
        options[i].checked = str_eq(options[i].value, v->kind);
    }
    struct core_option *verified = ARENA_NEW(a, struct core_option);
    *verified = (struct core_option){S("1"), t(l, "admin.day.verified"), t(l, "admin.day.verified.hint"), v->is_verified};
    m.kinds = options;
    m.n_kinds = 2;
    m.verified = verified;
    m.n_verified = 1;
    page_begin(req, &h);
    core_view_admin_day(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_calendar_day(struct web_request *req)
{
    struct day_values v = {.on = web_query(req, "on"), .kind = S("off")};
    const struct calendar *c;
    int32_t day;
    if (year_of_path(req) == 0)
        return web_error(req, 404);
    TRY(calendar_of_loop(web_arena(req), session_loop(req), &c));
    if (!day_parse(v.on, &day))
        return draw_day(req, 200, &(struct day_values){.kind = S("off")}, NULL);
    const struct calendar_day *d = calendar_day(c, day);
    if (d) {
        v.kind = d->is_work ? S("work") : S("off");
        v.name_kk = d->name.kk;
        v.name_ru = d->name.ru;
        v.name_en = d->name.en;
        v.source = d->source;
        v.is_verified = d->is_verified;
    } else if (!workdays_is(&c->workdays, day)) {
        v.kind = S("work"); /* a day of rest is opened to make it work, more often than not */
    }
    return draw_day(req, 200, &v, NULL);
}

static struct err *run_day(struct action *x)
{
    const struct day_values *v = x->command;
    struct calendar_input in = {
        .day_on = v->on,
        .is_work = str_eq(v->kind, S("work")),
        .name = {str_trim(v->name_kk), str_trim(v->name_ru), str_trim(v->name_en)},
        .source = str_trim(v->source),
        .is_verified = v->is_verified,
    };
    return calendar_set_day(x, &in);
}

static const char *field_of(const struct verdict *v)
{
    struct str code = str_c(v->code);
    if (str_eq(code, S("CALENDAR_DATE")))
        return "on";
    if (str_eq(code, S("CALENDAR_SOURCE")))
        return "source";
    if (str_eq(code, S("CALENDAR_USELESS")))
        return "kind";
    if (!str_eq(code, S("CALENDAR_NAME")) || v->n_facts == 0)
        return "";
    return str_eq(v->facts[0].value, S("kk")) ? "name_kk" : str_eq(v->facts[0].value, S("ru")) ? "name_ru" : "name_en";
}

static struct err *day_stored(struct web_request *req, struct action *x)
{
    const struct day_values *v = x->command;
    int32_t day;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_day(req, page_refusal_status(&x->verdict), v, page_refusal(req, field_of(&x->verdict), &x->verdict));
    MUST(day_parse(v->on, &day));
    return admin_done(req, "admin.flash.day_set", year_href(req, civil_from_day(day).year));
}

static struct err *post_calendar_day(struct web_request *req)
{
    struct day_values v = {0};
    struct web_errors errors = {0};
    if (year_of_path(req) == 0)
        return web_error(req, 404);
    TRY(web_form_read(req, &day_form, &v, &errors));
    if (errors.n_items)
        return draw_day(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &day_form, sizeof v, &v, run_day, day_stored);
}

/* ---- removing, with a way back ---- */

struct remove_values {
    struct str on;
};
static const struct web_field remove_fields[] = {
    {"on", FIELD_DATE, true, 0, 0, NULL, "admin.day.on", offsetof(struct remove_values, on)},
};
static const struct web_form remove_form = WEB_FORM(remove_fields);

static struct err *run_remove(struct action *x)
{
    const struct remove_values *v = x->command;
    int32_t day;
    if (!day_parse(v->on, &day))
        return ERR(x->a, ERR_INPUT, "on: expected a date");
    return calendar_remove_day(x, day);
}

static struct err *removed(struct web_request *req, struct action *x)
{
    const struct remove_values *v = x->command;
    int64_t seq;
    int32_t day;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    MUST(day_parse(v->on, &day));
    int32_t year = civil_from_day(day).year;
    if (action_is_refused(x)) { /* somebody was faster: it is gone, as was wanted */
        web_flash(req, "info", "admin.flash.day_gone");
        return web_redirect(req, year_href(req, year));
    }
    TRY(admin_seen(req, S("calendar"), CALENDAR_ID, &seq));
    web_flash(req, "success", "admin.flash.day_removed");
    return web_redirect(req, page_href(req, "/admin/calendar/%d?undo=%lld", year, (long long)seq));
}

static struct err *post_calendar_remove(struct web_request *req)
{
    struct remove_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &remove_form, &v, &errors));
    if (errors.n_items)
        return web_error(req, 422);
    return admin_submit(req, &remove_form, sizeof v, &v, run_remove, removed);
}

/* ---- the week ---- */

struct week_values {
    bool days[7];
    int64_t year; /* of the page to go back to; not a field */
};
#define DAY(n) {"day_" #n, FIELD_FLAG, false, 0, 0, NULL, NULL, offsetof(struct week_values, days) + (n - 1) * sizeof(bool)}
static const struct web_field week_fields[] = {DAY(1), DAY(2), DAY(3), DAY(4), DAY(5), DAY(6), DAY(7)};
static const struct web_form week_form = WEB_FORM(week_fields);

static struct err *draw_week(struct web_request *req, int status, const struct week_values *v,
                             const struct core_errors *errors)
{
    struct arena *a = web_arena(req);
    struct core_view_admin_week m = {.n_days = 7};
    struct html h;
    TRY(admin_layout(req, t(web_lang(req), "admin.week.title"), year_href(req, (int32_t)v->year), errors,
                     CORE_WIDTH_READING, &m.layout));
    struct core_option *days = ARENA_ARRAY(a, 7, struct core_option);
    for (int i = 0; i < 7; i++) {
        days[i].value = str_printf(a, "day_%d", i + 1);
        days[i].label = t(web_lang(req), str_printf(a, "admin.weekday.long.%d", i + 1).p);
        days[i].checked = v->days[i];
    }
    m.days = days;
    page_begin(req, &h);
    core_view_admin_week(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_calendar_week(struct web_request *req)
{
    const struct calendar *c;
    struct week_values v = {.year = year_of_path(req)};
    if (v.year == 0)
        return web_error(req, 404);
    TRY(calendar_of_loop(web_arena(req), session_loop(req), &c));
    memcpy(v.days, c->workdays.week, sizeof v.days);
    return draw_week(req, 200, &v, NULL);
}

static struct err *run_week(struct action *x)
{
    const struct week_values *v = x->command;
    char week[8] = {0};
    for (int i = 0; i < 7; i++)
        week[i] = v->days[i] ? '1' : '0';
    return calendar_set_week(x, str_dup(x->a, str_c(week)));
}

static struct err *week_stored(struct web_request *req, struct action *x)
{
    const struct week_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_week(req, page_refusal_status(&x->verdict), v, page_refusal(req, "week", &x->verdict));
    return admin_done(req, "admin.flash.week_set", year_href(req, (int32_t)v->year));
}

static struct err *post_calendar_week(struct web_request *req)
{
    struct week_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &week_form, &v, &errors));
    v.year = year_of_path(req);
    if (v.year == 0 || errors.n_items)
        return web_error(req, 422);
    return admin_submit(req, &week_form, sizeof v, &v, run_week, week_stored);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/calendar", CALENDAR_CHANGE, get_calendar),
    ADMIN_GET("/calendar/{year}", CALENDAR_CHANGE, get_calendar_year),
    ADMIN_GET("/calendar/{year}/day", CALENDAR_CHANGE, get_calendar_day),
    ADMIN_POST("/calendar/{year}/day", CALENDAR_CHANGE, post_calendar_day),
    ADMIN_POST("/calendar/{year}/remove", CALENDAR_CHANGE, post_calendar_remove),
    ADMIN_GET("/calendar/{year}/week", CALENDAR_CHANGE, get_calendar_week),
    ADMIN_POST("/calendar/{year}/week", CALENDAR_CHANGE, post_calendar_week),
};
const struct route_table core_routes_calendar = {routes, sizeof routes / sizeof routes[0]};

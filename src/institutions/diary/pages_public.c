/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_public.c - a month of diaries, as a list or as a calendar.
 */
#include "institutions/diary/pages.h"

#include "base/clock.h"
#include "gen/diary_views.h"
#include "web/form.h"

/* ---- the query ---- */

struct list_query {
    struct str month, kind, where, view, after;
    struct opt_int office;
};
static const char *const views[] = {"list", "calendar", NULL};
static const char *const places[] = {"home", "abroad", NULL};
static const char *const kinds[] = {"event", "meeting", "trip", "call", "interview", "mail", NULL};
#define AT(member) offsetof(struct list_query, member)
static const struct web_field query_fields[] = {
    {.name = "month", .type = FIELD_LINE, .max = 7, .offset = AT(month)},
    {.name = "kind", .type = FIELD_CHOICE, .choices = kinds, .offset = AT(kind)},
    {.name = "where", .type = FIELD_CHOICE, .choices = places, .offset = AT(where)},
    {.name = "view", .type = FIELD_CHOICE, .choices = views, .offset = AT(view)},
    {.name = "after", .type = FIELD_LINE, .max = 40, .offset = AT(after)},
    {.name = "office", .type = FIELD_INT, .min = 1, .max = INT64_MAX, .offset = AT(office)},
};
#undef AT
static const struct web_form query_form = WEB_FORM(query_fields);

static struct str or_empty(struct str s)
{
    return s.p ? s : S("");
}

static void add_part(struct buf *b, const char *name, struct str value)
{
    if (value.n > 0)
        buf_printf(b, "&%s=%.*s", name, STR_FMT(page_url_part(b->a, value)));
}

/* The address of a month with the filters of this one. */
static struct str month_href(struct page *p, const struct list_query *q, struct str month, struct str view, struct str after)
{
    struct buf b;
    buf_init(&b, p->a, 1024);
    buf_str(&b, page_href(p->req, "/diary?month=%.*s", STR_FMT(month)));
    add_part(&b, "view", str_eq(view, S("list")) ? S("") : view);
    add_part(&b, "kind", or_empty(q->kind));
    add_part(&b, "where", or_empty(q->where));
    if (q->office.has)
        buf_printf(&b, "&office=%lld", (long long)q->office.v);
    add_part(&b, "after", after);
    return buf_view(&b);
}

/* "2026-08-03_12": behind this day and entry. */
static void read_cursor(struct str after, struct diary_filter *f)
{
    struct str on;
    struct str id;
    int32_t day;
    if (after.n > 0 && str_cut(after, '_', &on, &id) && day_parse(on, &day) && str_to_int64(id, &f->after_id))
        f->after_on = on;
}

static void read_query(struct page *p, struct list_query *q, struct diary_filter *f)
{
    web_query_read(p->req, &query_form, q);
    q->view = q->view.n > 0 ? q->view : S("list");
    if (!diary_month(p->a, or_empty(q->month), &f->first_on, &f->last_on)) {
        q->month = str_slice(day_text(p->a, p->today), 0, 7);
        MUST(diary_month(p->a, q->month, &f->first_on, &f->last_on));
    }
    f->kind = or_empty(q->kind);
    f->where_is = q->where.n == 0 ? -1 : str_eq(q->where, S("abroad"));
    f->office_id = q->office.has ? q->office.v : 0;
    f->n = DIARY_PAGE + 1;
    read_cursor(or_empty(q->after), f);
}

/* ---- drawing ---- */

static void fill_months(struct page *p, const struct list_query *q, const struct diary_filter *f, struct diary_view_list *m)
{
    int32_t first;
    int32_t last;
    MUST(day_parse(f->first_on, &first) && day_parse(f->last_on, &last));
    struct str before = str_slice(day_text(p->a, first - 1), 0, 7);
    struct str behind = str_slice(day_text(p->a, last + 1), 0, 7);
    m->month = lang_month(p->a, p->lang, first);
    m->month_value = q->month;
    m->months = (struct core_view_pages){
        .previous_href = month_href(p, q, before, q->view, S("")),
        .next_href = month_href(p, q, behind, q->view, S("")),
        .previous_label = lang_month(p->a, p->lang, first - 1),
        .next_label = lang_month(p->a, p->lang, last + 1),
    };
    struct core_nav_item *tabs = ARENA_ARRAY(p->a, 2, struct core_nav_item);
    for (size_t i = 0; i < 2; i++)
        tabs[i] = (struct core_nav_item){.text = pages_t_of(p, "diary.view.", str_c(views[i])),
                                         .href = month_href(p, q, q->month, str_c(views[i]), S("")),
                                         .current = str_eq(q->view, str_c(views[i]))};
    m->tabs = tabs;
    m->n_tabs = 2;
}

static struct err *fill_filters(struct page *p, const struct list_query *q, struct diary_view_list *m)
{
    int64_t first;
    m->n_kinds = diary_options(p, kinds, "diary.kind.", or_empty(q->kind), &m->kinds);
    m->n_places = diary_options(p, places, "diary.where.", or_empty(q->where), &m->places);
    m->is_filtered = q->kind.n > 0 || q->where.n > 0 || q->office.has;
    struct list_query plain = {.month = q->month};
    m->plain_href = month_href(p, &plain, q->month, q->view, S(""));
    return diary_office_options(p, q->office.v, &m->offices, &m->n_offices, &first);
}

/* The lines of the entries that have `day` among their days; the time only on the first. */
static size_t lines_of_day(struct page *p, const struct diary_shown *items, size_t n, struct str on,
                           const struct diary_line **ret)
{
    struct diary_line *lines = ARENA_ARRAY(p->a, n, struct diary_line);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const struct diary_version *v = &items[i].version;
        if (str_cmp(v->begins_on, on) > 0 || str_cmp(v->ends_on, on) < 0)
            continue;
        lines[k] = diary_line_of(p, &items[i]);
        lines[k++].when = str_eq(v->begins_on, on) ? diary_clock(p, v, v->begins_at) : S("");
    }
    *ret = lines;
    return k;
}

static void fill_weeks(struct page *p, const struct diary_filter *f, const struct diary_shown *items, size_t n,
                       struct diary_view_list *m)
{
    int32_t first;
    int32_t last;
    MUST(day_parse(f->first_on, &first) && day_parse(f->last_on, &last));
    int32_t day = first - day_weekday(first) + 1;
    struct diary_week *weeks = ARENA_ARRAY(p->a, 6, struct diary_week);
    for (; day <= last; m->n_weeks++) {
        struct diary_day *days = ARENA_ARRAY(p->a, 7, struct diary_day);
        for (size_t i = 0; i < 7; i++, day++) {
            if (day < first || day > last)
                continue;
            days[i].number = civil_from_day(day).day;
            days[i].iso = day_text(p->a, day);
            days[i].name = lang_date_weekday(p->a, p->lang, day);
            days[i].is_today = day == p->today;
            days[i].n_lines = lines_of_day(p, items, n, days[i].iso, &days[i].lines);
        }
        weeks[m->n_weeks] = (struct diary_week){days, 7};
    }
    struct str *names = ARENA_ARRAY(p->a, 7, struct str);
    for (int i = 0; i < 7; i++)
        names[i] = lang_weekday(p->a, p->lang, i + 1);
    m->weeks = weeks;
    m->weekdays = names;
    m->n_weekdays = 7;
}

/* Where something is, when there is nothing here. */
static struct err *fill_last(struct page *p, struct diary_view_list *m)
{
    struct str on;
    int32_t day;
    TRY(diary_store_last_day(p->a, p->loop->read, p->site->realm, day_text(p->a, p->today), &on));
    if (on.n == 0 || str_eq(str_slice(on, 0, 7), m->month_value) || !day_parse(on, &day))
        return NULL;
    m->last_href = page_href(p->req, "/diary?month=%.*s", STR_FMT(str_slice(on, 0, 7)));
    m->last_text = T(p->a, p->lang, "diary.empty.last", TEXT_ARG("month", lang_month(p->a, p->lang, day)));
    return NULL;
}

static struct err *draw_list(struct page *p)
{
    struct list_query q = {0};
    struct diary_filter f = {0};
    struct diary_shown *items;
    struct html h;
    size_t n;
    read_query(p, &q, &f);
    bool is_calendar = str_eq(q.view, S("calendar"));
    struct diary_view_list m = {.lang = p->code, .view = q.view};
    TRY(diary_layout(p, pages_t(p, "diary.list.title"), &m.layout));
    TRY(diary_store_between(p->a, p->loop->read, p->site->realm, &f, &items, &n));
    if (n > DIARY_PAGE && !is_calendar) {
        const struct diary_shown *last = &items[DIARY_PAGE - 1];
        struct str cursor = str_printf(p->a, "%.*s_%lld", STR_FMT(last->version.begins_on), (long long)last->row.entry_id);
        m.pages.next_href = month_href(p, &q, q.month, q.view, cursor);
        n = DIARY_PAGE;
    }
    fill_months(p, &q, &f, &m);
    TRY(fill_filters(p, &q, &m));
    struct diary_line *lines = ARENA_ARRAY(p->a, n, struct diary_line);
    for (size_t i = 0; i < n && !is_calendar; i++)
        lines[i] = diary_line_of(p, &items[i]);
    m.lines = lines;
    m.n_lines = is_calendar ? 0 : n;
    if (is_calendar && n > 0)
        fill_weeks(p, &f, items, n, &m);
    if (n == 0)
        TRY(fill_last(p, &m));
    m.delay = str_printf(p->a, "%lld",
                         (long long)profile_value(p->site->profile, DIARY_DELAY_RULE, p->today, DIARY_DELAY_HOURS));
    page_begin(p->req, &h);
    diary_view_list(&h, &m);
    return diary_end(p, &h);
}

static struct err *get_list(struct web_request *req)
{
    return pages_run(req, draw_list);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/diary", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_list},
};
const struct route_table diary_routes_public = {routes, sizeof routes / sizeof routes[0]};

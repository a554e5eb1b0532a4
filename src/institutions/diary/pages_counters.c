/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_counters.c - counters of one diary over a period, each beside what it counts and what not.
 *
 * Keeps: nothing here adds one counter to another, nor one diary to another.
 * Source: report S80, S97, S101; systems.md, "Parts are not additional".
 */
#include "institutions/diary/pages.h"

#include "base/clock.h"
#include "core/chart.h"
#include "gen/diary_views.h"
#include "web/form.h"

struct counters_query {
    struct str from, to, counter;
    struct opt_int office;
};
#define AT(member) offsetof(struct counters_query, member)
static const struct web_field query_fields[] = {
    {.name = "from", .type = FIELD_DATE, .offset = AT(from)},
    {.name = "to", .type = FIELD_DATE, .offset = AT(to)},
    {.name = "counter", .type = FIELD_LINE, .max = 40, .offset = AT(counter)},
    {.name = "office", .type = FIELD_INT, .min = 1, .max = INT64_MAX, .offset = AT(office)},
};
#undef AT
static const struct web_form query_form = WEB_FORM(query_fields);

/* The year so far, unless somebody says otherwise. */
static void read_query(struct page *p, struct counters_query *q)
{
    web_query_read(p->req, &query_form, q);
    if (q->to.n == 0)
        q->to = day_text(p->a, p->today);
    if (q->from.n == 0)
        q->from = str_printf(p->a, "%.*s-01-01", STR_FMT(str_slice(q->to, 0, 4)));
    if (str_cmp(q->from, q->to) > 0)
        q->from = q->to;
}

static void fill_lines(struct page *p, const struct diary_count *counts, struct diary_view_counters *m)
{
    struct diary_counter_line *lines = ARENA_ARRAY(p->a, N_DIARY_COUNTERS, struct diary_counter_line);
    for (enum diary_counter c = 0; c < N_DIARY_COUNTERS; c++) {
        struct str name = diary_counter_name(c);
        lines[c] = (struct diary_counter_line){
            .name = pages_t_of(p, "diary.counter.", name),
            .about = pages_t_of(p, "diary.counter.about.", name),
            .value = lang_int(p->a, p->lang, counts[c].n),
        };
        if (!diary_counter_has_part(c))
            continue;
        lines[c].part = lang_int(p->a, p->lang, counts[c].n_part);
        lines[c].part_about = pages_t_of(p, "diary.counter.part.", name);
    }
    m->lines = lines;
    m->n_lines = N_DIARY_COUNTERS;
}

/* One counter by month of the year in which the period ends. */
static struct err *fill_chart(struct page *p, const struct counters_query *q, int64_t office_id, enum diary_counter c,
                              struct diary_view_counters *m)
{
    struct diary_count *months = ARENA_ARRAY(p->a, (size_t)12 * N_DIARY_COUNTERS, struct diary_count);
    struct chart_point *points = ARENA_ARRAY(p->a, 12, struct chart_point);
    struct chart_value *values = ARENA_ARRAY(p->a, 12, struct chart_value);
    struct chart_series *series = ARENA_NEW(p->a, struct chart_series);
    struct core_chart *chart = ARENA_NEW(p->a, struct core_chart);
    int32_t last;
    MUST(day_parse(q->to, &last));
    struct civil year = civil_from_day(last);
    TRY(diary_store_year(p->a, p->loop->read, p->site->realm, office_id, year.year, months));
    for (int i = 0; i < 12; i++) {
        int32_t first = civil_to_day((struct civil){year.year, i + 1, 1});
        points[i] = (struct chart_point){.code = str_slice(day_text(p->a, first), 0, 7),
                                         .name = lang_month(p->a, p->lang, first),
                                         .short_name = str_printf(p->a, "%d", i + 1)};
        values[i] = first > p->today ? chart_empty() : chart_known(months[i * N_DIARY_COUNTERS + (int)c].n);
    }
    struct str name = pages_t_of(p, "diary.counter.", diary_counter_name(c));
    *series = (struct chart_series){.code = diary_counter_name(c), .name = name};
    struct chart what = {
        .kind = CHART_BARS,
        .unit = CHART_COUNT,
        .id = S("by-month"),
        .title = T(p->a, p->lang, "diary.counters.by_month", TEXT_ARG("name", name),
                   TEXT_ARG("year", str_printf(p->a, "%d", year.year))),
        .point_code = S("month"),
        .point_title = pages_t(p, "diary.filter.month"),
        .points = points,
        .n_points = 12,
        .series = series,
        .n_series = 1,
        .values = values,
    };
    struct str csv = str_printf(p->a, "/exports/diary-counters.csv?office=%lld&year=%d", (long long)office_id, year.year);
    chart_view(p->a, p->lang, &what, csv, chart);
    m->chart = chart;
    return NULL;
}

static void fill_choices(struct page *p, enum diary_counter chosen, struct diary_view_counters *m)
{
    struct core_option *options = ARENA_ARRAY(p->a, N_DIARY_COUNTERS, struct core_option);
    for (enum diary_counter c = 0; c < N_DIARY_COUNTERS; c++)
        options[c] = (struct core_option){.value = diary_counter_name(c), .checked = c == chosen,
                                          .label = pages_t_of(p, "diary.counter.", diary_counter_name(c))};
    m->counters = options;
    m->n_counters = N_DIARY_COUNTERS;
}

static struct err *draw_counters(struct page *p)
{
    struct counters_query q = {0};
    struct diary_view_counters m = {.lang = p->code, .as_of = p->now};
    struct diary_count counts[N_DIARY_COUNTERS];
    enum diary_counter chosen = DIARY_EVENTS_HOME;
    struct html h;
    int64_t first;
    read_query(p, &q);
    TRY(diary_layout(p, pages_t(p, "diary.counters.title"), &m.layout));
    m.layout.back_href = page_href(p->req, "/diary");
    TRY(diary_office_options(p, q.office.v, &m.offices, &m.n_offices, &first));
    int64_t office_id = q.office.has ? q.office.v : first;
    m.from = q.from;
    m.to = q.to;
    m.period = str_printf(p->a, "%.*s – %.*s", STR_FMT(pages_date(p, q.from)), STR_FMT(pages_date(p, q.to)));
    if (office_id != 0) {
        (void)diary_counter_of_name(q.counter.p ? q.counter : S(""), &chosen);
        TRY(diary_store_counts(p->a, p->loop->read, p->site->realm, office_id, q.from, q.to, counts));
        m.office = diary_office_text(p, office_id);
        fill_lines(p, counts, &m);
        fill_choices(p, chosen, &m);
        TRY(fill_chart(p, &q, office_id, chosen, &m));
    }
    page_begin(p->req, &h);
    diary_view_counters(&h, &m);
    return diary_end(p, &h);
}

static struct err *get_counters(struct web_request *req)
{
    return pages_run(req, draw_counters);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/diary/counters", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_counters},
};
const struct route_table diary_routes_counters = {routes, sizeof routes / sizeof routes[0]};

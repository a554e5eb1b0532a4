/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_figures.c - figures for everybody: all bodies, one body, one month, and the file of it all.
 *
 * Bodies stand in the order of the directory, never by their figures: what one body is asked differs from what
 * another is, and the page says so.
 *
 * Keeps: every share stands with its two numbers; every number has its definition on the same page; pages, tiles and
 *        file show the same cells of the same two tables (figures.h).
 * Source: experience.md section 3; S15, S33; rules.md "Misuse".
 */
#include "institutions/reception/pages_figures.h"

#include "base/clock.h"
#include "core/csv.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/pages_places.h"
#include "institutions/reception/store_figures.h"

#define FILE_MAX (16 * ARENA_MIB)
#define EXPORT_SECONDS 60

/* ---- words ---- */

struct str figures_text(struct page *p, struct chart_value v)
{
    if (v.mark == CHART_EMPTY)
        return S("");
    return v.mark == CHART_HIDDEN ? pages_t(p, "figures.hidden") : lang_int(p->a, p->lang, v.n);
}

struct str figures_of(struct page *p, struct chart_value part, struct chart_value whole)
{
    struct chart_value share = chart_share(part, whole);
    if (share.mark != CHART_KNOWN)
        return S("");
    return T(p->a, p->lang, "figures.share", TEXT_ARG("share", lang_permille(p->a, p->lang, share.n)),
             TEXT_ARG("part", part.n), TEXT_ARG("whole", whole.n));
}

/* Those who said anything: known only when both answers are. */
static struct chart_value said(const struct figures *f, size_t row, size_t month)
{
    struct chart_value yes = figures_at(f, row, month, FIGURE_SOLVED);
    struct chart_value no = figures_at(f, row, month, FIGURE_NOT_SOLVED);
    if (yes.mark == CHART_EMPTY)
        return yes;
    bool known = yes.mark == CHART_KNOWN && no.mark == CHART_KNOWN;
    return known ? chart_known(yes.n + no.n) : chart_hidden();
}

static int32_t month_start(int32_t year, size_t month)
{
    return civil_to_day((struct civil){.year = year, .month = (int32_t)month + 1, .day = 1});
}

static struct str month_code(struct arena *a, int32_t year, size_t month)
{
    if (month == FIGURES_YEAR)
        return str_printf(a, "%04d", (int)year);
    return str_printf(a, "%04d-%02zu", (int)year, month + 1);
}

static struct str month_name(struct page *p, int32_t year, size_t month)
{
    if (month == FIGURES_YEAR)
        return T(p->a, p->lang, "figures.year", TEXT_ARG("year", month_code(p->a, year, month)));
    return lang_month(p->a, p->lang, month_start(year, month));
}

/* "Jan": the first letters of the month's name, which three languages know each month by. */
static struct str month_short(struct page *p, size_t month)
{
    return pages_t_of(p, "figures.month.", str_printf(p->a, "%zu", month + 1));
}

/* ---- tiles ---- */

static struct core_stat tile(struct page *p, const char *label_id, struct chart_value v, struct str note)
{
    if (v.mark == CHART_HIDDEN)
        return (struct core_stat){
            .value = S("—"), .label = pages_t(p, label_id), .note = pages_t(p, "figures.hidden")};
    return (struct core_stat){.value = figures_text(p, v), .label = pages_t(p, label_id), .note = note};
}

static size_t year_tiles(struct page *p, const struct figures *f, size_t row, size_t month, struct core_stat *s)
{
    struct chart_value closed = figures_at(f, row, month, FIGURE_CLOSED);
    struct chart_value on_time = figures_at(f, row, month, FIGURE_ON_TIME);
    struct chart_value solved = figures_at(f, row, month, FIGURE_SOLVED);
    s[0] = tile(p, "home.figure.received", figures_at(f, row, month, FIGURE_REGISTERED), S(""));
    s[1] = tile(p, "home.figure.in_time", on_time, figures_of(p, on_time, closed));
    s[2] = tile(p, "home.figure.solved", solved, figures_of(p, solved, said(f, row, month)));
    return 3;
}

static size_t open_tiles(struct page *p, const struct open_figures *o, int64_t body_id, struct core_stat *s)
{
    struct chart_value overdue = figures_open(o, body_id, OPEN_OVERDUE);
    s[0] = tile(p, "home.figure.open", figures_open(o, body_id, OPEN_ALL), S(""));
    s[1] = tile(p, "home.figure.overdue", overdue, S(""));
    if (overdue.mark == CHART_HIDDEN || overdue.n > 0)
        s[1].kind = S("late");
    return 2;
}

struct err *figures_stats(struct page *p, int64_t body_id, const struct core_stat **ret_stats, size_t *ret_n)
{
    const struct figures *f;
    const struct open_figures *o;
    struct core_stat *s = ARENA_ARRAY(p->a, 5, struct core_stat);
    *ret_stats = s;
    *ret_n = 0;
    TRY(figures_of_loop(p->a, p->loop, p->now, civil_from_day(p->today).year, p->today, &f));
    TRY(figures_open_of_loop(p->a, p->loop, p->now, p->today, &o));
    size_t row = figures_row(f, body_id);
    struct chart_value open = figures_open(o, body_id, OPEN_ALL);
    bool has_open = open.mark == CHART_HIDDEN || open.n > 0;
    if (row == SIZE_MAX || (f->n_bodies == 0 && !has_open))
        return NULL;
    *ret_n = year_tiles(p, f, row, FIGURES_YEAR, s);
    *ret_n += open_tiles(p, o, body_id, s + *ret_n);
    return NULL;
}

/* ---- the table ---- */

/* The columns of a table behind its first one; `is_full`: with those that are not published of one body in one month. */
static const struct column {
    const char *title_id;
    enum figure what;
    enum figure whole; /* a share of it; N_FIGURES: none */
    bool only_full;
    bool is_days; /* to an answer, not a count */
    enum figure_days days;
} table_of[] = {
    {"figures.registered", FIGURE_REGISTERED, N_FIGURES, false, false, DAYS_MEDIAN},
    {"figures.forwarded", FIGURE_FORWARDED, N_FIGURES, false, false, DAYS_MEDIAN},
    {"figures.closed", FIGURE_CLOSED, N_FIGURES, false, false, DAYS_MEDIAN},
    {"figures.on_time", FIGURE_ON_TIME, FIGURE_CLOSED, false, false, DAYS_MEDIAN},
    {"figures.late", FIGURE_LATE, FIGURE_CLOSED, false, false, DAYS_MEDIAN},
    {"figures.refused", FIGURE_REFUSED, FIGURE_CLOSED, true, false, DAYS_MEDIAN},
    {"figures.solved", FIGURE_SOLVED, FIGURE_SILENT, true, false, DAYS_MEDIAN},
    {"figures.median", FIGURE_CLOSED, N_FIGURES, false, true, DAYS_MEDIAN},
    {"figures.p90", FIGURE_CLOSED, N_FIGURES, false, true, DAYS_P90},
};
#define N_TABLE (sizeof table_of / sizeof table_of[0])

static size_t table_columns(struct page *p, const char *first_id, bool is_full, const struct core_column **ret)
{
    struct core_column *c = ARENA_ARRAY(p->a, N_TABLE + 1, struct core_column);
    size_t n = 0;
    c[n++].title = pages_t(p, first_id);
    for (size_t i = 0; i < N_TABLE; i++)
        if (is_full || !table_of[i].only_full)
            c[n++] = (struct core_column){.title = pages_t(p, table_of[i].title_id), .is_number = true};
    *ret = c;
    return n;
}

static struct core_cell table_cell(struct page *p, const struct figures *f, size_t row, size_t month,
                                   const struct column *c)
{
    struct core_cell cell = {.is_number = true};
    if (c->is_days) {
        cell.text = figures_text(p, figures_days(f, row, month, c->days));
        return cell;
    }
    struct chart_value v = figures_at(f, row, month, c->what);
    cell.text = figures_text(p, v);
    if (c->whole != N_FIGURES)
        cell.note = figures_of(
            p, v, c->what == FIGURE_SOLVED ? said(f, row, month) : figures_at(f, row, month, c->whole));
    return cell;
}

static struct core_table_row table_row(struct page *p, const struct figures *f, size_t row, size_t month,
                                       bool is_full, struct core_cell head)
{
    struct core_cell *cells = ARENA_ARRAY(p->a, N_TABLE + 1, struct core_cell);
    size_t n = 0;
    cells[n++] = head;
    for (size_t i = 0; i < N_TABLE; i++)
        if (is_full || !table_of[i].only_full)
            cells[n++] = table_cell(p, f, row, month, &table_of[i]);
    return (struct core_table_row){.cells = cells};
}

/* Where the figures of a body by month are. */
static struct str body_href(struct page *p, int64_t body_id, int32_t year)
{
    const struct body *b = directory_body(p->directory, body_id);
    if (!b)
        return (struct str){0};
    return page_href(p->req, "/figures/bodies/%.*s?year=%d", STR_FMT(b->code), (int)year);
}

/* Bodies of one month or of the year, in the order of the directory, and all together at the end. */
static void table_of_bodies(struct page *p, const struct figures *f, size_t month, struct reception_view_figures *m)
{
    const struct directory *d = p->directory;
    struct core_table_row *rows = ARENA_ARRAY(p->a, f->n_bodies + 1, struct core_table_row);
    size_t n = 0;
    for (size_t i = 0; i < d->n_bodies; i++) {
        size_t row = figures_row(f, d->bodies[i].id);
        struct core_cell head = {.text = text3_for(&d->bodies[i].name, p->code),
                                 .href = body_href(p, d->bodies[i].id, f->year)};
        if (row != SIZE_MAX)
            rows[n++] = table_row(p, f, row, month, month == FIGURES_YEAR, head);
    }
    rows[n++] = table_row(p, f, f->n_bodies, month, month == FIGURES_YEAR,
                          (struct core_cell){.text = pages_t(p, "figures.all_bodies")});
    m->table = (struct core_view_table){
        .caption = T(p->a, p->lang, "figures.table.bodies", TEXT_ARG("when", month_name(p, f->year, month))),
        .rows = rows,
        .n_rows = n,
        .dense = true,
    };
    m->table.n_columns = table_columns(p, "figures.column.body", month == FIGURES_YEAR, &m->table.columns);
}

static void table_of_months(struct page *p, const struct figures *f, size_t row, struct str name,
                            struct reception_view_figures *m)
{
    struct core_table_row *rows = ARENA_ARRAY(p->a, FIGURES_MONTHS + 1, struct core_table_row);
    bool is_full = row == f->n_bodies;
    size_t n = 0;
    for (size_t i = f->first_month; i <= f->n_months; i++) {
        size_t month = i < f->n_months ? i : FIGURES_YEAR;
        struct core_cell head = {.text = month_name(p, f->year, month)};
        if (month != FIGURES_YEAR)
            head.href = page_href(p->req, "/figures/months/%.*s", STR_FMT(month_code(p->a, f->year, month)));
        rows[n++] = table_row(p, f, row, month, is_full, head);
    }
    m->months = (struct core_view_table){
        .caption = T(p->a, p->lang, "figures.table.months", TEXT_ARG("whose", name)),
        .rows = rows,
        .n_rows = n,
        .dense = true,
    };
    m->months.n_columns = table_columns(p, "figures.column.month", is_full, &m->months.columns);
}

/* ---- pictures ---- */

struct picture {
    const char *id;
    enum chart_kind kind;
    enum figure figures[3];
    size_t n;
};

static void draw_picture(struct page *p, struct chart *c, struct core_chart *ret)
{
    c->hidden = pages_t(p, "figures.hidden");
    c->point_code = S("month");
    c->point_title = pages_t(p, "figures.column.month");
    c->title = pages_t_of(p, "figures.chart.", c->id);
    c->description = pages_t_of(p, "figures.chart.", str_printf(p->a, "%.*s.means", STR_FMT(c->id)));
    chart_view(p->a, p->lang, c, (struct str){0}, ret);
}

static size_t months_shown(const struct figures *f)
{
    return f->n_months > f->first_month ? f->n_months - f->first_month : 0;
}

static const struct chart_point *month_points(struct page *p, const struct figures *f)
{
    struct chart_point *points = ARENA_ARRAY(p->a, months_shown(f), struct chart_point);
    for (size_t m = f->first_month; m < f->n_months; m++)
        points[m - f->first_month] = (struct chart_point){.code = month_code(p->a, f->year, m),
                                         .name = month_name(p, f->year, m),
                                         .short_name = month_short(p, m)};
    return points;
}

static void picture_of_counts(struct page *p, const struct figures *f, size_t row, const struct picture *what,
                              struct core_chart *ret)
{
    struct chart_value *values = ARENA_ARRAY(p->a, months_shown(f) * what->n, struct chart_value);
    struct chart_series *series = ARENA_ARRAY(p->a, what->n, struct chart_series);
    for (size_t s = 0; s < what->n; s++) {
        struct str name = str_c(figure_name(what->figures[s]));
        series[s] = (struct chart_series){.code = name, .name = pages_t_of(p, "figures.", name)};
        for (size_t m = 0; m < months_shown(f); m++)
            values[m * what->n + s] = figures_at(f, row, f->first_month + m, what->figures[s]);
    }
    struct chart c = {.kind = what->kind, .id = str_c(what->id), .points = month_points(p, f),
                      .n_points = months_shown(f), .series = series, .n_series = what->n, .values = values};
    draw_picture(p, &c, ret);
}

static void picture_of_days(struct page *p, const struct figures *f, size_t row, struct core_chart *ret)
{
    struct chart_value *values = ARENA_ARRAY(p->a, months_shown(f) * 2, struct chart_value);
    const struct chart_series series[] = {{S("median_days"), pages_t(p, "figures.median")},
                                          {S("p90_days"), pages_t(p, "figures.p90")}};
    for (size_t m = 0; m < months_shown(f); m++) {
        values[2 * m] = figures_days(f, row, f->first_month + m, DAYS_MEDIAN);
        values[2 * m + 1] = figures_days(f, row, f->first_month + m, DAYS_P90);
    }
    struct chart c = {.kind = CHART_LINES, .unit = CHART_DAYS, .id = S("days"), .points = month_points(p, f),
                      .n_points = months_shown(f), .series = series, .n_series = 2, .values = values};
    draw_picture(p, &c, ret);
}

static void pictures(struct page *p, const struct figures *f, size_t row, struct reception_view_figures *m)
{
    static const struct picture all[] = {
        {"flow", CHART_BARS, {FIGURE_REGISTERED, FIGURE_CLOSED}, 2},
        {"closed", CHART_STACKED, {FIGURE_ON_TIME, FIGURE_LATE}, 2},
        {"opinion", CHART_STACKED, {FIGURE_SOLVED, FIGURE_NOT_SOLVED, FIGURE_SILENT}, 3},
    };
    size_t n = row == f->n_bodies ? 3 : 2; /* what people say is not published by body and month */
    struct core_chart *charts = ARENA_ARRAY(p->a, n + 1, struct core_chart);
    for (size_t i = 0; i < n; i++)
        picture_of_counts(p, f, row, &all[i], &charts[i]);
    picture_of_days(p, f, row, &charts[n]);
    m->charts = charts;
    m->n_charts = n + 1;
}

/* ---- definitions and the frame ---- */

static void meanings(struct page *p, struct reception_view_figures *m)
{
    static const char *const ids[] = {"registered", "forwarded", "closed", "on_time", "late",    "answered", "refused",
                                      "solved",     "not_solved", "silent", "median",  "p90",     "open",     "overdue"};
    size_t n = sizeof ids / sizeof ids[0];
    struct core_row *rows = ARENA_ARRAY(p->a, n, struct core_row);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct core_row){
            .key = pages_t_of(p, "figures.", str_c(ids[i])),
            .value = pages_t_of(p, "figures.", str_printf(p->a, "%s.means", ids[i])),
        };
    m->meanings = rows;
    m->n_meanings = n;
}

/* The years that have figures, newest first; each leads to the same page of its year. */
static struct err *years(struct page *p, const char *path, int32_t shown, struct reception_view_figures *m)
{
    struct str first;
    int64_t from = 0;
    int32_t now = civil_from_day(p->today).year;
    TRY(reception_load_first_month(p->a, p->loop->read, p->site->realm, &first));
    if (first.n != 7 || !str_to_int64(str_slice(first, 0, 4), &from) || from > now)
        from = now;
    struct core_nav_item *items = ARENA_ARRAY(p->a, (size_t)(now - from) + 1, struct core_nav_item);
    for (int32_t y = now; y >= from; y--)
        items[m->n_years++] = (struct core_nav_item){
            .text = str_printf(p->a, "%d", (int)y),
            .href = page_href(p->req, "%s?year=%d", path, (int)y),
            .current = y == shown,
        };
    m->years = items;
    return NULL;
}

struct year_query {
    struct opt_int year;
};
static const struct web_field year_fields[] = {
    {.name = "year", .type = FIELD_INT, .min = FIGURES_FIRST_YEAR, .max = FIGURES_LAST_YEAR,
     .offset = offsetof(struct year_query, year)},
};
static const struct web_form year_form = WEB_FORM(year_fields);

int32_t figures_asked_year(struct page *p)
{
    struct year_query q = {0};
    web_query_read(p->req, &year_form, &q);
    return q.year.has ? (int32_t)q.year.v : civil_from_day(p->today).year;
}

struct str figures_hidden_note(struct page *p, int64_t k)
{
    return T(p->a, p->lang, "figures.hidden.note", TEXT_ARG("k", k),
             TEXT_ARG("rules", text3_for(&profile_info(p->site->profile)->title, p->code)));
}

/* What all pages of figures have: the frame, the definitions, the file, whether they are complete. */
static struct err *begin(struct page *p, const struct figures *f, struct str title, struct reception_view_figures *m)
{
    bool is_counted;
    TRY(reception_figures_are_counted(p->a, p->loop->read, p->site->realm, &is_counted));
    TRY(pages_public(p, title, &m->layout));
    m->lang = p->code;
    m->as_of = p->now;
    m->is_counting = !is_counted;
    m->csv_href = str_printf(p->a, "/exports/figures.csv?year=%d", (int)f->year);
    m->hidden_note = figures_hidden_note(p, f->k);
    meanings(p, m);
    return NULL;
}

static struct err *send(struct page *p, const struct reception_view_figures *m)
{
    struct html h;
    page_begin(p->req, &h);
    reception_view_figures(&h, m);
    return pages_end_public(p, &h);
}

/* ---- the pages ---- */

static struct err *tiles_of(struct page *p, const struct figures *f, int64_t body_id, size_t row,
                            struct reception_view_figures *m)
{
    const struct open_figures *o;
    struct core_stat *s = ARENA_ARRAY(p->a, 5, struct core_stat);
    TRY(figures_open_of_loop(p->a, p->loop, p->now, p->today, &o));
    m->n_stats = year_tiles(p, f, row, FIGURES_YEAR, s);
    m->n_stats += open_tiles(p, o, body_id, s + m->n_stats);
    m->stats = s;
    return NULL;
}

static struct err *overview(struct page *p)
{
    const struct figures *f;
    struct reception_view_figures m = {0};
    TRY(figures_of_loop(p->a, p->loop, p->now, figures_asked_year(p), p->today, &f));
    struct str year = month_name(p, f->year, FIGURES_YEAR);
    TRY(begin(p, f, pages_t(p, "figures.title"), &m));
    TRY(years(p, "/figures", f->year, &m));
    m.lead = pages_t(p, "figures.lead");
    m.heading = year;
    if (f->n_bodies > 0) {
        TRY(tiles_of(p, f, 0, f->n_bodies, &m));
        pictures(p, f, f->n_bodies, &m);
        table_of_months(p, f, f->n_bodies, pages_t(p, "figures.all_bodies"), &m);
        table_of_bodies(p, f, FIGURES_YEAR, &m);
        bool has_territory;
        TRY(pages_has_territory(p, &has_territory));
        if (has_territory)
            m.places_href = page_href(p->req, "/figures/places?year=%d", (int)f->year);
    }
    return send(p, &m);
}

static struct err *of_body(struct page *p)
{
    const struct figures *f;
    struct reception_view_figures m = {0};
    const struct body *b = directory_body_by_code(p->directory, web_param(p->req, "code"));
    if (!b)
        return web_error(p->req, 404);
    TRY(figures_of_loop(p->a, p->loop, p->now, figures_asked_year(p), p->today, &f));
    struct str name = text3_for(&b->name, p->code);
    size_t row = figures_row(f, b->id);
    TRY(begin(p, f, T(p->a, p->lang, "figures.body.title", TEXT_ARG("body", name)), &m));
    TRY(years(p, str_printf(p->a, "/figures/bodies/%.*s", STR_FMT(b->code)).p, f->year, &m));
    m.layout.back_href = page_href(p->req, "/figures?year=%d", (int)f->year);
    m.heading = month_name(p, f->year, FIGURES_YEAR);
    if (row != SIZE_MAX) {
        TRY(tiles_of(p, f, b->id, row, &m));
        pictures(p, f, row, &m);
        table_of_months(p, f, row, name, &m);
    }
    return send(p, &m);
}

/* "2026-03"; a month of a year that can be shown. */
static bool month_read(struct str s, int32_t *ret_year, size_t *ret_month)
{
    int32_t day;
    char text[11] = "0000-00-01";
    if (s.n != 7)
        return false;
    for (size_t i = 0; i < 7; i++)
        text[i] = s.p[i];
    if (!day_parse((struct str){text, 10}, &day))
        return false;
    struct civil c = civil_from_day(day);
    *ret_year = c.year;
    *ret_month = (size_t)c.month - 1;
    return c.year >= FIGURES_FIRST_YEAR && c.year <= FIGURES_LAST_YEAR;
}

static struct err *of_month(struct page *p)
{
    const struct figures *f;
    struct reception_view_figures m = {0};
    int32_t year;
    size_t month;
    if (!month_read(web_param(p->req, "month"), &year, &month))
        return web_error(p->req, 404);
    TRY(figures_of_loop(p->a, p->loop, p->now, year, p->today, &f));
    struct str title = T(p->a, p->lang, "figures.of_month.title", TEXT_ARG("month", month_name(p, year, month)));
    TRY(begin(p, f, title, &m));
    m.layout.back_href = page_href(p->req, "/figures?year=%d", (int)year);
    if (f->n_bodies > 0 && month >= f->first_month && month < f->n_months) {
        struct core_stat *s = ARENA_ARRAY(p->a, 3, struct core_stat);
        m.n_stats = year_tiles(p, f, f->n_bodies, month, s);
        m.stats = s;
        table_of_bodies(p, f, month, &m);
    }
    return send(p, &m);
}

/* ---- the file ---- */

static void file_value(struct csv *out, struct chart_value v)
{
    if (v.mark == CHART_KNOWN)
        csv_int(out, v.n);
    else
        csv_text(out, v.mark == CHART_HIDDEN ? S("hidden") : S(""));
}

static void file_rows(struct page *p, struct csv *out, const struct figures *f, size_t row)
{
    const struct body *b = row < f->n_bodies ? directory_body(p->directory, f->body_ids[row]) : NULL;
    for (size_t i = f->first_month; i <= f->n_months; i++) {
        size_t month = i < f->n_months ? i : FIGURES_YEAR;
        csv_text(out, month_code(p->a, f->year, month));
        csv_text(out, b ? b->code : S("all"));
        csv_text(out, b ? b->name.kk : S(""));
        csv_text(out, b ? b->name.ru : S(""));
        csv_text(out, b ? b->name.en : S(""));
        for (int c = 0; c < N_FIGURES; c++)
            file_value(out, figures_at(f, row, month, (enum figure)c));
        file_value(out, figures_days(f, row, month, DAYS_MEDIAN));
        file_value(out, figures_days(f, row, month, DAYS_P90));
        csv_line(out);
    }
}

static struct err *file(struct page *p)
{
    const struct figures *f;
    struct buf *b = ARENA_NEW(p->a, struct buf);
    struct csv out;
    TRY(figures_of_loop(p->a, p->loop, p->now, figures_asked_year(p), p->today, &f));
    buf_init(b, p->a, FILE_MAX);
    csv_begin(&out, b);
    static const char *const head[] = {"month", "body", "name_kk", "name_ru", "name_en"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        csv_text(&out, str_c(head[i]));
    for (int c = 0; c < N_FIGURES; c++)
        csv_text(&out, str_c(figure_name((enum figure)c)));
    csv_text(&out, S("median_days"));
    csv_text(&out, S("p90_days"));
    csv_line(&out);
    for (size_t row = 0; f->n_bodies > 0 && row <= f->n_bodies; row++)
        file_rows(p, &out, f, row);
    TRY(buf_check(b, "the file of figures"));
    web_cacheable(p->req, EXPORT_SECONDS);
    web_compress(p->req);
    return web_download(p->req, "text/csv; charset=utf-8", str_printf(p->a, "figures-%d.csv", (int)f->year),
                        buf_view(b));
}

static struct err *get_overview(struct web_request *req)
{
    return pages_run(req, overview);
}

static struct err *get_body(struct web_request *req)
{
    return pages_run(req, of_body);
}

static struct err *get_month(struct web_request *req)
{
    return pages_run(req, of_month);
}

static struct err *get_file(struct web_request *req)
{
    return pages_run(req, file);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/figures", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_overview},
    {WEB_GET, "/{lang}/figures/bodies/{code}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_body},
    {WEB_GET, "/{lang}/figures/months/{month}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_month},
    {WEB_GET, "/exports/figures.csv", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_file},
};

const struct route_table reception_routes_figures = {routes, sizeof routes / sizeof routes[0]};

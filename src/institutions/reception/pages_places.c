/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_places.c - from region to district to village by links, or by the first letters; and cases by place.
 *
 * Works without script: every step is a link that carries what was chosen before, and nothing private is in it.
 *
 * Keeps: a place is never asked for, only offered; counts of places are hidden as other figures are.
 */
#include "institutions/reception/pages_places.h"

#include "algo/suppress.h"
#include "base/clock.h"
#include "core/map.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/pages_figures.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/store_figures.h"

#define LISTED 500 /* places within one, on a page: districts have fewer villages */
#define FOUND 50

/* ---- names and links ---- */

struct err *pages_has_territory(struct page *p, bool *ret_has)
{
    struct place *places;
    size_t n;
    TRY(places_below(p->a, p->loop->read, p->site->realm, 0, 1, &places, &n));
    *ret_has = n > 0;
    return NULL;
}

struct err *pages_place(struct page *p, int64_t place_id, struct str *ret_name)
{
    struct place chain[N_PLACE_KINDS];
    size_t n = 0;
    struct buf b;
    buf_init(&b, p->a, 4096);
    if (place_id > 0)
        TRY(place_chain(p->a, p->loop->read, p->site->realm, place_id, chain, &n));
    for (size_t i = 0; i < n; i++) {
        buf_c(&b, i > 0 ? ", " : "");
        buf_str(&b, text3_for(&chain[i].name, p->code));
    }
    *ret_name = buf_view(&b);
    return NULL;
}

/* `path`, what was chosen, and the place of code `place`. */
static struct str choice_href(struct page *p, const char *path, const struct place_choice *c, struct str place)
{
    struct str kind = page_url_part(p->a, c->kind);
    struct str body = page_url_part(p->a, c->body);
    struct str about = page_url_part(p->a, c->about);
    struct str at = page_url_part(p->a, place);
    return page_href(p->req, "%s?kind=%.*s&body=%.*s&about=%.*s&place=%.*s", path, STR_FMT(kind), STR_FMT(body),
                     STR_FMT(about), STR_FMT(at));
}

struct str pages_place_href(struct page *p, struct place_choice c, struct str in)
{
    struct str href = choice_href(p, "/appeals/new/place", &c, c.place);
    if (in.n == 0)
        return href;
    struct str code = page_url_part(p->a, in);
    return str_printf(p->a, "%.*s&in=%.*s", STR_FMT(href), STR_FMT(code));
}

/* ---- choosing ---- */

struct place_query {
    struct place_choice choice;
    struct str q, in;
};

#define AT(member) offsetof(struct place_query, member)
static const struct web_field query_fields[] = {
    {.name = "kind", .type = FIELD_LINE, .max = 100, .offset = AT(choice.kind)},
    {.name = "body", .type = FIELD_LINE, .max = 100, .offset = AT(choice.body)},
    {.name = "about", .type = FIELD_LINE, .max = 100, .offset = AT(choice.about)},
    {.name = "place", .type = FIELD_LINE, .max = 20, .offset = AT(choice.place)},
    {.name = "q", .type = FIELD_LINE, .max = 100, .offset = AT(q)},
    {.name = "in", .type = FIELD_LINE, .max = 20, .offset = AT(in)},
};
#undef AT
static const struct web_form query_form = WEB_FORM(query_fields);

static struct err *place_rows(struct page *p, const struct place_query *q, const struct place *places, size_t n,
                              struct reception_view_place *m)
{
    static const char *const titles[] = {"territory.column.place", "territory.column.kind", "territory.column.within"};
    struct core_column *columns = ARENA_ARRAY(p->a, 3, struct core_column);
    struct core_table_row *rows = ARENA_ARRAY(p->a, n, struct core_table_row);
    for (size_t i = 0; i < 3; i++)
        columns[i].title = pages_t(p, titles[i]);
    for (size_t i = 0; i < n; i++) {
        struct core_cell *cells = ARENA_ARRAY(p->a, 3, struct core_cell);
        cells[0] = (struct core_cell){.text = text3_for(&places[i].name, p->code),
                                      .href = choice_href(p, "/appeals/new/write", &q->choice, places[i].code)};
        if (m->is_search)
            TRY(pages_place(p, places[i].parent_id, &cells[0].note));
        cells[1].text = pages_t_of(p, "territory.kind.", place_kind_name(places[i].kind));
        if (places[i].kind != PLACE_SETTLEMENT)
            cells[2] = (struct core_cell){.text = pages_t(p, "territory.open"),
                                          .href = pages_place_href(p, q->choice, places[i].code)};
        rows[i].cells = cells;
    }
    m->table = (struct core_view_table){.caption = pages_t(p, "territory.choose"), .caption_hidden = true,
                                        .columns = columns, .n_columns = 3, .rows = rows, .n_rows = n};
    return NULL;
}

/* The places to choose from: found by letters, or those within the place of `in`. */
static struct err *offered(struct page *p, const struct place_query *q, struct reception_view_place *m,
                           struct place **ret_places, size_t *ret_n)
{
    struct db_read *r = p->loop->read;
    struct place in = {.id = 0};
    struct place up;
    bool found = false;
    m->is_search = q->q.n > 0;
    if (m->is_search)
        return places_named(p->a, r, p->site->realm, q->q, FOUND, ret_places, ret_n);
    if (q->in.n > 0)
        TRY(place_by_code(p->a, r, p->site->realm, q->in, &in, &found));
    if (found) {
        TRY(pages_place(p, in.id, &m->within));
        bool has_up;
        TRY(place_load(p->a, r, p->site->realm, in.parent_id, &up, &has_up));
        m->up_href = pages_place_href(p, q->choice, has_up ? up.code : S(""));
    }
    return places_below(p->a, r, p->site->realm, found ? in.id : 0, LISTED, ret_places, ret_n);
}

static struct err *choose_place(struct page *p)
{
    struct place_query q = {0};
    struct place *places;
    size_t n;
    web_query_read(p->req, &query_form, &q);
    struct reception_view_place m = {
        .lang = p->code,
        .kind = q.choice.kind,
        .body = q.choice.body,
        .about = q.choice.about,
        .place = q.choice.place,
        .query = q.q,
        .none_href = choice_href(p, "/appeals/new/write", &q.choice, S("")),
    };
    TRY(offered(p, &q, &m, &places, &n));
    TRY(place_rows(p, &q, places, n, &m));
    TRY(pages_public(p, pages_t(p, "territory.choose"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    m.layout.has_quick_exit = true;
    m.layout.back_href = choice_href(p, "/appeals/new/write", &q.choice, q.choice.place);
    struct html h;
    page_begin(p->req, &h);
    reception_view_place(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_choose(struct web_request *req)
{
    return pages_run(req, choose_place);
}

/* ---- cases by place ---- */

/* Parts of the territory that figures speak of, and cases in each; behind them those that name the whole only, and
 * all that name a place. */
struct place_figures {
    struct place *places;
    size_t n;
    int64_t above;   /* the place that stands above them all, or 0 */
    int64_t *values; /* n + 2 */
    bool *hidden;
    int64_t k;
};

/* Which of the main places lies above (or is) `place_id`? n for none: the one that stands above them all. */
static struct err *main_of(struct page *p, const struct place_figures *f, int64_t place_id, size_t *ret_at)
{
    struct place chain[N_PLACE_KINDS];
    size_t n;
    TRY(place_chain(p->a, p->loop->read, p->site->realm, place_id, chain, &n));
    *ret_at = f->n;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < f->n; k++)
            if (f->places[k].id == chain[i].id)
                *ret_at = k;
    return NULL;
}

static struct err *load_places(struct page *p, int32_t year, struct place_figures *f)
{
    static const struct suppress_move only[] = {{{1}}};
    struct place_count *counts;
    size_t n;
    TRY(places_main(p->a, p->loop->read, p->site->realm, &f->places, &f->n, &f->above));
    TRY(reception_load_places(p->a, p->loop->read, p->site->realm, str_printf(p->a, "%04d", (int)year), &counts, &n));
    f->values = ARENA_ARRAY(p->a, f->n + 2, int64_t);
    f->hidden = ARENA_ARRAY(p->a, f->n + 2, bool);
    f->k = figures_k(p->site, p->today);
    for (size_t i = 0; i < n; i++) {
        size_t at;
        TRY(main_of(p, f, counts[i].place_id, &at));
        f->values[at] += counts[i].n;
        f->values[f->n + 1] += counts[i].n;
    }
    struct suppress_table t = {.n_rows = f->n + 2, .n_steps = 1, .n_columns = 1, .has_row_total = true,
                               .values = f->values, .moves = only, .n_moves = 1, .hidden = f->hidden};
    suppress(p->a, &t, f->k);
    return NULL;
}

static struct chart_value place_value(const struct place_figures *f, size_t at)
{
    return f->hidden[at] ? chart_hidden() : chart_known(f->values[at]);
}

/* The same numbers for picture, table and file. */
static struct chart *places_chart(struct page *p, const struct place_figures *f, int32_t year)
{
    struct chart *c = ARENA_NEW(p->a, struct chart);
    struct chart_point *points = ARENA_ARRAY(p->a, f->n + 2, struct chart_point);
    struct chart_value *values = ARENA_ARRAY(p->a, f->n + 2, struct chart_value);
    struct chart_series *series = ARENA_NEW(p->a, struct chart_series);
    *series = (struct chart_series){S("registered"), pages_t(p, "figures.registered")};
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++, n++) {
        points[n] = (struct chart_point){.code = f->places[i].code,
                                         .name = text3_for(&f->places[i].name, p->code),
                                         .id = str_printf(p->a, "place-%.*s", STR_FMT(f->places[i].code))};
        values[n] = place_value(f, i);
    }
    if (f->values[f->n] > 0) {
        points[n] = (struct chart_point){.code = S("whole"), .name = pages_t(p, "territory.whole")};
        values[n++] = place_value(f, f->n);
    }
    points[n] = (struct chart_point){.code = S("all"), .name = pages_t(p, "territory.all")};
    values[n++] = place_value(f, f->n + 1);
    struct str title = T(p->a, p->lang, "territory.figures.chart", TEXT_ARG("year", str_printf(p->a, "%d", (int)year)));
    *c = (struct chart){.kind = CHART_ROWS, .id = S("places"), .title = title, .point_code = S("place"),
                        .point_title = pages_t(p, "territory.column.place"), .hidden = pages_t(p, "figures.hidden"),
                        .points = points, .n_points = n, .series = series, .n_series = 1, .values = values};
    return c;
}

/* "geoBoundaries; town of X": each source once. */
static struct str sources_of(struct page *p, const struct border_drawn *borders, size_t n)
{
    struct buf b;
    buf_init(&b, p->a, 4096);
    for (size_t i = 0; i < n; i++) {
        bool is_new = true;
        for (size_t k = 0; k < i; k++)
            is_new = is_new && !str_eq(borders[k].source, borders[i].source);
        if (is_new) {
            buf_c(&b, b.n > 0 ? "; " : "");
            buf_str(&b, borders[i].source);
        }
    }
    return buf_view(&b);
}

/* The map of the same numbers; NULL when no place has a border. */
static struct err *places_map(struct page *p, const struct place_figures *f, const struct chart *c,
                              const struct core_map **ret_map)
{
    struct border_drawn *drawn;
    size_t n;
    const struct border **borders = ARENA_ARRAY(p->a, f->n, const struct border *);
    struct core_map *map = ARENA_NEW(p->a, struct core_map);
    TRY(borders_below(p->a, p->loop->read, p->site->realm, f->above, f->n, &drawn, &n));
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < n; k++)
            if (drawn[k].place_id == f->places[i].id)
                borders[i] = &drawn[k].border;
    struct map m = {.id = S("map"), .title = pages_t(p, "territory.map.title"),
                    .description = pages_t(p, "territory.map.description"), .chart = c, .borders = borders,
                    .n_areas = f->n, .source = sources_of(p, drawn, n)};
    *ret_map = map_view(p->a, p->lang, &m, map) ? map : NULL;
    return NULL;
}

static struct err *places_page(struct page *p)
{
    struct place_figures f = {0};
    int32_t year = figures_asked_year(p);
    struct reception_view_places m = {.lang = p->code, .as_of = p->now};
    TRY(load_places(p, year, &f));
    TRY(pages_public(p, pages_t(p, "territory.figures.title"), &m.layout));
    m.layout.back_href = page_href(p->req, "/figures?year=%d", (int)year);
    m.hidden_note = figures_hidden_note(p, f.k);
    if (f.values[f.n + 1] > 0) {
        struct core_chart *chart = ARENA_NEW(p->a, struct core_chart);
        const struct chart *c = places_chart(p, &f, year);
        chart_view(p->a, p->lang, c, str_printf(p->a, "/exports/places.csv?year=%d", (int)year), chart);
        m.chart = chart;
        TRY(places_map(p, &f, c, &m.map));
    }
    struct html h;
    page_begin(p->req, &h);
    reception_view_places(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_places(struct web_request *req)
{
    return pages_run(req, places_page);
}

static struct err *places_file(struct page *p)
{
    struct place_figures f = {0};
    int32_t year = figures_asked_year(p);
    TRY(load_places(p, year, &f));
    web_cacheable(p->req, 60);
    return web_download(p->req, "text/csv; charset=utf-8", str_printf(p->a, "places-%d.csv", (int)year),
                        chart_csv(p->a, places_chart(p, &f, year)));
}

static struct err *get_file(struct web_request *req)
{
    return pages_run(req, places_file);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/appeals/new/place", RECEPTION_SUBMIT, WEB_CSRF_READ, WEB_BODY_NONE, get_choose},
    {WEB_GET, "/{lang}/figures/places", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_places},
    {WEB_GET, "/exports/places.csv", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_file},
};

const struct route_table reception_routes_places = {routes, sizeof routes / sizeof routes[0]};

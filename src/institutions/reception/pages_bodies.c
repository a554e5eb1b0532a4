/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_bodies.c - the state bodies: what each is there for, where it is, and how it keeps its terms.
 */
#include "institutions/reception/pages.h"

#include "base/clock.h"
#include "base/fold.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/pages_figures.h"

#define BODIES_PER_PAGE 50

/* ---- bodies ---- */

/* Bodies that exist, each behind its superior, into `ret`; `depth` stops cycles. */
static void order_bodies(const struct directory *d, int64_t parent_id, size_t depth, const struct body **ret,
                         size_t *n)
{
    for (size_t i = 0; i < d->n_bodies && depth <= d->n_bodies; i++) {
        const struct body *b = &d->bodies[i];
        if (b->parent_id != parent_id || b->is_closed)
            continue;
        ret[(*n)++] = b;
        order_bodies(d, b->id, depth + 1, ret, n);
    }
}

/* Does the folded query occur in name or task, in any of the languages? */
static bool body_fits(struct arena *a, const struct body *b, struct str query)
{
    const struct str texts[] = {b->name.kk, b->name.ru, b->name.en, b->about.kk, b->about.ru, b->about.en};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct str folded = fold(a, texts[i]);
        if (folded.p && str_find_str(folded, query) != SIZE_MAX)
            return true;
    }
    return query.n == 0;
}

static struct core_table_row body_row(struct page *p, const struct body *b, const struct open_figures *f)
{
    struct chart_value overdue = figures_open(f, b->id, OPEN_OVERDUE);
    struct core_cell *cells = ARENA_ARRAY(p->a, 4, struct core_cell);
    cells[0] = (struct core_cell){
        .text = text3_for(&b->name, p->code),
        .href = page_href(p->req, "/bodies/%.*s", STR_FMT(b->code)),
        .note = text3_for(&b->about, p->code),
    };
    cells[1] = (struct core_cell){.text = b->address, .note = b->hours};
    cells[2] = (struct core_cell){.text = figures_text(p, figures_open(f, b->id, OPEN_ALL)), .is_number = true};
    cells[3] = (struct core_cell){.text = figures_text(p, overdue), .is_number = true};
    if (overdue.mark == CHART_HIDDEN || overdue.n > 0)
        cells[3].tag_kind = S("red");
    return (struct core_table_row){.cells = cells};
}

/* Address of the page of bodies that begins at `start`. */
static struct str bodies_href(struct page *p, struct str query, size_t start)
{
    struct buf b;
    buf_init(&b, p->a, 4096);
    buf_str(&b, page_href(p->req, "/bodies?from="));
    buf_int(&b, (int64_t)start);
    buf_c(&b, "&q=");
    for (size_t i = 0; i < query.n; i++)
        buf_printf(&b, "%%%02X", (unsigned char)query.p[i]);
    return buf_view(&b);
}

struct bodies_query {
    struct str q;
    struct opt_int from;
};

static const struct web_field bodies_fields[] = {
    {.name = "q", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct bodies_query, q)},
    {.name = "from", .type = FIELD_INT, .min = 0, .max = 1000000, .offset = offsetof(struct bodies_query, from)},
};
static const struct web_form bodies_form = WEB_FORM(bodies_fields);

static void bodies_rows(struct page *p, const struct bodies_query *q, const struct open_figures *f,
                        struct reception_view_bodies *m)
{
    const struct body **all = ARENA_ARRAY(p->a, p->directory->n_bodies + 1, const struct body *);
    size_t n_all = 0;
    order_bodies(p->directory, 0, 0, all, &n_all);
    struct str query = fold(p->a, q->q.p ? q->q : S(""));
    size_t n = 0;
    for (size_t i = 0; i < n_all; i++)
        if (body_fits(p->a, all[i], query))
            all[n++] = all[i];
    size_t from = q->from.has && (size_t)q->from.v < n ? (size_t)q->from.v : 0;
    size_t to = from + BODIES_PER_PAGE < n ? from + BODIES_PER_PAGE : n;
    struct core_table_row *rows = ARENA_ARRAY(p->a, to - from, struct core_table_row);
    for (size_t i = from; i < to; i++)
        rows[i - from] = body_row(p, all[i], f);
    m->rows = rows;
    m->n_rows = to - from;
    if (from > 0)
        m->previous_href = bodies_href(p, q->q, from > BODIES_PER_PAGE ? from - BODIES_PER_PAGE : 0);
    if (to < n)
        m->next_href = bodies_href(p, q->q, to);
}

static struct err *bodies(struct page *p)
{
    struct bodies_query q = {0};
    web_query_read(p->req, &bodies_form, &q);
    const struct open_figures *f;
    TRY(figures_open_of_loop(p->a, p->loop, p->now, p->today, &f));
    const struct core_column columns[] = {
        {.title = pages_t(p, "reception.bodies.column.body")},
        {.title = pages_t(p, "reception.bodies.column.place")},
        {.title = pages_t(p, "reception.bodies.column.open"), .is_number = true},
        {.title = pages_t(p, "reception.bodies.column.overdue"), .is_number = true},
    };
    struct reception_view_bodies m = {
        .lang = p->code,
        .query = q.q,
        .all_href = page_href(p->req, "/bodies"),
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
    };
    bodies_rows(p, &q, f, &m);
    TRY(pages_public(p, pages_t(p, "reception.bodies.title"), &m.layout));
    struct html h;
    page_begin(p->req, &h);
    reception_view_bodies(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_bodies(struct web_request *req)
{
    return pages_run(req, bodies);
}

/* ---- one body ---- */

static void add_row(struct core_row *rows, size_t *n, struct str key, struct str value, struct str href)
{
    if (value.n > 0)
        rows[(*n)++] = (struct core_row){.key = key, .value = value, .href = href};
}

static void body_contacts(struct page *p, const struct body *b, struct reception_view_body *m)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 4, struct core_row);
    struct str none = {0};
    add_row(rows, &m->n_contacts, pages_t(p, "reception.body.address"), b->address, none);
    add_row(rows, &m->n_contacts, pages_t(p, "reception.body.phone"), b->phone, none);
    add_row(rows, &m->n_contacts, pages_t(p, "reception.body.hours"), b->hours, none);
    const struct body *above = b->parent_id ? directory_body(p->directory, b->parent_id) : NULL;
    if (above)
        add_row(rows, &m->n_contacts, pages_t(p, "reception.body.superior"), text3_for(&above->name, p->code),
                page_href(p->req, "/bodies/%.*s", STR_FMT(above->code)));
    m->contacts = rows;
}

/* Who deals with appeals here: posts, never names. */
static void body_offices(struct page *p, const struct body *b, struct reception_view_body *m)
{
    const struct directory *d = p->directory;
    struct core_row *rows = ARENA_ARRAY(p->a, d->n_offices, struct core_row);
    struct str today = day_text(p->a, p->today);
    for (size_t i = 0; i < d->n_offices; i++) {
        const struct office *o = &d->offices[i];
        bool works_on_appeals = o->role == ROLE_REGISTRAR || o->role == ROLE_EXECUTOR || o->role == ROLE_HEAD;
        bool is_over = o->to_on.p && str_cmp(o->to_on, today) < 0;
        if (o->body_id == b->id && works_on_appeals && !is_over)
            rows[m->n_offices++] = (struct core_row){
                .key = text3_for(&o->title, p->code),
                .value = pages_t_of(p, "reception.role.", role_name(o->role)),
            };
    }
    m->offices = rows;
}

static void body_below(struct page *p, const struct body *b, struct reception_view_body *m)
{
    const struct directory *d = p->directory;
    struct core_card *cards = ARENA_ARRAY(p->a, d->n_bodies, struct core_card);
    for (size_t i = 0; i < d->n_bodies; i++) {
        const struct body *under = &d->bodies[i];
        if (under->parent_id == b->id && !under->is_closed)
            cards[m->n_below++] = (struct core_card){
                text3_for(&under->name, p->code), text3_for(&under->about, p->code),
                page_href(p->req, "/bodies/%.*s", STR_FMT(under->code))};
    }
    m->below = cards;
}

static struct err *one_body(struct page *p)
{
    const struct body *b = directory_body_by_code(p->directory, web_param(p->req, "code"));
    if (!b)
        return web_error(p->req, 404);
    struct reception_view_body m = {
        .lang = p->code,
        .about = text3_for(&b->about, p->code),
        .is_closed = b->is_closed,
    };
    TRY(figures_stats(p, b->id, &m.stats, &m.n_stats));
    m.figures_href = page_href(p->req, "/figures/bodies/%.*s", STR_FMT(b->code));
    m.year = str_printf(p->a, "%d", (int)civil_from_day(p->today).year);
    if (b->is_intake && !b->is_closed)
        m.write_href = page_href(p->req, "/appeals/new?body=%.*s", STR_FMT(b->code));
    body_contacts(p, b, &m);
    body_offices(p, b, &m);
    body_below(p, b, &m);
    TRY(pages_public(p, text3_for(&b->name, p->code), &m.layout));
    m.layout.back_href = page_href(p->req, "/bodies");
    struct html h;
    page_begin(p->req, &h);
    reception_view_body(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_body(struct web_request *req)
{
    return pages_run(req, one_body);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/bodies", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_bodies},
    {WEB_GET, "/{lang}/bodies/{code}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_body},
};

const struct route_table reception_routes_bodies = {routes, sizeof routes / sizeof routes[0]};

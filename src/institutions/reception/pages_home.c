/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_home.c - what everybody may read: home with the figures, the bodies, who sees what, help.
 *
 * Keeps: no page here is about one case or one person, so all may be kept by caches for a minute.
 * Source: needs.md section 2; rules.md, "Misuse" (closing is not solving: both are shown apart).
 */
#include "institutions/reception/pages.h"

#include "base/fold.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/policy.h"
#include "institutions/reception/reception.h"

#define BODIES_PER_PAGE 50

/* ---- language ---- */

static struct err *get_root(struct web_request *req)
{
    web_header(req, "Vary", S("Accept-Language"));
    return web_redirect(req, str_printf(web_arena(req), "/%.*s", STR_FMT(lang_code(web_lang(req)))));
}

/* ---- figures ---- */

/* Sums over bodies; what people are shown. */
struct figures {
    int64_t received, open, closed, overdue, late, solved, said;
};

static void figures_add(struct figures *f, const struct body_counts *c)
{
    for (int s = 0; s < N_APPEAL_STATES; s++) {
        f->received += c->by_state[s];
        if (appeal_state_is_open((enum appeal_state)s))
            f->open += c->by_state[s];
    }
    f->closed = f->received - f->open;
    f->overdue += c->overdue;
    f->late += c->answered_late;
    f->solved += c->by_state[APPEAL_SOLVED];
    f->said += c->by_state[APPEAL_SOLVED] + c->by_state[APPEAL_NOT_SOLVED];
}

static const struct body_counts *counts_of(const struct body_counts *counts, size_t n, int64_t body_id)
{
    for (size_t i = 0; i < n; i++)
        if (counts[i].body_id == body_id)
            return &counts[i];
    return NULL;
}

/* "94,1 %" of `whole`, or absent when there is nothing to divide by. */
static struct str share(struct page *p, int64_t part, int64_t whole)
{
    if (whole == 0)
        return (struct str){0};
    return lang_permille(p->a, p->lang, (part * 1000 + whole / 2) / whole);
}

static struct core_stat stat(struct page *p, const char *label_id, int64_t n, struct str note, struct str kind)
{
    return (struct core_stat){
        .value = lang_int(p->a, p->lang, n),
        .label = pages_t(p, label_id),
        .note = note,
        .kind = kind,
    };
}

/* The figures as tiles; `with_said` adds what people said. Memory: p->a. */
static size_t stats_of(struct page *p, const struct figures *f, const struct core_stat **ret_stats)
{
    struct core_stat *s = ARENA_ARRAY(p->a, 5, struct core_stat);
    size_t n = 0;
    struct str late = f->overdue > 0 ? S("late") : (struct str){0};
    s[n++] = stat(p, "home.figure.received", f->received, (struct str){0}, (struct str){0});
    s[n++] = stat(p, "home.figure.in_time", f->closed - f->late, share(p, f->closed - f->late, f->closed),
                  (struct str){0});
    s[n++] = stat(p, "home.figure.open", f->open, (struct str){0}, (struct str){0});
    s[n++] = stat(p, "home.figure.overdue", f->overdue, (struct str){0}, late);
    s[n++] = stat(p, "home.figure.solved", f->solved, share(p, f->solved, f->said), (struct str){0});
    *ret_stats = s;
    return n;
}

/* ---- home ---- */

static void home_cards(struct page *p, struct reception_view_home *m)
{
    static const struct {
        const char *title, *text, *href;
    } cards[] = {
        {"home.card.bodies", "home.card.bodies.text", "/bodies"},
        {"home.card.who", "home.card.who.text", "/who-sees-what"},
        {"home.card.log", "home.card.log.text", "/log"},
    };
    size_t n = sizeof cards / sizeof cards[0];
    struct core_card *out = ARENA_ARRAY(p->a, n, struct core_card);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct core_card){pages_t(p, cards[i].title), pages_t(p, cards[i].text),
                                    page_href(p->req, "%s", cards[i].href)};
    m->cards = out;
    m->n_cards = n;
}

static void home_steps(struct page *p, struct reception_view_home *m)
{
    static const char *const steps[][2] = {
        {"home.step.write", "home.step.write.text"},     {"home.step.number", "home.step.number.text"},
        {"home.step.work", "home.step.work.text"},       {"home.step.answer", "home.step.answer.text"},
        {"home.step.opinion", "home.step.opinion.text"},
    };
    size_t n = sizeof steps / sizeof steps[0];
    struct core_step *out = ARENA_ARRAY(p->a, n, struct core_step);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct core_step){.title = pages_t(p, steps[i][0]), .text = pages_t(p, steps[i][1])};
    m->steps = out;
    m->n_steps = n;
}

static void home_meanings(struct page *p, struct reception_view_home *m)
{
    static const char *const figures[] = {"received", "in_time", "open", "overdue", "solved"};
    size_t n = sizeof figures / sizeof figures[0];
    struct core_row *out = ARENA_ARRAY(p->a, n, struct core_row);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct core_row){
            .key = pages_t_of(p, "home.figure.", str_c(figures[i])),
            .value = pages_t_of(p, "home.figure.", str_printf(p->a, "%s.means", figures[i])),
        };
    m->meanings = out;
    m->n_meanings = n;
}

static struct err *home(struct page *p)
{
    struct reception_view_home m = {.lang = p->code, .as_of = p->now, .send_href = page_href(p->req, "/appeals/new"),
                                    .track_href = page_href(p->req, "/track")};
    struct body_counts *counts;
    size_t n;
    TRY(reception_store_counts(p->a, p->loop->read, p->site->realm, p->today, &counts, &n));
    struct figures f = {0};
    for (size_t i = 0; i < n; i++)
        figures_add(&f, &counts[i]);
    if (f.received > 0)
        m.n_stats = stats_of(p, &f, &m.stats);
    home_cards(p, &m);
    home_steps(p, &m);
    home_meanings(p, &m);
    TRY(pages_public(p, pages_t(p, "home.title"), &m.layout));
    struct html h;
    page_begin(p->req, &h);
    reception_view_home(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_home(struct web_request *req)
{
    return pages_run(req, home);
}

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

static struct core_table_row body_row(struct page *p, const struct body *b, const struct body_counts *c)
{
    struct figures f = {0};
    if (c)
        figures_add(&f, c);
    struct core_cell *cells = ARENA_ARRAY(p->a, 4, struct core_cell);
    cells[0] = (struct core_cell){
        .text = text3_for(&b->name, p->code),
        .href = page_href(p->req, "/bodies/%.*s", STR_FMT(b->code)),
        .note = text3_for(&b->about, p->code),
    };
    cells[1] = (struct core_cell){.text = b->address, .note = b->hours};
    cells[2] = (struct core_cell){.text = lang_int(p->a, p->lang, f.open), .is_number = true};
    cells[3] = (struct core_cell){.text = lang_int(p->a, p->lang, f.overdue), .is_number = true};
    if (f.overdue > 0)
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

static void bodies_rows(struct page *p, const struct bodies_query *q, const struct body_counts *counts, size_t n_counts,
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
        rows[i - from] = body_row(p, all[i], counts_of(counts, n_counts, all[i]->id));
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
    struct body_counts *counts;
    size_t n;
    TRY(reception_store_counts(p->a, p->loop->read, p->site->realm, p->today, &counts, &n));
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
    bodies_rows(p, &q, counts, n, &m);
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
    struct body_counts *counts;
    size_t n;
    TRY(reception_store_counts(p->a, p->loop->read, p->site->realm, p->today, &counts, &n));
    struct reception_view_body m = {
        .lang = p->code,
        .about = text3_for(&b->about, p->code),
        .is_closed = b->is_closed,
    };
    const struct body_counts *c = counts_of(counts, n, b->id);
    struct figures f = {0};
    if (c)
        figures_add(&f, c);
    if (f.received > 0)
        m.n_stats = stats_of(p, &f, &m.stats);
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

/* ---- who sees what: the policy table in words ---- */

static const enum role shown_roles[] = {ROLE_VISITOR, ROLE_APPLICANT, ROLE_REGISTRAR, ROLE_EXECUTOR, ROLE_HEAD,
                                        ROLE_ADMINISTRATOR, ROLE_AUDITOR};
#define N_SHOWN_ROLES (sizeof shown_roles / sizeof shown_roles[0])

/* May `role` do `action` to cases, and how near must it be? */
static struct core_cell right_of(struct page *p, enum role role, const char *action)
{
    static const char *const scopes[] = {
        [SCOPE_ANY] = "reception.who.yes.any",
        [SCOPE_OWN_CASE] = "reception.who.yes.own_case",
        [SCOPE_OWN_BODY] = "reception.who.yes.own_body",
        [SCOPE_OWN_OFFICE] = "reception.who.yes.own_office",
    };
    uint32_t states = 0;
    int scope = -1;
    for (size_t i = 0; i < p->site->policy.n_rows; i++) {
        const struct policy_row *row = &p->site->policy.rows[i];
        if (row->role != role || !str_eq(str_c(row->action), str_c(action)))
            continue;
        states |= row->states;
        if (scope < 0 || (int)row->scope < scope)
            scope = (int)row->scope;
    }
    if (scope < 0)
        return (struct core_cell){.text = pages_t(p, "reception.who.no")};
    struct core_cell cell = {.text = pages_t(p, scopes[scope]), .tag_kind = S("green")};
    bool is_always = (states & POLICY_STATELESS) || (states & APPEAL_ALL_BITS) == APPEAL_ALL_BITS;
    if (!is_always)
        cell.note = pages_t(p, "reception.who.some_states");
    return cell;
}

/* The actions of this slice in the order of its table, each once. Memory: p->a. */
static size_t distinct_actions(struct page *p, const char *const **ret_actions)
{
    const char **actions = ARENA_ARRAY(p->a, N_RECEPTION_POLICY_ROWS, const char *);
    size_t n = 0;
    for (size_t i = 0; i < N_RECEPTION_POLICY_ROWS; i++) {
        struct str action = str_c(reception_policy_rows[i].action);
        size_t k = 0;
        while (k < n && !str_eq(str_c(actions[k]), action))
            k++;
        if (k == n)
            actions[n++] = reception_policy_rows[i].action;
    }
    *ret_actions = actions;
    return n;
}

static struct err *who_sees(struct page *p)
{
    struct core_column *columns = ARENA_ARRAY(p->a, N_SHOWN_ROLES + 1, struct core_column);
    columns[0].title = pages_t(p, "reception.who.column.action");
    for (size_t k = 0; k < N_SHOWN_ROLES; k++)
        columns[k + 1].title = pages_t_of(p, "reception.role.", role_name(shown_roles[k]));
    const char *const *actions;
    size_t n = distinct_actions(p, &actions);
    struct core_table_row *rows = ARENA_ARRAY(p->a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct core_cell *cells = ARENA_ARRAY(p->a, N_SHOWN_ROLES + 1, struct core_cell);
        cells[0].text = pages_t_of(p, "action.", str_c(actions[i]));
        for (size_t k = 0; k < N_SHOWN_ROLES; k++)
            cells[k + 1] = right_of(p, shown_roles[k], actions[i]);
        rows[i].cells = cells;
    }
    struct reception_view_who m = {
        .lang = p->code, .columns = columns, .n_columns = N_SHOWN_ROLES + 1, .rows = rows, .n_rows = n};
    TRY(pages_public(p, pages_t(p, "reception.who.title"), &m.layout));
    struct html h;
    page_begin(p->req, &h);
    reception_view_who(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_who(struct web_request *req)
{
    return pages_run(req, who_sees);
}

/* ---- help, accessibility ---- */

static struct err *help(struct page *p)
{
    size_t n;
    const struct profile_kind *kinds = profile_kinds(p->site->profile, &n);
    struct core_row *rows = ARENA_ARRAY(p->a, n, struct core_row);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct core_row){.key = text3_for(&kinds[i].name, p->code),
                                    .value = text3_for(&kinds[i].hint, p->code)};
    struct reception_view_help m = {.lang = p->code, .kinds = rows, .n_kinds = n};
    m.n_levels = pages_levels(p, &m.levels);
    TRY(pages_public(p, pages_t(p, "reception.help.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    struct html h;
    page_begin(p->req, &h);
    reception_view_help(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_help(struct web_request *req)
{
    return pages_run(req, help);
}

static struct err *accessibility(struct page *p)
{
    struct reception_view_accessibility m = {.lang = p->code};
    TRY(pages_public(p, pages_t(p, "reception.access.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    struct html h;
    page_begin(p->req, &h);
    reception_view_accessibility(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_accessibility(struct web_request *req)
{
    return pages_run(req, accessibility);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_root},
    {WEB_GET, "/{lang}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_home},
    {WEB_GET, "/{lang}/bodies", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_bodies},
    {WEB_GET, "/{lang}/bodies/{code}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_body},
    {WEB_GET, "/{lang}/who-sees-what", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_who},
    {WEB_GET, "/{lang}/help", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_help},
    {WEB_GET, "/{lang}/accessibility", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_accessibility},
};

const struct route_table reception_routes_home = {routes, sizeof routes / sizeof routes[0]};

const struct nav_link reception_public_nav[] = {
    {10, "home.nav", "", NULL},
    {20, "reception.nav.send", "/appeals/new", NULL},
    {30, "reception.nav.track", "/track", NULL},
    {40, "reception.nav.bodies", "/bodies", NULL},
    {NAV_FOOT + 10, "reception.help.title", "/help", NULL},
    {NAV_FOOT + 20, "reception.who.title", "/who-sees-what", NULL},
    {NAV_FOOT + 30, "reception.access.title", "/accessibility", NULL},
};
const size_t reception_public_nav_n = sizeof reception_public_nav / sizeof reception_public_nav[0];

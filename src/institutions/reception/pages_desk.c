/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk.c - the lists of a desk: what is due first stands first.
 */
#include "institutions/reception/pages_desk.h"

#include "core/views.h"
#include "gen/reception_views.h"

#define DESK_ROWS 50

/* ---- shared by the files of the desk ---- */

struct str desk_remaining(struct page *p, struct str due_on)
{
    int32_t due;
    if (!day_parse(due_on, &due))
        return S("");
    if (due == p->today)
        return pages_t(p, "desk.due_today");
    bool is_late = due < p->today;
    int64_t n = is_late ? workdays_between(&p->calendar->workdays, due, p->today)
                        : workdays_between(&p->calendar->workdays, p->today, due);
    return T(p->a, p->lang, is_late ? "desk.late" : "desk.left", TEXT_ARG("count", n));
}

size_t desk_languages(struct page *p, struct str chosen, const struct core_option **ret_options)
{
    struct core_option *options = ARENA_ARRAY(p->a, LANG_N, struct core_option);
    for (size_t i = 0; i < LANG_N; i++) {
        struct str code = lang_code(lang_at(i));
        options[i] = (struct core_option){.value = code, .label = pages_t_of(p, "reception.language.", code),
                                          .checked = str_eq(code, chosen)};
    }
    *ret_options = options;
    return LANG_N;
}

size_t desk_kinds(struct page *p, struct str chosen, const struct core_option **ret_options)
{
    size_t n;
    const struct profile_kind *kinds = profile_kinds(p->site->profile, &n);
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct core_option){.value = kinds[i].code, .label = text3_for(&kinds[i].name, p->code),
                                          .hint = text3_for(&kinds[i].hint, p->code),
                                          .checked = str_eq(kinds[i].code, chosen)};
    *ret_options = options;
    return n;
}

size_t desk_bodies(struct page *p, struct str chosen, bool only_intake, int64_t not_id,
                   const struct core_option **ret_options)
{
    struct core_option *options = ARENA_ARRAY(p->a, p->directory->n_bodies, struct core_option);
    size_t n = 0;
    for (size_t i = 0; i < p->directory->n_bodies; i++) {
        const struct body *b = &p->directory->bodies[i];
        if (b->is_closed || b->id == not_id || (only_intake && !b->is_intake))
            continue;
        options[n++] = (struct core_option){.value = b->code, .label = text3_for(&b->name, p->code),
                                            .checked = str_eq(b->code, chosen)};
    }
    *ret_options = options;
    return n;
}

int64_t desk_body_of_code(struct page *p, struct str code)
{
    const struct body *b = code.n > 0 ? directory_body_by_code(p->directory, code) : NULL;
    return b ? b->id : 0;
}

struct str desk_kept(struct action *x, struct str s)
{
    return s.p ? str_dup(x->a, s) : S("");
}

/* ---- the query of a list ---- */

static const char *const list_names[] = {"open", "mine", "closed", NULL};
static const char *const only_names[] = {"overdue", "unassigned", NULL};

struct desk_query {
    struct str list, state, kind, language, only, number, after, before;
};
static const struct web_field query_fields[] = {
    {"list", FIELD_CHOICE, false, 0, 0, list_names, NULL, offsetof(struct desk_query, list)},
    {"state", FIELD_LINE, false, 0, 40, NULL, NULL, offsetof(struct desk_query, state)},
    {"kind", FIELD_LINE, false, 0, 40, NULL, NULL, offsetof(struct desk_query, kind)},
    {"language", FIELD_LINE, false, 0, 2, NULL, NULL, offsetof(struct desk_query, language)},
    {"only", FIELD_CHOICE, false, 0, 0, only_names, NULL, offsetof(struct desk_query, only)},
    {"number", FIELD_LINE, false, 0, 60, NULL, NULL, offsetof(struct desk_query, number)},
    {"after", FIELD_LINE, false, 0, 120, NULL, NULL, offsetof(struct desk_query, after)},
    {"before", FIELD_LINE, false, 0, 120, NULL, NULL, offsetof(struct desk_query, before)},
};
static const struct web_form query_form = WEB_FORM(query_fields);

static struct str or_empty(struct str s)
{
    return s.p ? s : S("");
}

static void add_part(struct buf *b, const char *name, struct str value)
{
    if (value.n == 0)
        return;
    buf_byte(b, '&');
    buf_c(b, name);
    buf_byte(b, '=');
    buf_str(b, page_url_part(b->a, value));
}

/* The address of this list with its filters, at a cursor. */
static struct str list_href(struct page *p, const struct desk_query *q, const char *cursor_name, struct str cursor)
{
    struct buf b;
    buf_init(&b, p->a, 1024);
    buf_str(&b, page_href(p->req, "/desk?list=%.*s", STR_FMT(q->list)));
    add_part(&b, "state", q->state);
    add_part(&b, "kind", q->kind);
    add_part(&b, "language", q->language);
    add_part(&b, "only", q->only);
    add_part(&b, cursor_name, cursor);
    return buf_view(&b);
}

static struct desk_query read_query(struct page *p)
{
    struct desk_query q = {0};
    enum appeal_state state;
    web_query_read(p->req, &query_form, &q);
    q.list = q.list.n > 0 ? q.list : S("open");
    q.state = appeal_state_of_name(or_empty(q.state), &state) ? q.state : S("");
    q.kind = profile_kind(p->site->profile, or_empty(q.kind)) ? q.kind : S("");
    q.language = q.language.n > 0 && lang_find(q.language) ? q.language : S("");
    q.only = or_empty(q.only);
    q.after = or_empty(q.after);
    q.before = q.after.n > 0 ? S("") : or_empty(q.before);
    return q;
}

static struct desk_filter filter_of(const struct desk_query *q)
{
    return (struct desk_filter){
        .list = str_eq(q->list, S("mine"))     ? DESK_MINE
                : str_eq(q->list, S("closed")) ? DESK_CLOSED
                                               : DESK_OPEN,
        .state = q->state,
        .kind = q->kind,
        .language = q->language,
        .only_overdue = str_eq(q->only, S("overdue")),
        .only_unassigned = str_eq(q->only, S("unassigned")),
        .after = q->after,
        .before = q->before,
        .n = DESK_ROWS,
    };
}

/* ---- drawing ---- */

static void fill_rows(struct page *p, const struct desk_page *page, bool is_closed, struct reception_view_desk *v)
{
    enum { N_COLUMNS = 6 };
    static const char *const titles[N_COLUMNS] = {"desk.column.number", "desk.column.state", "desk.column.due",
                                                  "desk.column.kind", "desk.column.office", "desk.column.registered"};
    struct core_column *columns = ARENA_ARRAY(p->a, N_COLUMNS, struct core_column);
    for (size_t i = 0; i < N_COLUMNS; i++)
        columns[i].title = pages_t(p, titles[i]);
    if (is_closed)
        columns[2].title = pages_t(p, "desk.column.closed");
    struct core_table_row *rows = ARENA_ARRAY(p->a, page->n_rows, struct core_table_row);
    for (size_t i = 0; i < page->n_rows; i++) {
        const struct desk_row *r = &page->rows[i];
        struct core_cell *cells = ARENA_ARRAY(p->a, N_COLUMNS, struct core_cell);
        struct core_view_tag tag = pages_state(p, r->state);
        const struct profile_kind *kind = profile_kind(p->site->profile, r->kind);
        cells[0] = (struct core_cell){.text = r->number, .is_code = true,
                                      .href = page_href(p->req, "/desk/appeals/%.*s", STR_FMT(r->number))};
        cells[1] = (struct core_cell){.text = tag.text, .tag_kind = tag.kind};
        cells[2] = is_closed ? (struct core_cell){.text = pages_time(p, r->closed_at)}
                             : (struct core_cell){.text = pages_day(p, r->due_on), .note = desk_remaining(p, r->due_on)};
        cells[3] = (struct core_cell){.text = kind ? text3_for(&kind->name, p->code) : r->kind,
                                      .note = pages_t_of(p, "reception.language.", r->language)};
        cells[4] = (struct core_cell){.text = r->holder_office_id ? pages_office(p, r->holder_office_id)
                                                                  : pages_t(p, "desk.nobody")};
        cells[5] = (struct core_cell){.text = pages_day(p, r->registered_on)};
        rows[i] = (struct core_table_row){.cells = cells, .kind = r->is_overdue ? S("late") : (struct str){0}};
    }
    v->columns = columns;
    v->n_columns = N_COLUMNS;
    v->rows = rows;
    v->n_rows = page->n_rows;
}

static void fill_tabs(struct page *p, const struct desk_query *q, struct reception_view_desk *v)
{
    struct core_nav_item *tabs = ARENA_ARRAY(p->a, 3, struct core_nav_item);
    for (size_t i = 0; i < 3; i++) {
        struct str name = str_c(list_names[i]);
        tabs[i] = (struct core_nav_item){.text = pages_t_of(p, "desk.tab.", name), .current = str_eq(name, q->list),
                                         .href = page_href(p->req, "/desk?list=%s", list_names[i])};
    }
    v->tabs = tabs;
    v->n_tabs = 3;
}

static void fill_filters(struct page *p, const struct desk_query *q, struct reception_view_desk *v)
{
    bool is_closed = str_eq(q->list, S("closed"));
    struct core_option *states = ARENA_ARRAY(p->a, N_APPEAL_STATES, struct core_option);
    for (enum appeal_state s = 0; s < N_APPEAL_STATES; s++)
        if (appeal_state_is_open(s) != is_closed)
            states[v->n_states++] = (struct core_option){.value = appeal_state_name(s), .label = pages_state(p, s).text,
                                                         .checked = str_eq(appeal_state_name(s), q->state)};
    v->states = states;
    v->n_kinds = desk_kinds(p, q->kind, &v->kinds);
    v->n_languages = desk_languages(p, q->language, &v->languages);
    if (!is_closed) {
        struct core_option *marks = ARENA_ARRAY(p->a, 2, struct core_option);
        for (size_t i = 0; i < 2; i++)
            marks[i] = (struct core_option){.value = str_c(only_names[i]),
                                            .label = pages_t_of(p, "desk.mark.", str_c(only_names[i])),
                                            .checked = str_eq(str_c(only_names[i]), q->only)};
        v->marks = marks;
        v->n_marks = 2;
    }
    v->is_filtered = q->state.n + q->kind.n + q->language.n + q->only.n > 0;
    v->plain_href = page_href(p->req, "/desk?list=%.*s", STR_FMT(q->list));
}

static struct core_stat stat_of(struct page *p, int64_t n, const char *label_id, struct str href, const char *kind)
{
    return (struct core_stat){.value = lang_int(p->a, p->lang, n), .label = pages_t(p, label_id), .href = href,
                              .kind = n > 0 && kind ? str_c(kind) : (struct str){0}};
}

static struct err *fill_stats(struct page *p, struct reception_view_desk *v)
{
    struct desk_counts n;
    struct verdict verdict;
    TRY(reception_store_desk_counts(p->a, p->loop->read, p->site, p->who, p->today, &n, &verdict));
    if (!verdict.allowed)
        return NULL;
    struct core_stat *stats = ARENA_ARRAY(p->a, 4, struct core_stat);
    stats[0] = stat_of(p, n.open, "desk.stat.open", page_href(p->req, "/desk?list=open"), NULL);
    stats[1] = stat_of(p, n.overdue, "desk.stat.overdue", page_href(p->req, "/desk?list=open&only=overdue"), "late");
    stats[2] = stat_of(p, n.due_soon, "desk.stat.soon", (struct str){0}, "soon");
    stats[3] = stat_of(p, n.mine, "desk.stat.mine", page_href(p->req, "/desk?list=mine"), NULL);
    if (n.mine == DESK_MINE_MOST) /* nobody needs to know how many more than a thousand */
        stats[3].value = str_printf(p->a, "> %.*s", STR_FMT(lang_int(p->a, p->lang, DESK_MINE_MOST - 1)));
    v->stats = stats;
    v->n_stats = 4;
    return NULL;
}

static struct err *draw_list(struct page *p, const struct desk_query *q, const struct desk_page *page,
                             const struct core_errors *errors)
{
    struct html h;
    struct reception_view_desk v = {.lang = p->code, .list = q->list, .number = or_empty(q->number), .errors = errors};
    TRY(session_layout(p->req, pages_t(p, "desk.title"), &v.layout));
    v.layout.width = CORE_WIDTH_DESK;
    v.body = pages_body(p, p->who->body_id);
    fill_tabs(p, q, &v);
    fill_filters(p, q, &v);
    fill_rows(p, page, str_eq(q->list, S("closed")), &v);
    TRY(fill_stats(p, &v));
    bool is_mine = str_eq(q->list, S("mine")) && !v.is_filtered;
    v.empty_title = pages_t(p, "desk.empty.title");
    v.empty_text = pages_t(p, is_mine ? "desk.empty.mine" : "desk.empty.text");
    if (page->next.p)
        v.pages.next_href = list_href(p, q, "after", page->next);
    if (page->previous.p)
        v.pages.previous_href = list_href(p, q, "before", page->previous);
    v.pages.next_label = pages_t(p, "desk.pages.next");
    v.pages.previous_label = pages_t(p, "desk.pages.previous");
    if (policy_ask_coarse(&p->site->policy, p->who, RECEPTION_REGISTER).allowed)
        v.register_href = page_href(p->req, "/desk/register");
    page_begin(p->req, &h);
    reception_view_desk(&h, &v);
    return page_end(p->req, errors ? 422 : 200, &h);
}

/* "Open by number": to the case when there is one; its page asks who may see it. */
static struct err *open_by_number(struct page *p, struct str number, struct web_errors *errors, bool *ret_done)
{
    int64_t id;
    TRY(reception_store_find(p->a, p->loop->read, p->site->realm, number, &id));
    *ret_done = id != 0;
    if (id == 0) {
        web_errors_add(p->a, errors, S("number"), pages_t(p, "desk.number.unknown"));
        return NULL;
    }
    struct buf b;
    buf_init(&b, p->a, 512);
    for (size_t i = 0; i < number.n; i++)
        if ((number.p[i] >= '0' && number.p[i] <= '9') || number.p[i] == '-')
            buf_byte(&b, number.p[i]);
    return web_redirect(p->req, page_href(p->req, "/desk/appeals/%.*s", STR_FMT(buf_view(&b))));
}

static struct err *draw_desk(struct page *p)
{
    struct desk_query q = read_query(p);
    struct web_errors errors = {0};
    if (q.number.n > 0) {
        bool done = false;
        TRY(open_by_number(p, q.number, &errors, &done));
        if (done)
            return NULL;
    }
    struct desk_filter filter = filter_of(&q);
    struct desk_page page;
    struct verdict verdict;
    TRY(reception_store_desk(p->a, p->loop->read, p->site, p->who, &filter, p->today, &page, &verdict));
    if (!verdict.allowed)
        return web_refuse(p->req, 403, &verdict);
    return draw_list(p, &q, &page, errors.n_items ? page_errors(p->req, &errors) : NULL);
}

static struct err *get_desk(struct web_request *req)
{
    return pages_run(req, draw_desk);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/desk", RECEPTION_DESK, WEB_CSRF_READ, WEB_BODY_NONE, get_desk},
};
const struct route_table reception_routes_desk = {routes, sizeof routes / sizeof routes[0]};

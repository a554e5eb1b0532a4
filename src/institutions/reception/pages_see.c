/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_see.c - second persons, what the body complained of is shown, and what the author is told of both.
 *
 * Keeps:  a second person sees number, ground and reason, never the case: deciding is no reading. The redacted page is
 *         one, and goes out only after it is recorded.
 * Source: trust.md P5, P6 and section 6; experience.md section 9.
 */
#include "institutions/reception/pages_desk.h"

#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/download.h"
#include "institutions/reception/store_private.h"

#define SECOND_ROWS 50
#define OPENINGS_SHOWN 20

/* ---- for the author ---- */

static struct str ground_text(struct page *p, const struct appeal *appeal, struct str code)
{
    const struct profile *own = profile_find_tag(p->site->profiles, p->site->n_profiles, appeal->profile);
    const struct profile_ground *g = profile_ground(own ? own : p->site->profile, "open_identity", code);
    if (!g && own)
        g = profile_ground(p->site->profile, "open_identity", code);
    if (!g)
        return code;
    struct str law = citation_text(p->a, p->lang, &g->cite);
    struct str text = text3_for(&g->text, p->code);
    return law.n > 0 ? str_printf(p->a, "%.*s (%.*s)", STR_FMT(text), STR_FMT(law)) : text;
}

static const char *state_of(const struct two_persons *t, int64_t now)
{
    if (t->ended_at && !t->confirmed_at)
        return str_eq(t->ended_how, S("expired")) ? "see.state.expired" : "see.state.refused";
    if (!t->confirmed_at)
        return now < t->expires_at ? "see.state.waits" : "see.state.expired";
    return two_persons_holds(t, now) ? "see.state.open" : "see.state.over";
}

/* A person and the office they acted in; the author may know both. */
static struct core_cell who_cell(struct page *p, struct str name, int64_t office_id)
{
    const struct office *o = directory_office(p->directory, office_id);
    struct str body = o ? pages_body(p, o->body_id) : S("");
    return (struct core_cell){
        .text = name,
        .note = o ? str_printf(p->a, "%.*s, %.*s", STR_FMT(pages_office(p, office_id)), STR_FMT(body)) : S(""),
    };
}

static struct err *fill_openings(struct page *p, const struct appeal *appeal, struct reception_view_apart *v)
{
    static const char *const titles[] = {"see.column.when", "see.column.first", "see.column.second", "see.column.ground",
                                         "see.column.state"};
    struct two_persons *all;
    size_t n;
    TRY(two_persons_about(p->a, p->loop->read, p->site->realm, APPEAL_NOUN, appeal->id, OPENINGS_SHOWN, &all, &n));
    struct core_table_row *rows = ARENA_ARRAY(p->a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct str first;
        struct str second;
        if (!str_eq(all[i].kind, str_c(reception_opening.name)))
            continue;
        TRY(two_persons_names(p->a, p->loop->read, p->site->realm, &all[i], &first, &second));
        struct core_cell *cells = ARENA_ARRAY(p->a, 5, struct core_cell);
        cells[0].text = pages_time(p, all[i].asked_at);
        cells[1] = who_cell(p, first, all[i].asked_office);
        if (all[i].confirmed_at)
            cells[2] = who_cell(p, second, all[i].confirmed_office);
        cells[3].text = ground_text(p, appeal, all[i].ground);
        cells[3].note = all[i].note;
        cells[4].text = pages_t(p, state_of(&all[i], p->now));
        rows[v->n_rows++].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(p->a, 5, struct core_column);
    for (size_t i = 0; i < 5; i++)
        columns[i].title = pages_t(p, titles[i]);
    v->rows = rows;
    v->columns = columns;
    v->n_columns = 5;
    return NULL;
}

struct err *pages_apart(struct page *p, const struct reception_case *c, struct str csrf,
                        const struct reception_view_apart **ret_view)
{
    bool is_apart = c->appeal.is_apart;
    *ret_view = NULL;
    if (!c->has_applicant)
        return NULL;
    struct reception_view_apart *v = ARENA_NEW(p->a, struct reception_view_apart);
    *v = (struct reception_view_apart){
        .text = pages_t(p, is_apart ? "see.apart.text.yes" : "see.apart.text.no"),
        .csrf = csrf,
        .is_apart = is_apart,
        .value = is_apart ? S("0") : S("1"),
        .button = pages_t(p, is_apart ? "see.apart.button.tell" : "see.apart.button.keep"),
    };
    if (reception_store_may(p->site, p->who, RECEPTION_SET_APART, &c->appeal).allowed)
        v->action = pages_appeal_href(p, c->appeal.number, "/apart");
    *ret_view = v;
    return fill_openings(p, &c->appeal, v);
}

/* ---- second persons ---- */

static void add_row(struct page *p, struct reception_second *item, struct core_row *rows, const char *key, struct str value)
{
    if (value.n > 0)
        rows[item->n_rows++] = (struct core_row){.key = pages_t(p, key), .value = value};
}

/* What a second person is told of a request: its number, ground and reason, and the office that asks. */
static struct reception_second second_of(struct page *p, const struct two_persons *t, const struct appeal *appeal)
{
    bool is_opening = str_eq(t->kind, str_c(reception_opening.name));
    struct core_row *rows = ARENA_ARRAY(p->a, 6, struct core_row);
    const struct office *o = directory_office(p->directory, t->asked_office);
    struct reception_second item = {
        .caption = pages_t(p, is_opening ? "see.second.opening" : "see.second.showing"),
        .rows = rows,
    };
    add_row(p, &item, rows, "reception.number", appeal->number);
    add_row(p, &item, rows, "see.column.first", pages_office(p, t->asked_office));
    add_row(p, &item, rows, "desk.row.body", o ? pages_body(p, o->body_id) : S(""));
    if (is_opening)
        add_row(p, &item, rows, "see.column.ground", ground_text(p, appeal, t->ground));
    else
        add_row(p, &item, rows, "desk.row.accused", pages_body(p, appeal->accused_body_id));
    add_row(p, &item, rows, "desk.form.opening.note", t->note);
    add_row(p, &item, rows, "see.second.until", pages_time(p, t->expires_at));
    if (t->asked_by == p->who->person_id)
        item.note = pages_t(p, "see.second.own");
    else
        item.action = page_href(p->req, "/desk/second/%lld", (long long)t->id);
    return item;
}

static struct err *add_waiting(struct page *p, const struct two_persons_kind *kind, const char *action,
                               struct reception_second *items, size_t *n)
{
    struct two_persons *all;
    size_t n_all;
    TRY(two_persons_list(p->a, p->loop->read, p->site->realm, kind, 0, SECOND_ROWS, &all, &n_all));
    for (size_t i = 0; i < n_all; i++) {
        struct appeal appeal;
        bool found;
        if (!two_persons_waits(&all[i], p->now))
            continue;
        TRY(reception_load_appeal(p->a, p->loop->read, p->site->realm, all[i].noun_id, &appeal, &found));
        if (found && reception_store_may(p->site, p->who, action, &appeal).allowed)
            items[(*n)++] = second_of(p, &all[i], &appeal);
    }
    return NULL;
}

struct second_page {
    int status;
    struct web_errors errors;
};

static struct err *show_second(struct page *p)
{
    struct second_page *s = p->user;
    struct reception_view_second m = {0};
    struct reception_second *items = ARENA_ARRAY(p->a, 2 * SECOND_ROWS, struct reception_second);
    struct html h;
    TRY(add_waiting(p, &reception_opening, RECEPTION_CONFIRM_IDENTITY, items, &m.n_items));
    TRY(add_waiting(p, &reception_showing, RECEPTION_CONFIRM_SHOWING, items, &m.n_items));
    m.items = items;
    TRY(session_layout(p->req, pages_t(p, "see.second.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    if (s) {
        m.layout.errors = page_errors(p->req, &s->errors);
        m.layout.path = S("/desk/second");
    }
    page_begin(p->req, &h);
    reception_view_second(&h, &m);
    return page_end(p->req, s ? s->status : 200, &h);
}

static struct err *get_second(struct web_request *req)
{
    return pages_run(req, show_second);
}

struct second_values {
    struct str yes;
};
static const char *const yes_choices[] = {"1", "0", NULL};
static const struct web_field second_fields[] = {
    {.name = "yes", .type = FIELD_CHOICE, .is_required = true, .choices = yes_choices,
     .offset = offsetof(struct second_values, yes)},
};
static const struct web_form second_form = WEB_FORM(second_fields);

/* Which verb the request of this id asks for: its kind decides. */
static struct err *decide(struct action *x)
{
    const struct opening_command *c = x->command;
    const bool *is_yes = x->user;
    struct two_persons t = {0};
    bool found;
    TRY(two_persons_load(x->a, db_tx_read(x->tx), x->site->realm, c->request_id, &t, &found));
    if (found && str_eq(t.kind, str_c(reception_showing.name)))
        return *is_yes ? reception_confirm_showing(x) : reception_refuse_showing(x);
    return *is_yes ? reception_confirm_identity(x) : reception_refuse_identity(x);
}

static struct err *decided(struct web_request *req, struct action *x)
{
    const bool *is_yes = x->user;
    if (action_is_refused(x)) {
        struct second_page *s = ARENA_NEW(web_arena(req), struct second_page);
        s->status = page_refusal_status(&x->verdict);
        page_add_refusal(req, &s->errors, S(""), &x->verdict);
        return pages_run_with(req, show_second, s);
    }
    web_flash(req, "success", *is_yes ? "see.flash.agreed" : "see.flash.refused");
    return web_redirect(req, page_href(req, "/desk/second"));
}

static struct err *post_second(struct web_request *req)
{
    struct second_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &second_form, &v, &errors));
    int64_t id = page_id(web_param(req, "id"));
    if (id == 0 || errors.n_items > 0)
        return web_error(req, id == 0 ? 404 : 400);
    struct action *x = action_new(req);
    struct opening_command *c = ARENA_NEW(x->a, struct opening_command);
    bool *is_yes = ARENA_NEW(x->a, bool);
    c->request_id = id;
    *is_yes = str_eq(v.yes, S("1"));
    x->command = c;
    x->user = is_yes;
    return action_submit(req, x, decide, decided);
}

/* ---- what the body complained of is shown ---- */

static struct str kind_name(struct page *p, struct str code)
{
    const struct profile_kind *kind = profile_kind(p->site->profile, code);
    return kind ? text3_for(&kind->name, p->code) : code;
}

static struct err *show_shown_list(struct page *p)
{
    static const char *const titles[] = {"reception.number", "desk.row.kind", "see.shown.since", "see.shown.due"};
    struct reception_view_shown_list m = {0};
    struct shown_row *found;
    size_t n;
    struct html h;
    int64_t before = page_id(web_query(p->req, "before"));
    TRY(reception_store_shown_list(p->a, p->loop->read, p->site, p->who, before ? before : INT64_MAX, SECOND_ROWS, &found,
                                   &n));
    struct core_table_row *rows = ARENA_ARRAY(p->a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct core_cell *cells = ARENA_ARRAY(p->a, 4, struct core_cell);
        cells[0] = (struct core_cell){.text = found[i].number, .is_code = true,
                                      .href = page_href(p->req, "/desk/shown/%.*s", STR_FMT(found[i].number))};
        cells[1].text = kind_name(p, found[i].kind);
        cells[2].text = pages_time(p, found[i].at);
        cells[3].text = pages_day(p, found[i].due_on);
        rows[m.n_rows++].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(p->a, 4, struct core_column);
    for (size_t i = 0; i < 4; i++)
        columns[i].title = pages_t(p, titles[i]);
    m.rows = rows;
    m.columns = columns;
    m.n_columns = 4;
    if (n == SECOND_ROWS)
        m.next_href = page_href(p->req, "/desk/shown?before=%lld", (long long)found[n - 1].appeal_id);
    TRY(session_layout(p->req, pages_t(p, "see.shown.title"), &m.layout));
    m.layout.width = CORE_WIDTH_DESK;
    page_begin(p->req, &h);
    reception_view_shown_list(&h, &m);
    return page_end(p->req, 200, &h);
}

static struct err *get_shown_list(struct web_request *req)
{
    return pages_run(req, show_shown_list);
}

static void fill_shown_files(struct page *p, const struct redacted_case *c, struct reception_view_shown *m)
{
    struct core_file *files = ARENA_ARRAY(p->a, c->n_files, struct core_file);
    for (size_t i = 0; i < c->n_files; i++)
        files[i] = (struct core_file){
            .name = T(p->a, p->lang, "see.shown.file", TEXT_ARG("no", c->files[i].no)),
            .href = page_href(p->req, "/desk/shown/%.*s/files/%lld", STR_FMT(c->number), (long long)c->files[i].no),
            .type = c->files[i].media_type,
            .size = c->files[i].size,
        };
    m->files = files;
    m->n_files = c->n_files;
    if (c->n_held_back > 0)
        m->held_back = T(p->a, p->lang, "see.shown.held_back", TEXT_ARG("count", c->n_held_back));
}

static struct err *show_shown(struct page *p)
{
    struct reception_view_shown m = {0};
    struct redacted_case c;
    struct reading reading;
    struct verdict v;
    struct str labels[N_REDACTION_REASONS];
    struct html h;
    struct str html;
    for (size_t i = 0; i < N_REDACTION_REASONS; i++)
        labels[i] = pages_t_of(p, "see.redaction.", str_c(reception_redaction_reasons[i]));
    TRY(reception_store_open_shown(p->a, p->loop->read, p->site, p->who, web_param(p->req, "number"), labels, &c, &reading,
                                   &v));
    if (!v.allowed)
        return web_refuse(p->req, str_eq(str_c(v.code), S("CASE_UNKNOWN")) ? 404 : 403, &v);
    struct core_row *rows = ARENA_ARRAY(p->a, 4, struct core_row);
    rows[0] = (struct core_row){.key = pages_t(p, "desk.row.kind"), .value = kind_name(p, c.kind)};
    rows[1] = (struct core_row){.key = pages_t(p, "desk.row.registered"), .value = pages_date(p, c.registered_on)};
    rows[2] = (struct core_row){.key = pages_t(p, "see.shown.due"), .value = pages_date(p, c.due_on)};
    rows[3] = (struct core_row){.key = pages_t(p, "desk.row.body"), .value = pages_body(p, c.holder_body_id)};
    m.facts = rows;
    m.n_facts = 4;
    m.number = c.number;
    m.language = c.language;
    m.subject = c.subject;
    m.text = c.text;
    m.state = pages_state(p, c.state);
    fill_shown_files(p, &c, &m);
    TRY(session_layout(p->req, c.number, &m.layout));
    m.layout.back_href = page_href(p->req, "/desk/shown");
    page_begin(p->req, &h);
    reception_view_shown(&h, &m);
    TRY(page_html(&h, &html));
    return action_page_after_reading(p->req, &reading, 200, html);
}

static struct err *get_shown(struct web_request *req)
{
    return pages_run(req, show_shown);
}

static struct err *file_fetched(struct web_request *req, const struct download *d)
{
    return action_download_after_reading(req, &d->reading, d->type, d->name, d->bytes);
}

static struct err *open_shown_file(struct page *p)
{
    struct attachment f;
    struct reading reading;
    struct verdict v;
    int64_t no = page_id(web_param(p->req, "no"));
    TRY(reception_store_shown_file(p->a, p->loop->read, p->site, p->who, web_param(p->req, "number"), no, &f, &reading,
                                   &v));
    if (!v.allowed)
        return web_error(p->req, 404);
    f.name = str_printf(p->a, "file-%lld", (long long)no); /* authors give names; this one tells nothing */
    return download_run(p->req, p->site, &f, &reading, file_fetched);
}

static struct err *get_shown_file(struct web_request *req)
{
    return pages_run(req, open_shown_file);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/desk/second", RECEPTION_CONFIRM_IDENTITY, WEB_CSRF_READ, WEB_BODY_NONE, get_second},
    {WEB_POST, "/{lang}/desk/second/{id}", RECEPTION_CONFIRM_IDENTITY, WEB_CSRF_FORM, WEB_BODY_FORM, post_second},
    {WEB_GET, "/{lang}/desk/shown", RECEPTION_OPEN_SHOWN, WEB_CSRF_READ, WEB_BODY_NONE, get_shown_list},
    {WEB_GET, "/{lang}/desk/shown/{number}", RECEPTION_OPEN_SHOWN, WEB_CSRF_READ, WEB_BODY_NONE, get_shown},
    {WEB_GET, "/{lang}/desk/shown/{number}/files/{no}", RECEPTION_OPEN_SHOWN, WEB_CSRF_READ, WEB_BODY_NONE, get_shown_file},
};

const struct route_table reception_routes_see = {routes, sizeof routes / sizeof routes[0]};

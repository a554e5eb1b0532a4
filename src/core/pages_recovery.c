/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_recovery.c - requests to let somebody in again: opening, confirming, handing over, and what the person sees.
 *
 * A page offers only what its reader may do now; the verbs ask again.
 *
 * Keeps: the one-time code is on one page, once.
 * Source: core/recovery.h.
 */
#include "core/recovery.h"

#include "base/clock.h"
#include "core/config.h"
#include "core/pages.h"
#include "core/pages_recovery.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define PAGE_ROWS 50
#define OWN_ROWS 5
#define TEXT_CHARS 500

static struct str request_href(struct web_request *req, int64_t id)
{
    return page_href(req, "/admin/recovery/%lld", (long long)id);
}

static struct str moment(struct web_request *req, int64_t at)
{
    struct html h;
    page_begin(req, &h);
    return html_f_moment(&h, at);
}

static struct err *name_of(struct web_request *req, struct opt_int person_id, struct str *ret_name)
{
    struct core_q_person_by_id_row row;
    bool found = false;
    *ret_name = S("");
    if (!person_id.has)
        return NULL;
    TRY(core_q_person_by_id(web_arena(req), session_loop(req)->read, session_site(req)->realm, person_id.v, &row,
                            &found));
    *ret_name = found ? row.name : S("");
    return NULL;
}

/* ---- what became of a request ---- */

struct progress {
    bool has_ended, is_late, is_confirmed, is_handed;
    struct str how;
};

static const char *state_of(const struct progress *p)
{
    if (p->has_ended && str_eq(p->how, S("used")))
        return "recovery.state.used";
    if (p->has_ended && str_eq(p->how, S("signed_in")))
        return "recovery.state.signed_in";
    if (p->has_ended && str_eq(p->how, S("withdrawn")))
        return "recovery.state.withdrawn";
    if (p->has_ended && str_eq(p->how, S("replaced")))
        return "recovery.state.replaced";
    if (p->has_ended || p->is_late)
        return "recovery.state.expired";
    return p->is_handed ? "recovery.state.handed" : p->is_confirmed ? "recovery.state.confirmed" : "recovery.state.waits";
}

static struct str kind_of(const struct progress *p)
{
    if (p->has_ended || p->is_late)
        return str_eq(p->how, S("used")) ? S("green") : S("grey");
    return p->is_confirmed ? S("teal") : S("yellow");
}

static struct progress progress_of(const struct core_q_recovery_by_id_row *r, int64_t now)
{
    return (struct progress){r->ended_at.has, r->expires_at <= now, r->confirmed_at.has, r->handed_at.has, r->ended_how};
}

/* ---- the list ---- */

static struct err *may_confirm(struct web_request *req, int64_t person_id, struct verdict *ret)
{
    return recovery_may_confirm(web_arena(req), session_loop(req)->read, session_site(req), session_actor(req),
                                person_id, admin_today(req), ret);
}

static struct err *fill_list(struct web_request *req, int64_t before, struct core_view_recovery_list *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_q_recoveries_before_row *found;
    size_t n;
    TRY(core_q_recoveries_before(a, session_loop(req)->read, session_site(req)->realm, before, PAGE_ROWS, &found, &n));
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct progress p = {found[i].ended_at.has, found[i].expires_at <= web_now(req), found[i].confirmed_at.has,
                             found[i].handed_at.has, found[i].ended_how};
        struct core_cell *cells = ARENA_ARRAY(a, 4, struct core_cell);
        struct verdict v;
        TRY(may_confirm(req, found[i].person_id, &v));
        if (!v.allowed)
            continue; /* a head sees those of the own body */
        TRY(name_of(req, (struct opt_int){true, found[i].person_id}, &cells[0].text));
        TRY(name_of(req, (struct opt_int){true, found[i].opened_by}, &cells[1].text));
        cells[0].href = request_href(req, found[i].id);
        cells[2].text = moment(req, found[i].opened_at);
        cells[3].text = t(l, state_of(&p));
        cells[3].tag_kind = kind_of(&p);
        rows[m->n_rows++].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(a, 4, struct core_column);
    columns[0].title = t(l, "recovery.person");
    columns[1].title = t(l, "recovery.opened_by");
    columns[2].title = t(l, "recovery.opened_at");
    columns[3].title = t(l, "admin.person.state");
    m->rows = rows;
    m->columns = columns;
    m->n_columns = 4;
    if (n == PAGE_ROWS)
        m->next_href = page_href(req, "/admin/recovery?before=%lld", (long long)found[n - 1].id);
    return NULL;
}

static struct err *get_list(struct web_request *req)
{
    struct core_view_recovery_list m = {0};
    int64_t before = page_id(web_query(req, "before"));
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "recovery.title"), &m.layout));
    TRY(fill_list(req, before ? before : INT64_MAX, &m));
    page_begin(req, &h);
    core_view_recovery_list(&h, &m);
    return page_end(req, 200, &h);
}

struct err *recovery_rows_of(struct web_request *req, int64_t person_id, const struct core_table_row **ret_rows,
                             size_t *ret_n, const struct core_column **ret_columns, size_t *ret_n_columns)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_q_recoveries_of_row *found;
    size_t n;
    TRY(core_q_recoveries_of(a, session_loop(req)->read, session_site(req)->realm, person_id, OWN_ROWS, &found, &n));
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct progress p = {found[i].ended_at.has, found[i].expires_at <= web_now(req), found[i].confirmed_at.has,
                             found[i].handed_at.has, found[i].ended_how};
        struct core_cell *cells = ARENA_ARRAY(a, 4, struct core_cell);
        cells[0].text = moment(req, found[i].opened_at);
        TRY(name_of(req, (struct opt_int){true, found[i].opened_by}, &cells[1].text));
        TRY(name_of(req, found[i].confirmed_by, &cells[2].text));
        cells[3].text = t(l, state_of(&p));
        cells[3].tag_kind = kind_of(&p);
        rows[i].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(a, 4, struct core_column);
    columns[0].title = t(l, "recovery.opened_at");
    columns[1].title = t(l, "recovery.opened_by");
    columns[2].title = t(l, "recovery.confirmed_by");
    columns[3].title = t(l, "admin.person.state");
    *ret_rows = rows;
    *ret_n = n;
    *ret_columns = columns;
    *ret_n_columns = 4;
    return NULL;
}

/* ---- one request ---- */

static void add_row(struct core_view_recovery *m, struct core_row *rows, struct str key, struct str value)
{
    if (value.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = key, .value = value};
}

static struct err *fill_rows(struct web_request *req, const struct core_q_recovery_by_id_row *r,
                             const struct progress *p, struct core_view_recovery *m)
{
    const struct lang *l = web_lang(req);
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 10, struct core_row);
    struct str person;
    struct str opener;
    struct str confirmer;
    TRY(name_of(req, (struct opt_int){true, r->person_id}, &person));
    TRY(name_of(req, (struct opt_int){true, r->opened_by}, &opener));
    TRY(name_of(req, r->confirmed_by, &confirmer));
    rows[m->n_rows++] = (struct core_row){.key = t(l, "admin.person.state"), .value = t(l, state_of(p)),
                                          .tag_kind = kind_of(p)};
    add_row(m, rows, t(l, "recovery.person"), person);
    add_row(m, rows, t(l, "recovery.reason"), r->reason);
    add_row(m, rows, t(l, "recovery.checked"), r->checked);
    add_row(m, rows, t(l, "recovery.opened_by"), opener);
    add_row(m, rows, t(l, "recovery.opened_at"), moment(req, r->opened_at));
    add_row(m, rows, t(l, "recovery.confirmed_by"), confirmer);
    if (r->confirmed_at.has)
        add_row(m, rows, t(l, "recovery.confirmed_at"), moment(req, r->confirmed_at.v));
    if (!r->ended_at.has)
        add_row(m, rows, t(l, "recovery.expires"), moment(req, r->expires_at));
    m->rows = rows;
    return NULL;
}

/* What the reader may do next, or whom the request waits for. */
static void fill_actions(struct web_request *req, const struct core_q_recovery_by_id_row *r, const struct progress *p,
                         struct core_view_recovery *m)
{
    const struct actor *who = session_actor(req);
    const struct lang *l = web_lang(req);
    bool is_admin = policy_ask_coarse(&session_site(req)->policy, who, MAY_RECOVER).allowed;
    long long id = r->id;
    if (p->has_ended || p->is_late)
        return;
    if (is_admin)
        m->withdraw_action = page_href(req, "/admin/recovery/%lld/withdraw", id);
    if (r->person_id == who->person_id)
        return;
    bool is_opener = r->opened_by == who->person_id;
    if (!p->is_confirmed && is_opener)
        m->note = t(l, "recovery.note.waits");
    else if (!p->is_confirmed)
        m->confirm_action = page_href(req, "/admin/recovery/%lld/confirm", id);
    else if (!p->is_handed && is_opener && is_admin)
        m->code_action = page_href(req, "/admin/recovery/%lld/code", id);
    else
        m->note = p->is_handed ? t(l, "recovery.note.handed") : t(l, "recovery.note.confirmed");
}

static struct err *draw_request(struct web_request *req, int status, int64_t id, const struct core_errors *errors)
{
    struct core_view_recovery m = {0};
    struct core_q_recovery_by_id_row r;
    struct verdict v;
    bool found = false;
    struct html h;
    TRY(core_q_recovery_by_id(web_arena(req), session_loop(req)->read, session_site(req)->realm, id, &r, &found));
    if (!found)
        return web_error(req, 404);
    TRY(may_confirm(req, r.person_id, &v));
    if (!v.allowed)
        return web_refuse(req, page_refusal_status(&v), &v);
    struct progress p = progress_of(&r, web_now(req));
    TRY(admin_layout(req, t(web_lang(req), "recovery.one.title"), page_href(req, "/admin/recovery"), errors,
                     CORE_WIDTH_READING, &m.layout));
    TRY(fill_rows(req, &r, &p, &m));
    fill_actions(req, &r, &p, &m);
    page_begin(req, &h);
    core_view_recovery(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_request(struct web_request *req)
{
    return draw_request(req, 200, page_id(web_param(req, "id")), NULL);
}

/* ---- opening ---- */

struct open_values {
    int64_t id; /* of the person; not a field */
    struct str reason, checked;
};
static const struct web_field open_fields[] = {
    {"reason", FIELD_LINE, true, 1, TEXT_CHARS, NULL, "recovery.reason", offsetof(struct open_values, reason)},
    {"checked", FIELD_LINE, true, 1, TEXT_CHARS, NULL, "recovery.checked", offsetof(struct open_values, checked)},
};
static const struct web_form open_form = WEB_FORM(open_fields);

static struct err *draw_open(struct web_request *req, int status, const struct open_values *v,
                             const struct core_errors *errors)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_view_recovery_open m = {.reason = v->reason, .checked = v->checked};
    struct core_q_person_by_id_row person;
    bool found = false;
    struct html h;
    TRY(core_q_person_by_id(a, session_loop(req)->read, session_site(req)->realm, v->id, &person, &found));
    if (!found)
        return web_error(req, 404);
    TRY(admin_layout(req, t(l, "recovery.open.title"), page_href(req, "/admin/people/%lld", (long long)v->id), errors,
                     CORE_WIDTH_READING, &m.layout));
    struct core_row *rows = ARENA_ARRAY(a, 2, struct core_row);
    rows[0] = (struct core_row){.key = t(l, "admin.person.name"), .value = person.name};
    rows[1] = (struct core_row){.key = t(l, "staff.login"), .value = person.login, .is_code = true};
    m.rows = rows;
    m.n_rows = 2;
    m.hours = str_printf(a, "%lld", (long long)session_site(req)->config->recovery_hours);
    m.action = page_href(req, "/admin/people/%lld/recover", (long long)v->id);
    page_begin(req, &h);
    core_view_recovery_open(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_open(struct web_request *req)
{
    struct open_values v = {.id = page_id(web_param(req, "id"))};
    return draw_open(req, 200, &v, NULL);
}

static struct err *run_open(struct action *x)
{
    const struct open_values *v = x->command;
    struct recovery_command *c = ARENA_NEW(x->a, struct recovery_command);
    c->person_id = v->id;
    c->reason = str_trim(v->reason);
    c->checked = str_trim(v->checked);
    x->result = c;
    return recovery_open(x, c);
}

static struct err *opened(struct web_request *req, struct action *x)
{
    const struct recovery_command *c = x->result;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_open(req, page_refusal_status(&x->verdict), x->command, page_refusal(req, "", &x->verdict));
    return admin_done(req, "recovery.flash.opened", request_href(req, c->id));
}

static struct err *post_open(struct web_request *req)
{
    struct open_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &open_form, &v, &errors));
    v.id = page_id(web_param(req, "id"));
    if (v.id == 0)
        return web_error(req, 404);
    if (errors.n_items == 0 && str_trim(v.reason).n == 0)
        page_error_first(req, &errors, S("reason"), t(web_lang(req), "recovery.reason.hint"));
    if (errors.n_items == 0 && str_trim(v.checked).n == 0)
        page_error_first(req, &errors, S("checked"), t(web_lang(req), "recovery.checked.hint"));
    if (errors.n_items)
        return draw_open(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &open_form, sizeof v, &v, run_open, opened);
}

/* ---- confirming, handing over, withdrawing ---- */

struct step_values {
    int64_t id; /* of the request; not a field */
    struct str none; /* the forms are buttons */
};
static const struct web_field step_fields[] = {
    {"none", FIELD_LINE, false, 0, 1, NULL, NULL, offsetof(struct step_values, none)},
};
static const struct web_form step_form = WEB_FORM(step_fields);

static struct err *run_step(struct action *x, struct err *(*verb)(struct action *x, struct recovery_command *c))
{
    const struct step_values *v = x->command;
    struct recovery_command *c = ARENA_NEW(x->a, struct recovery_command);
    c->id = v->id;
    x->result = c;
    return verb(x, c);
}

static struct err *run_confirm(struct action *x)
{
    return run_step(x, recovery_confirm);
}

static struct err *run_hand_over(struct action *x)
{
    return run_step(x, recovery_hand_over);
}

static struct err *run_withdraw(struct action *x)
{
    return run_step(x, recovery_withdraw);
}

static struct err *stepped(struct web_request *req, struct action *x)
{
    const struct step_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_request(req, page_refusal_status(&x->verdict), v->id, page_refusal(req, "", &x->verdict));
    return admin_done(req, "admin.flash.saved", request_href(req, v->id));
}

static struct err *handed_over(struct web_request *req, struct action *x)
{
    const struct recovery_command *c = x->result;
    struct core_view_recovery_code m = {.code = str_c(c->code), .next_href = request_href(req, c->id)};
    struct core_q_recovery_by_id_row r = {0};
    struct core_q_person_by_id_row person = {0};
    int64_t realm = session_site(req)->realm;
    bool found = false;
    struct html h;
    if (action_is_refused(x))
        return stepped(req, x);
    TRY(core_q_recovery_by_id(web_arena(req), session_loop(req)->read, realm, c->id, &r, &found));
    TRY(core_q_person_by_id(web_arena(req), session_loop(req)->read, realm, c->person_id, &person, &found));
    m.name = person.name;
    m.login = person.login;
    m.expires_at = r.expires_at;
    TRY(admin_layout(req, t(web_lang(req), "recovery.code.title"), (struct str){0}, NULL, CORE_WIDTH_READING,
                     &m.layout));
    m.layout.path = (struct str){0}; /* shown once: no twin in another language */
    page_begin(req, &h);
    core_view_recovery_code(&h, &m);
    return page_end(req, 200, &h);
}

static struct err *post_step(struct web_request *req, struct err *(*run)(struct action *x),
                             struct err *(*answer)(struct web_request *req, struct action *x))
{
    struct step_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &step_form, &v, &errors));
    v.id = page_id(web_param(req, "id"));
    if (errors.n_items)
        return web_error(req, 422);
    return v.id ? admin_submit(req, &step_form, sizeof v, &v, run, answer) : web_error(req, 404);
}

static struct err *post_confirm(struct web_request *req)
{
    return post_step(req, run_confirm, stepped);
}

static struct err *post_code(struct web_request *req)
{
    return post_step(req, run_hand_over, handed_over);
}

static struct err *post_withdraw(struct web_request *req)
{
    return post_step(req, run_withdraw, stepped);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/people/{id}/recover", MAY_RECOVER, get_open),
    ADMIN_POST("/people/{id}/recover", MAY_RECOVER, post_open),
    ADMIN_GET("/recovery", MAY_CONFIRM_RECOVERY, get_list),
    ADMIN_GET("/recovery/{id}", MAY_CONFIRM_RECOVERY, get_request),
    ADMIN_POST("/recovery/{id}/confirm", MAY_CONFIRM_RECOVERY, post_confirm),
    ADMIN_POST("/recovery/{id}/code", MAY_RECOVER, post_code),
    ADMIN_POST("/recovery/{id}/withdraw", MAY_RECOVER, post_withdraw),
};
const struct route_table core_routes_recovery = {routes, sizeof routes / sizeof routes[0]};

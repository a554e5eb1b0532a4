/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_offices.c - administration of offices: who holds them, appointing, ending, closing.
 */
#include "core/pages.h"

#include "base/clock.h"
#include "base/fold.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define SUGGESTIONS 300 /* people offered while a login is typed */

static struct err *office_of_path(struct web_request *req, const struct directory **ret_d,
                                  const struct office **ret_office)
{
    TRY(directory_of_loop(web_arena(req), session_loop(req), ret_d));
    *ret_office = directory_office(*ret_d, page_id(web_param(req, "id")));
    return NULL;
}

static struct str body_name(struct web_request *req, const struct directory *d, int64_t body_id)
{
    const struct body *b = directory_body(d, body_id);
    return b ? text3_for(&b->name, lang_code(web_lang(req))) : S("");
}

static struct str title_of(struct web_request *req, const struct office *o)
{
    return text3_for(&o->title, lang_code(web_lang(req)));
}

static struct str office_href(struct web_request *req, int64_t id)
{
    return page_href(req, "/admin/offices/%lld", (long long)id);
}

/* ---- one office ---- */

struct appoint_values {
    int64_t id; /* the office; not a field */
    struct str login, on;
};
static const struct web_field appoint_fields[] = {
    {"login", FIELD_LINE, true, 1, 64, NULL, "staff.login", offsetof(struct appoint_values, login)},
    {"on", FIELD_DATE, true, 0, 0, NULL, "admin.appoint.from", offsetof(struct appoint_values, on)},
};
static const struct web_form appoint_form = WEB_FORM(appoint_fields);

static void fill_rows(struct web_request *req, const struct directory *d, const struct office *o,
                      const struct holder *holder, struct core_view_admin_office *m)
{
    const struct lang *l = web_lang(req);
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 5, struct core_row);
    rows[m->n_rows++] = (struct core_row){
        .key = t(l, "admin.body"),
        .value = body_name(req, d, o->body_id),
        .href = page_href(req, "/admin/bodies/%lld", (long long)o->body_id),
    };
    rows[m->n_rows++] = (struct core_row){.key = t(l, "admin.office.role"), .value = admin_role(req, o->role)};
    rows[m->n_rows++] = (struct core_row){
        .key = t(l, "admin.office.holder"),
        .value = holder ? holder->name : t(l, "admin.office.vacant"),
        .tag_kind = holder ? (struct str){0} : S("yellow"),
        .href = holder ? page_href(req, "/admin/people/%lld", (long long)holder->person_id) : (struct str){0},
    };
    rows[m->n_rows++] = (struct core_row){.key = t(l, "admin.office.from"), .value = admin_day(req, o->from_on)};
    if (o->to_on.p)
        rows[m->n_rows++] = (struct core_row){.key = t(l, "admin.office.to"), .value = admin_day(req, o->to_on)};
    m->rows = rows;
}

/* The appointments, newest first; says whether somebody holds the office today or later. */
static struct err *fill_appointments(struct web_request *req, const struct office *o, struct core_view_admin_office *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct str today = admin_today(req);
    struct core_q_appointments_of_office_row *found;
    size_t n;
    TRY(core_q_appointments_of_office(a, session_loop(req)->read, session_site(req)->realm, o->id, &found, &n));
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    for (size_t i = n; i-- > 0;) {
        struct core_cell *cells = ARENA_ARRAY(a, 3, struct core_cell);
        cells[0].text = found[i].name;
        cells[0].href = page_href(req, "/admin/people/%lld", (long long)found[i].person_id);
        cells[1].text = admin_day(req, found[i].from_on);
        cells[2].text = found[i].to_on.p ? admin_day(req, found[i].to_on) : t(l, "admin.appointment.lasts");
        rows[m->n_appointments++] = (struct core_table_row){.cells = cells};
        m->is_held = m->is_held || !found[i].to_on.p || str_cmp(found[i].to_on, today) >= 0;
    }
    struct core_column *columns = ARENA_ARRAY(a, 3, struct core_column);
    columns[0].title = t(l, "admin.office.holder");
    columns[1].title = t(l, "admin.appoint.from");
    columns[2].title = t(l, "admin.appoint.to");
    m->appointments = rows;
    m->columns = columns;
    m->n_columns = 3;
    return NULL;
}

static struct err *fill_people(struct web_request *req, struct core_view_admin_office *m)
{
    struct arena *a = web_arena(req);
    struct core_q_people_after_row *rows;
    size_t n;
    TRY(core_q_people_after(a, session_loop(req)->read, session_site(req)->realm, 0, SUGGESTIONS, &rows, &n));
    struct core_option *people = ARENA_ARRAY(a, n, struct core_option);
    for (size_t i = 0; i < n; i++)
        if (!rows[i].disabled_at.has)
            people[m->n_people++] = (struct core_option){.value = rows[i].login, .label = rows[i].name};
    m->people = people;
    return NULL;
}

static struct err *draw_office(struct web_request *req, int status, int64_t id, const struct appoint_values *v,
                               const struct core_errors *errors)
{
    struct core_view_admin_office m = {.login = v->login, .on = v->on.p ? v->on : admin_today(req)};
    const struct directory *d;
    struct holder *holders;
    size_t n_holders;
    struct html h;
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    const struct office *o = directory_office(d, id);
    if (!o)
        return web_error(req, 404);
    TRY(admin_layout(req, title_of(req, o), page_href(req, "/admin/bodies/%lld", (long long)o->body_id), errors,
                     CORE_WIDTH_DESK, &m.layout));
    TRY(admin_holders(req, &holders, &n_holders));
    fill_rows(req, d, o, admin_holder_of(holders, n_holders, id), &m);
    TRY(fill_appointments(req, o, &m));
    TRY(fill_people(req, &m));
    m.is_closed = o->to_on.p != NULL;
    m.login_error = core_error_for(errors, S("login"));
    m.edit_href = page_href(req, "/admin/offices/%lld/edit", (long long)id);
    m.close_href = page_href(req, "/admin/offices/%lld/close", (long long)id);
    m.end_href = page_href(req, "/admin/offices/%lld/end", (long long)id);
    m.appoint_action = page_href(req, "/admin/offices/%lld/appoint", (long long)id);
    page_begin(req, &h);
    core_view_admin_office(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_office(struct web_request *req)
{
    return draw_office(req, 200, page_id(web_param(req, "id")), &(struct appoint_values){0}, NULL);
}

/* ---- adding and renaming ---- */

struct office_values {
    int64_t id, body_id; /* not fields */
    struct str role, title_kk, title_ru, title_en, on;
    struct opt_int seen;
};
static const char *const roles[] = {"registrar", "executor", "head", "administrator", "auditor", NULL};
#define AT(member) offsetof(struct office_values, member)
static const struct web_field new_fields[] = {
    {"role", FIELD_CHOICE, true, 0, 0, roles, "admin.office.role", AT(role)},
    {"title_kk", FIELD_LINE, true, 1, 200, NULL, "admin.office.title_kk", AT(title_kk)},
    {"title_ru", FIELD_LINE, true, 1, 200, NULL, "admin.office.title_ru", AT(title_ru)},
    {"title_en", FIELD_LINE, false, 0, 200, NULL, "admin.office.title_en", AT(title_en)},
    {"on", FIELD_DATE, true, 0, 0, NULL, "admin.office.from", AT(on)},
};
static const struct web_form new_form = WEB_FORM(new_fields);
static const struct web_field edit_fields[] = {
    {"title_kk", FIELD_LINE, true, 1, 200, NULL, "admin.office.title_kk", AT(title_kk)},
    {"title_ru", FIELD_LINE, true, 1, 200, NULL, "admin.office.title_ru", AT(title_ru)},
    {"title_en", FIELD_LINE, false, 0, 200, NULL, "admin.office.title_en", AT(title_en)},
    {"seen", FIELD_INT, true, -1, INT64_MAX, NULL, NULL, AT(seen)},
};
static const struct web_form edit_form = WEB_FORM(edit_fields);

static void fill_roles(struct web_request *req, struct str chosen, struct core_view_admin_office_form *m)
{
    struct arena *a = web_arena(req);
    struct core_option *options = ARENA_ARRAY(a, 5, struct core_option);
    for (size_t i = 0; roles[i]; i++) {
        options[i].value = str_c(roles[i]);
        options[i].label = t(web_lang(req), str_printf(a, "core.role.%s", roles[i]).p);
        options[i].hint = t(web_lang(req), str_printf(a, "admin.role.%s.hint", roles[i]).p);
        options[i].checked = str_eq(options[i].value, chosen);
    }
    m->roles = options;
    m->n_roles = 5;
}

static struct err *draw_form(struct web_request *req, int status, const struct office_values *v,
                             const struct core_errors *errors)
{
    struct core_view_admin_office_form m = {
        .is_new = v->id == 0,
        .title_kk = v->title_kk,
        .title_ru = v->title_ru,
        .title_en = v->title_en,
        .on = v->on,
        .seen = v->seen.v,
    };
    const struct directory *d;
    struct html h;
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    struct str back = v->id ? office_href(req, v->id) : page_href(req, "/admin/bodies/%lld", (long long)v->body_id);
    TRY(admin_layout(req, t(web_lang(req), v->id ? "admin.office.edit" : "admin.office.new"), back, errors,
                     CORE_WIDTH_READING, &m.layout));
    fill_roles(req, v->role, &m);
    m.body = body_name(req, d, v->body_id);
    m.action = v->id ? page_href(req, "/admin/offices/%lld/edit", (long long)v->id)
                     : page_href(req, "/admin/bodies/%lld/offices/new", (long long)v->body_id);
    page_begin(req, &h);
    core_view_admin_office_form(&h, &m);
    return page_end(req, status, &h);
}

static struct err *run_form(struct action *x)
{
    const struct office_values *v = x->command;
    struct office_command c = {
        .id = v->id,
        .seen = v->seen.has ? v->seen.v : SEEN_ANY,
        .body_id = v->body_id,
        .title = {str_trim(v->title_kk), str_trim(v->title_ru), v->title_en.p ? str_trim(v->title_en) : S("")},
        .on = v->on,
    };
    if (v->id)
        return office_change(x, &c);
    if (!role_of_name(v->role, &c.role))
        return ERR(x->a, ERR_INPUT, "role: unknown");
    TRY(office_add(x, &c));
    int64_t *id = ARENA_NEW(x->a, int64_t);
    *id = c.id;
    x->result = id;
    return NULL;
}

static struct err *form_stored(struct web_request *req, struct action *x)
{
    const struct office_values *v = x->command;
    const int64_t *added = x->result;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_form(req, page_refusal_status(&x->verdict), v, page_refusal(req, "", &x->verdict));
    return admin_done(req, added ? "admin.flash.office_added" : "admin.flash.saved",
                      office_href(req, added ? *added : v->id));
}

static struct err *get_office_new(struct web_request *req)
{
    const struct directory *d;
    struct office_values v = {.body_id = page_id(web_param(req, "id")), .on = admin_today(req)};
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    const struct body *b = directory_body(d, v.body_id);
    return b && !b->is_closed ? draw_form(req, 200, &v, NULL) : web_error(req, 404);
}

static struct err *post_office_new(struct web_request *req)
{
    struct office_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &new_form, &v, &errors));
    v.body_id = page_id(web_param(req, "id"));
    if (errors.n_items)
        return draw_form(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &new_form, sizeof v, &v, run_form, form_stored);
}

static struct err *get_office_edit(struct web_request *req)
{
    const struct directory *d;
    const struct office *o;
    TRY(office_of_path(req, &d, &o));
    if (!o || o->to_on.p)
        return web_error(req, 404);
    struct office_values v = {.id = o->id, .body_id = o->body_id, .title_kk = o->title.kk, .title_ru = o->title.ru,
                              .title_en = o->title.en};
    TRY(admin_seen(req, S("office"), o->id, &v.seen.v));
    return draw_form(req, 200, &v, NULL);
}

static struct err *post_office_edit(struct web_request *req)
{
    struct office_values v = {0};
    struct web_errors errors = {0};
    const struct directory *d;
    const struct office *o;
    TRY(office_of_path(req, &d, &o));
    if (!o)
        return web_error(req, 404);
    TRY(web_form_read(req, &edit_form, &v, &errors));
    v.id = o->id;
    v.body_id = o->body_id;
    if (errors.n_items)
        return draw_form(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &edit_form, sizeof v, &v, run_form, form_stored);
}

/* ---- appointing ---- */

/* The person is found in the same transaction that appoints them. */
static struct err *run_appoint(struct action *x)
{
    const struct appoint_values *v = x->command;
    struct core_q_person_by_login_row person;
    bool found = false;
    struct str login = fold(x->a, v->login);
    TRY(core_q_person_by_login(x->a, db_tx_read(x->tx), x->site->realm, login.p ? login : S(""), &person, &found));
    struct appointment_command c = {.office_id = v->id, .person_id = found ? person.id : 0, .on = v->on};
    return appointment_add(x, &c);
}

static struct err *appointed(struct web_request *req, struct action *x)
{
    const struct appoint_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x)) {
        bool is_day = str_eq(str_c(x->verdict.code), S("APPOINTMENT_EARLY"));
        bool is_person = str_starts(str_c(x->verdict.code), S("PERSON_"));
        const char *field = is_day ? "on" : is_person ? "login" : "";
        return draw_office(req, page_refusal_status(&x->verdict), v->id, v, page_refusal(req, field, &x->verdict));
    }
    return admin_done(req, "admin.flash.appointed", office_href(req, v->id));
}

static struct err *post_appoint(struct web_request *req)
{
    struct appoint_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &appoint_form, &v, &errors));
    v.id = page_id(web_param(req, "id"));
    if (errors.n_items)
        return draw_office(req, 422, v.id, &v, page_errors(req, &errors));
    return admin_submit(req, &appoint_form, sizeof v, &v, run_appoint, appointed);
}

/* ---- ending and closing: both ask for a last day ---- */

struct last_values {
    int64_t id, appointment_id; /* not fields; appointment 0: the office itself closes */
    struct str on;
    struct opt_int seen;
};
static const struct web_field last_fields[] = {
    {"on", FIELD_DATE, true, 0, 0, NULL, "admin.last_day", offsetof(struct last_values, on)},
    {"seen", FIELD_INT, false, -1, INT64_MAX, NULL, NULL, offsetof(struct last_values, seen)},
};
static const struct web_form last_form = WEB_FORM(last_fields);

/* The appointment that stands today or will: the one to end. */
static struct err *current_appointment(struct web_request *req, int64_t office_id,
                                       struct core_q_appointments_of_office_row *ret_row, bool *ret_found)
{
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    struct str today = admin_today(req);
    TRY(core_q_appointments_of_office(web_arena(req), session_loop(req)->read, session_site(req)->realm, office_id,
                                      &rows, &n));
    *ret_found = false;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].to_on.p && str_cmp(rows[i].to_on, today) < 0)
            continue;
        *ret_row = rows[i];
        *ret_found = true;
    }
    return NULL;
}

static struct err *draw_last(struct web_request *req, int status, const struct last_values *v, bool is_end,
                             const struct core_errors *errors)
{
    const struct lang *l = web_lang(req);
    const struct directory *d;
    struct core_q_appointments_of_office_row held = {0};
    bool is_held;
    struct html h;
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    const struct office *o = directory_office(d, v->id);
    if (!o || o->to_on.p)
        return web_error(req, 404);
    TRY(current_appointment(req, v->id, &held, &is_held));
    if (is_end && !is_held)
        return web_error(req, 404);
    struct core_view_admin_confirm m = {
        .lead = t(l, is_end ? "admin.end.lead" : "admin.office.close.lead"),
        .button = t(l, is_end ? "admin.end.button" : "admin.office.close"),
        .on_label = t(l, "admin.last_day"),
        .on_hint = t(l, "admin.last_day.hint"),
        .on = v->on.p ? v->on : admin_today(req),
        .action = page_href(req, is_end ? "/admin/offices/%lld/end" : "/admin/offices/%lld/close", (long long)v->id),
    };
    TRY(admin_layout(req, t(l, is_end ? "admin.end.title" : "admin.office.close.title"), office_href(req, v->id),
                     errors, CORE_WIDTH_READING, &m.layout));
    TRY(admin_seen(req, S("office"), v->id, &m.seen));
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 3, struct core_row);
    rows[m.n_rows++] = (struct core_row){.key = t(l, "admin.office"), .value = title_of(req, o)};
    rows[m.n_rows++] = (struct core_row){.key = t(l, "admin.body"), .value = body_name(req, d, o->body_id)};
    if (is_held)
        rows[m.n_rows++] = (struct core_row){.key = t(l, "admin.office.holder"), .value = held.name};
    m.rows = rows;
    page_begin(req, &h);
    core_view_admin_confirm(&h, &m);
    return page_end(req, status, &h);
}

static struct err *run_last(struct action *x)
{
    const struct last_values *v = x->command;
    if (v->appointment_id) {
        struct appointment_command c = {.id = v->appointment_id, .on = v->on};
        return appointment_end(x, &c);
    }
    struct office_command c = {.id = v->id, .seen = v->seen.has ? v->seen.v : SEEN_ANY, .on = v->on};
    return office_close(x, &c);
}

static struct err *last_stored(struct web_request *req, struct action *x)
{
    const struct last_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x)) {
        const char *field = str_eq(str_c(x->verdict.code), S("DAY_PAST")) ? "on" : "";
        return draw_last(req, page_refusal_status(&x->verdict), v, v->appointment_id != 0,
                         page_refusal(req, field, &x->verdict));
    }
    return admin_done(req, v->appointment_id ? "admin.flash.ended" : "admin.flash.office_closed",
                      office_href(req, v->id));
}

static struct err *post_last(struct web_request *req, bool is_end)
{
    struct last_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &last_form, &v, &errors));
    v.id = page_id(web_param(req, "id"));
    if (errors.n_items)
        return draw_last(req, 422, &v, is_end, page_errors(req, &errors));
    if (is_end) {
        struct core_q_appointments_of_office_row held;
        bool is_held;
        TRY(current_appointment(req, v.id, &held, &is_held));
        if (!is_held)
            return web_error(req, 404);
        v.appointment_id = held.id;
    }
    return admin_submit(req, &last_form, sizeof v, &v, run_last, last_stored);
}

static struct err *get_office_close(struct web_request *req)
{
    return draw_last(req, 200, &(struct last_values){.id = page_id(web_param(req, "id"))}, false, NULL);
}

static struct err *post_office_close(struct web_request *req)
{
    return post_last(req, false);
}

static struct err *get_appointment_end(struct web_request *req)
{
    return draw_last(req, 200, &(struct last_values){.id = page_id(web_param(req, "id"))}, true, NULL);
}

static struct err *post_appointment_end(struct web_request *req)
{
    return post_last(req, true);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/bodies/{id}/offices/new", MAY_CHANGE_OFFICES, get_office_new),
    ADMIN_POST("/bodies/{id}/offices/new", MAY_CHANGE_OFFICES, post_office_new),
    ADMIN_GET("/offices/{id}", MAY_CHANGE_OFFICES, get_office),
    ADMIN_GET("/offices/{id}/edit", MAY_CHANGE_OFFICES, get_office_edit),
    ADMIN_POST("/offices/{id}/edit", MAY_CHANGE_OFFICES, post_office_edit),
    ADMIN_GET("/offices/{id}/close", MAY_CHANGE_OFFICES, get_office_close),
    ADMIN_POST("/offices/{id}/close", MAY_CHANGE_OFFICES, post_office_close),
    ADMIN_POST("/offices/{id}/appoint", MAY_CHANGE_OFFICES, post_appoint),
    ADMIN_GET("/offices/{id}/end", MAY_CHANGE_OFFICES, get_appointment_end),
    ADMIN_POST("/offices/{id}/end", MAY_CHANGE_OFFICES, post_appointment_end),
};
const struct route_table core_routes_offices = {routes, sizeof routes / sizeof routes[0]};

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_bodies.c - administration of bodies: the tree, one body, adding, changing, closing.
 */
#include "core/pages.h"

#include "core/bodies.h"
#include "core/policy_rows.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define DEEPEST 6 /* levels that are drawn further in; deeper ones stand there too */

/* ---- the tree ---- */

/* The tree as it is drawn: which body, how deep. */
struct tree {
    const struct directory *d;
    bool is_closed; /* closed bodies are listed flat, apart */
    size_t *order;  /* into d->bodies */
    int *depth;
    size_t n;
};

/* Append the children of `parent_id` with all that hangs below them. Each body is taken once, so a cycle, which
 * the verbs do not allow, could not make this endless. Cost: bodies times levels. */
static void walk(struct tree *t, int64_t parent_id, int depth, bool *taken)
{
    for (size_t i = 0; i < t->d->n_bodies; i++) {
        const struct body *b = &t->d->bodies[i];
        if (taken[i] || b->is_closed || b->parent_id != parent_id)
            continue;
        taken[i] = true;
        t->order[t->n] = i;
        t->depth[t->n++] = depth;
        walk(t, b->id, depth + 1, taken);
    }
}

static struct tree tree_of(struct arena *a, const struct directory *d)
{
    struct tree t = {.d = d, .order = ARENA_ARRAY(a, d->n_bodies, size_t), .depth = ARENA_ARRAY(a, d->n_bodies, int)};
    bool *taken = ARENA_ARRAY(a, d->n_bodies, bool);
    walk(&t, 0, 0, taken);
    for (size_t i = 0; i < d->n_bodies; i++) { /* a superior body was closed: nobody is lost */
        if (!taken[i] && !d->bodies[i].is_closed) {
            taken[i] = true;
            t.order[t.n] = i;
            t.depth[t.n++] = 0;
            walk(&t, d->bodies[i].id, 1, taken);
        }
    }
    return t;
}

static struct core_tree_item item_of(struct web_request *req, const struct body *b, int depth)
{
    struct arena *a = web_arena(req);
    return (struct core_tree_item){
        .name = text3_for(&b->name, lang_code(web_lang(req))),
        .href = page_href(req, "/admin/bodies/%lld", (long long)b->id),
        .code = b->code,
        .depth = str_printf(a, "%d", depth < DEEPEST ? depth : DEEPEST),
        .is_intake = b->is_intake,
    };
}

static void count_offices(struct web_request *req, const struct directory *d, int64_t body_id,
                          const struct holder *holders, size_t n_holders, struct core_tree_item *item)
{
    struct str today = admin_today(req);
    for (size_t i = 0; i < d->n_offices; i++) {
        if (d->offices[i].body_id != body_id || !admin_office_lasts(&d->offices[i], today))
            continue;
        item->n_offices++;
        item->n_vacant += !admin_holder_of(holders, n_holders, d->offices[i].id);
    }
}

static struct err *get_bodies(struct web_request *req)
{
    struct arena *a = web_arena(req);
    struct core_view_admin_bodies m = {.new_href = page_href(req, "/admin/bodies/new")};
    const struct directory *d;
    struct holder *holders;
    size_t n_holders;
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "admin.bodies.title"), &m.layout));
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(admin_holders(req, &holders, &n_holders));
    struct tree tree = tree_of(a, d);
    struct core_tree_item *items = ARENA_ARRAY(a, tree.n, struct core_tree_item);
    struct core_tree_item *closed = ARENA_ARRAY(a, d->n_bodies, struct core_tree_item);
    for (size_t i = 0; i < tree.n; i++) {
        const struct body *b = &d->bodies[tree.order[i]];
        items[i] = item_of(req, b, tree.depth[i]);
        count_offices(req, d, b->id, holders, n_holders, &items[i]);
    }
    for (size_t i = 0; i < d->n_bodies; i++)
        if (d->bodies[i].is_closed)
            closed[m.n_closed++] = item_of(req, &d->bodies[i], 0);
    m.bodies = items;
    m.n_bodies = tree.n;
    m.closed = closed;
    page_begin(req, &h);
    core_view_admin_bodies(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- one body ---- */

/* The body of the address; NULL when there is none, then answer 404. */
static struct err *body_of_path(struct web_request *req, const struct directory **ret_d, const struct body **ret_body)
{
    TRY(directory_of_loop(web_arena(req), session_loop(req), ret_d));
    *ret_body = directory_body(*ret_d, page_id(web_param(req, "id")));
    return NULL;
}

static void add_row(struct core_view_admin_body *m, struct core_row *rows, struct str key, struct str value)
{
    if (value.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = key, .value = value};
}

static void fill_rows(struct web_request *req, const struct directory *d, const struct body *b,
                      struct core_view_admin_body *m)
{
    const struct lang *l = web_lang(req);
    struct str lang = lang_code(l);
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 11, struct core_row);
    const struct body *parent = b->parent_id ? directory_body(d, b->parent_id) : NULL;
    rows[m->n_rows++] = (struct core_row){.key = t(l, "admin.body.code"), .value = b->code, .is_code = true};
    rows[m->n_rows++] = (struct core_row){
        .key = t(l, "admin.body.parent"),
        .value = parent ? text3_for(&parent->name, lang) : t(l, "admin.body.top"),
        .href = parent ? page_href(req, "/admin/bodies/%lld", (long long)parent->id) : (struct str){0},
    };
    add_row(m, rows, t(l, "admin.name_kk"), b->name.kk);
    add_row(m, rows, t(l, "admin.name_ru"), b->name.ru);
    add_row(m, rows, t(l, "admin.name_en"), b->name.en);
    add_row(m, rows, t(l, "admin.body.about"), text3_for(&b->about, lang));
    add_row(m, rows, t(l, "admin.body.address"), b->address);
    add_row(m, rows, t(l, "admin.body.phone"), b->phone);
    add_row(m, rows, t(l, "admin.body.hours"), b->hours);
    rows[m->n_rows++] = (struct core_row){
        .key = t(l, "admin.body.intake"),
        .value = t(l, b->is_closed ? "admin.body.closed" : b->is_intake ? "admin.yes" : "admin.no"),
        .tag_kind = b->is_closed ? S("grey") : (struct str){0},
    };
    m->rows = rows;
}

static void fill_offices(struct web_request *req, const struct directory *d, const struct body *b,
                         const struct holder *holders, size_t n_holders, struct core_view_admin_body *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct str today = admin_today(req);
    struct core_table_row *rows = ARENA_ARRAY(a, d->n_offices, struct core_table_row);
    for (size_t i = 0; i < d->n_offices; i++) {
        const struct office *o = &d->offices[i];
        if (o->body_id != b->id)
            continue;
        const struct holder *holder = admin_holder_of(holders, n_holders, o->id);
        bool lasts = admin_office_lasts(o, today);
        struct core_cell *cells = ARENA_ARRAY(a, 4, struct core_cell);
        cells[0].text = text3_for(&o->title, lang_code(l));
        cells[0].href = page_href(req, "/admin/offices/%lld", (long long)o->id);
        cells[1].text = admin_role(req, o->role);
        cells[2].text = holder ? holder->name : t(l, lasts ? "admin.office.vacant" : "admin.office.closed");
        cells[2].tag_kind = holder ? (struct str){0} : lasts ? S("yellow") : S("grey");
        cells[3].text = holder ? admin_day(req, holder->from_on) : admin_day(req, lasts ? o->from_on : o->to_on);
        rows[m->n_offices++] = (struct core_table_row){.cells = cells};
    }
    struct core_column *columns = ARENA_ARRAY(a, 4, struct core_column);
    columns[0].title = t(l, "admin.office.title");
    columns[1].title = t(l, "admin.office.role");
    columns[2].title = t(l, "admin.office.holder");
    columns[3].title = t(l, "admin.office.since");
    m->offices = rows;
    m->columns = columns;
    m->n_columns = 4;
}

static void fill_below(struct web_request *req, const struct directory *d, const struct body *b,
                       struct core_view_admin_body *m)
{
    struct str lang = lang_code(web_lang(req));
    struct core_card *cards = ARENA_ARRAY(web_arena(req), d->n_bodies, struct core_card);
    for (size_t i = 0; i < d->n_bodies; i++) {
        const struct body *child = &d->bodies[i];
        if (child->parent_id != b->id || child->is_closed)
            continue;
        cards[m->n_below++] = (struct core_card){
            .title = text3_for(&child->name, lang),
            .text = text3_for(&child->about, lang),
            .href = page_href(req, "/admin/bodies/%lld", (long long)child->id),
        };
    }
    m->below = cards;
}

static struct err *get_body(struct web_request *req)
{
    struct core_view_admin_body m = {0};
    const struct directory *d;
    const struct body *b;
    struct holder *holders;
    size_t n_holders;
    struct html h;
    TRY(body_of_path(req, &d, &b));
    if (!b)
        return web_error(req, 404);
    long long id = b->id;
    TRY(admin_layout(req, text3_for(&b->name, lang_code(web_lang(req))), page_href(req, "/admin/bodies"), NULL,
                     CORE_WIDTH_DESK, &m.layout));
    TRY(admin_holders(req, &holders, &n_holders));
    fill_rows(req, d, b, &m);
    fill_offices(req, d, b, holders, n_holders, &m);
    fill_below(req, d, b, &m);
    m.is_closed = b->is_closed;
    m.edit_href = page_href(req, "/admin/bodies/%lld/edit", id);
    m.office_href = page_href(req, "/admin/bodies/%lld/offices/new", id);
    m.below_href = page_href(req, "/admin/bodies/new?parent=%lld", id);
    m.close_href = page_href(req, "/admin/bodies/%lld/close", id);
    page_begin(req, &h);
    core_view_admin_body(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- the form ---- */

struct body_values {
    int64_t id; /* 0: a new one; not a field */
    struct str parent, code;
    struct str name_kk, name_ru, name_en;
    struct str about_kk, about_ru, about_en;
    struct str address, phone, hours;
    bool is_intake;
    struct opt_int seen;
};
#define AT(member) offsetof(struct body_values, member)
static const struct web_field body_fields[] = {
    {"parent", FIELD_LINE, false, 0, 20, NULL, "admin.body.parent", AT(parent)},
    {"code", FIELD_LINE, false, 0, 40, NULL, "admin.body.code", AT(code)},
    {"name_kk", FIELD_LINE, true, 1, 200, NULL, "admin.name_kk", AT(name_kk)},
    {"name_ru", FIELD_LINE, true, 1, 200, NULL, "admin.name_ru", AT(name_ru)},
    {"name_en", FIELD_LINE, false, 0, 200, NULL, "admin.name_en", AT(name_en)},
    {"about_kk", FIELD_LINE, false, 0, 500, NULL, "admin.body.about_kk", AT(about_kk)},
    {"about_ru", FIELD_LINE, false, 0, 500, NULL, "admin.body.about_ru", AT(about_ru)},
    {"about_en", FIELD_LINE, false, 0, 500, NULL, "admin.body.about_en", AT(about_en)},
    {"address", FIELD_LINE, false, 0, 200, NULL, "admin.body.address", AT(address)},
    {"phone", FIELD_LINE, false, 0, 200, NULL, "admin.body.phone", AT(phone)},
    {"hours", FIELD_LINE, false, 0, 200, NULL, "admin.body.hours", AT(hours)},
    {"is_intake", FIELD_FLAG, false, 0, 0, NULL, "admin.body.intake", AT(is_intake)},
    {"seen", FIELD_INT, false, -1, INT64_MAX, NULL, NULL, AT(seen)},
};
static const struct web_form body_form = WEB_FORM(body_fields);

/* Bodies that may stand above `id`: all open ones but itself and what hangs below it. */
static void fill_parents(struct web_request *req, const struct directory *d, const struct body_values *v,
                         struct core_view_admin_body_form *m)
{
    struct arena *a = web_arena(req);
    struct tree tree = tree_of(a, d);
    struct core_option *options = ARENA_ARRAY(a, tree.n + 1, struct core_option);
    options[m->n_parents++] = (struct core_option){.value = S(""), .label = t(web_lang(req), "admin.body.top")};
    for (size_t i = 0; i < tree.n; i++) {
        const struct body *b = &d->bodies[tree.order[i]];
        int64_t *chain;
        bool is_below = false;
        size_t n = directory_chain(a, d, b->id, &chain);
        for (size_t k = 0; k < n; k++)
            is_below = is_below || chain[k] == v->id;
        if (is_below)
            continue;
        struct str id = str_printf(a, "%lld", (long long)b->id);
        struct str name = text3_for(&b->name, lang_code(web_lang(req)));
        options[m->n_parents++] = (struct core_option){
            .value = id,
            .label = str_printf(a, "%.*s%.*s", tree.depth[i] < DEEPEST ? tree.depth[i] * 6 : DEEPEST * 6,
                                "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
                                "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0",
                                STR_FMT(name)),
            .checked = str_eq(id, v->parent),
        };
    }
    m->parents = options;
}

static struct err *draw_form(struct web_request *req, int status, const struct body_values *v,
                             const struct core_errors *errors)
{
    struct core_view_admin_body_form m = {
        .is_new = v->id == 0,
        .code = v->code,
        .name_kk = v->name_kk,
        .name_ru = v->name_ru,
        .name_en = v->name_en,
        .about_kk = v->about_kk,
        .about_ru = v->about_ru,
        .about_en = v->about_en,
        .address = v->address,
        .phone = v->phone,
        .hours = v->hours,
        .seen = v->seen.v,
    };
    const struct lang *l = web_lang(req);
    const struct directory *d;
    struct html h;
    struct str back = v->id ? page_href(req, "/admin/bodies/%lld", (long long)v->id) : page_href(req, "/admin/bodies");
    TRY(admin_layout(req, t(l, v->id ? "admin.body.edit" : "admin.body.new"), back, errors, CORE_WIDTH_READING,
                     &m.layout));
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    fill_parents(req, d, v, &m);
    struct core_option *intake = ARENA_NEW(web_arena(req), struct core_option);
    *intake = (struct core_option){S("1"), t(l, "admin.body.intake.label"), t(l, "admin.body.intake.hint"), v->is_intake};
    m.intake = intake;
    m.n_intake = 1;
    m.action = v->id ? page_href(req, "/admin/bodies/%lld/edit", (long long)v->id)
                     : page_href(req, "/admin/bodies/new");
    page_begin(req, &h);
    core_view_admin_body_form(&h, &m);
    return page_end(req, status, &h);
}

static const char *field_of(const struct verdict *v)
{
    struct str code = str_c(v->code);
    if (str_eq(code, S("BODY_CODE_TAKEN")))
        return "code";
    return str_eq(code, S("BODY_CYCLE")) || str_starts(code, S("BODY_PARENT")) ? "parent" : "";
}

static struct body_command command_of(const struct body_values *v)
{
#define TIDY(s) ((s).p ? str_trim(s) : S(""))
    return (struct body_command){
        .id = v->id,
        .seen = v->seen.has ? v->seen.v : SEEN_ANY,
        .parent_id = page_id(v->parent),
        .code = TIDY(v->code),
        .name = {TIDY(v->name_kk), TIDY(v->name_ru), TIDY(v->name_en)},
        .about = {TIDY(v->about_kk), TIDY(v->about_ru), TIDY(v->about_en)},
        .address = TIDY(v->address),
        .phone = TIDY(v->phone),
        .hours = TIDY(v->hours),
        .is_intake = v->is_intake,
    };
#undef TIDY
}

static struct err *run_form(struct action *x)
{
    struct body_values *v = x->command;
    struct body_command c = command_of(v);
    if (v->id)
        return body_change(x, &c);
    TRY(body_add(x, &c));
    int64_t *id = ARENA_NEW(x->a, int64_t);
    *id = c.id;
    x->result = id;
    return NULL;
}

static struct err *form_stored(struct web_request *req, struct action *x)
{
    const struct body_values *v = x->command;
    const int64_t *added = x->result;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_form(req, page_refusal_status(&x->verdict), v,
                         page_refusal(req, field_of(&x->verdict), &x->verdict));
    return admin_done(req, added ? "admin.flash.body_added" : "admin.flash.saved",
                      page_href(req, "/admin/bodies/%lld", (long long)(added ? *added : v->id)));
}

/* What the declaration of the form cannot say. */
static void check_values(struct web_request *req, const struct body_values *v, struct web_errors *errors)
{
    if (v->parent.n > 0 && page_id(v->parent) == 0)
        page_error_first(req, errors, S("parent"), t(web_lang(req), "admin.body.parent.choose"));
    if (v->id)
        return;
    struct str code = v->code.p ? str_trim(v->code) : S("");
    bool ok = code.n >= 2 && code.p[0] != '-';
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        ok = ok && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }
    if (!ok)
        page_error_first(req, errors, S("code"), t(web_lang(req), "admin.body.code.wrong"));
}

static struct err *post_form(struct web_request *req, int64_t id)
{
    struct body_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &body_form, &v, &errors));
    v.id = id;
    check_values(req, &v, &errors);
    if (errors.n_items)
        return draw_form(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &body_form, sizeof v, &v, run_form, form_stored);
}

static struct err *get_body_new(struct web_request *req)
{
    struct body_values v = {.parent = web_query(req, "parent"), .is_intake = true};
    return draw_form(req, 200, &v, NULL);
}

static struct err *post_body_new(struct web_request *req)
{
    return post_form(req, 0);
}

static struct err *get_body_edit(struct web_request *req)
{
    const struct directory *d;
    const struct body *b;
    TRY(body_of_path(req, &d, &b));
    if (!b || b->is_closed)
        return web_error(req, 404);
    struct body_values v = {
        .id = b->id,
        .parent = b->parent_id ? str_printf(web_arena(req), "%lld", (long long)b->parent_id) : S(""),
        .code = b->code,
        .name_kk = b->name.kk,
        .name_ru = b->name.ru,
        .name_en = b->name.en,
        .about_kk = b->about.kk,
        .about_ru = b->about.ru,
        .about_en = b->about.en,
        .address = b->address,
        .phone = b->phone,
        .hours = b->hours,
        .is_intake = b->is_intake,
    };
    TRY(admin_seen(req, S("body"), b->id, &v.seen.v));
    return draw_form(req, 200, &v, NULL);
}

static struct err *post_body_edit(struct web_request *req)
{
    int64_t id = page_id(web_param(req, "id"));
    return id ? post_form(req, id) : web_error(req, 404);
}

/* ---- closing ---- */

struct close_values {
    int64_t id; /* not a field */
    struct opt_int seen;
};
static const struct web_field close_fields[] = {
    {"seen", FIELD_INT, true, -1, INT64_MAX, NULL, NULL, offsetof(struct close_values, seen)},
};
static const struct web_form close_form = WEB_FORM(close_fields);

static struct err *draw_close(struct web_request *req, int status, int64_t id, const struct core_errors *errors)
{
    const struct lang *l = web_lang(req);
    const struct directory *d;
    struct core_view_admin_confirm m = {.lead = t(l, "admin.body.close.lead"), .button = t(l, "admin.body.close")};
    struct html h;
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    const struct body *b = directory_body(d, id);
    if (!b || b->is_closed)
        return web_error(req, 404);
    TRY(admin_layout(req, t(l, "admin.body.close.title"), page_href(req, "/admin/bodies/%lld", (long long)id), errors,
                     CORE_WIDTH_READING, &m.layout));
    TRY(admin_seen(req, S("body"), id, &m.seen));
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 2, struct core_row);
    rows[0] = (struct core_row){.key = t(l, "admin.body"), .value = text3_for(&b->name, lang_code(l))};
    rows[1] = (struct core_row){.key = t(l, "admin.body.code"), .value = b->code, .is_code = true};
    m.rows = rows;
    m.n_rows = 2;
    m.action = page_href(req, "/admin/bodies/%lld/close", (long long)id);
    page_begin(req, &h);
    core_view_admin_confirm(&h, &m);
    return page_end(req, status, &h);
}

static struct err *run_close(struct action *x)
{
    const struct close_values *v = x->command;
    struct body_command c = {.id = v->id, .seen = v->seen.v};
    return body_close(x, &c);
}

static struct err *closed(struct web_request *req, struct action *x)
{
    const struct close_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_close(req, page_refusal_status(&x->verdict), v->id, page_refusal(req, "", &x->verdict));
    return admin_done(req, "admin.flash.body_closed", page_href(req, "/admin/bodies"));
}

static struct err *get_body_close(struct web_request *req)
{
    return draw_close(req, 200, page_id(web_param(req, "id")), NULL);
}

static struct err *post_body_close(struct web_request *req)
{
    struct close_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &close_form, &v, &errors));
    v.id = page_id(web_param(req, "id"));
    if (errors.n_items || v.id == 0)
        return web_error(req, 422);
    return admin_submit(req, &close_form, sizeof v, &v, run_close, closed);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/bodies", MAY_CHANGE_BODIES, get_bodies),
    ADMIN_GET("/bodies/new", MAY_CHANGE_BODIES, get_body_new),
    ADMIN_POST("/bodies/new", MAY_CHANGE_BODIES, post_body_new),
    ADMIN_GET("/bodies/{id}", MAY_CHANGE_BODIES, get_body),
    ADMIN_GET("/bodies/{id}/edit", MAY_CHANGE_BODIES, get_body_edit),
    ADMIN_POST("/bodies/{id}/edit", MAY_CHANGE_BODIES, post_body_edit),
    ADMIN_GET("/bodies/{id}/close", MAY_CHANGE_BODIES, get_body_close),
    ADMIN_POST("/bodies/{id}/close", MAY_CHANGE_BODIES, post_body_close),
};
const struct route_table core_routes_bodies = {routes, sizeof routes / sizeof routes[0]};

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_people.c - administration of people: adding with a password to be used once, resetting, disabling.
 *
 * Keeps: a password that was made here is on one page, once, and must be changed at the first sign-in; it is
 *        stored as a hash alone and never logged. Passwords are hashed on the slow pool.
 */
#include "core/pages.h"

#include <sodium.h>

#include "base/fold.h"
#include "core/password.h"
#include "core/people.h"
#include "core/person_words.h"
#include "core/policy_rows.h"
#include "core/second_factor.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define PAGE_ROWS 50
#define WORK_MEMORY (256 * ARENA_KIB)

static struct str person_href(struct web_request *req, int64_t id)
{
    return page_href(req, "/admin/people/%lld", (long long)id);
}

static struct err *person_of(struct web_request *req, int64_t id, struct core_q_person_by_id_row *ret_row,
                             bool *ret_found)
{
    return core_q_person_by_id(web_arena(req), session_loop(req)->read, session_site(req)->realm, id, ret_row,
                               ret_found);
}

/* ---- the list ---- */

struct page_rows {
    struct core_q_people_after_row *rows;
    size_t n;
    bool has_more; /* beyond the page, in the direction of reading */
};

/* One page of people by id: behind `after`, or, when `before` is given, the page that ends before it. */
static struct err *read_rows(struct web_request *req, int64_t after, int64_t before, struct page_rows *ret)
{
    struct arena *a = web_arena(req);
    int64_t realm = session_site(req)->realm;
    struct db_read *r = session_loop(req)->read;
    if (before == 0) {
        TRY(core_q_people_after(a, r, realm, after, PAGE_ROWS + 1, &ret->rows, &ret->n));
        ret->has_more = ret->n > PAGE_ROWS;
        ret->n = ret->has_more ? PAGE_ROWS : ret->n;
        return NULL;
    }
    struct core_q_people_before_row *back;
    size_t n;
    TRY(core_q_people_before(a, r, realm, before, PAGE_ROWS + 1, &back, &n));
    ret->has_more = n > PAGE_ROWS;
    ret->n = ret->has_more ? PAGE_ROWS : n;
    ret->rows = ARENA_ARRAY(a, ret->n, struct core_q_people_after_row);
    for (size_t i = 0; i < ret->n; i++) {
        const struct core_q_people_before_row *b = &back[ret->n - 1 - i];
        ret->rows[i] = (struct core_q_people_after_row){b->id, b->login, b->name, b->language, b->must_change,
                                                        b->disabled_at};
    }
    return NULL;
}

/* What a person holds today, in one line. Linear in the holders. */
static struct str offices_of(struct web_request *req, const struct directory *d, const struct holder *holders,
                             size_t n_holders, int64_t person_id)
{
    struct buf b;
    buf_init(&b, web_arena(req), 4 * ARENA_KIB);
    for (size_t i = 0; i < n_holders; i++) {
        const struct office *o = directory_office(d, holders[i].office_id);
        if (holders[i].person_id != person_id || !o)
            continue;
        const struct body *body = directory_body(d, o->body_id);
        if (b.n > 0)
            buf_c(&b, "; ");
        buf_str(&b, text3_for(&o->title, lang_code(web_lang(req))));
        buf_c(&b, ", ");
        buf_str(&b, body ? text3_for(&body->name, lang_code(web_lang(req))) : S(""));
    }
    return buf_view(&b);
}

static const char *state_of(bool is_disabled, bool must_change)
{
    return is_disabled ? "admin.person.disabled" : must_change ? "admin.person.must_change" : "admin.person.active";
}

static struct str state_kind(bool is_disabled, bool must_change)
{
    return is_disabled ? S("grey") : must_change ? S("yellow") : S("green");
}

static struct err *fill_list(struct web_request *req, const struct page_rows *page, struct core_view_admin_people *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    const struct directory *d;
    struct holder *holders;
    size_t n_holders;
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(admin_holders(req, &holders, &n_holders));
    struct core_table_row *rows = ARENA_ARRAY(a, page->n, struct core_table_row);
    for (size_t i = 0; i < page->n; i++) {
        const struct core_q_people_after_row *p = &page->rows[i];
        struct core_cell *cells = ARENA_ARRAY(a, 4, struct core_cell);
        cells[0].text = p->name;
        cells[0].href = person_href(req, p->id);
        cells[1].text = p->login;
        cells[1].is_code = true;
        cells[2].text = offices_of(req, d, holders, n_holders, p->id);
        cells[3].text = t(l, state_of(p->disabled_at.has, p->must_change));
        cells[3].tag_kind = state_kind(p->disabled_at.has, p->must_change);
        rows[i].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(a, 4, struct core_column);
    columns[0].title = t(l, "admin.person.name");
    columns[1].title = t(l, "staff.login");
    columns[2].title = t(l, "admin.person.offices");
    columns[3].title = t(l, "admin.person.state");
    m->rows = rows;
    m->n_rows = page->n;
    m->columns = columns;
    m->n_columns = 4;
    return NULL;
}

/* Those whom the words of `query` mean. A login, or one person alone, is opened at once. */
static struct err *find(struct web_request *req, struct str query, struct page_rows *page, bool *ret_is_cut,
                        int64_t *ret_only)
{
    struct arena *a = web_arena(req);
    struct core_q_person_by_login_row person;
    struct str login = fold(a, query);
    bool found = false;
    TRY(core_q_person_by_login(a, session_loop(req)->read, session_site(req)->realm, login.p ? login : S(""), &person,
                               &found));
    *ret_only = found ? person.id : 0;
    if (found)
        return NULL;
    TRY(people_search(a, session_loop(req)->read, session_site(req)->realm, query, PAGE_ROWS, &page->rows, &page->n,
                      ret_is_cut));
    if (page->n == 1 && !*ret_is_cut)
        *ret_only = page->rows[0].id;
    return NULL;
}

static void fill_turning(struct web_request *req, const struct page_rows *page, int64_t after, int64_t before,
                         struct core_view_admin_people *m)
{
    if (page->n == 0)
        return;
    bool has_earlier = before ? page->has_more : after > 0;
    bool has_later = before ? true : page->has_more;
    if (has_earlier)
        m->previous_href = page_href(req, "/admin/people?before=%lld", (long long)page->rows[0].id);
    if (has_later)
        m->next_href = page_href(req, "/admin/people?after=%lld", (long long)page->rows[page->n - 1].id);
}

static struct err *get_people(struct web_request *req)
{
    struct core_view_admin_people m = {.new_href = page_href(req, "/admin/people/new")};
    struct str query = web_query(req, "login");
    int64_t after = page_id(web_query(req, "after"));
    int64_t before = page_id(web_query(req, "before"));
    struct page_rows page = {0};
    struct html h;
    if (query.n > 0 && query.n <= 256) {
        int64_t only;
        TRY(find(req, query, &page, &m.is_cut, &only));
        if (only)
            return web_redirect(req, person_href(req, only));
        m.query = query;
        m.is_not_found = page.n == 0;
    }
    TRY(session_layout(req, t(web_lang(req), "admin.people.title"), &m.layout));
    bool is_search = page.n > 0;
    if (!is_search)
        TRY(read_rows(req, after, before, &page));
    TRY(fill_list(req, &page, &m));
    if (!is_search)
        fill_turning(req, &page, after, before, &m);
    page_begin(req, &h);
    core_view_admin_people(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- one person ---- */

static struct err *fill_appointments(struct web_request *req, int64_t person_id, struct core_view_admin_person *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    const struct directory *d;
    struct core_q_appointments_of_person_row *found;
    size_t n;
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(core_q_appointments_of_person(a, session_loop(req)->read, session_site(req)->realm, person_id, &found, &n));
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    for (size_t i = n; i-- > 0;) {
        const struct body *body = directory_body(d, found[i].body_id);
        struct text3 title = {found[i].title_kk, found[i].title_ru, found[i].title_en};
        struct core_cell *cells = ARENA_ARRAY(a, 4, struct core_cell);
        cells[0].text = text3_for(&title, lang_code(l));
        cells[0].href = page_href(req, "/admin/offices/%lld", (long long)found[i].office_id);
        cells[1].text = body ? text3_for(&body->name, lang_code(l)) : S("");
        cells[2].text = admin_day(req, found[i].from_on);
        cells[3].text = found[i].to_on.p ? admin_day(req, found[i].to_on) : t(l, "admin.appointment.lasts");
        rows[m->n_appointments++].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(a, 4, struct core_column);
    columns[0].title = t(l, "admin.office");
    columns[1].title = t(l, "admin.body");
    columns[2].title = t(l, "admin.appoint.from");
    columns[3].title = t(l, "admin.appoint.to");
    m->appointments = rows;
    m->columns = columns;
    m->n_columns = 4;
    return NULL;
}

static void fill_rows(struct web_request *req, const struct core_q_person_by_id_row *p,
                      const struct second_factor *factor, struct core_view_admin_person *m)
{
    const struct lang *l = web_lang(req);
    const struct lang *language = lang_find(p->language);
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 5, struct core_row);
    rows[0] = (struct core_row){.key = t(l, "admin.person.name"), .value = p->name};
    rows[1] = (struct core_row){.key = t(l, "staff.login"), .value = p->login, .is_code = true};
    rows[2] = (struct core_row){.key = t(l, "admin.person.language"),
                                .value = language ? lang_name(language) : p->language};
    rows[3] = (struct core_row){.key = t(l, "admin.person.state"),
                                .value = t(l, state_of(p->disabled_at.has, p->must_change)),
                                .tag_kind = state_kind(p->disabled_at.has, p->must_change)};
    rows[4] = (struct core_row){.key = t(l, "factor.name"),
                                .value = t(l, factor->is_enrolled ? "factor.state.set" : "factor.state.none"),
                                .tag_kind = factor->is_enrolled ? S("green") : S("yellow")};
    m->rows = rows;
    m->n_rows = 5;
}

static struct err *draw_person(struct web_request *req, int status, int64_t id, const struct core_errors *errors)
{
    struct core_view_admin_person m = {0};
    struct core_q_person_by_id_row person;
    struct second_factor factor;
    bool found = false;
    struct html h;
    long long n = id;
    TRY(person_of(req, id, &person, &found));
    if (!found)
        return web_error(req, 404);
    TRY(admin_layout(req, person.name, page_href(req, "/admin/people"), errors, CORE_WIDTH_DESK, &m.layout));
    TRY(admin_seen(req, S("person"), id, &m.seen));
    TRY(second_factor_of(web_arena(req), session_loop(req)->read, session_site(req)->realm, id, &factor));
    fill_rows(req, &person, &factor, &m);
    TRY(fill_appointments(req, id, &m));
    m.is_disabled = person.disabled_at.has;
    m.is_self = session_actor(req)->person_id == id;
    m.edit_href = page_href(req, "/admin/people/%lld/edit", n);
    m.recover_href = page_href(req, "/admin/people/%lld/recover", n);
    m.reset_href = page_href(req, "/admin/people/%lld/reset", n);
    m.disable_href = page_href(req, "/admin/people/%lld/disable", n);
    m.enable_action = page_href(req, "/admin/people/%lld/enable", n);
    page_begin(req, &h);
    core_view_admin_person(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_person(struct web_request *req)
{
    return draw_person(req, 200, page_id(web_param(req, "id")), NULL);
}

/* ---- the form ---- */

struct person_values {
    int64_t id; /* 0: a new one; not a field */
    struct str login, name, language;
    struct opt_int seen;
};
static const char *const languages[] = {"kk", "ru", "en", NULL};
#define AT(member) offsetof(struct person_values, member)
static const struct web_field person_fields[] = {
    {"login", FIELD_LINE, false, 0, 64, NULL, "staff.login", AT(login)},
    {"name", FIELD_LINE, true, 1, 200, NULL, "admin.person.name", AT(name)},
    {"language", FIELD_CHOICE, true, 0, 0, languages, "admin.person.language", AT(language)},
    {"seen", FIELD_INT, false, -1, INT64_MAX, NULL, NULL, AT(seen)},
};
static const struct web_form person_form = WEB_FORM(person_fields);

static struct err *draw_form(struct web_request *req, int status, const struct person_values *v,
                             const struct core_errors *errors)
{
    struct core_view_admin_person_form m = {
        .is_new = v->id == 0, .login = v->login, .name = v->name, .seen = v->seen.v};
    struct html h;
    struct str back = v->id ? person_href(req, v->id) : page_href(req, "/admin/people");
    TRY(admin_layout(req, t(web_lang(req), v->id ? "admin.person.edit" : "admin.person.new"), back, errors,
                     CORE_WIDTH_READING, &m.layout));
    struct core_option *options = ARENA_ARRAY(web_arena(req), LANG_N, struct core_option);
    for (size_t i = 0; i < LANG_N; i++) {
        options[i].value = lang_code(lang_at(i));
        options[i].label = lang_name(lang_at(i));
        options[i].checked = str_eq(options[i].value, v->language);
    }
    m.languages = options;
    m.n_languages = LANG_N;
    m.action = v->id ? page_href(req, "/admin/people/%lld/edit", (long long)v->id)
                     : page_href(req, "/admin/people/new");
    page_begin(req, &h);
    core_view_admin_person_form(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_person_edit(struct web_request *req)
{
    struct core_q_person_by_id_row person;
    bool found = false;
    TRY(person_of(req, page_id(web_param(req, "id")), &person, &found));
    if (!found)
        return web_error(req, 404);
    struct person_values v = {.id = person.id, .login = person.login, .name = person.name, .language = person.language};
    TRY(admin_seen(req, S("person"), person.id, &v.seen.v));
    return draw_form(req, 200, &v, NULL);
}

static struct err *run_edit(struct action *x)
{
    const struct person_values *v = x->command;
    struct person_command c = {
        .id = v->id, .seen = v->seen.has ? v->seen.v : SEEN_ANY, .name = str_trim(v->name), .language = v->language};
    return person_change(x, &c);
}

static struct err *edited(struct web_request *req, struct action *x)
{
    const struct person_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_form(req, page_refusal_status(&x->verdict), v, page_refusal(req, "", &x->verdict));
    return admin_done(req, "admin.flash.saved", person_href(req, v->id));
}

static struct err *post_person_edit(struct web_request *req)
{
    struct person_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &person_form, &v, &errors));
    v.id = page_id(web_param(req, "id"));
    if (v.id == 0)
        return web_error(req, 404);
    if (errors.n_items)
        return draw_form(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &person_form, sizeof v, &v, run_edit, edited);
}

/* ---- passwords to be used once ---- */

/* A password that is made and hashed on the pool, in an arena of its own. */
struct once {
    struct arena *a;
    struct person_values values; /* id 0: a new person */
    struct str password;         /* wiped when it is freed */
    struct str hash;
};

struct once_command {
    struct person_values values;
    struct person_command person;
    struct str login, name; /* as stored, for the page */
    struct once *once;      /* in its own arena, which lives as long as the request: read by the loop alone */
};

static void wipe_once(void *arg)
{
    struct once *o = arg;
    sodium_memzero((void *)(uintptr_t)o->password.p, o->password.n);
    arena_free(o->a);
}

static void make_once(void *user)
{
    struct once *o = user;
    o->password = password_once(o->a);
    if (password_hash(o->a, o->password, &o->hash) != NULL)
        o->hash = (struct str){0};
}

static struct err *draw_once(struct web_request *req, const struct once_command *c)
{
    struct core_view_admin_once m = {
        .name = c->name,
        .login = c->login,
        .password = c->once->password,
        .person_href = person_href(req, c->person.id),
    };
    struct html h;
    TRY(admin_layout(req, t(web_lang(req), "admin.once.title"), (struct str){0}, NULL, CORE_WIDTH_READING, &m.layout));
    m.layout.path = (struct str){0}; /* shown once: no twin in another language */
    page_begin(req, &h);
    core_view_admin_once(&h, &m);
    return page_end(req, 200, &h);
}

static struct err *run_once(struct action *x)
{
    struct once_command *c = x->command;
    struct core_q_person_by_id_row row = {0};
    bool found = false;
    if (c->values.id == 0)
        TRY(person_add(x, &c->person));
    else
        TRY(person_set_password(x, &c->person));
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->person.id, &row, &found));
    c->login = row.login;
    c->name = row.name;
    return NULL;
}

static struct err *once_stored(struct web_request *req, struct action *x)
{
    const struct once_command *c = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (!action_is_refused(x))
        return draw_once(req, c);
    if (c->values.id)
        return draw_person(req, page_refusal_status(&x->verdict), c->values.id, page_refusal(req, "", &x->verdict));
    return draw_form(req, page_refusal_status(&x->verdict), &c->values, page_refusal(req, "login", &x->verdict));
}

static struct err *once_made(struct web_request *req, void *user)
{
    struct once *o = user;
    if (!o->hash.p)
        return web_error(req, 503);
    struct action *x = action_new(req);
    struct once_command *c = ARENA_NEW(x->a, struct once_command);
    page_form_copy(x->a, &person_form, sizeof c->values, &o->values, &c->values);
    c->person = (struct person_command){
        .id = c->values.id,
        .seen = SEEN_ANY,
        .login = c->values.login.p ? str_trim(c->values.login) : S(""),
        .name = c->values.name.p ? str_trim(c->values.name) : S(""),
        .language = c->values.language,
        .password_hash = str_dup(x->a, o->hash),
        .must_change = true,
    };
    c->once = o;
    x->command = c;
    x->needs_space = false;
    return action_submit(req, x, run_once, once_stored);
}

static struct err *begin_once(struct web_request *req, const struct person_values *v)
{
    struct arena *a = arena_new("password", WORK_MEMORY);
    struct once *o = ARENA_NEW(a, struct once);
    o->a = a;
    page_form_copy(a, &person_form, sizeof *v, v, &o->values);
    arena_defer(web_arena(req), wipe_once, o);
    return web_offload(req, make_once, once_made, o) ? NULL : web_error(req, 503);
}

static struct err *get_person_new(struct web_request *req)
{
    struct person_values v = {.language = lang_code(web_lang(req))};
    return draw_form(req, 200, &v, NULL);
}

static bool is_login(struct arena *a, struct str typed)
{
    struct str s = fold(a, typed);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
        if (!ok)
            return false;
    }
    return s.n >= 2 && s.n <= 64 && !has_control(typed);
}

static struct err *post_person_new(struct web_request *req)
{
    struct person_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &person_form, &v, &errors));
    if (!is_login(web_arena(req), v.login.p ? v.login : S("")))
        page_error_first(req, &errors, S("login"), t(web_lang(req), "admin.person.login.wrong"));
    if (errors.n_items)
        return draw_form(req, 422, &v, page_errors(req, &errors));
    return begin_once(req, &v);
}

/* ---- reset, disable, enable ---- */

struct state_values {
    int64_t id; /* not a field */
    struct opt_int seen;
};
static const struct web_field state_fields[] = {
    {"seen", FIELD_INT, true, -1, INT64_MAX, NULL, NULL, offsetof(struct state_values, seen)},
};
static const struct web_form state_form = WEB_FORM(state_fields);

static struct err *draw_confirm(struct web_request *req, const char *what)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    int64_t id = page_id(web_param(req, "id"));
    struct core_q_person_by_id_row person;
    struct core_view_admin_confirm m = {0};
    bool found = false;
    struct html h;
    TRY(person_of(req, id, &person, &found));
    if (!found)
        return web_error(req, 404);
    TRY(admin_layout(req, t(l, str_printf(a, "admin.person.%s.title", what).p), person_href(req, id), NULL,
                     CORE_WIDTH_READING, &m.layout));
    TRY(admin_seen(req, S("person"), id, &m.seen));
    m.lead = t(l, str_printf(a, "admin.person.%s.lead", what).p);
    m.button = t(l, str_printf(a, "admin.person.%s", what).p);
    m.action = page_href(req, "/admin/people/%lld/%s", (long long)id, what);
    struct core_row *rows = ARENA_ARRAY(a, 2, struct core_row);
    rows[0] = (struct core_row){.key = t(l, "admin.person.name"), .value = person.name};
    rows[1] = (struct core_row){.key = t(l, "staff.login"), .value = person.login, .is_code = true};
    m.rows = rows;
    m.n_rows = 2;
    page_begin(req, &h);
    core_view_admin_confirm(&h, &m);
    return page_end(req, 200, &h);
}

static struct err *get_person_reset(struct web_request *req)
{
    return draw_confirm(req, "reset");
}

static struct err *get_person_disable(struct web_request *req)
{
    return draw_confirm(req, "disable");
}

static struct err *read_state(struct web_request *req, struct state_values *v, bool *ret_ok)
{
    struct web_errors errors = {0};
    TRY(web_form_read(req, &state_form, v, &errors));
    v->id = page_id(web_param(req, "id"));
    *ret_ok = errors.n_items == 0 && v->id != 0;
    return NULL;
}

static struct err *post_person_reset(struct web_request *req)
{
    struct state_values v = {0};
    struct core_q_person_by_id_row person;
    bool found = false;
    bool ok;
    TRY(read_state(req, &v, &ok));
    if (!ok)
        return web_error(req, 422);
    TRY(person_of(req, v.id, &person, &found));
    if (!found)
        return web_error(req, 404);
    if (v.id == session_actor(req)->person_id) /* one's own is changed with the old one at hand */
        return web_redirect(req, page_href(req, "/staff/password"));
    struct person_values values = {.id = v.id, .login = person.login, .name = person.name, .language = person.language};
    return begin_once(req, &values);
}

static struct err *run_disable(struct action *x)
{
    const struct state_values *v = x->command;
    struct person_command c = {.id = v->id, .seen = v->seen.v};
    return person_disable(x, &c);
}

static struct err *run_enable(struct action *x)
{
    const struct state_values *v = x->command;
    struct person_command c = {.id = v->id, .seen = v->seen.v};
    return person_enable(x, &c);
}

static struct err *state_stored(struct web_request *req, struct action *x)
{
    const struct state_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_person(req, page_refusal_status(&x->verdict), v->id, page_refusal(req, "", &x->verdict));
    return admin_done(req, "admin.flash.saved", person_href(req, v->id));
}

static struct err *post_state(struct web_request *req, struct err *(*verb)(struct action *x))
{
    struct state_values v = {0};
    bool ok;
    TRY(read_state(req, &v, &ok));
    return ok ? admin_submit(req, &state_form, sizeof v, &v, verb, state_stored) : web_error(req, 422);
}

static struct err *post_person_disable(struct web_request *req)
{
    return post_state(req, run_disable);
}

static struct err *post_person_enable(struct web_request *req)
{
    return post_state(req, run_enable);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/people", MAY_CHANGE_PEOPLE, get_people),
    ADMIN_GET("/people/new", MAY_CHANGE_PEOPLE, get_person_new),
    ADMIN_POST("/people/new", MAY_CHANGE_PEOPLE, post_person_new),
    ADMIN_GET("/people/{id}", MAY_CHANGE_PEOPLE, get_person),
    ADMIN_GET("/people/{id}/edit", MAY_CHANGE_PEOPLE, get_person_edit),
    ADMIN_POST("/people/{id}/edit", MAY_CHANGE_PEOPLE, post_person_edit),
    ADMIN_GET("/people/{id}/reset", MAY_CHANGE_PEOPLE, get_person_reset),
    ADMIN_POST("/people/{id}/reset", MAY_CHANGE_PEOPLE, post_person_reset),
    ADMIN_GET("/people/{id}/disable", MAY_CHANGE_PEOPLE, get_person_disable),
    ADMIN_POST("/people/{id}/disable", MAY_CHANGE_PEOPLE, post_person_disable),
    ADMIN_POST("/people/{id}/enable", MAY_CHANGE_PEOPLE, post_person_enable),
};
const struct route_table core_routes_people = {routes, sizeof routes / sizeof routes[0]};

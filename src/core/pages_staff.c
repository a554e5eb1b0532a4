/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_staff.c - the own account: who I am here, offices, password, where I am signed in.
 *
 * Keeps: a new password ends every other session and gives this one a new cookie; a session is ended only by
 *        the person it belongs to (or by an administrator who resets the password).
 */
#include "core/pages.h"

#include <sodium.h>

#include "base/clock.h"
#include "core/directory.h"
#include "core/keys.h"
#include "core/password.h"
#include "core/people.h"
#include "core/pages_recovery.h"
#include "core/policy_rows.h"
#include "core/second_factor.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define SECRET_CHARS 1024
#define WORK_MEMORY (256 * ARENA_KIB)

/* ---- the account ---- */

static struct str office_name(struct web_request *req, const struct directory *d, int64_t office_id)
{
    struct str lang = lang_code(web_lang(req));
    const struct office *o = directory_office(d, office_id);
    const struct body *b = o ? directory_body(d, o->body_id) : NULL;
    if (!o)
        return t(web_lang(req), "staff.sessions.pending");
    return str_printf(web_arena(req), "%.*s, %.*s", STR_FMT(text3_for(&o->title, lang)),
                      STR_FMT(b ? text3_for(&b->name, lang) : S("")));
}

/* What the form of a session sends: a hash of the stored hash, so that pages never show what is stored. */
static struct str session_public_id(struct arena *a, struct str stored)
{
    struct hash h = HASH(S("session\n"), stored);
    return str_hex(a, h.b, 16);
}

static struct err *fill_sessions(struct web_request *req, const struct directory *d, struct core_view_staff *m)
{
    struct arena *a = web_arena(req);
    struct core_q_sessions_of_person_row *rows;
    size_t n;
    struct hash own;
    bool has_own = web_cookie_hash(req, &own);
    TRY(core_q_sessions_of_person(a, session_loop(req)->read, session_site(req)->realm,
                                  session_actor(req)->person_id, &rows, &n));
    struct core_session_item *items = ARENA_ARRAY(a, n, struct core_session_item);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].expires_at <= web_now(req))
            continue;
        struct core_session_item *s = &items[m->n_sessions++];
        s->office = office_name(req, d, rows[i].office_id.v);
        s->created_at = rows[i].created_at;
        s->seen_at = rows[i].seen_at;
        s->id = session_public_id(a, rows[i].hash);
        s->is_this = has_own && str_eq(rows[i].hash, hash_str(&own));
        m->has_others = m->has_others || !s->is_this;
    }
    m->sessions = items;
    return NULL;
}

/* What can be done about the own device, and the requests for the own account. */
static struct err *fill_factor(struct web_request *req, struct core_view_staff *m)
{
    struct second_factor f;
    int64_t id = session_actor(req)->person_id;
    TRY(second_factor_of(web_arena(req), session_loop(req)->read, session_site(req)->realm, id, &f));
    m->factor_href = page_href(req, "/staff/second-factor");
    m->factor_text = t(web_lang(req), f.is_enrolled ? "factor.change.title" : "factor.set.title");
    if (f.is_enrolled)
        m->codes_href = page_href(req, "/staff/recovery-codes");
    return recovery_rows_of(req, id, &m->recoveries, &m->n_recoveries, &m->recovery_columns, &m->n_recovery_columns);
}

static struct err *add_factor_rows(struct web_request *req, struct core_row *rows, size_t *n)
{
    const struct lang *l = web_lang(req);
    struct second_factor f;
    TRY(second_factor_of(web_arena(req), session_loop(req)->read, session_site(req)->realm,
                         session_actor(req)->person_id, &f));
    rows[(*n)++] = (struct core_row){.key = t(l, "factor.name"),
                                     .value = t(l, f.is_enrolled ? "factor.state.set" : "factor.state.none"),
                                     .tag_kind = f.is_enrolled ? S("green") : S("yellow")};
    if (f.is_enrolled)
        rows[(*n)++] = (struct core_row){.key = t(l, "factor.codes.left"),
                                         .value = str_printf(web_arena(req), "%zu", f.n_codes)};
    return NULL;
}

static void fill_languages(struct web_request *req, struct str chosen, struct core_view_staff *m)
{
    struct core_option *options = ARENA_ARRAY(web_arena(req), LANG_N, struct core_option);
    for (size_t i = 0; i < LANG_N; i++) {
        options[i].value = lang_code(lang_at(i));
        options[i].label = lang_name(lang_at(i));
        options[i].checked = str_eq(options[i].value, chosen);
    }
    m->languages = options;
    m->n_languages = LANG_N;
}

static struct err *get_staff(struct web_request *req)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    const struct actor *who = session_actor(req);
    struct core_view_staff m = {0};
    struct core_q_person_by_id_row person = {0};
    struct core_option *offices;
    const struct directory *d;
    bool found = false;
    struct html h;
    TRY(session_layout(req, t(l, "staff.account.title"), &m.layout));
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(core_q_person_by_id(a, session_loop(req)->read, session_site(req)->realm, who->person_id, &person, &found));
    TRY(office_options(req, who->person_id, who->office_id, &offices, &m.n_offices));
    m.offices = offices;
    if (m.n_offices < 2)
        m.n_offices = 0;
    TRY(fill_sessions(req, d, &m));
    TRY(fill_factor(req, &m));
    struct core_row *rows = ARENA_ARRAY(a, 5, struct core_row);
    rows[0] = (struct core_row){.key = t(l, "staff.account.name"), .value = person.name};
    rows[1] = (struct core_row){.key = t(l, "staff.login"), .value = person.login, .is_code = true};
    rows[2] = (struct core_row){.key = t(l, "staff.account.office"), .value = office_name(req, d, who->office_id)};
    m.rows = rows;
    m.n_rows = 3;
    TRY(add_factor_rows(req, rows, &m.n_rows));
    fill_languages(req, person.language, &m);
    m.home_href = page_href(req, "%.*s", STR_FMT(session_home(who)));
    m.home_text = t(l, "staff.account.home");
    m.password_href = page_href(req, "/staff/password");
    page_begin(req, &h);
    core_view_staff(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- the language of letters ---- */

struct language_form {
    struct str language;
};
static const char *const languages[] = {"kk", "ru", "en", NULL};
static const struct web_field language_fields[] = {
    {"language", FIELD_CHOICE, true, 0, 0, languages, NULL, offsetof(struct language_form, language)},
};
static const struct web_form language_form = WEB_FORM(language_fields);

static struct err *run_language(struct action *x)
{
    const struct language_form *f = x->command;
    return person_set_own_language(x, f->language);
}

static struct err *language_set(struct web_request *req, struct action *x)
{
    if (action_is_refused(x))
        return web_refuse(req, page_refusal_status(&x->verdict), &x->verdict);
    web_flash(req, "success", "staff.flash.language");
    return web_redirect(req, page_href(req, "/staff"));
}

static struct err *post_language(struct web_request *req)
{
    struct language_form f = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &language_form, &f, &errors));
    if (errors.n_items)
        return web_redirect(req, page_href(req, "/staff"));
    return admin_submit(req, &language_form, sizeof f, &f, run_language, language_set);
}

/* ---- ending sessions ---- */

struct end_form {
    struct str session;
};
static const struct web_field end_fields[] = {
    {"session", FIELD_LINE, true, 0, 64, NULL, NULL, offsetof(struct end_form, session)},
};
static const struct web_form end_form = WEB_FORM(end_fields);

struct end_command {
    struct str id; /* public id, or "others" */
    struct hash own;
};

static struct err *run_end(struct action *x)
{
    const struct end_command *c = x->command;
    struct core_q_sessions_of_person_row *rows;
    size_t n;
    TRY(admin_may(x, MAY_KEEP_OWN));
    TRY(core_q_sessions_of_person(x->a, db_tx_read(x->tx), x->site->realm, x->who.person_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool is_own = str_eq(rows[i].hash, hash_str(&c->own));
        bool is_meant = str_eq(c->id, S("others")) || str_eq(c->id, session_public_id(x->a, rows[i].hash));
        if (!is_own && is_meant)
            TRY(core_q_session_remove_of_person(x->a, x->tx, x->site->realm, rows[i].hash, x->who.person_id, NULL));
    }
    return NULL;
}

static struct err *ended(struct web_request *req, struct action *x)
{
    if (action_is_refused(x))
        return web_refuse(req, page_refusal_status(&x->verdict), &x->verdict);
    web_flash(req, "success", "staff.flash.session_ended");
    return web_redirect(req, page_href(req, "/staff"));
}

static struct err *post_sessions_end(struct web_request *req)
{
    struct end_form f = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &end_form, &f, &errors));
    if (errors.n_items)
        return web_error(req, 422);
    struct action *x = action_new(req);
    struct end_command *c = ARENA_NEW(x->a, struct end_command);
    c->id = str_dup(x->a, f.session);
    (void)web_cookie_hash(req, &c->own); /* staff have one */
    x->command = c;
    x->needs_space = false;
    return action_submit(req, x, run_end, ended);
}

/* ---- password ---- */

struct password_form {
    struct str current, password, username;
};
static const struct web_field password_fields[] = {
    {"current", FIELD_SECRET, true, 0, SECRET_CHARS, NULL, "staff.password.current",
     offsetof(struct password_form, current)},
    {"password", FIELD_SECRET, true, 0, SECRET_CHARS, NULL, "staff.password.new",
     offsetof(struct password_form, password)},
    {"username", FIELD_LINE, false, 0, 64, NULL, NULL, offsetof(struct password_form, username)},
};
static const struct web_form password_form = WEB_FORM(password_fields);

/* Verifying the old one and hashing the new one, in an arena of its own. */
struct change {
    struct arena *a;
    struct str login, stored, current, password;
    bool is_right;
    struct str new_hash;
};

static void wipe_change(void *arg)
{
    struct change *c = arg;
    sodium_memzero((void *)(uintptr_t)c->current.p, c->current.n);
    sodium_memzero((void *)(uintptr_t)c->password.p, c->password.n);
    arena_free(c->a);
}

static struct err *draw_password(struct web_request *req, int status, struct str login,
                                 const struct core_errors *errors)
{
    struct core_view_staff_password m = {.login = login};
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "staff.password.title"), &m.layout));
    m.layout.errors = errors;
    m.layout.back_href = page_href(req, "/staff");
    m.layout.width = CORE_WIDTH_READING;
    page_begin(req, &h);
    core_view_staff_password(&h, &m);
    return page_end(req, status, &h);
}

static void work_change(void *user)
{
    struct change *c = user;
    bool must_rehash;
    c->is_right = password_is(c->stored, c->current, &must_rehash);
    if (c->is_right && password_hash(c->a, c->password, &c->new_hash) != NULL)
        c->new_hash = (struct str){0};
}

struct change_command {
    struct person_command person;
    struct hash cookie;
    struct str login;
    struct str verified; /* the stored hash that the old password was verified against */
    struct session_factor factor; /* of the session that goes on */
};

static struct verdict wrong_password(void)
{
    return verdict_no("PASSWORD_WRONG", "verdict.password.wrong", NULL, (struct str){0});
}

static struct err *run_change(struct action *x)
{
    struct change_command *c = x->command;
    struct core_q_person_by_id_row row;
    bool found = false;
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->person.id, &row, &found));
    if (!found || !str_eq_secret(row.password, c->verified))
        return action_refuse(x, wrong_password()); /* it was reset meanwhile */
    TRY(person_set_password(x, &c->person));
    TRY(session_note_factor(x, c->cookie, x->who.person_id, c->factor));
    return session_open_staff(x, c->cookie, x->who.person_id, x->who.office_id);
}

static struct err *changed(struct web_request *req, struct action *x)
{
    const struct change_command *c = x->command;
    if (action_is_refused(x))
        return draw_password(req, page_refusal_status(&x->verdict), c->login, page_refusal(req, "", &x->verdict));
    web_flash(req, "success", "staff.flash.password");
    return web_redirect(req, page_href(req, "/staff"));
}

static struct hash attempts_key(struct web_request *req)
{
    struct str id = str_printf(web_arena(req), "%lld", (long long)session_actor(req)->person_id);
    return HMAC(session_site(req)->keys->pepper, S("password\n"), id);
}

static struct err *worked(struct web_request *req, void *user)
{
    struct change *c = user;
    if (!c->is_right) {
        struct verdict v = wrong_password();
        return draw_password(req, 422, c->login, page_refusal(req, "current", &v));
    }
    if (!c->new_hash.p)
        return web_error(req, 503);
    struct hash key = attempts_key(req);
    attempts_forget(&session_site(req)->attempts, &key);
    struct action *x = action_new(req);
    struct change_command *command = ARENA_NEW(x->a, struct change_command);
    command->person = (struct person_command){
        .id = x->who.person_id,
        .seen = SEEN_ANY,
        .password_hash = str_dup(x->a, c->new_hash),
    };
    command->cookie = web_cookie_renew(req);
    command->factor = session_factor_of(req);
    command->login = str_dup(x->a, c->login);
    command->verified = str_dup(x->a, c->stored);
    x->command = command;
    x->needs_space = false;
    return action_submit(req, x, run_change, changed);
}

static struct err *load_self(struct web_request *req, struct arena *a, struct core_q_person_by_id_row *ret_row)
{
    bool found = false;
    int64_t id = session_actor(req)->person_id;
    TRY(core_q_person_by_id(a, session_loop(req)->read, session_site(req)->realm, id, ret_row, &found));
    return found ? NULL : ERR(a, ERR_NOT_FOUND, "person %lld is not there", (long long)id);
}

static struct err *get_password(struct web_request *req)
{
    struct core_q_person_by_id_row person;
    TRY(load_self(req, web_arena(req), &person));
    return draw_password(req, 200, person.login, NULL);
}

static struct err *post_password(struct web_request *req)
{
    struct password_form f = {0};
    struct web_errors errors = {0};
    struct core_q_person_by_id_row person;
    TRY(web_form_read(req, &password_form, &f, &errors));
    TRY(load_self(req, web_arena(req), &person));
    if (errors.n_items)
        return draw_password(req, 422, person.login, page_errors(req, &errors));
    struct verdict v = password_check(web_arena(req), f.password, person.login, person.name);
    if (!v.allowed)
        return draw_password(req, 422, person.login, page_refusal(req, "password", &v));
    struct hash key = attempts_key(req);
    int64_t seconds = attempts_take(&session_site(req)->attempts, &key, web_now(req));
    if (seconds > 0) {
        v = verdict_no("SIGN_IN_WAIT", "verdict.sign_in.wait", NULL, (struct str){0});
        verdict_fact(&v, "seconds", str_printf(web_arena(req), "%lld", (long long)seconds));
        return draw_password(req, 429, person.login, page_refusal(req, "current", &v));
    }
    struct arena *a = arena_new("password", WORK_MEMORY);
    struct change *c = ARENA_NEW(a, struct change);
    *c = (struct change){
        .a = a,
        .login = str_dup(a, person.login),
        .stored = str_dup(a, person.password),
        .current = str_dup(a, f.current),
        .password = str_dup(a, f.password),
    };
    arena_defer(web_arena(req), wipe_change, c);
    return web_offload(req, work_change, worked, c) ? NULL : web_error(req, 503);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/staff", MAY_KEEP_OWN, WEB_CSRF_READ, WEB_BODY_NONE, get_staff},
    {WEB_POST, "/{lang}/staff/language", MAY_KEEP_OWN, WEB_CSRF_FORM, WEB_BODY_FORM, post_language},
    {WEB_POST, "/{lang}/staff/sessions/end", MAY_KEEP_OWN, WEB_CSRF_FORM, WEB_BODY_FORM, post_sessions_end},
    {WEB_GET, "/{lang}/staff/password", MAY_KEEP_OWN, WEB_CSRF_READ, WEB_BODY_NONE, get_password},
    {WEB_POST, "/{lang}/staff/password", MAY_KEEP_OWN, WEB_CSRF_FORM, WEB_BODY_FORM, post_password},
};
const struct route_table core_routes_staff = {routes, sizeof routes / sizeof routes[0]};

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_sign_in.c - staff sign in: password, new password when needed, office when there are several. Codes and devices
 * are pages_second_factor.c.
 *
 * Keeps: an unknown login and a wrong password are answered by the same words after the same work; a password
 *        is hashed on the slow pool only; what came from the form is copied out of the request before another
 *        thread sees it, and wiped afterwards.
 * Source: experience.md section 8; trust.md section 7.
 */
#include "core/pages_sign_in.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/fold.h"
#include "core/config.h"
#include "core/directory.h"
#include "core/keys.h"
#include "core/pages.h"
#include "core/password.h"
#include "core/policy_rows.h"
#include "core/recovery.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define SECRET_CHARS 1024
#define TO_BYTES 512 /* of an address to come back to */
#define WORK_MEMORY (256 * ARENA_KIB)

/* ---- forms ---- */

struct sign_in_form {
    struct str login, password, to;
};
static const struct web_field sign_in_fields[] = {
    {"login", FIELD_LINE, true, 0, 64, NULL, "staff.login", offsetof(struct sign_in_form, login)},
    {"password", FIELD_SECRET, true, 0, SECRET_CHARS, NULL, "staff.password", offsetof(struct sign_in_form, password)},
    {"to", FIELD_LINE, false, 0, 2048, NULL, NULL, offsetof(struct sign_in_form, to)},
};
static const struct web_form sign_in_form = WEB_FORM(sign_in_fields);

struct renew_form {
    struct str password, to, username;
};
static const struct web_field renew_fields[] = {
    {"password", FIELD_SECRET, true, 0, SECRET_CHARS, NULL, "staff.password.new", offsetof(struct renew_form, password)},
    {"to", FIELD_LINE, false, 0, 2048, NULL, NULL, offsetof(struct renew_form, to)},
    {"username", FIELD_LINE, false, 0, 64, NULL, NULL, offsetof(struct renew_form, username)},
};
static const struct web_form renew_form = WEB_FORM(renew_fields);

struct office_form {
    struct str office, to;
};
static const struct web_field office_fields[] = {
    {"office", FIELD_CHOICE, true, 0, 0, NULL, "staff.office.legend", offsetof(struct office_form, office)},
    {"to", FIELD_LINE, false, 0, 2048, NULL, NULL, offsetof(struct office_form, to)},
};
static const struct web_form office_form = WEB_FORM(office_fields);

/* ---- where to go ---- */

struct str sign_in_own_address(struct str to)
{
    bool is_page = str_starts(to, S("/kk/")) || str_starts(to, S("/ru/")) || str_starts(to, S("/en/"));
    bool is_clean = to.n <= TO_BYTES && str_is_utf8(to) && !has_control(to) && str_find(to, '\\') == SIZE_MAX;
    return is_page && is_clean && str_find_str(to, S("/staff/sign-in")) == SIZE_MAX ? to : (struct str){0};
}

struct str sign_in_href(struct web_request *req, struct str to)
{
    if (!to.p)
        return page_href(req, "/staff/sign-in");
    return page_href(req, "/staff/sign-in?to=%.*s", STR_FMT(page_url_part(web_arena(req), to)));
}

/* ---- the pages of the steps ---- */

static struct err *draw_password(struct web_request *req, int status, struct str login, struct str to,
                                 const struct core_errors *errors)
{
    struct core_view_sign_in m = {.to = to, .login = login};
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "staff.sign_in.title"), &m.layout));
    m.layout.errors = errors;
    m.layout.is_private = true;
    page_begin(req, &h);
    core_view_sign_in(&h, &m);
    return page_end(req, status, &h);
}

static struct err *draw_renew(struct web_request *req, int status, struct str login, struct str to,
                              const struct core_errors *errors)
{
    struct core_view_sign_in_renew m = {.to = to, .login = login};
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "staff.renew.title"), &m.layout));
    m.layout.errors = errors;
    m.layout.is_private = true;
    page_begin(req, &h);
    core_view_sign_in_renew(&h, &m);
    return page_end(req, status, &h);
}

struct err *office_options(struct web_request *req, int64_t person_id, int64_t checked,
                           struct core_option **ret_options, size_t *ret_n)
{
    struct arena *a = web_arena(req);
    struct site *site = session_site(req);
    struct str lang = lang_code(web_lang(req));
    struct str today = day_text(a, site_today(site, web_now(req)));
    const struct directory *d;
    struct held_office *offices;
    size_t n;
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(sign_in_offices(a, session_loop(req)->read, site, person_id, today, &offices, &n));
    struct core_option *options = ARENA_ARRAY(a, n, struct core_option);
    for (size_t i = 0; i < n; i++) {
        const struct body *body = directory_body(d, offices[i].body_id);
        options[i].value = str_printf(a, "%lld", (long long)offices[i].office_id);
        options[i].label = text3_for(&offices[i].title, lang);
        options[i].hint = body ? text3_for(&body->name, lang) : (struct str){0};
        options[i].checked = offices[i].office_id == checked;
    }
    *ret_options = options;
    *ret_n = n;
    return NULL;
}

static struct err *draw_office(struct web_request *req, int status, int64_t person_id, struct str to,
                               const struct core_errors *errors)
{
    struct core_view_sign_in_office m = {.to = to};
    struct core_option *options;
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "staff.office.title"), &m.layout));
    TRY(office_options(req, person_id, 0, &options, &m.n_offices));
    m.offices = options;
    m.layout.errors = errors;
    m.layout.is_private = true;
    page_begin(req, &h);
    core_view_sign_in_office(&h, &m);
    return page_end(req, status, &h);
}

static struct err *load_pending(struct web_request *req, struct core_q_person_by_id_row *ret_row,
                                enum sign_in_step *ret_step, bool *ret_found)
{
    *ret_found = false;
    int64_t id = session_pending_person(req);
    if (id == 0)
        return NULL;
    TRY(core_q_person_by_id(web_arena(req), session_loop(req)->read, session_site(req)->realm, id, ret_row,
                            ret_found));
    return sign_in_next_of(web_arena(req), session_loop(req)->read, session_site(req), id, session_factor_of(req),
                           web_now(req), ret_step);
}

struct err *sign_in_pending(struct web_request *req, enum sign_in_step step, struct core_q_person_by_id_row *ret_person,
                            bool *ret_is)
{
    enum sign_in_step next = SIGN_IN_NO_OFFICE;
    TRY(load_pending(req, ret_person, &next, ret_is));
    *ret_is = *ret_is && next == step;
    return NULL;
}

static struct err *get_sign_in(struct web_request *req)
{
    struct str to = sign_in_own_address(web_query(req, "to"));
    const struct actor *who = session_actor(req);
    if (who->kind == ACTOR_STAFF)
        return web_redirect(req, to.p ? to : page_href(req, "%.*s", STR_FMT(session_home(who))));
    struct core_q_person_by_id_row person;
    enum sign_in_step step;
    bool is_pending;
    TRY(load_pending(req, &person, &step, &is_pending));
    if (!is_pending)
        return draw_password(req, 200, (struct str){0}, to, NULL);
    switch (step) {
    case SIGN_IN_CODE:
        return sign_in_draw_code(req, 200, str_eq(web_query(req, "with"), S("paper")), to, NULL);
    case SIGN_IN_RENEW:
        return draw_renew(req, 200, person.login, to, NULL);
    case SIGN_IN_ENROL:
        return sign_in_draw_enrol(req, 200, &person, (struct str){0}, to, NULL);
    case SIGN_IN_OFFICE:
    case SIGN_IN_DONE: /* lost all offices but one since: that one is to be chosen */
        return draw_office(req, 200, person.id, to, NULL);
    case SIGN_IN_NO_OFFICE:
        break;
    }
    return draw_password(req, 200, (struct str){0}, to, NULL);
}

/* ---- after any step ---- */

struct sign_in_command sign_in_command_for(struct web_request *req, int64_t person_id)
{
    struct sign_in_command c = {.person_id = person_id, .at = web_now(req)};
    c.has_old_cookie = web_cookie_hash(req, &c.old_cookie);
    c.cookie = web_cookie_prepare(req);
    return c;
}

struct action *sign_in_action(struct web_request *req, const struct sign_in_page *step)
{
    struct action *x = action_new(req);
    struct sign_in_page *copy = ARENA_NEW(x->a, struct sign_in_page);
    *copy = *step;
    copy->login = str_dup(x->a, step->login);
    copy->to = str_dup(x->a, step->to);
    copy->offer = str_dup(x->a, step->offer);
    copy->command.verified = str_dup(x->a, step->command.verified);
    copy->command.handed_code = str_dup(x->a, step->command.handed_code);
    copy->command.new_hash = str_dup(x->a, step->command.new_hash);
    copy->command.code = str_dup(x->a, step->command.code);
    x->command = copy;
    x->needs_space = false; /* staff must get in when the disk is short */
    return x;
}

struct err *sign_in_onward(struct web_request *req, const struct sign_in_page *step, struct str *ret_href)
{
    *ret_href = sign_in_href(req, step->to);
    if (step->command.office_id == 0)
        return NULL; /* still pending: the next step says what is missing */
    *ret_href = str_dup(web_arena(req), step->to);
    if (step->to.p)
        return NULL;
    const struct directory *d;
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    const struct office *office = directory_office(d, step->command.office_id);
    struct actor who = {.kind = ACTOR_STAFF, .role = office ? office->role : ROLE_VISITOR};
    *ret_href = page_href(req, "%.*s", STR_FMT(session_home(&who)));
    return NULL;
}

struct err *sign_in_step_done(struct web_request *req, struct action *x)
{
    struct sign_in_page *step = x->command;
    struct str href;
    TRY(sign_in_onward(req, step, &href));
    web_cookie_take_up(req);
    if (step->command.ended_recovery)
        web_flash(req, "warning", "recovery.flash.ended_by_sign_in");
    return web_redirect(req, href);
}

struct err *sign_in_again(struct web_request *req, struct action *x)
{
    struct sign_in_page *step = x->command;
    return draw_password(req, page_refusal_status(&x->verdict), step->login, step->to,
                         page_refusal(req, "login", &x->verdict));
}

/* ---- password ---- */

/* One verification, in an arena of its own; the pool reads and writes it. */
struct check {
    struct arena *a;
    struct sign_in_page step;
    struct str password; /* wiped when it is freed */
    struct str stored;   /* absent: nobody has this login */
    bool is_right;
    struct str rehash;   /* absent: not needed, or it failed and may wait */
};

static void wipe_password(void *arg)
{
    struct check *c = arg;
    sodium_memzero((void *)(uintptr_t)c->password.p, c->password.n);
    arena_free(c->a);
}

static struct check *check_new(struct web_request *req, struct str password)
{
    struct arena *a = arena_new("password", WORK_MEMORY);
    struct check *c = ARENA_NEW(a, struct check);
    c->a = a;
    c->password = str_dup(a, password.p ? password : S(""));
    arena_defer(web_arena(req), wipe_password, c);
    return c;
}

/* A code that two persons handed over is typed in place of the password: whoever has no password any more need not find
 * another page. It is looked up whether or not there is such a login, and the hash is made in any case. */
static struct err *find_handed_code(struct web_request *req, struct check *c, int64_t person_id)
{
    char code[RECOVERY_HANDED_CHARS + 1] = {0};
    bool has_shape = crockford_clean(c->password, RECOVERY_HANDED_CHARS, code);
    struct str typed = str_dup(c->a, str_c(code));
    sodium_memzero(code, sizeof code);
    int64_t id;
    TRY(recovery_of_code(c->a, session_loop(req)->read, session_site(req), person_id, typed, web_now(req), &id));
    if (has_shape && person_id != 0 && id != 0)
        c->step.command.handed_code = typed;
    return NULL;
}

static void verify(void *user)
{
    struct check *c = user;
    bool must_rehash;
    c->is_right = password_is(c->stored, c->password, &must_rehash);
    if (c->is_right)
        c->step.command.handed_code = (struct str){0};
    c->is_right = c->is_right || c->step.command.handed_code.p;
    if (must_rehash && password_hash(c->a, c->password, &c->rehash) != NULL)
        c->rehash = (struct str){0};
}

static struct err *wrong(struct web_request *req, const struct sign_in_page *step)
{
    struct verdict v = verdict_no("SIGN_IN_WRONG", "verdict.sign_in.wrong", NULL, (struct str){0});
    return draw_password(req, 422, step->login, step->to, page_refusal(req, "login", &v));
}

static struct hash attempts_key(struct web_request *req, struct str login)
{
    return HMAC(session_site(req)->keys->pepper, S("sign-in\n"), login);
}

static struct err *run_open(struct action *x)
{
    struct sign_in_page *step = x->command;
    return sign_in_open(x, &step->command);
}

static struct err *opened(struct web_request *req, struct action *x)
{
    return action_is_refused(x) ? sign_in_again(req, x) : sign_in_step_done(req, x);
}

static struct err *verified(struct web_request *req, void *user)
{
    struct check *c = user;
    if (!c->is_right)
        return wrong(req, &c->step);
    struct hash key = attempts_key(req, c->step.login);
    attempts_forget(&session_site(req)->attempts, &key);
    web_limit_give_back(req, "sign-in");
    struct str handed_code = c->step.command.handed_code;
    c->step.command = sign_in_command_for(req, c->step.command.person_id);
    c->step.command.handed_code = handed_code;
    c->step.command.verified = c->stored;
    c->step.command.new_hash = c->rehash;
    return action_submit(req, sign_in_action(req, &c->step), run_open, opened);
}

/* Too many tries at this login: say how long to wait, whether or not there is such a login. */
static struct err *must_wait(struct web_request *req, const struct sign_in_form *f, int64_t seconds)
{
    struct verdict v = verdict_no("SIGN_IN_WAIT", "verdict.sign_in.wait", NULL, (struct str){0});
    verdict_fact(&v, "seconds", str_printf(web_arena(req), "%lld", (long long)seconds));
    web_header(req, "Retry-After", str_printf(web_arena(req), "%lld", (long long)seconds));
    return draw_password(req, 429, f->login, f->to, page_refusal(req, "login", &v));
}

/* Look the login up and verify on the pool. */
static struct err *begin_check(struct web_request *req, const struct sign_in_form *f, struct str login)
{
    struct core_q_person_by_login_row person;
    bool found = false;
    struct check *c = check_new(req, f->password);
    TRY(core_q_person_by_login(c->a, session_loop(req)->read, session_site(req)->realm, login, &person, &found));
    c->step.login = str_dup(c->a, login);
    c->step.to = str_dup(c->a, f->to);
    if (found && !person.disabled_at.has) {
        c->stored = person.password;
        c->step.command.person_id = person.id;
    }
    TRY(find_handed_code(req, c, c->step.command.person_id));
    return web_offload(req, verify, verified, c) ? NULL : web_error(req, 503);
}

static struct err *post_sign_in(struct web_request *req)
{
    struct sign_in_form f = {0};
    struct web_errors errors = {0};
    struct site *site = session_site(req);
    if (!web_limit(req, "sign-in", site->config->logins_per_hour))
        return web_error(req, 429);
    TRY(web_form_read(req, &sign_in_form, &f, &errors));
    f.to = sign_in_own_address(f.to);
    if (errors.n_items)
        return draw_password(req, 422, f.login, f.to, page_errors(req, &errors));
    struct str login = fold(web_arena(req), f.login);
    struct hash key = attempts_key(req, login);
    int64_t seconds = attempts_take(&site->attempts, &key, web_now(req));
    if (seconds > 0)
        return must_wait(req, &f, seconds);
    return begin_check(req, &f, login);
}

/* ---- a password of one's own ---- */

static void hash_new(void *user)
{
    struct check *c = user;
    if (password_hash(c->a, c->password, &c->rehash) != NULL)
        c->rehash = (struct str){0};
}

static struct err *run_renew(struct action *x)
{
    struct sign_in_page *step = x->command;
    return sign_in_renew(x, &step->command);
}

static struct err *hashed(struct web_request *req, void *user)
{
    struct check *c = user;
    if (!c->rehash.p)
        return web_error(req, 503);
    c->step.command = sign_in_command_for(req, c->step.command.person_id);
    c->step.command.new_hash = c->rehash;
    return action_submit(req, sign_in_action(req, &c->step), run_renew, opened);
}

static struct err *post_sign_in_renew(struct web_request *req)
{
    struct renew_form f = {0};
    struct web_errors errors = {0};
    struct core_q_person_by_id_row person;
    bool is_pending;
    TRY(web_form_read(req, &renew_form, &f, &errors));
    f.to = sign_in_own_address(f.to);
    TRY(sign_in_pending(req, SIGN_IN_RENEW, &person, &is_pending));
    if (!is_pending)
        return web_redirect(req, sign_in_href(req, f.to));
    if (errors.n_items)
        return draw_renew(req, 422, person.login, f.to, page_errors(req, &errors));
    struct verdict v = password_check(web_arena(req), f.password, person.login, person.name);
    if (!v.allowed)
        return draw_renew(req, 422, person.login, f.to, page_refusal(req, "password", &v));
    struct check *c = check_new(req, f.password);
    c->step.login = str_dup(c->a, person.login);
    c->step.to = str_dup(c->a, f.to);
    c->step.command.person_id = person.id;
    return web_offload(req, hash_new, hashed, c) ? NULL : web_error(req, 503);
}

/* ---- office ---- */

static struct err *run_choose(struct action *x)
{
    struct sign_in_page *step = x->command;
    return sign_in_choose(x, &step->command);
}

static struct err *choose(struct web_request *req, int64_t person_id, int64_t office_id, struct str to)
{
    struct sign_in_page step = {.command = sign_in_command_for(req, person_id), .login = S(""), .to = to};
    step.command.office_id = office_id;
    return action_submit(req, sign_in_action(req, &step), run_choose, opened);
}

static struct err *post_sign_in_office(struct web_request *req)
{
    struct office_form f = {0};
    struct web_errors errors = {0};
    int64_t person_id = session_pending_person(req);
    TRY(web_form_read(req, &office_form, &f, &errors));
    f.to = sign_in_own_address(f.to);
    if (person_id == 0)
        return web_redirect(req, sign_in_href(req, f.to));
    int64_t office_id = page_id(f.office);
    if (errors.n_items == 0 && office_id == 0)
        web_errors_add(web_arena(req), &errors, S("office"), t(web_lang(req), "staff.office.choose"));
    if (errors.n_items)
        return draw_office(req, 422, person_id, f.to, page_errors(req, &errors));
    return choose(req, person_id, office_id, f.to);
}

static struct err *post_staff_office(struct web_request *req)
{
    struct office_form f = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &office_form, &f, &errors));
    int64_t office_id = page_id(f.office);
    if (errors.n_items || office_id == 0)
        return web_redirect(req, page_href(req, "/staff"));
    return choose(req, session_actor(req)->person_id, office_id, (struct str){0});
}

/* ---- out ---- */

static struct err *run_out(struct action *x)
{
    const struct hash *cookie = x->command;
    return session_end(x, *cookie);
}

static struct err *out(struct web_request *req, struct action *x)
{
    (void)x;
    web_cookie_clear(req);
    web_flash(req, "success", "staff.flash.signed_out");
    return web_redirect(req, page_href(req, "/staff/sign-in"));
}

static struct err *post_sign_out(struct web_request *req)
{
    struct hash cookie;
    if (!web_cookie_hash(req, &cookie))
        return web_redirect(req, page_href(req, "/staff/sign-in"));
    struct action *x = action_new(req);
    struct hash *copy = ARENA_NEW(x->a, struct hash);
    *copy = cookie;
    x->command = copy;
    x->needs_space = false;
    return action_submit(req, x, run_out, out);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/staff/sign-in", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_sign_in},
    {WEB_POST, "/{lang}/staff/sign-in", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_sign_in},
    {WEB_POST, "/{lang}/staff/sign-in/password", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_sign_in_renew},
    {WEB_POST, "/{lang}/staff/sign-in/office", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_sign_in_office},
    {WEB_POST, "/{lang}/staff/office", MAY_KEEP_OWN, WEB_CSRF_FORM, WEB_BODY_FORM, post_staff_office},
    {WEB_POST, "/{lang}/staff/sign-out", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_sign_out},
};
const struct route_table core_routes_sign_in = {routes, sizeof routes / sizeof routes[0]};

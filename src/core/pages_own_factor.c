/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_own_factor.c - the own account: another device, new recovery codes.
 *
 * Keeps: nothing here changes without a code of the present device or of paper, or, when there is no device yet, the
 *        password; whatever changes ends every session, and this browser goes on with a new one.
 * Source: experience.md section 8.
 */
#include "core/pages_sign_in.h"

#include <sodium.h>

#include "core/pages.h"
#include "core/password.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "core/views_admin.h"
#include "gen/core_views.h"

#define SECRET_CHARS 1024
#define WORK_MEMORY (256 * ARENA_KIB)

/* ---- the own account: a device ---- */

struct device_form {
    struct str current, code, offer, username;
};
static const struct web_field device_fields[] = {
    {"current", FIELD_SECRET, true, 0, SECRET_CHARS, NULL, "factor.current", offsetof(struct device_form, current)},
    {"code", FIELD_SECRET, true, 0, CODE_CHARS_MAX, NULL, "factor.enrol.code", offsetof(struct device_form, code)},
    {"offer", FIELD_LINE, true, 0, OFFER_CHARS, NULL, NULL, offsetof(struct device_form, offer)},
    {"username", FIELD_LINE, false, 0, 64, NULL, NULL, offsetof(struct device_form, username)},
};
static const struct web_form device_form = WEB_FORM(device_fields);

/* Who asks, and what they have. */
struct self {
    struct core_q_person_by_id_row person;
    struct second_factor factor;
};

static struct err *load_self(struct web_request *req, struct self *ret)
{
    struct arena *a = web_arena(req);
    struct db_read *r = session_loop(req)->read;
    int64_t id = session_actor(req)->person_id;
    bool found = false;
    TRY(core_q_person_by_id(a, r, session_site(req)->realm, id, &ret->person, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "person %lld is not there", (long long)id);
    return second_factor_of(a, r, session_site(req)->realm, id, &ret->factor);
}

static struct err *draw_device(struct web_request *req, int status, struct str offer, const struct core_errors *errors)
{
    struct core_view_staff_factor m = {0};
    struct factor_device device;
    struct self self;
    struct html h;
    TRY(load_self(req, &self));
    m.is_enrolled = self.factor.is_enrolled;
    m.login = self.person.login;
    TRY(session_layout(req, t(web_lang(req), m.is_enrolled ? "factor.change.title" : "factor.set.title"), &m.layout));
    TRY(factor_show_device(req, self.person.id, m.login, offer, m.layout.institution, &device));
    m.qr = device.qr;
    m.secret = device.secret;
    m.offer = device.offer;
    m.layout.errors = errors;
    m.layout.back_href = page_href(req, "/staff");
    m.layout.width = CORE_WIDTH_READING;
    page_begin(req, &h);
    core_view_staff_factor(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_device(struct web_request *req)
{
    return draw_device(req, 200, (struct str){0}, NULL);
}

/* A change of one's own device or codes. What the pool reads and writes is in an arena of its own. */
struct own_change {
    struct arena *a;
    struct sign_in_page page;        /* command, login and offer; `to` is not used */
    struct str current;              /* a code of the present device, or the password; wiped when it is freed */
    bool is_password;                /* nobody enrolled a device yet */
    bool is_right;                   /* the password */
};

static void wipe_change(void *arg)
{
    struct own_change *c = arg;
    sodium_memzero((void *)(uintptr_t)c->current.p, c->current.n);
    arena_free(c->a);
}

struct own_command {
    struct sign_in_command sign_in;
    struct str current, login, offer;
    bool is_password;
};

/* What must hold before anything of one's own second factor changes: a code of it, or the password when there is
 * none. */
static struct err *prove(struct action *x, const struct own_command *c)
{
    struct second_factor f;
    struct core_q_person_by_id_row person;
    bool found = false;
    bool is_paper;
    TRY(admin_may(x, MAY_KEEP_OWN));
    TRY(second_factor_of(x->a, db_tx_read(x->tx), x->site->realm, x->who.person_id, &f));
    if (f.is_enrolled)
        return second_factor_take(x, x->who.person_id, c->current, c->sign_in.at, &is_paper);
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, x->who.person_id, &person, &found));
    if (c->is_password && found && str_eq_secret(person.password, c->sign_in.verified))
        return NULL;
    return action_refuse(x, verdict_no("PASSWORD_WRONG", "verdict.password.wrong", NULL, (struct str){0}));
}

/* Every session has ended; this browser goes on with a new one, opened with a code just now. */
static struct err *go_on(struct action *x, const struct own_command *c)
{
    TRY(session_note_factor(x, c->sign_in.cookie, x->who.person_id, (struct session_factor){.code_at = x->now}));
    return session_open_staff(x, c->sign_in.cookie, x->who.person_id, x->who.office_id);
}

static struct err *run_device(struct action *x)
{
    struct own_command *c = x->command;
    TRY(prove(x, c));
    TRY(second_factor_set(x, x->who.person_id, c->sign_in.secret, c->sign_in.code, c->sign_in.at,
                          &c->sign_in.codes));
    return go_on(x, c);
}

static struct err *device_set(struct web_request *req, struct action *x)
{
    struct own_command *c = x->command;
    if (action_is_refused(x)) {
        bool is_new = str_eq(str_c(x->verdict.code), S("FACTOR_CONFIRM"));
        return draw_device(req, page_refusal_status(&x->verdict), c->offer,
                           page_refusal(req, is_new ? "code" : "current", &x->verdict));
    }
    factor_was_right(req, x->who.person_id);
    web_cookie_take_up(req);
    return factor_draw_codes(req, c->login, c->sign_in.codes, page_href(req, "/staff"));
}

static struct err *submit_own(struct web_request *req, const struct own_change *c,
                              struct err *(*verb)(struct action *x),
                              struct err *(*answer)(struct web_request *req, struct action *x))
{
    struct action *x = action_new(req);
    struct own_command *command = ARENA_NEW(x->a, struct own_command);
    command->sign_in = c->page.command;
    command->sign_in.verified = str_dup(x->a, c->page.command.verified);
    command->sign_in.code = str_dup(x->a, c->page.command.code);
    command->current = str_dup(x->a, c->current);
    command->login = str_dup(x->a, c->page.login);
    command->offer = str_dup(x->a, c->page.offer);
    command->is_password = c->is_password;
    x->command = command;
    x->needs_space = false;
    return action_submit(req, x, verb, answer);
}

static void verify_own(void *user)
{
    struct own_change *c = user;
    bool must_rehash;
    c->is_right = password_is(c->page.command.verified, c->current, &must_rehash);
}

static struct err *own_verified(struct web_request *req, void *user)
{
    struct own_change *c = user;
    struct verdict v = verdict_no("PASSWORD_WRONG", "verdict.password.wrong", NULL, (struct str){0});
    return c->is_right ? submit_own(req, c, run_device, device_set)
                       : draw_device(req, 422, c->page.offer, page_refusal(req, "current", &v));
}

static struct own_change *change_new(struct web_request *req, const struct self *self, struct str current)
{
    struct arena *a = arena_new("second factor", WORK_MEMORY);
    struct own_change *c = ARENA_NEW(a, struct own_change);
    c->a = a;
    c->current = str_dup(a, current);
    c->is_password = !self->factor.is_enrolled;
    c->page.login = str_dup(a, self->person.login);
    c->page.command = sign_in_command_for(req, self->person.id);
    c->page.command.verified = str_dup(a, self->person.password);
    arena_defer(web_arena(req), wipe_change, c);
    return c;
}

static struct err *post_device(struct web_request *req)
{
    struct device_form f = {0};
    struct web_errors errors = {0};
    struct verdict wait;
    struct hash cookie;
    struct self self;
    TRY(web_form_read(req, &device_form, &f, &errors));
    TRY(load_self(req, &self));
    if (!factor_address_may_try(req))
        return web_error(req, 429);
    if (errors.n_items)
        return draw_device(req, 422, f.offer, page_errors(req, &errors));
    if (!factor_may_try(req, self.person.id, &wait))
        return draw_device(req, 429, f.offer, page_refusal(req, "current", &wait));
    struct own_change *c = change_new(req, &self, f.current);
    c->page.offer = str_dup(c->a, f.offer);
    c->page.command.code = str_dup(c->a, f.code);
    if (!web_cookie_hash(req, &cookie) ||
        !second_factor_offer_open(web_arena(req), session_site(req), f.offer, self.person.id, &cookie, web_now(req),
                                  c->page.command.secret))
        return draw_device(req, 422, (struct str){0}, factor_old_offer(req));
    if (!c->is_password)
        return submit_own(req, c, run_device, device_set);
    return web_offload(req, verify_own, own_verified, c) ? NULL : web_error(req, 503);
}

/* ---- the own account: recovery codes ---- */

struct renew_form {
    struct str current;
};
static const struct web_field renew_fields[] = {
    {"current", FIELD_SECRET, true, 0, CODE_CHARS_MAX, NULL, "factor.current", offsetof(struct renew_form, current)},
};
static const struct web_form renew_form = WEB_FORM(renew_fields);

static struct err *draw_renew(struct web_request *req, int status, const struct core_errors *errors)
{
    struct core_view_staff_codes m = {0};
    struct self self;
    struct html h;
    TRY(load_self(req, &self));
    if (!self.factor.is_enrolled) /* codes come with a device */
        return web_redirect(req, page_href(req, "/staff/second-factor"));
    TRY(session_layout(req, t(web_lang(req), "factor.codes.title"), &m.layout));
    m.left = str_printf(web_arena(req), "%zu", self.factor.n_codes);
    m.layout.errors = errors;
    m.layout.back_href = page_href(req, "/staff");
    m.layout.width = CORE_WIDTH_READING;
    page_begin(req, &h);
    core_view_staff_codes(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_codes(struct web_request *req)
{
    return draw_renew(req, 200, NULL);
}

static struct err *run_renew(struct action *x)
{
    struct own_command *c = x->command;
    bool is_paper;
    TRY(admin_may(x, MAY_KEEP_OWN));
    TRY(second_factor_take(x, x->who.person_id, c->current, c->sign_in.at, &is_paper));
    TRY(second_factor_renew_codes(x, x->who.person_id, &c->sign_in.codes));
    TRY(session_end_of_person(x, x->who.person_id));
    return go_on(x, c);
}

static struct err *renewed(struct web_request *req, struct action *x)
{
    struct own_command *c = x->command;
    if (action_is_refused(x))
        return draw_renew(req, page_refusal_status(&x->verdict), page_refusal(req, "current", &x->verdict));
    factor_was_right(req, x->who.person_id);
    web_cookie_take_up(req);
    return factor_draw_codes(req, c->login, c->sign_in.codes, page_href(req, "/staff"));
}

static struct err *post_codes(struct web_request *req)
{
    struct renew_form f = {0};
    struct web_errors errors = {0};
    struct verdict wait;
    struct self self;
    TRY(web_form_read(req, &renew_form, &f, &errors));
    TRY(load_self(req, &self));
    if (!factor_address_may_try(req))
        return web_error(req, 429);
    if (errors.n_items)
        return draw_renew(req, 422, page_errors(req, &errors));
    if (!factor_may_try(req, self.person.id, &wait))
        return draw_renew(req, 429, page_refusal(req, "current", &wait));
    return submit_own(req, change_new(req, &self, f.current), run_renew, renewed);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/staff/second-factor", MAY_KEEP_OWN, WEB_CSRF_READ, WEB_BODY_NONE, get_device},
    {WEB_POST, "/{lang}/staff/second-factor", MAY_KEEP_OWN, WEB_CSRF_FORM, WEB_BODY_FORM, post_device},
    {WEB_GET, "/{lang}/staff/recovery-codes", MAY_KEEP_OWN, WEB_CSRF_READ, WEB_BODY_NONE, get_codes},
    {WEB_POST, "/{lang}/staff/recovery-codes", MAY_KEEP_OWN, WEB_CSRF_FORM, WEB_BODY_FORM, post_codes},
};
const struct route_table core_routes_own_factor = {routes, sizeof routes / sizeof routes[0]};

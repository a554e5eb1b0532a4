/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_second_factor.c - codes and devices: the two steps of signing in, and what the own account shares with
 * them (pages_own_factor.c).
 *
 * Keeps: a secret and recovery codes are on one page, once, and nowhere else; tries at the codes of one person wait
 *        longer each time, wherever they are made; nothing is stored before a device has shown a right code.
 * Source: experience.md section 8; trust.md section 7.
 */
#include "core/pages_sign_in.h"

#include <sodium.h>

#include "core/config.h"
#include "core/directory.h"
#include "core/keys.h"
#include "core/pages.h"
#include "core/qr.h"
#include "core/views_admin.h"
#include "gen/core_views.h"

/* ---- tries ---- */

static struct hash attempts_key(struct web_request *req, int64_t person_id)
{
    struct str id = str_printf(web_arena(req), "%lld", (long long)person_id);
    return HMAC(session_site(req)->keys->pepper, S("code\n"), id);
}

bool factor_may_try(struct web_request *req, int64_t person_id, struct verdict *ret_wait)
{
    struct hash key = attempts_key(req, person_id);
    int64_t seconds = attempts_take(&session_site(req)->attempts, &key, web_now(req));
    if (seconds == 0)
        return true;
    struct str text = str_printf(web_arena(req), "%lld", (long long)seconds);
    *ret_wait = verdict_no("SIGN_IN_WAIT", "verdict.sign_in.wait", NULL, (struct str){0});
    verdict_fact(ret_wait, "seconds", text);
    web_header(req, "Retry-After", text);
    return false;
}

void factor_was_right(struct web_request *req, int64_t person_id)
{
    struct hash key = attempts_key(req, person_id);
    attempts_forget(&session_site(req)->attempts, &key);
    web_limit_give_back(req, "sign-in-code");
}

bool factor_address_may_try(struct web_request *req)
{
    return web_limit(req, "sign-in-code", session_site(req)->config->logins_per_hour);
}

/* ---- a device, as its page shows it ---- */

/* Draw the device of `offer`, or a fresh one when it is absent or not good any more. */
struct err *factor_show_device(struct web_request *req, int64_t person_id, struct str login, struct str offer,
                               struct str issuer, struct factor_device *ret)
{
    struct arena *a = web_arena(req);
    uint8_t secret[TOTP_SECRET_BYTES];
    struct hash cookie;
    MUST(web_cookie_hash(req, &cookie)); /* both pages are for somebody with a session */
    bool is_old = offer.p && second_factor_offer_open(a, session_site(req), offer, person_id, &cookie, web_now(req),
                                                      secret);
    ret->offer = is_old ? offer : second_factor_offer(a, session_site(req), person_id, &cookie, web_now(req), secret);
    ret->secret = totp_groups(a, secret);
    ret->qr = qr_svg(a, web_lang(req), totp_uri(a, secret, login, issuer), t(web_lang(req), "factor.enrol.qr"));
    sodium_memzero(secret, sizeof secret);
    return NULL;
}

/* The hidden field is too old, or from another browser: a fresh device is shown, and must be scanned again. */
const struct core_errors *factor_old_offer(struct web_request *req)
{
    struct verdict v = verdict_no("FACTOR_OFFER", "verdict.factor.offer", "verdict.factor.offer.next", (struct str){0});
    return page_refusal(req, "code", &v);
}

/* The recovery codes of a verb, once. */
struct err *factor_draw_codes(struct web_request *req, struct str login, const struct recovery_codes *codes,
                              struct str next_href)
{
    struct core_view_recovery_codes m = {.login = login, .next_href = next_href, .n_codes = RECOVERY_CODES};
    struct core_recovery_code *items = ARENA_ARRAY(web_arena(req), RECOVERY_CODES, struct core_recovery_code);
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "factor.once.title"), &m.layout));
    m.layout.path = (struct str){0}; /* shown once: no twin in another language */
    m.layout.is_private = true;
    m.layout.width = CORE_WIDTH_READING;
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        items[i].text = str_c(codes->text[i]);
    m.codes = items;
    page_begin(req, &h);
    core_view_recovery_codes(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- signing in: a code ---- */

struct code_form {
    struct str code, to, with;
};
static const struct web_field code_fields[] = {
    {"code", FIELD_SECRET, true, 0, CODE_CHARS_MAX, NULL, "factor.code", offsetof(struct code_form, code)},
    {"to", FIELD_LINE, false, 0, 2048, NULL, NULL, offsetof(struct code_form, to)},
    {"with", FIELD_LINE, false, 0, 16, NULL, NULL, offsetof(struct code_form, with)},
};
static const struct web_form code_form = WEB_FORM(code_fields);

struct err *sign_in_draw_code(struct web_request *req, int status, bool is_paper, struct str to,
                              const struct core_errors *errors)
{
    struct core_view_sign_in_code m = {.to = to, .is_paper = is_paper};
    struct html h;
    struct str href = sign_in_href(req, to);
    TRY(session_layout(req, t(web_lang(req), is_paper ? "factor.paper.title" : "factor.code.title"), &m.layout));
    m.other_href = is_paper ? href
                            : str_printf(web_arena(req), "%.*s%swith=paper", STR_FMT(href), to.p ? "&" : "?");
    m.layout.errors = errors;
    m.layout.is_private = true;
    page_begin(req, &h);
    core_view_sign_in_code(&h, &m);
    return page_end(req, status, &h);
}

static struct err *run_code(struct action *x)
{
    struct sign_in_page *step = x->command;
    return sign_in_code(x, &step->command);
}

/* `login` of the step says which kind of code was asked for: this step needs no login. */
static struct err *code_taken(struct web_request *req, struct action *x)
{
    struct sign_in_page *step = x->command;
    if (!action_is_refused(x)) {
        factor_was_right(req, step->command.person_id);
        return sign_in_step_done(req, x);
    }
    if (!str_eq(str_c(x->verdict.code), S("FACTOR_WRONG")))
        return sign_in_again(req, x);
    return sign_in_draw_code(req, 422, step->login.n > 0, step->to, page_refusal(req, "code", &x->verdict));
}

static struct err *post_code(struct web_request *req)
{
    struct code_form f = {0};
    struct web_errors errors = {0};
    struct core_q_person_by_id_row person;
    struct verdict wait;
    bool is_pending;
    TRY(web_form_read(req, &code_form, &f, &errors));
    f.to = sign_in_own_address(f.to);
    bool is_paper = str_eq(f.with, S("paper"));
    TRY(sign_in_pending(req, SIGN_IN_CODE, &person, &is_pending));
    if (!is_pending)
        return web_redirect(req, sign_in_href(req, f.to));
    if (!factor_address_may_try(req))
        return web_error(req, 429);
    if (errors.n_items)
        return sign_in_draw_code(req, 422, is_paper, f.to, page_errors(req, &errors));
    if (!factor_may_try(req, person.id, &wait))
        return sign_in_draw_code(req, 429, is_paper, f.to, page_refusal(req, "code", &wait));
    struct sign_in_page step = {.to = f.to, .login = is_paper ? S("paper") : S("")};
    step.command = sign_in_command_for(req, person.id);
    step.command.code = f.code;
    return action_submit(req, sign_in_action(req, &step), run_code, code_taken);
}

/* ---- signing in: enrolling ---- */

struct enrol_form {
    struct str code, to, offer;
};
static const struct web_field enrol_fields[] = {
    {"code", FIELD_SECRET, true, 0, CODE_CHARS_MAX, NULL, "factor.enrol.code", offsetof(struct enrol_form, code)},
    {"to", FIELD_LINE, false, 0, 2048, NULL, NULL, offsetof(struct enrol_form, to)},
    {"offer", FIELD_LINE, true, 0, OFFER_CHARS, NULL, NULL, offsetof(struct enrol_form, offer)},
};
static const struct web_form enrol_form = WEB_FORM(enrol_fields);

struct err *sign_in_draw_enrol(struct web_request *req, int status, const struct core_q_person_by_id_row *person,
                               struct str offer, struct str to, const struct core_errors *errors)
{
    struct core_view_sign_in_enrol m = {.to = to};
    struct factor_device device;
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "factor.enrol.title"), &m.layout));
    TRY(factor_show_device(req, person->id, person->login, offer, m.layout.institution, &device));
    m.qr = device.qr;
    m.secret = device.secret;
    m.offer = device.offer;
    m.layout.errors = errors;
    m.layout.is_private = true;
    page_begin(req, &h);
    core_view_sign_in_enrol(&h, &m);
    return page_end(req, status, &h);
}

static struct err *run_enrol(struct action *x)
{
    struct sign_in_page *step = x->command;
    return sign_in_enrol(x, &step->command);
}

static bool is_code_of_form(const struct action *x)
{
    return str_eq(str_c(x->verdict.code), S("FACTOR_CONFIRM"));
}

static struct err *enrolled(struct web_request *req, struct action *x)
{
    struct sign_in_page *step = x->command;
    struct core_q_person_by_id_row person;
    struct str href;
    bool is_pending;
    if (!action_is_refused(x)) {
        TRY(sign_in_onward(req, step, &href));
        web_cookie_take_up(req);
        return factor_draw_codes(req, step->login, step->command.codes, href);
    }
    TRY(sign_in_pending(req, SIGN_IN_ENROL, &person, &is_pending));
    if (!is_pending || !is_code_of_form(x))
        return sign_in_again(req, x);
    return sign_in_draw_enrol(req, 422, &person, step->offer, step->to, page_refusal(req, "code", &x->verdict));
}

static struct err *post_enrol(struct web_request *req)
{
    struct enrol_form f = {0};
    struct web_errors errors = {0};
    struct core_q_person_by_id_row person;
    struct hash cookie;
    bool is_pending;
    TRY(web_form_read(req, &enrol_form, &f, &errors));
    f.to = sign_in_own_address(f.to);
    TRY(sign_in_pending(req, SIGN_IN_ENROL, &person, &is_pending));
    if (!is_pending || !web_cookie_hash(req, &cookie))
        return web_redirect(req, sign_in_href(req, f.to));
    if (errors.n_items)
        return sign_in_draw_enrol(req, 422, &person, f.offer, f.to, page_errors(req, &errors));
    struct sign_in_page step = {.login = person.login, .to = f.to, .offer = f.offer};
    step.command = sign_in_command_for(req, person.id);
    step.command.code = f.code;
    if (!second_factor_offer_open(web_arena(req), session_site(req), f.offer, person.id, &cookie, web_now(req),
                                  step.command.secret))
        return sign_in_draw_enrol(req, 422, &person, (struct str){0}, f.to, factor_old_offer(req));
    return action_submit(req, sign_in_action(req, &step), run_enrol, enrolled);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_POST, "/{lang}/staff/sign-in/code", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_code},
    {WEB_POST, "/{lang}/staff/sign-in/enrol", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_enrol},
};
const struct route_table core_routes_second_factor = {routes, sizeof routes / sizeof routes[0]};

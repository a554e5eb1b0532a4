/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * second_factor_test.c - staff with devices over a real server: enrolling, codes, what is no way around them.
 */
#include "core/tests/state.h"

#include "core/attempts.h"
#include "core/config.h"
#include "core/core.h"
#include "core/password.h"
#include "core/second_factor.h"
#include "core/tests/device.h"
#include "gen/core_queries.h"

#define MINUTE INT64_C(60000)
#define STEP INT64_C(30000)

static struct state *strict_state(void **state)
{
    struct state *s = state_new(*state);
    s->config->sign_in_second_factor = S("");
    state_serve(s);
    return s;
}

static int64_t factors_of(struct state *s, int64_t person_id)
{
    struct second_factor f;
    assert_ok(second_factor_of(s->a, s->read, 1, person_id, &f));
    return f.is_enrolled;
}

/* ---- enrolling ---- */

static void staff_enrol_before_they_reach_anything(void **state)
{
    struct state *s = strict_state(state);
    struct http_client *c = state_client(s);
    struct http_reply r = device_password(c, "admin", STATE_PASSWORD);
    assert_int_equal(r.status, 303);
    assert_str(http_header(&r, "Location"), "/ru/staff/sign-in");
    assert_int_equal(http_get(c, "/ru/admin").status, 401);
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&page, "<svg") && http_contains(&page, "one-time-code"));
    assert_true(http_contains(&page, "inputmode=\"numeric\""));
    struct device d = device_of_page(&page);
    /* A wrong code: the same picture again, the session goes on. */
    r = device_enrol_code(c, &page, "000000");
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "Это не код нового устройства"));
    assert_memory_equal(device_of_page(&r).secret, d.secret, TOTP_SECRET_BYTES);
    assert_int_equal(factors_of(s, s->admin), 0);
    struct http_reply codes = device_enrol_code(c, &r, device_code(s->a, &d, s->now));
    assert_int_equal(codes.status, 200);
    struct str one = device_paper(&codes, 0);
    assert_int_equal(one.n, 11);
    assert_false(str_eq(one, device_paper(&codes, 9)));
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    struct http_reply account = http_get(c, "/ru/staff");
    assert_true(http_contains(&account, "Настроено") && http_contains(&account, "Осталось резервных кодов"));
    assert_false(http_contains(&account, str_to_c(s->a, one))); /* shown once */
    /* The old page is not good for a second one: its token went with the cookie. */
    assert_int_equal(device_enrol_code(c, &page, device_code(s->a, &d, s->now + STEP)).status, 403);
    state_check(s);
}

/* ---- what a right password alone reaches ---- */

/* Every address of core that asks for a permission is closed to `c`. */
static void assert_all_closed(struct state *s, struct http_client *c, struct str csrf)
{
    const char *const nothing[] = {NULL};
    int64_t events = state_events(s);
    size_t n = 0;
    for (size_t t = 0; t < core_institution.n_route_tables; t++) {
        for (size_t i = 0; i < core_institution.route_tables[t]->n; i++) {
            const struct web_route *route = &core_institution.route_tables[t]->routes[i];
            if (!route->permission)
                continue;
            char *address = state_address(s, route->pattern);
            struct http_reply r = route->method == WEB_GET ? http_get(c, address)
                                                           : http_post_form(c, address, nothing, csrf);
            if (r.status != 401)
                fail_msg("%s: %d", address, r.status);
            n++;
        }
    }
    assert_true(n > 45);
    assert_int_equal(state_events(s), events);
}

static void half_signed_in_reaches_nothing(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    (void)d;
    /* A code is missing; a device is missing; a password of one's own is missing. */
    struct person_command p = {.id = s->clerk, .seen = SEEN_ANY, .must_change = true};
    assert_ok(password_hash(s->a, S("7KQX-M2D9-V4TC-0RNB"), &p.password_hash));
    state_do(s, state_admin(s), do_person_set_password, &p);
    static const struct {
        const char *login, *password, *form;
    } halves[] = {{"admin", STATE_PASSWORD, "/ru/staff/sign-in/code"},
                  {"auditor", STATE_PASSWORD, "/ru/staff/sign-in/enrol"},
                  {"clerk", "7KQX-M2D9-V4TC-0RNB", "/ru/staff/sign-in/password"}};
    for (size_t i = 0; i < 3; i++) {
        struct http_client *c = state_client(s);
        assert_int_equal(device_password(c, halves[i].login, halves[i].password).status, 303);
        struct http_reply page = http_get(c, "/ru/staff/sign-in");
        assert_true(http_contains(&page, halves[i].form));
        assert_all_closed(s, c, http_csrf(&page));
        /* Nor does the address of a later step help. */
        char *office = str_to_c(s->a, str_printf(s->a, "%lld", (long long)s->admin_office));
        const char *const skip[] = {"office", office, "to", "", NULL};
        assert_int_equal(http_post_form(c, "/ru/staff/sign-in/office", skip, http_csrf(&page)).status, 422);
        assert_int_equal(http_get(c, "/ru/staff").status, 401);
    }
}

/* An un-enrolled person cannot be told from an enrolled or an unknown one before the password is right. */
static void nothing_tells_of_a_device_before_the_password_is_right(void **state)
{
    struct state *s = strict_state(state);
    static const char *const logins[] = {"admin", "auditor", "nobody.here"};
    struct str said[3];
    (void)device_enrolled(s, "admin");
    for (size_t i = 0; i < 3; i++) {
        struct http_reply r = device_password(state_client(s), logins[i], "wrong words in here");
        assert_int_equal(r.status, 422);
        size_t at = str_find_str(r.body, S("Логин или пароль неверны"));
        assert_true(at != SIZE_MAX);
        said[i] = str_slice(r.body, at, at + 400);
    }
    assert_true(str_eq(said[0], said[1]) && str_eq(said[1], said[2]));
}

/* ---- codes ---- */

static void a_code_is_taken_once(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin"); /* used this very step */
    const char *used = device_code(s->a, &d, s->now);
    struct http_client *c = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", used).status, 422);
    assert_int_equal(http_get(c, "/ru/admin").status, 401);
    s->now += STEP;
    const char *next = device_code(s->a, &d, s->now);
    struct http_reply r = device_again(c, next); /* the pending session went on */
    assert_int_equal(r.status, 303);
    assert_str(http_header(&r, "Location"), "/ru/admin");
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    struct http_client *thief = state_client(s);
    assert_int_equal(device_sign_in(thief, "admin", next).status, 422);
    assert_int_equal(device_again(thief, used).status, 422);
    assert_int_equal(http_get(thief, "/ru/admin").status, 401);
    state_check(s);
}

static void the_next_step_may_be_early_and_a_far_one_may_not(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    struct http_client *c = state_client(s);
    s->now += 10 * STEP;
    assert_int_equal(device_sign_in(c, "admin", device_code(s->a, &d, s->now + 2 * STEP)).status, 422);
    assert_int_equal(device_again(c, device_code(s->a, &d, s->now - 2 * STEP)).status, 422);
    assert_int_equal(device_again(c, device_code(s->a, &d, s->now + STEP)).status, 303);
    /* The step before it, though within the window, is spent with it. */
    struct http_client *other = state_client(s);
    assert_int_equal(device_sign_in(other, "admin", device_code(s->a, &d, s->now)).status, 422);
}

/* The machine's clock goes back an hour: what was used stays used, and paper still opens. */
static void a_clock_that_steps_back_makes_no_code_good_again(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    s->now += 10 * STEP;
    struct http_client *c = state_client(s);
    const char *used = device_code(s->a, &d, s->now);
    assert_int_equal(device_sign_in(c, "admin", used).status, 303);
    s->now -= 60 * MINUTE;
    c = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", used).status, 422);
    assert_int_equal(device_again(c, device_code(s->a, &d, s->now)).status, 422);
    assert_int_equal(device_again(c, d.paper[3]).status, 303);
    s->now += 61 * MINUTE;
    c = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", device_code(s->a, &d, s->now)).status, 303);
}

static void tries_at_codes_wait_longer_each_time(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    struct device other = device_enrolled(s, "auditor");
    s->now += 2 * STEP;
    struct http_client *c = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", "000000").status, 422);
    for (int i = 1; i < ATTEMPTS_FREE; i++)
        assert_int_equal(device_again(c, i % 2 ? "111111" : "00000-00000").status, 422); /* both kinds count */
    struct http_reply r = device_again(c, device_code(s->a, &d, s->now));
    assert_int_equal(r.status, 429);
    assert_str(http_header(&r, "Retry-After"), "1");
    assert_true(http_contains(&r, "Следующая возможна через 1 с"));
    /* Another browser does not help, another person is not held up. */
    struct http_client *elsewhere = state_client(s);
    assert_int_equal(device_sign_in(elsewhere, "admin", device_code(s->a, &d, s->now)).status, 429);
    assert_int_equal(device_sign_in(state_client(s), "auditor", device_code(s->a, &other, s->now)).status, 303);
    s->now += 1000;
    assert_int_equal(device_again(c, device_code(s->a, &d, s->now)).status, 303);
    assert_int_equal(device_sign_in(state_client(s), "admin", "000000").status, 422); /* forgotten */
}

static void one_prefix_has_ten_codes_an_hour(void **state)
{
    struct state *s = state_new(*state);
    s->config->sign_in_second_factor = S("required");
    s->proxies = S("127.0.0.1");
    state_serve(s);
    (void)device_enrolled(s, "admin");
    struct http_client *c = state_client(s);
    c->more = S("X-Forwarded-For: 203.0.113.7\r\n");
    assert_int_equal(device_sign_in(c, "admin", "000000").status, 422);
    for (int i = 1; i < 10; i++)
        (void)device_again(c, "000000");
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    const char *const pairs[] = {"code", "000000", "to", "", NULL};
    struct http_reply r = http_post_form(c, "/ru/staff/sign-in/code", pairs, http_csrf(&page));
    assert_int_equal(r.status, 429);
    assert_false(http_contains(&r, "Следующая возможна через")); /* the page of the address, not of the person */
}

static void a_recovery_code_opens_once(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    struct second_factor f;
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "admin", STATE_PASSWORD).status, 303);
    struct http_reply page = http_get(c, "/ru/staff/sign-in?with=paper");
    assert_true(http_contains(&page, "Резервный код") && !http_contains(&page, "inputmode=\"numeric\""));
    char typed[16]; /* as a person may type it: small letters, spaces */
    (void)snprintf(typed, sizeof typed, "%.5s %.5s", d.paper[2], d.paper[2] + 6);
    for (char *p = typed; *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    assert_int_equal(device_again(c, typed).status, 303);
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    assert_ok(second_factor_of(s->a, s->read, 1, s->admin, &f));
    assert_int_equal(f.n_codes, RECOVERY_CODES - 1);
    assert_int_equal(device_sign_in(state_client(s), "admin", d.paper[2]).status, 422);
    assert_int_equal(device_sign_in(state_client(s), "admin", d.paper[7]).status, 303);
    /* Somebody else's paper is worth nothing. */
    (void)device_enrolled(s, "auditor");
    assert_int_equal(device_sign_in(state_client(s), "auditor", d.paper[4]).status, 422);
    state_check(s);
}

static void hostile_codes_are_answered_and_open_nothing(void **state)
{
    struct state *s = strict_state(state);
    (void)device_enrolled(s, "admin");
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "admin", STATE_PASSWORD).status, 303);
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    struct str token = str_printf(s->a, "csrf=%.*s&code=", STR_FMT(http_csrf(&page)));
    static const char *const bad[] = {"", "1%000000", "%ff%fe%ff%fe%ff%fe", "123456&code=123456", "123456&x=1", "%zz",
                                      "1111111111111111111111111111111111111111111111111111111111111111111111",
                                      "'+OR+1%3D1", "%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct str body = str_printf(s->a, "%.*s%s", STR_FMT(token), bad[i]);
        struct http_reply r = http_post(c, "/ru/staff/sign-in/code", "application/x-www-form-urlencoded", body);
        assert_true(r.status == 422 || r.status == 400 || r.status == 429);
        s->now += 5 * MINUTE / 10;
    }
    assert_int_equal(http_get(c, "/ru/admin").status, 401);
}

/* ---- two browsers, abandoned, stolen ---- */

static void of_two_browsers_that_enrol_the_first_wins(void **state)
{
    struct state *s = strict_state(state);
    struct http_client *one = state_client(s);
    struct http_client *two = state_client(s);
    assert_int_equal(device_password(one, "clerk", STATE_PASSWORD).status, 303);
    assert_int_equal(device_password(two, "clerk", STATE_PASSWORD).status, 303);
    struct http_reply first = http_get(one, "/ru/staff/sign-in");
    struct http_reply second = http_get(two, "/ru/staff/sign-in");
    struct device d1 = device_of_page(&first);
    struct device d2 = device_of_page(&second);
    assert_memory_not_equal(d1.secret, d2.secret, TOTP_SECRET_BYTES);
    assert_int_equal(device_enrol_code(one, &first, device_code(s->a, &d1, s->now)).status, 200);
    assert_int_equal(device_enrol_code(two, &second, device_code(s->a, &d2, s->now)).status, 303);
    assert_int_equal(http_get(two, "/ru/staff").status, 401);
    assert_int_equal(http_get(one, "/ru/staff").status, 200);
    s->now += STEP;
    assert_int_equal(device_sign_in(state_client(s), "clerk", device_code(s->a, &d2, s->now)).status, 422);
    assert_int_equal(device_sign_in(state_client(s), "clerk", device_code(s->a, &d1, s->now)).status, 303);
    state_check(s);
}

static void an_enrolment_that_is_left_leaves_nothing(void **state)
{
    struct state *s = strict_state(state);
    int64_t events = state_events(s);
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "clerk", STATE_PASSWORD).status, 303);
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    struct device d = device_of_page(&page);
    assert_int_equal(factors_of(s, s->clerk), 0);
    assert_int_equal(state_events(s), events);
    /* Somebody else's hidden field, or an old one, enrols nothing. */
    struct http_client *other = state_client(s);
    assert_int_equal(device_password(other, "auditor", STATE_PASSWORD).status, 303);
    struct http_reply theirs = http_get(other, "/ru/staff/sign-in");
    struct http_reply r = device_enrol_with(other, &theirs, device_offer(&page), device_code(s->a, &d, s->now));
    assert_int_equal(r.status, 422);
    assert_true(http_contains(&r, "Эта картинка устарела"));
    r = device_enrol_with(other, &theirs, S("AAAA"), "000000");
    assert_int_equal(r.status, 422);
    s->now += 31 * MINUTE; /* enrolling has half an hour */
    assert_int_equal(device_enrol_code(c, &page, device_code(s->a, &d, s->now)).status, 303);
    assert_int_equal(factors_of(s, s->clerk), 0);
    assert_int_equal(factors_of(s, s->auditor), 0);
}

/* ---- the own account ---- */

static struct http_reply change_device(struct state *s, struct http_client *c, const char *current, struct device *ret)
{
    struct http_reply page = http_get(c, "/ru/staff/second-factor");
    assert_int_equal(page.status, 200);
    *ret = device_of_page(&page);
    const char *const pairs[] = {"current", current, "code", device_code(c->a, ret, s->now), "offer",
                                 str_to_c(c->a, device_offer(&page)), "username", "x", NULL};
    return http_post_form(c, "/ru/staff/second-factor", pairs, http_csrf(&page));
}

static void another_device_needs_the_present_one_and_ends_everything_of_it(void **state)
{
    struct state *s = strict_state(state);
    struct device old = device_enrolled(s, "admin");
    struct device fresh;
    s->now += STEP;
    struct http_client *c = state_client(s);
    struct http_client *elsewhere = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", device_code(s->a, &old, s->now)).status, 303);
    s->now += STEP;
    assert_int_equal(device_sign_in(elsewhere, "admin", device_code(s->a, &old, s->now)).status, 303);
    s->now += STEP;
    assert_int_equal(change_device(s, c, "000000", &fresh).status, 422);
    assert_int_equal(change_device(s, c, STATE_PASSWORD, &fresh).status, 422); /* the password is not enough */
    struct http_reply r = change_device(s, c, device_code(s->a, &old, s->now), &fresh);
    assert_int_equal(r.status, 200);
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
    assert_int_equal(http_get(elsewhere, "/ru/admin").status, 401);
    s->now += STEP;
    c = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", device_code(s->a, &old, s->now)).status, 422);
    assert_int_equal(device_again(c, old.paper[0]).status, 422);
    assert_int_equal(device_again(c, device_code(s->a, &fresh, s->now)).status, 303);
    /* Lost: with paper instead of the present device. */
    s->now += STEP;
    struct device third;
    char *paper = str_to_c(s->a, device_paper(&r, 5));
    assert_int_equal(change_device(s, c, paper, &third).status, 200);
    state_check(s);
}

static void new_recovery_codes_make_the_old_ones_void(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    s->now += STEP;
    struct http_client *c = state_client(s);
    assert_int_equal(device_sign_in(c, "admin", d.paper[0]).status, 303);
    struct http_reply page = http_get(c, "/ru/staff/recovery-codes");
    assert_true(http_contains(&page, "Неиспользованных резервных кодов: 9"));
    const char *const wrong[] = {"current", "000000", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/recovery-codes", wrong, http_csrf(&page)).status, 422);
    const char *const right[] = {"current", device_code(s->a, &d, s->now), NULL};
    struct http_reply r = http_post_form(c, "/ru/staff/recovery-codes", right, http_csrf(&page));
    assert_int_equal(r.status, 200);
    struct http_client *again = state_client(s);
    assert_int_equal(device_sign_in(again, "admin", d.paper[1]).status, 422);
    assert_int_equal(device_again(again, str_to_c(s->a, device_paper(&r, 1))).status, 303);
    state_check(s);
}

/* An administrator alone gives a password, never a way around the device. */
static void a_password_from_an_administrator_leaves_the_device_in_force(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "clerk");
    struct person_command p = {.id = s->clerk, .seen = SEEN_ANY, .must_change = true};
    assert_ok(password_hash(s->a, S("7KQX-M2D9-V4TC-0RNB"), &p.password_hash));
    state_do(s, state_admin(s), do_person_set_password, &p);
    s->now += STEP;
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "clerk", "7KQX-M2D9-V4TC-0RNB").status, 303);
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&page, "/ru/staff/sign-in/code")); /* before a new password can be chosen */
    assert_int_equal(device_again(c, device_code(s->a, &d, s->now)).status, 303);
    page = http_get(c, "/ru/staff/sign-in");
    const char *const own[] = {"password", "green kettles whistle", "to", "", NULL};
    assert_int_equal(http_post_form(c, "/ru/staff/sign-in/password", own, http_csrf(&page)).status, 303);
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    state_check(s);
}

static void one_chooses_the_language_of_ones_own_letters(void **state)
{
    struct state *s = state_new(*state);
    struct core_q_person_by_id_row row;
    bool found;
    state_serve(s);
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "clerk", STATE_PASSWORD).status, 303);
    struct http_reply page = http_get(c, "/ru/staff");
    int64_t events = state_events(s);
    static const char *const typed[] = {"kk", "kk", "xx", ""};
    for (size_t i = 0; i < 4; i++) {
        const char *const pairs[] = {"language", typed[i], NULL};
        assert_int_equal(http_post_form(c, "/ru/staff/language", pairs, http_csrf(&page)).status, 303);
    }
    assert_int_equal(state_events(s), events + 1);
    assert_ok(core_q_person_by_id(s->a, s->read, 1, s->clerk, &row, &found));
    assert_str(row.language, "kk");
    assert_str(row.name, "Person clerk");
    state_check(s);
}

/* ---- the rule of the house ---- */

static void where_it_is_offered_a_password_opens_and_a_device_can_be_set_up(void **state)
{
    struct state *s = state_new(*state); /* offered */
    struct device d;
    state_serve(s);
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "clerk", STATE_PASSWORD).status, 303);
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    assert_int_equal(http_get(c, "/ru/staff/recovery-codes").status, 303); /* codes come with a device */
    assert_int_equal(change_device(s, c, "not this one at all", &d).status, 422); /* a stolen session is not enough */
    assert_int_equal(factors_of(s, s->clerk), 0);
    assert_int_equal(change_device(s, c, STATE_PASSWORD, &d).status, 200);
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    s->now += STEP;
    c = state_client(s);
    assert_int_equal(device_sign_in(c, "clerk", device_code(s->a, &d, s->now)).status, 303);
    state_check(s);
}

static void a_rule_that_is_raised_holds_from_the_next_request(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, "clerk", STATE_PASSWORD).status, 303);
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
    s->config->sign_in_second_factor = S("required");
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    struct device d = device_of_page(&page);
    assert_int_equal(device_enrol_code(c, &page, device_code(s->a, &d, s->now)).status, 200);
    assert_int_equal(http_get(c, "/ru/staff").status, 200);
}

static void a_rule_that_changed_is_an_event_once(void **state)
{
    struct state *s = state_new(*state);
    s->config->sign_in_second_factor = S("");
    int64_t events = state_events(s);
    state_do(s, actor_operator(), second_factor_rule_keep, NULL); /* required, as from the start */
    assert_int_equal(state_events(s), events);
    s->config->sign_in_second_factor = S("offered");
    state_do(s, actor_operator(), second_factor_rule_keep, NULL);
    state_do(s, actor_operator(), second_factor_rule_keep, NULL);
    assert_int_equal(state_events(s), events + 1);
    s->config->sign_in_second_factor = S("required");
    state_do(s, actor_operator(), second_factor_rule_keep, NULL);
    assert_int_equal(state_events(s), events + 2);
    s->site->is_demo = true;
    assert_true(second_factor_is_required(s->site)); /* said so in the settings */
    s->config->sign_in_second_factor = S("");
    assert_false(second_factor_is_required(s->site));
    state_check(s);
}

/* ---- what is stored ---- */

static struct err *copy_row(struct action *x)
{
    const int64_t *to = x->command;
    struct core_q_second_factor_row row;
    bool found;
    TRY(core_q_second_factor(x->a, db_tx_read(x->tx), 1, to[0], &row, &found));
    struct core_q_second_factor_set_args args = {1, to[1], str_dup(x->a, row.secret), 0, 1};
    return core_q_second_factor_set(x->a, x->tx, &args, NULL);
}

static void the_database_alone_opens_nothing(void **state)
{
    struct state *s = strict_state(state);
    struct device d = device_enrolled(s, "admin");
    struct core_q_second_factor_row row;
    struct core_q_recovery_codes_row *codes;
    size_t n;
    bool found;
    assert_ok(core_q_second_factor(s->a, s->read, 1, s->admin, &row, &found));
    assert_true(found && row.secret.n > 60);
    assert_true(str_find_str(row.secret, (struct str){(const char *)d.secret, TOTP_SECRET_BYTES}) == SIZE_MAX);
    assert_ok(core_q_recovery_codes(s->a, s->read, 1, s->admin, &codes, &n));
    assert_int_equal(n, RECOVERY_CODES);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(codes[i].hash.n, 32);
    /* A row copied to another person is not theirs. */
    int64_t pair[2] = {s->admin, s->auditor};
    state_do(s, actor_operator(), copy_row, pair);
    s->now += STEP;
    struct http_client *c = state_client(s);
    assert_int_equal(device_sign_in(c, "auditor", device_code(s->a, &d, s->now)).status, 500);
    assert_int_equal(http_get(c, "/ru/staff").status, 401);
}

static struct err *take(struct action *x)
{
    bool is_paper;
    return second_factor_take(x, x->who.person_id, *(struct str *)x->command, x->now, &is_paper);
}

static void whoever_has_no_device_has_no_code(void **state)
{
    struct state *s = state_new(*state);
    struct str code = S("000000");
    state_refuse(s, state_admin(s), take, &code, "FACTOR_WRONG");
    code = S("00000-00000");
    state_refuse(s, state_admin(s), take, &code, "FACTOR_WRONG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(staff_enrol_before_they_reach_anything),
        TEST(half_signed_in_reaches_nothing),
        TEST(nothing_tells_of_a_device_before_the_password_is_right),
        TEST(a_code_is_taken_once),
        TEST(the_next_step_may_be_early_and_a_far_one_may_not),
        TEST(a_clock_that_steps_back_makes_no_code_good_again),
        TEST(tries_at_codes_wait_longer_each_time),
        TEST(one_prefix_has_ten_codes_an_hour),
        TEST(a_recovery_code_opens_once),
        TEST(hostile_codes_are_answered_and_open_nothing),
        TEST(of_two_browsers_that_enrol_the_first_wins),
        TEST(an_enrolment_that_is_left_leaves_nothing),
        TEST(another_device_needs_the_present_one_and_ends_everything_of_it),
        TEST(new_recovery_codes_make_the_old_ones_void),
        TEST(a_password_from_an_administrator_leaves_the_device_in_force),
        TEST(one_chooses_the_language_of_ones_own_letters),
        TEST(where_it_is_offered_a_password_opens_and_a_device_can_be_set_up),
        TEST(a_rule_that_is_raised_holds_from_the_next_request),
        TEST(a_rule_that_changed_is_an_event_once),
        TEST(the_database_alone_opens_nothing),
        TEST(whoever_has_no_device_has_no_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

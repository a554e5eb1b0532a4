/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * recovery_test.c - two persons let a third one in again: the whole way, and every way that must not be one.
 */
#include "core/tests/state.h"

#include "core/config.h"
#include "core/password.h"
#include "core/recovery.h"
#include "core/second_factor.h"
#include "core/tests/device.h"
#include "gen/core_queries.h"

#define MINUTE INT64_C(60000)
#define STEP INT64_C(30000)
#define HOUR (60 * MINUTE)

static struct err *do_open(struct action *x)
{
    return recovery_open(x, x->command);
}

static struct err *do_confirm(struct action *x)
{
    return recovery_confirm(x, x->command);
}

static struct err *do_hand_over(struct action *x)
{
    return recovery_hand_over(x, x->command);
}

static struct err *do_withdraw(struct action *x)
{
    return recovery_withdraw(x, x->command);
}

static struct err *do_sweep(struct action *x)
{
    return recovery_sweep(x);
}

/* Somebody in an office of their own. */
struct one {
    int64_t person, office, body;
    enum role role;
};

static struct one add(struct state *s, const char *login, int64_t body, enum role role)
{
    struct str title = str_printf(s->a, "Office of %s", login);
    struct person_command p = {.login = str_c(login), .name = str_printf(s->a, "Person %s", login), .language = S("ru")};
    struct office_command o = {.body_id = body, .role = role, .title = {title, title, title}, .on = S("2026-01-05")};
    assert_ok(password_hash(s->a, S(STATE_PASSWORD), &p.password_hash));
    state_do(s, state_admin(s), do_person_add, &p);
    state_do(s, state_admin(s), do_office_add, &o);
    struct appointment_command c = {.office_id = o.id, .person_id = p.id, .on = S("2026-01-05")};
    state_do(s, state_admin(s), do_appointment_add, &c);
    return (struct one){p.id, o.id, body, role};
}

static struct actor actor_of(struct one o)
{
    return state_staff(o.person, o.office, o.body, o.role);
}

/* The state with a second administrator, the head of the city, and the head of health. */
struct people {
    struct one second, head, other_head;
};

static struct people add_people(struct state *s)
{
    return (struct people){
        .second = add(s, "second", s->region, ROLE_ADMINISTRATOR),
        .head = add(s, "head", s->city, ROLE_HEAD),
        .other_head = add(s, "other.head", s->health, ROLE_HEAD),
    };
}

static struct recovery_command opened(struct state *s, int64_t person_id)
{
    struct recovery_command c = {.person_id = person_id, .reason = S("The phone is lost."), .checked = S("In person.")};
    state_do(s, state_admin(s), do_open, &c);
    return c;
}

static struct core_q_recovery_by_id_row row_of(struct state *s, int64_t id)
{
    struct core_q_recovery_by_id_row row;
    bool found = false;
    assert_ok(core_q_recovery_by_id(s->a, s->read, 1, id, &row, &found));
    assert_true(found);
    return row;
}

static struct str last_verb(struct state *s, int64_t person_id)
{
    struct core_q_event_last_of_row row;
    bool found = false;
    assert_ok(core_q_event_last_of(s->a, s->read, 1, S("person"), person_id, &row, &found));
    return row.verb;
}

/* ---- the whole way ---- */

static void two_persons_let_a_third_one_in_again(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    s->config->sign_in_second_factor = S("required");
    state_serve(s);
    struct device lost = device_enrolled(s, "clerk");
    s->now += STEP;
    struct recovery_command c = opened(s, s->clerk);
    assert_str(last_verb(s, s->clerk), "recovery_opened");
    state_do(s, actor_of(p.second), do_confirm, &c);
    state_do(s, state_admin(s), do_hand_over, &c);
    assert_str(last_verb(s, s->clerk), "recovery_handed_over");
    /* The code in place of the password, small letters and all. */
    char typed[RECOVERY_HANDED_CHARS + 4];
    (void)snprintf(typed, sizeof typed, "%s", c.code);
    for (char *t = typed; *t; t++)
        *t = *t >= 'A' && *t <= 'Z' ? (char)(*t + 32) : *t;
    struct http_client *b = state_client(s);
    assert_int_equal(device_password(b, "clerk", typed).status, 303);
    struct http_reply page = http_get(b, "/ru/staff/sign-in");
    assert_true(http_contains(&page, "/ru/staff/sign-in/password"));
    assert_int_equal(http_get(b, "/ru/staff").status, 401);
    const char *const own[] = {"password", "green kettles whistle", "to", "", NULL};
    assert_int_equal(http_post_form(b, "/ru/staff/sign-in/password", own, http_csrf(&page)).status, 303);
    assert_str(row_of(s, c.id).ended_how, "used");
    assert_int_equal(http_get(b, "/ru/staff").status, 401); /* a device is missing still */
    page = http_get(b, "/ru/staff/sign-in");
    struct device fresh = device_of_page(&page);
    assert_int_equal(device_enrol_code(b, &page, device_code(s->a, &fresh, s->now)).status, 200);
    struct http_reply account = http_get(b, "/ru/staff");
    assert_int_equal(account.status, 200);
    assert_true(http_contains(&account, "Доступ восстановлен") && http_contains(&account, "Person second"));
    /* Nothing of before works: neither code, nor password, nor the lost device. */
    s->now += STEP;
    assert_int_equal(device_password(state_client(s), "clerk", typed).status, 422);
    assert_int_equal(device_password(state_client(s), "clerk", STATE_PASSWORD).status, 422);
    struct http_client *thief = state_client(s);
    assert_int_equal(device_password(thief, "clerk", "green kettles whistle").status, 303);
    assert_int_equal(device_again(thief, device_code(s->a, &lost, s->now)).status, 422);
    assert_int_equal(device_again(thief, device_code(s->a, &fresh, s->now)).status, 303);
    state_check(s);
}

static void the_head_of_their_body_may_be_the_second_person(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    struct recovery_command c = opened(s, s->clerk);
    state_refuse(s, actor_of(p.other_head), do_confirm, &c, "POLICY_NOT_YOURS");
    state_do(s, actor_of(p.head), do_confirm, &c);
    state_refuse(s, actor_of(p.head), do_hand_over, &c, "POLICY_ROLE"); /* and no more than that */
    state_refuse(s, actor_of(p.head), do_withdraw, &c, "POLICY_ROLE");
    state_refuse(s, actor_of(p.head), do_open, &c, "POLICY_ROLE");
    state_do(s, state_admin(s), do_hand_over, &c);
    state_check(s);
}

/* ---- who may not ---- */

static void neither_of_the_two_is_the_person_and_the_two_are_two(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    struct recovery_command self = {.person_id = s->admin, .reason = S("x"), .checked = S("y")};
    state_refuse(s, state_admin(s), do_open, &self, "RECOVERY_SELF");
    /* The person, who is an administrator too, confirms it: no. */
    (void)add(s, "third", s->region, ROLE_ADMINISTRATOR);
    struct recovery_command c = opened(s, p.second.person);
    state_refuse(s, actor_of(p.second), do_confirm, &c, "RECOVERY_SELF");
    state_refuse(s, actor_of(p.second), do_hand_over, &c, "RECOVERY_SELF");
    /* Who opened it confirms it, here or in another office: no. */
    state_refuse(s, state_admin(s), do_confirm, &c, "RECOVERY_OWN");
    struct text3 title = {S("x"), S("x"), S("x")};
    struct office_command o = {.body_id = s->region, .role = ROLE_HEAD, .title = title, .on = S("2026-01-05")};
    state_do(s, state_admin(s), do_office_add, &o);
    struct appointment_command also = {.office_id = o.id, .person_id = s->admin, .on = S("2026-01-05")};
    state_do(s, state_admin(s), do_appointment_add, &also);
    state_refuse(s, state_staff(s->admin, o.id, s->region, ROLE_HEAD), do_confirm, &c, "RECOVERY_OWN");
    assert_false(row_of(s, c.id).confirmed_at.has);
    state_check(s);
}

static void others_open_and_confirm_nothing(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    struct recovery_command c = opened(s, s->clerk);
    struct recovery_command mine = {.person_id = s->auditor, .reason = S("x"), .checked = S("y")};
    struct actor clerk = state_staff(s->clerk, s->clerk_office, s->city, ROLE_REGISTRAR);
    struct actor auditor = state_staff(s->auditor, s->auditor_office, s->region, ROLE_AUDITOR);
    state_refuse(s, auditor, do_confirm, &c, "POLICY_ROLE");
    state_refuse(s, clerk, do_confirm, &c, "RECOVERY_SELF");
    state_refuse(s, clerk, do_open, &mine, "POLICY_ROLE");
    state_refuse(s, actor_visitor(), do_open, &mine, "POLICY_SIGN_IN");
    state_refuse(s, actor_visitor(), do_confirm, &c, "POLICY_SIGN_IN");
    state_refuse(s, actor_operator(), do_confirm, &c, "POLICY_ROLE"); /* the operator has `birge user reset` */
    /* Whoever left office since the request came. */
    struct person_command gone = {.id = p.second.person, .seen = SEEN_ANY};
    state_do(s, state_admin(s), do_person_disable, &gone);
    state_refuse(s, actor_of(p.second), do_confirm, &c, "POLICY_ENDED");
    state_refuse(s, actor_of(p.second), do_withdraw, &c, "POLICY_ENDED");
    c.id = 4711;
    state_refuse(s, state_admin(s), do_confirm, &c, "RECOVERY_UNKNOWN");
}

static void a_lone_administrator_is_told_of_the_operator(void **state)
{
    struct state *s = state_new(*state);
    struct recovery_command c = {.person_id = s->clerk, .reason = S("x"), .checked = S("y")};
    state_refuse(s, state_admin(s), do_open, &c, "RECOVERY_ALONE");
    assert_string_equal(s->last.verdict.next_id, "verdict.recovery.alone.next");
    /* A head of another body, or the person as head of their own, does not help; the head of their body does. */
    (void)add(s, "other.head", s->health, ROLE_HEAD);
    state_refuse(s, state_admin(s), do_open, &c, "RECOVERY_ALONE");
    struct one head = add(s, "head", s->city, ROLE_HEAD);
    struct recovery_command of_head = {.person_id = head.person, .reason = S("x"), .checked = S("y")};
    state_refuse(s, state_admin(s), do_open, &of_head, "RECOVERY_ALONE");
    state_do(s, state_admin(s), do_open, &c);
}

/* ---- in which order, how often, how long ---- */

static void each_step_is_taken_once_and_in_order(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    struct recovery_command c = opened(s, s->clerk);
    struct recovery_command again = c;
    state_refuse(s, state_admin(s), do_open, &again, "RECOVERY_OPEN");
    state_refuse(s, state_admin(s), do_hand_over, &c, "RECOVERY_NOT_CONFIRMED");
    state_do(s, actor_of(p.second), do_confirm, &c);
    state_refuse(s, actor_of(p.head), do_confirm, &c, "RECOVERY_CONFIRMED");
    state_refuse(s, actor_of(p.second), do_hand_over, &c, "RECOVERY_NOT_OWN");
    state_do(s, state_admin(s), do_hand_over, &c);
    state_refuse(s, state_admin(s), do_hand_over, &c, "RECOVERY_HANDED");
    state_do(s, actor_of(p.second), do_withdraw, &c);
    state_refuse(s, actor_of(p.second), do_withdraw, &c, "RECOVERY_ENDED");
    state_refuse(s, state_admin(s), do_hand_over, &c, "RECOVERY_ENDED");
    assert_null(row_of(s, c.id).code.p);
    (void)opened(s, s->clerk); /* and another may follow */
    state_check(s);
}

static void a_request_expires(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    s->config->recovery_hours = 24;
    state_serve(s);
    struct recovery_command c = opened(s, s->clerk);
    assert_int_equal(row_of(s, c.id).expires_at, row_of(s, c.id).opened_at + 24 * HOUR);
    s->now += 23 * HOUR;
    state_do(s, actor_of(p.second), do_confirm, &c);
    state_do(s, state_admin(s), do_hand_over, &c);
    s->now += HOUR;
    assert_int_equal(device_password(state_client(s), "clerk", c.code).status, 422);
    state_refuse(s, state_admin(s), do_withdraw, &c, "RECOVERY_ENDED");
    state_do(s, actor_clock(), do_sweep, NULL);
    assert_str(row_of(s, c.id).ended_how, "expired");
    assert_null(row_of(s, c.id).code.p);
    assert_str(last_verb(s, s->clerk), "recovery_ended");
    int64_t events = state_events(s);
    state_do(s, actor_clock(), do_sweep, NULL);
    assert_int_equal(state_events(s), events);
    (void)opened(s, s->clerk);
    state_check(s);
}

static void an_old_request_does_not_stand_in_the_way_before_the_clock_has_swept(void **state)
{
    struct state *s = state_new(*state);
    (void)add_people(s);
    struct recovery_command old = opened(s, s->clerk);
    s->now += 25 * HOUR;
    struct recovery_command c = opened(s, s->clerk);
    assert_str(row_of(s, old.id).ended_how, "expired");
    assert_false(row_of(s, c.id).ended_at.has);
    state_check(s);
}

/* ---- whom it is about ---- */

static void the_person_cancels_it_by_signing_in(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    s->config->sign_in_second_factor = S("required");
    state_serve(s);
    struct device d = device_enrolled(s, "clerk");
    struct recovery_command c = opened(s, s->clerk);
    state_do(s, actor_of(p.second), do_confirm, &c);
    state_do(s, state_admin(s), do_hand_over, &c);
    s->now += STEP;
    struct http_client *b = state_client(s);
    assert_int_equal(device_password(b, "clerk", STATE_PASSWORD).status, 303);
    assert_false(row_of(s, c.id).ended_at.has); /* the password alone is not they */
    assert_int_equal(device_again(b, device_code(s->a, &d, s->now)).status, 303);
    assert_str(row_of(s, c.id).ended_how, "signed_in");
    struct http_reply account = http_get(b, "/ru/staff");
    assert_true(http_contains(&account, "Вы вошли сами, поэтому она отменена"));
    assert_true(http_contains(&account, "Person admin") && http_contains(&account, "Сотрудник вошёл сам"));
    assert_int_equal(device_password(state_client(s), "clerk", c.code).status, 422);
    state_check(s);
}

static void until_the_new_password_is_set_the_old_way_in_works(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    s->config->sign_in_second_factor = S("required");
    state_serve(s);
    struct device d = device_enrolled(s, "clerk");
    struct recovery_command c = opened(s, s->clerk);
    assert_int_equal(device_password(state_client(s), "clerk", "0000-0000-0000-0000").status, 422);
    state_do(s, actor_of(p.second), do_confirm, &c);
    assert_int_equal(device_password(state_client(s), "clerk", "").status, 422);
    state_do(s, state_admin(s), do_hand_over, &c);
    struct http_client *half = state_client(s);
    assert_int_equal(device_password(half, "auditor", c.code).status, 422); /* it is nobody else's */
    assert_int_equal(device_password(half, "clerk", c.code).status, 303);
    struct http_reply page = http_get(half, "/ru/staff/sign-in");
    s->now += STEP;
    struct http_client *b = state_client(s);
    assert_int_equal(device_sign_in(b, "clerk", device_code(s->a, &d, s->now)).status, 303);
    /* That ended it: the half-open session of the code sets no password any more. */
    const char *const own[] = {"password", "green kettles whistle", "to", "", NULL};
    struct http_reply r = http_post_form(half, "/ru/staff/sign-in/password", own, http_csrf(&page));
    assert_int_equal(r.status, 422);
    assert_int_equal(device_password(state_client(s), "clerk", "green kettles whistle").status, 422);
    assert_int_equal(http_get(b, "/ru/staff").status, 200);
    state_check(s);
}

static void a_code_that_was_begun_and_left_can_be_used_again_until_it_is_done(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    state_serve(s);
    struct recovery_command c = opened(s, s->clerk);
    state_do(s, actor_of(p.second), do_confirm, &c);
    state_do(s, state_admin(s), do_hand_over, &c);
    assert_int_equal(device_password(state_client(s), "clerk", c.code).status, 303); /* and goes away */
    s->now += 11 * MINUTE;
    struct http_client *b = state_client(s);
    assert_int_equal(device_password(b, "clerk", c.code).status, 303);
    struct http_reply page = http_get(b, "/ru/staff/sign-in");
    const char *const weak[] = {"password", "password1234", "to", "", NULL};
    assert_int_equal(http_post_form(b, "/ru/staff/sign-in/password", weak, http_csrf(&page)).status, 422);
    const char *const own[] = {"password", "green kettles whistle", "to", "", NULL};
    assert_int_equal(http_post_form(b, "/ru/staff/sign-in/password", own, http_csrf(&page)).status, 303);
    assert_int_equal(http_get(b, "/ru/staff").status, 200);
    assert_int_equal(device_password(state_client(s), "clerk", c.code).status, 422);
    state_check(s);
}

static void whoever_is_disabled_is_not_let_in(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    state_serve(s);
    struct recovery_command c = opened(s, s->clerk);
    state_do(s, actor_of(p.second), do_confirm, &c);
    state_do(s, state_admin(s), do_hand_over, &c);
    struct person_command gone = {.id = s->clerk, .seen = SEEN_ANY};
    state_do(s, state_admin(s), do_person_disable, &gone);
    assert_int_equal(device_password(state_client(s), "clerk", c.code).status, 422);
    struct recovery_command again = {.person_id = s->clerk, .reason = S("x"), .checked = S("y")};
    state_refuse(s, state_admin(s), do_open, &again, "PERSON_DISABLED");
}

/* A login that is an address gets a letter with each step that the person should know of. */
static void a_person_with_an_address_is_written_to(void **state)
{
    struct state *s = state_new(*state);
    struct people p = add_people(s);
    struct one them = add(s, "a.person@example.org", s->city, ROLE_EXECUTOR);
    struct recovery_command c = opened(s, them.person);
    state_do(s, actor_of(p.second), do_confirm, &c);
    struct core_q_deliveries_open_row *letters;
    size_t n;
    assert_ok(core_q_deliveries_open(s->a, s->read, 1, 0, 10, &letters, &n));
    assert_int_equal(n, 2);
    assert_str(letters[0].recipient, "a.person@example.org");
    assert_true(str_find_str(letters[0].text, S("a.person@example.org")) != SIZE_MAX);
    assert_true(str_find_str(letters[1].subject, S("подтверждена")) != SIZE_MAX);
    (void)opened(s, s->clerk); /* no address: no letter, the account says it */
    assert_ok(core_q_deliveries_open(s->a, s->read, 1, 0, 10, &letters, &n));
    assert_int_equal(n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_persons_let_a_third_one_in_again),
        TEST(the_head_of_their_body_may_be_the_second_person),
        TEST(neither_of_the_two_is_the_person_and_the_two_are_two),
        TEST(others_open_and_confirm_nothing),
        TEST(a_lone_administrator_is_told_of_the_operator),
        TEST(each_step_is_taken_once_and_in_order),
        TEST(a_request_expires),
        TEST(an_old_request_does_not_stand_in_the_way_before_the_clock_has_swept),
        TEST(the_person_cancels_it_by_signing_in),
        TEST(until_the_new_password_is_set_the_old_way_in_works),
        TEST(a_code_that_was_begun_and_left_can_be_used_again_until_it_is_done),
        TEST(whoever_is_disabled_is_not_let_in),
        TEST(a_person_with_an_address_is_written_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

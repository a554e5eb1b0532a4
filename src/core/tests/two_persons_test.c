/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * two_persons_test.c - one asks, another says yes, and it ends by itself; each way around that is refused.
 */
#include "core/tests/state.h"

#include "core/two_persons.h"
#include "gen/core_queries.h"

#define HOUR INT64_C(3600000)

static const struct two_persons_kind opening = {"opening", 24 * HOUR, 2 * HOUR};
static const struct two_persons_kind at_once = {"erasure", 24 * HOUR, 0};

static struct err *do_ask(struct action *x)
{
    return two_persons_ask(x, &opening, x->command);
}

static struct err *do_ask_other(struct action *x)
{
    return two_persons_ask(x, &at_once, x->command);
}

static struct err *do_confirm(struct action *x)
{
    struct two_persons *t = x->command;
    return two_persons_confirm(x, &opening, t->id, t);
}

static struct err *do_confirm_other(struct action *x)
{
    struct two_persons *t = x->command;
    return two_persons_confirm(x, &at_once, t->id, t);
}

static struct err *do_withdraw(struct action *x)
{
    struct two_persons *t = x->command;
    return two_persons_end(x, t->id, S("withdrawn"));
}

static struct err *do_sweep(struct action *x)
{
    return two_persons_sweep(x);
}

static struct two_persons about(int64_t noun_id)
{
    return (struct two_persons){.noun = S("thing"), .noun_id = noun_id, .ground = S("court"), .note = S("Case 12.")};
}

static struct actor clerk(struct state *s)
{
    return state_staff(s->clerk, s->clerk_office, s->city, ROLE_REGISTRAR);
}

static bool live(struct state *s, const struct two_persons_kind *kind, int64_t noun_id, struct two_persons *ret)
{
    bool found;
    assert_ok(two_persons_live(s->a, s->read, 1, kind, S("thing"), noun_id, s->now, ret, &found));
    return found;
}

static void somebody_else_says_yes_and_it_holds_for_its_time(void **state)
{
    struct state *s = state_new(*state);
    struct two_persons t = about(7), now;
    state_do(s, clerk(s), do_ask, &t);
    assert_true(live(s, &opening, 7, &now));
    assert_true(two_persons_waits(&now, s->now) && !two_persons_holds(&now, s->now));
    s->now += 23 * HOUR;
    state_do(s, state_admin(s), do_confirm, &t);
    assert_true(live(s, &opening, 7, &now));
    assert_true(two_persons_holds(&now, s->now) && !two_persons_waits(&now, s->now));
    assert_int_equal(now.asked_by, s->clerk);
    assert_int_equal(now.confirmed_by, s->admin);
    assert_str(now.ground, "court");
    assert_true(two_persons_holds(&now, s->now + 2 * HOUR - 1));
    assert_false(two_persons_holds(&now, s->now + 2 * HOUR)); /* swept or not */
    s->now += 2 * HOUR;
    assert_false(live(s, &opening, 7, &now));
    state_do(s, actor_clock(), do_sweep, NULL);
    bool found;
    assert_ok(two_persons_load(s->a, s->read, 1, t.id, &now, &found));
    assert_str(now.ended_how, "expired");
    state_check_digest(s, S("two_persons"), t.id);
}

static void nobody_is_their_own_second_person(void **state)
{
    struct state *s = state_new(*state);
    struct two_persons t = about(1);
    state_do(s, clerk(s), do_ask, &t);
    state_refuse(s, clerk(s), do_confirm, &t, "TWO_PERSONS_SAME");
    /* The operator is one person too. */
    struct two_persons o = about(2);
    state_do(s, actor_operator(), do_ask, &o);
    state_refuse(s, actor_operator(), do_confirm, &o, "TWO_PERSONS_SAME");
    state_do(s, state_admin(s), do_confirm, &o);
    /* A third one adds nothing. */
    state_refuse(s, clerk(s), do_confirm, &o, "TWO_PERSONS_CONFIRMED");
}

static void a_late_a_withdrawn_and_a_strange_request_are_refused(void **state)
{
    struct state *s = state_new(*state);
    struct two_persons t = about(1), strange = {.id = 99};
    state_refuse(s, state_admin(s), do_confirm, &strange, "TWO_PERSONS_UNKNOWN");
    state_do(s, clerk(s), do_ask, &t);
    state_refuse(s, state_admin(s), do_confirm_other, &t, "TWO_PERSONS_UNKNOWN"); /* of another kind */
    s->now += 24 * HOUR;
    state_refuse(s, state_admin(s), do_confirm, &t, "TWO_PERSONS_ENDED");
    state_do(s, clerk(s), do_ask, &t); /* the old one gives way */
    state_refuse(s, clerk(s), do_ask, &t, "TWO_PERSONS_OPEN");
    state_do(s, clerk(s), do_withdraw, &t);
    state_refuse(s, state_admin(s), do_confirm, &t, "TWO_PERSONS_ENDED");
    state_refuse(s, clerk(s), do_withdraw, &t, "TWO_PERSONS_ENDED");
}

static void kinds_and_things_do_not_mix(void **state)
{
    struct state *s = state_new(*state);
    struct two_persons one = about(1), two = about(2), other = about(1), found;
    state_do(s, clerk(s), do_ask, &one);
    state_do(s, clerk(s), do_ask, &two);
    state_do(s, clerk(s), do_ask_other, &other);
    state_do(s, state_admin(s), do_confirm_other, &other);
    assert_true(live(s, &opening, 1, &found) && found.id == one.id && !found.confirmed_at);
    assert_true(live(s, &at_once, 1, &found) && found.id == other.id);
    assert_int_equal(found.expires_at, other.asked_at + 24 * HOUR); /* done at once: no longer for the second yes */
    struct two_persons *all;
    size_t n;
    assert_ok(two_persons_list(s->a, s->read, 1, &opening, 0, 10, &all, &n));
    assert_int_equal(n, 2);
    assert_ok(two_persons_about(s->a, s->read, 1, S("thing"), 1, 10, &all, &n));
    assert_int_equal(n, 2);
    assert_int_equal(all[0].id, other.id);
    assert_ok(two_persons_about(s->a, s->read, 2, S("thing"), 1, 10, &all, &n)); /* another realm */
    assert_int_equal(n, 0);
}

static void who_left_office_says_yes_to_nothing(void **state)
{
    struct state *s = state_new(*state);
    struct two_persons t = about(1);
    state_do(s, state_admin(s), do_ask, &t);
    struct person_command c = {.id = s->clerk, .seen = state_seen(s, "person", s->clerk)};
    state_do(s, state_admin(s), do_person_disable, &c);
    state_refuse(s, clerk(s), do_confirm, &t, "POLICY_ENDED");
    struct two_persons other = about(2);
    state_refuse(s, clerk(s), do_ask, &other, "POLICY_ENDED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(somebody_else_says_yes_and_it_holds_for_its_time),
        TEST(nobody_is_their_own_second_person),
        TEST(a_late_a_withdrawn_and_a_strange_request_are_refused),
        TEST(kinds_and_things_do_not_mix),
        TEST(who_left_office_says_yes_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

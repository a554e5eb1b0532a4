/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy_test.c - every cell of core's own table: each role against each action, and the reasons of a "no".
 */
#include "tests/test.h"

#include "core/calendar.h"
#include "core/policy_rows.h"

static const char *const actions[] = {
    MAY_SEE_ADMIN,   MAY_CHANGE_BODIES, MAY_CHANGE_OFFICES, MAY_CHANGE_PEOPLE, MAY_CHANGE_REALM,
    CALENDAR_CHANGE, MAY_SEE_JOURNAL,   MAY_KEEP_OWN,       "core.unheard_of",
};
#define N_ACTIONS (sizeof actions / sizeof actions[0])

/* Written anew, not derived from the rows: '1' may. Columns as `actions`. */
static const char *const cells[N_ROLES] = {
    [ROLE_VISITOR] = "000000000",       [ROLE_APPLICANT] = "000000000", [ROLE_REGISTRAR] = "000000010",
    [ROLE_EXECUTOR] = "000000010",      [ROLE_HEAD] = "000000010",      [ROLE_ADMINISTRATOR] = "111111010",
    [ROLE_AUDITOR] = "000000110",       [ROLE_OPERATOR] = "111111100",  [ROLE_CLOCK] = "000000000",
};

static struct actor actor_of(enum role role)
{
    if (role == ROLE_VISITOR)
        return actor_visitor();
    if (role == ROLE_OPERATOR)
        return actor_operator();
    if (role == ROLE_CLOCK)
        return actor_clock();
    if (role == ROLE_APPLICANT)
        return (struct actor){.kind = ACTOR_APPLICANT, .role = role, .noun = S("appeal"), .noun_id = 1};
    return (struct actor){.kind = ACTOR_STAFF, .role = role, .person_id = 1, .office_id = 2, .body_id = 3};
}

static void every_role_may_exactly_what_the_table_says(void **state)
{
    const struct policy_row *const tables[] = {core_policy_rows};
    const size_t sizes[] = {CORE_POLICY_ROWS};
    struct policy p = policy_join(*state, tables, sizes, 1);
    struct policy_subject nothing = {.state = POLICY_STATELESS};
    for (int role = 0; role < N_ROLES; role++) {
        assert_int_equal(strlen(cells[role]), N_ACTIONS);
        for (size_t i = 0; i < N_ACTIONS; i++) {
            struct actor who = actor_of((enum role)role);
            struct verdict fine = policy_ask(&p, &who, actions[i], &nothing);
            struct verdict coarse = policy_ask_coarse(&p, &who, actions[i]);
            if (fine.allowed != (cells[role][i] == '1') || coarse.allowed != fine.allowed)
                fail_msg("%s, %s: %d and %d", role_name((enum role)role).p, actions[i], fine.allowed, coarse.allowed);
            if (!fine.allowed)
                assert_string_equal(fine.code, role == ROLE_VISITOR ? "POLICY_SIGN_IN" : "POLICY_ROLE");
        }
    }
}

static void no_row_of_core_is_empty_or_stands_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < CORE_POLICY_ROWS; i++)
        assert_non_null(core_policy_rows[i].action);
    for (size_t i = 0; i < CORE_POLICY_ROWS; i++)
        for (size_t k = i + 1; k < CORE_POLICY_ROWS; k++)
            assert_false(core_policy_rows[i].role == core_policy_rows[k].role &&
                         strcmp(core_policy_rows[i].action, core_policy_rows[k].action) == 0);
}

/* ---- scopes and states, over a table made for the purpose ---- */

static const struct policy_row case_rows[] = {
    {ROLE_EXECUTOR, "t.answer", SCOPE_OWN_OFFICE, 1u << 1},
    {ROLE_REGISTRAR, "t.see", SCOPE_OWN_BODY, POLICY_EVERY_STATE},
    {ROLE_APPLICANT, "t.see", SCOPE_OWN_CASE, POLICY_EVERY_STATE},
};

static const char *ask(struct policy *p, struct actor who, const char *action, struct policy_subject s)
{
    struct verdict v = policy_ask(p, &who, action, &s);
    return v.allowed ? "yes" : v.code;
}

static void a_no_names_the_nearest_reason(void **state)
{
    const struct policy_row *const tables[] = {case_rows};
    const size_t sizes[] = {sizeof case_rows / sizeof case_rows[0]};
    struct policy p = policy_join(*state, tables, sizes, 1);
    struct actor executor = actor_of(ROLE_EXECUTOR);
    struct actor registrar = actor_of(ROLE_REGISTRAR);
    struct actor author = actor_of(ROLE_APPLICANT);
    struct policy_subject mine = {.noun = S("appeal"), .noun_id = 1, .body_id = 3, .office_id = 2, .state = 1u << 1};
    struct policy_subject other = {.noun = S("appeal"), .noun_id = 9, .body_id = 8, .office_id = 7, .state = 1u << 1};
    struct policy_subject closed = mine;
    struct policy_subject accused = mine;
    closed.state = 1u << 4;
    accused.accused_body_id = 3;

    assert_string_equal(ask(&p, executor, "t.answer", mine), "yes");
    assert_string_equal(ask(&p, executor, "t.answer", other), "POLICY_NOT_YOURS");
    assert_string_equal(ask(&p, executor, "t.answer", closed), "POLICY_STATE");
    assert_string_equal(ask(&p, executor, "t.answer", accused), "POLICY_ACCUSED");
    assert_string_equal(ask(&p, registrar, "t.answer", mine), "POLICY_ROLE");
    assert_string_equal(ask(&p, registrar, "t.see", accused), "POLICY_ACCUSED");
    assert_string_equal(ask(&p, author, "t.see", mine), "yes");
    assert_string_equal(ask(&p, author, "t.see", other), "POLICY_NOT_YOURS");
    assert_string_equal(ask(&p, actor_visitor(), "t.see", mine), "POLICY_CODE");
    assert_string_equal(ask(&p, actor_visitor(), "t.answer", mine), "POLICY_SIGN_IN");
    mine.noun = S("petition"); /* the same number of another noun is another thing */
    assert_string_equal(ask(&p, author, "t.see", mine), "POLICY_NOT_YOURS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_role_may_exactly_what_the_table_says),
        TEST(no_row_of_core_is_empty_or_stands_twice),
        TEST(a_no_names_the_nearest_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

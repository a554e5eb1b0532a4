/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy_test.c - over every role, action and state: what the policy table says is what store and verbs do.
 *
 * Source: trust.md section 5: the second path that forgets the check is the field's commonest hole.
 */
#include "institutions/reception/tests/fixture.h"

/* == one case in every state == */

static int64_t case_in(struct fixture *f, enum appeal_state state)
{
    int64_t id = fixture_submit(f, f->at[F_ROADS].body, f->at[F_COURT].body)->id;
    if (state == APPEAL_REGISTERED)
        return id;
    if (state == APPEAL_FORWARDED) {
        struct forward_command c = {id, f->at[F_WATER].body, S("Құзыреті басқа.")};
        (void)fixture_do(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_forward, &c);
        return id;
    }
    fixture_assign(f, id);
    if (state == APPEAL_ASSIGNED)
        return id;
    fixture_answer(f, id, state == APPEAL_REFUSED);
    if (state == APPEAL_SOLVED || state == APPEAL_NOT_SOLVED) {
        struct opinion_command c = {id, 1, state == APPEAL_SOLVED, S("")};
        (void)fixture_do(f, reception_applicant_of(id), reception_say_opinion, &c);
    }
    return id;
}

/* == each action by its own path == */

/* What the verb would do, undone: the next cell finds the same case. */
struct probe {
    struct err *(*verb)(struct action *x);
    void *command;
};

static struct err *probe(struct action *x)
{
    struct probe *p = x->command;
    x->command = p->command;
    struct err *e = p->verb(x);
    if (e)
        return e;
    return ERR(x->a, ERR_CONFLICT, "undone on purpose");
}

/* Is it the policy that refuses, rather than the law? */
static bool is_policy(const struct verdict *v)
{
    return !v->allowed && (str_starts(str_c(v->code), S("POLICY_")) || strcmp(v->code, "CASE_UNKNOWN") == 0);
}

static struct verdict by_verb(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x),
                              void *command)
{
    struct probe p = {verb, command};
    struct arena *a = arena_new("probe", 0);
    struct action x = {.command = &p};
    struct err *e = action_run(a, f->site, who, probe, &x);
    assert_non_null(e);
    if (e->code != ERR_CONFLICT && e->code != ERR_INPUT)
        print_error("%s\n", err_text(a, e).p);
    assert_true(e->code == ERR_CONFLICT || e->code == ERR_INPUT);
    struct verdict v = is_policy(&x.verdict) ? x.verdict : verdict_yes();
    arena_free(a);
    return v;
}

static struct verdict by_store(struct fixture *f, struct actor who, int64_t id, bool is_applicant)
{
    const struct reception_case *c = NULL;
    struct verdict v;
    struct str number = fixture_appeal(f, id).number;
    assert_ok(reception_store_open(f->a, f->read, f->site, &who, number, S(""), true, &c, &v));
    if (!is_applicant)
        return v;
    if (!v.allowed)
        return v;
    return c->applicant ? verdict_yes() : verdict_no("POLICY_ROLE", "", "", (struct str){0});
}

static struct verdict by_path(struct fixture *f, struct actor who, const char *action, int64_t id)
{
    struct stored_file file = fixture_file(f, "x.pdf", 'x');
    struct assign_command assign = {id, f->at[F_ROADS].colleague, S("x")};
    struct forward_command forward = {id, f->at[F_HEALTH].body, S("x")};
    struct answer_command answer = fixture_answer_command(f, id, false);
    struct answer_command refusal = fixture_answer_command(f, id, true);
    struct file_command add = {id, file};
    struct opinion_command opinion = {id, 1, true, S("x")};
    struct kind_command kind = {id, S("proposal")};
    struct language_command language = {id, S("en")};
    struct identity_command identity = {id, IDENTITY_PAPER, S("x"), S("x")};
    struct contact_send_command contact = {id};
    struct renew_command renew = {id, S("x")};
    const struct {
        const char *action;
        struct err *(*verb)(struct action *x);
        void *command;
    } paths[] = {
        {RECEPTION_ASSIGN, reception_assign, &assign},
        {RECEPTION_FORWARD, reception_forward, &forward},
        {RECEPTION_ANSWER, reception_answer, &answer},
        {RECEPTION_REFUSE, reception_answer, &refusal},
        {RECEPTION_ADD_FILE, reception_add_file, &add},
        {RECEPTION_ADD_ANSWER_FILE, reception_add_answer_file, &add},
        {RECEPTION_SAY_OPINION, reception_say_opinion, &opinion},
        {RECEPTION_CORRECT_KIND, reception_correct_kind, &kind},
        {RECEPTION_CORRECT_LANGUAGE, reception_correct_language, &language},
        {RECEPTION_CHECK_IDENTITY, reception_check_identity, &identity},
        {RECEPTION_CONFIRM_CONTACT, reception_contact_send, &contact},
        {RECEPTION_RENEW_CODE, reception_renew_code, &renew},
    };
    if (strcmp(action, RECEPTION_OPEN) == 0)
        return by_store(f, who, id, false);
    if (strcmp(action, RECEPTION_SEE_APPLICANT) == 0)
        return by_store(f, who, id, true);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (strcmp(paths[i].action, action) == 0)
            return by_verb(f, who, paths[i].verb, paths[i].command);
    fail_msg("no path for %s", action);
    return verdict_yes();
}

static const char *const case_actions[] = {
    RECEPTION_OPEN,
    RECEPTION_SEE_APPLICANT,
    RECEPTION_ASSIGN,
    RECEPTION_FORWARD,
    RECEPTION_ANSWER,
    RECEPTION_REFUSE,
    RECEPTION_ADD_FILE,
    RECEPTION_ADD_ANSWER_FILE,
    RECEPTION_SAY_OPINION,
    RECEPTION_CORRECT_KIND,
    RECEPTION_CORRECT_LANGUAGE,
    RECEPTION_CHECK_IDENTITY,
    RECEPTION_CONFIRM_CONTACT,
    RECEPTION_RENEW_CODE,
};
#define N_CASE_ACTIONS (sizeof case_actions / sizeof case_actions[0])

/* == who asks == */

struct asker {
    const char *name;
    struct actor who;
};

static size_t askers(struct fixture *f, int64_t id, struct asker *ret)
{
    size_t n = 0;
    static const enum fixture_body bodies[] = {F_ROADS, F_WATER, F_CITY,
                                               F_COURT}; /* holder or not, above, accused */
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        const struct fixture_offices *at = &f->at[bodies[i]];
        ret[n++] = (struct asker){"registrar", fixture_staff(f, at->registrar)};
        ret[n++] = (struct asker){"executor", fixture_staff(f, at->executor)};
        ret[n++] = (struct asker){"colleague", fixture_staff(f, at->colleague)};
        ret[n++] = (struct asker){"head", fixture_staff(f, at->head)};
    }
    ret[n++] = (struct asker){"administrator", fixture_staff(f, f->administrator)};
    ret[n++] = (struct asker){"auditor", fixture_staff(f, f->auditor)};
    ret[n++] = (struct asker){"author", reception_applicant_of(id)};
    ret[n++] = (struct asker){"author of another", reception_applicant_of(id + 1)};
    ret[n++] = (struct asker){"visitor", actor_visitor()};
    ret[n++] = (struct asker){"operator", actor_operator()};
    ret[n++] = (struct asker){"clock", actor_clock()};
    return n;
}

static void every_path_gives_the_verdict_of_the_table(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    size_t n_yes = 0;
    size_t n_cells = 0;
    for (int s = 0; s < N_APPEAL_STATES; s++) {
        int64_t id = case_in(f, (enum appeal_state)s);
        struct appeal p = fixture_appeal(f, id);
        struct policy_subject subject = reception_rules_subject(&p);
        struct asker list[32];
        size_t n = askers(f, id, list);
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < N_CASE_ACTIONS; k++, n_cells++) {
                struct verdict is = by_path(f, list[i].who, case_actions[k], id);
                struct verdict want = policy_ask(&f->site->policy, &list[i].who, case_actions[k], &subject);
                if (is.allowed != want.allowed)
                    print_error("%s, %s, %s: the table says %s, the path %s\n", list[i].name, case_actions[k],
                                appeal_state_name(p.state).p, want.allowed ? "yes" : want.code,
                                is.allowed ? "yes" : is.code);
                assert_int_equal(is.allowed, want.allowed);
                n_yes += want.allowed;
            }
        }
        fixture_check(f); /* and nothing was left behind */
    }
    assert_true(n_cells > 2000);
    assert_true(n_yes > 100 && n_yes < n_cells / 4);
}

/* The body complained of reaches nothing, whatever its office: when a case is held by it all the same,
 * something is wrong elsewhere, and the policy is the last door. */
static void staff_of_the_body_complained_of_is_never_near(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct appeal p = {.id = 1,
                       .holder_body_id = f->at[F_ROADS].body,
                       .holder_office_id = f->at[F_ROADS].executor,
                       .accused_body_id = f->at[F_ROADS].body};
    const int64_t offices[] = {f->at[F_ROADS].registrar, f->at[F_ROADS].executor, f->at[F_ROADS].head};
    for (int s = 0; s < N_APPEAL_STATES; s++) {
        p.state = (enum appeal_state)s;
        for (size_t i = 0; i < 3; i++) {
            struct actor who = fixture_staff(f, offices[i]);
            for (size_t k = 0; k < N_CASE_ACTIONS; k++)
                assert_false(reception_store_may(f->site, &who, case_actions[k], &p).allowed);
        }
    }
}

/* An applicant cannot tell another's case from none at all. */
static void another_case_looks_like_none(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct submit_result *mine = fixture_submit(f, 0, 0);
    struct submit_result *theirs = fixture_submit(f, 0, 0);
    const struct reception_case *c = NULL;
    struct verdict none;
    struct verdict other;
    struct actor who = reception_applicant_of(mine->id);
    assert_ok(
        reception_store_open(f->a, f->read, f->site, &who, S("2026-0009999-9"), S(""), true, &c, &none));
    assert_ok(reception_store_open(f->a, f->read, f->site, &who, theirs->number, S(""), true, &c, &other));
    assert_null(c);
    assert_string_equal(none.code, "CASE_UNKNOWN");
    assert_string_equal(other.code, none.code);
    assert_string_equal(other.text_id, none.text_id);
    assert_int_equal(other.n_facts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_path_gives_the_verdict_of_the_table),
        TEST(staff_of_the_body_complained_of_is_never_near),
        TEST(another_case_looks_like_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

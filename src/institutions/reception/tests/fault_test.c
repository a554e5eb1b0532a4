/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fault_test.c - each call of the database fails in turn, in each verb of the main path: nothing is half
 * done.
 *
 * Source: trust.md, P12; style.md B12 (fault injection).
 */
#include "institutions/reception/tests/fixture.h"

#include "base/log.h"

/* What is stored, as far as a half-done verb could show. */
struct stored {
    size_t cases, requests_like, events, moves, notices;
    enum appeal_state state; /* of case 1; N_APPEAL_STATES without one */
};

static struct stored look(struct fixture *f)
{
    struct stored s = {.state = N_APPEAL_STATES};
    struct case_roots *roots;
    struct history_event *events;
    struct move *moves;
    struct known_request request;
    bool found;
    struct hash key = HASH(STR("birge request key v1\n"), STR("fault"));
    assert_ok(reception_load_roots(f->a, f->read, 1, 0, 100, &roots, &s.cases));
    assert_ok(reception_load_request(f->a, f->read, 1, hash_str(&key), &request, &found));
    s.requests_like = found;
    assert_ok(history_of(f->a, f->read, 1, APPEAL_NOUN, 1, &events, &s.events));
    assert_ok(reception_load_moves(f->a, f->read, 1, 1, &moves, &s.moves));
    if (s.cases > 0)
        s.state = fixture_appeal(f, 1).state;
    return s;
}

static bool stored_eq(const struct stored *x, const struct stored *y)
{
    return x->cases == y->cases && x->requests_like == y->requests_like && x->events == y->events &&
           x->moves == y->moves && x->state == y->state;
}

/* Run `verb` with the n-th call failing, n = 1, 2 ... until it succeeds; before that nothing may have
 * changed. The first calls belong to opening; those that fail there are passed over by the writer's own
 * tests. */
static int fail_each_call(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x),
                          void *command, enum err_code code)
{
    struct stored before = look(f);
    fixture_check(f);
    for (int n = 1; n < 400; n++) {
        fixture_reopen(f, &(struct db_options){.fault_at = n, .fault_code = (int)code});
        struct err *e = fixture_run(f, who, verb, command);
        struct stored after = look(f);
        if (!e) {
            fixture_reopen(f, NULL);
            fixture_check(f);
            assert_false(stored_eq(&before, &after));
            return n;
        }
        if (!stored_eq(&before, &after))
            print_error("call %d failed, and something stayed\n", n);
        assert_true(stored_eq(&before, &after));
        assert_true(f->last.verdict.allowed); /* a failure is no refusal */
    }
    fail_msg("the verb never succeeded");
    return 0;
}

static void main_path_with(struct fixture *f, enum err_code code)
{
    struct submit_command submit = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    struct stored_file file = fixture_file(f, "a.pdf", 'a');
    submit.key = S("fault");
    submit.files = &file;
    submit.n_files = 1;
    int n = fail_each_call(f, actor_visitor(), reception_submit, &submit, code);
    assert_true(n > 40); /* many calls were tried */
    if (code == ERR_FULL)
        return; /* what differs is the transaction, not the verb */
    struct forward_command forward = {1, f->at[F_WATER].body, S("Құзыреті басқа.")};
    (void)fail_each_call(f, fixture_staff(f, f->at[F_ROADS].registrar), reception_forward, &forward, code);
    fixture_assign(f, 1);
    struct answer_command answer = fixture_answer_command(f, 1, false);
    (void)fail_each_call(f, fixture_staff(f, f->at[F_WATER].executor), reception_answer, &answer, code);
    struct opinion_command opinion = {1, 1, true, S("")};
    (void)fail_each_call(f, reception_applicant_of(1), reception_say_opinion, &opinion, code);
}

static void a_failing_database_leaves_nothing_half_done(void **state)
{
    main_path_with(fixture_new(*state, NULL), ERR_DB);
}

/* SQLite ends the transaction behind the savepoint when the disk is full. */
static void a_full_disk_leaves_nothing_half_done(void **state)
{
    main_path_with(fixture_new(*state, NULL), ERR_FULL);
}

int main(void)
{
    log_set_level((enum log_level)(LOG_ERROR + 1)); /* hundreds of lost batches are what is wanted here */
    const struct CMUnitTest tests[] = {
        TEST(a_failing_database_leaves_nothing_half_done),
        TEST(a_full_disk_leaves_nothing_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

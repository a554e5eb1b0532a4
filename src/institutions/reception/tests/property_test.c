/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * property_test.c - what holds for any tree of bodies, any history, and any number of people at once.
 *
 * Random numbers come from a fixed seed, so a failure comes back.
 */
#include "institutions/reception/tests/fixture.h"

#include <pthread.h>

#include "core/audit.h"
#include "core/keys.h"
#include "institutions/reception/store_figures.h"

/* xorshift64*: small, known, the same everywhere. */
static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(2685821657736338717);
}

static int64_t below(uint64_t *seed, int64_t n)
{
    return (int64_t)(next(seed) % (uint64_t)n);
}

/* == random trees == */

#define MAX_BODIES 24

/* Parents have smaller ids or are 0: several trees. Some bodies are closed. */
static struct directory random_tree(struct arena *a, uint64_t *seed)
{
    struct directory d = {.bodies = ARENA_ARRAY(a, MAX_BODIES, struct body)};
    d.n_bodies = (size_t)(2 + below(seed, MAX_BODIES - 2));
    for (size_t i = 0; i < d.n_bodies; i++)
        d.bodies[i] = (struct body){
            .id = (int64_t)i + 1,
            .parent_id = i == 0 || below(seed, 6) == 0 ? 0 : 1 + below(seed, (int64_t)i),
            .is_intake = true,
            .is_closed = i > 0 && below(seed, 8) == 0,
        };
    return d;
}

/* The same question by another way: is `accused` among `body` and everything above it? Recursion over
 * children. */
static bool reaches(const struct directory *d, int64_t accused, int64_t body)
{
    if (accused == body)
        return true;
    for (size_t i = 0; i < d->n_bodies; i++)
        if (d->bodies[i].parent_id == accused && reaches(d, d->bodies[i].id, body))
            return true;
    return false;
}

static bool has_open_superior(const struct directory *d, int64_t body)
{
    for (int64_t up = d->bodies[body - 1].parent_id; up; up = d->bodies[up - 1].parent_id)
        if (!d->bodies[up - 1].is_closed)
            return true;
    return false;
}

static const struct profile *a_profile(struct arena *a)
{
    const struct profile *const *profiles;
    size_t n;
    assert_ok(profile_load_all(a, (struct str){0}, &profiles, &n));
    return profile_find(profiles, n, S("kz-2026"));
}

/* Source: issue: a forward never reaches the body complained of through any chain of parent bodies. */
static void no_tree_leads_a_case_to_the_body_complained_of(void **state)
{
    struct arena *a = *state;
    const struct profile *p = a_profile(a);
    struct calendar *calendar;
    uint64_t seed = 20260803;
    int n_forwarded = 0;
    int n_refused = 0;
    assert_ok(calendar_make(a, S("1111100"), NULL, 0, &calendar));
    for (int round = 0; round < 4000; round++) {
        struct arena_mark mark = arena_mark(a);
        struct directory d = random_tree(a, &seed);
        int64_t n = (int64_t)d.n_bodies;
        int64_t accused = 1 + below(&seed, n);
        int64_t chosen = below(&seed, n + 1);
        if (chosen && d.bodies[chosen - 1].is_closed)
            chosen = 0;
        struct route r = reception_rules_route(a, p, &d, chosen, accused, 20668);
        assert_true(r.body_id >= 1 && r.body_id <= n && !d.bodies[r.body_id - 1].is_closed);
        if (r.accused_decides) {
            assert_true(reaches(&d, accused, r.body_id));
            assert_false(has_open_superior(&d, accused)); /* really nobody */
        } else {
            assert_false(reaches(&d, accused, r.body_id));
        }
        struct appeal appeal = {.holder_body_id = r.body_id, .accused_body_id = accused,
                                .accused_decides = r.accused_decides};
        struct move first = {.kind = S("register"), .to_body_id = r.body_id};
        for (int64_t to = 1; to <= n; to++) {
            struct forward_facts f = {.appeal = &appeal, .directory = &d, .profile = p, .calendar = calendar,
                                      .to_body_id = to, .reason = S("x"), .moves = &first, .n_moves = 1,
                                      .arrived_on = 20668, .today = 20668};
            struct verdict v;
            assert_ok(reception_rules_forward(a, &f, &v));
            bool may = to != accused && to != r.body_id && !d.bodies[to - 1].is_closed &&
                       (r.accused_decides || !reaches(&d, accused, to));
            assert_int_equal(v.allowed, may);
            n_forwarded += v.allowed;
            n_refused += !v.allowed;
        }
        arena_rewind(a, mark);
    }
    assert_true(n_forwarded > 5000 && n_refused > 5000);
}

/* == many at once == */

#define THREADS 8
#define REPEATS 12

struct crowd {
    struct fixture *f;
    struct arena *a; /* of this sender alone */
    struct submit_command command;
    struct submit_result results[REPEATS];
    pthread_t thread;
};

static void *send_again_and_again(void *arg)
{
    struct crowd *c = arg;
    for (int i = 0; i < REPEATS; i++) {
        struct action x = {.command = &c->command};
        struct err *e = action_run(c->a, c->f->site, actor_visitor(), reception_submit, &x);
        if (e)
            print_error("%s\n", err_text(c->a, e).p);
        MUST(!e);
        c->results[i] = *(struct submit_result *)x.result;
    }
    return NULL;
}

/* Source: trust.md section 3 point 1; P8 in its kind: the same request many times at once is one appeal. */
static void the_same_request_from_many_at_once_is_one_appeal(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    struct crowd crowd[THREADS];
    struct submit_command command = fixture_submit_command(f, f->at[F_ROADS].body, 0);
    int n_first = 0;
    for (int i = 0; i < THREADS; i++) {
        crowd[i].f = f;
        crowd[i].a = arena_new("sender", 0);
        crowd[i].command = command;
        assert_int_equal(pthread_create(&crowd[i].thread, NULL, send_again_and_again, &crowd[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(crowd[i].thread, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        for (int k = 0; k < REPEATS; k++) {
            n_first += !crowd[i].results[k].is_repeat;
            assert_int_equal(crowd[i].results[k].id, crowd[0].results[0].id);
            assert_int_equal(crowd[i].results[k].received_at, crowd[0].results[0].received_at);
            assert_true(str_eq(crowd[i].results[k].code, crowd[0].results[0].code));
            assert_true(str_eq(crowd[i].results[k].number, crowd[0].results[0].number));
        }
    }
    assert_int_equal(n_first, 1);
    for (int i = 0; i < THREADS; i++)
        arena_free(crowd[i].a);
    struct case_roots *roots;
    size_t n;
    assert_ok(reception_load_roots(f->a, f->read, 1, 0, 100, &roots, &n));
    assert_int_equal(n, 1);
    fixture_check(f);
}

/* == random histories == */

/* Whose work it is: three times of four they do it, else anybody tries. */
enum whose { AUTHOR, REGISTRAR, EXECUTOR };

static struct actor random_actor(struct fixture *f, uint64_t *seed, int64_t id, enum whose whose)
{
    const struct fixture_offices *at = &f->at[below(seed, N_F_BODIES)];
    const int64_t anybody[] = {at->registrar, at->executor, at->colleague, at->head};
    struct appeal p = fixture_appeal(f, id);
    if (below(seed, 4) == 0)
        return below(seed, 5) == 0 ? reception_applicant_of(id) : fixture_staff(f, anybody[below(seed, 4)]);
    for (int i = 0; i < N_F_BODIES; i++)
        if (f->at[i].body == p.holder_body_id)
            at = &f->at[i];
    if (whose == AUTHOR)
        return reception_applicant_of(id);
    bool is_executor = whose == EXECUTOR && p.holder_office_id != 0;
    return fixture_staff(f, is_executor ? p.holder_office_id : below(seed, 5) ? at->registrar : at->head);
}

static struct err *random_step(struct fixture *f, uint64_t *seed, int64_t n_cases)
{
    int64_t id = 1 + below(seed, n_cases);
    const struct fixture_offices *to = &f->at[below(seed, N_F_BODIES)];
    struct appeal p = fixture_appeal(f, id);
    static const char *const kinds[] = {"application", "complaint", "proposal", "nonsense"};
    static const char *const languages[] = {"kk", "ru", "en", "xx"};
    const struct fixture_offices *home = to;
    for (int i = 0; i < N_F_BODIES && below(seed, 5); i++)
        if (f->at[i].body == p.holder_body_id)
            home = &f->at[i];
    struct assign_command assign = {id, below(seed, 2) ? home->executor : home->colleague, S("Себебі бар.")};
    struct forward_command forward = {id, to->body, S("Құзыреті басқа.")};
    struct answer_command answer = fixture_answer_command(f, id, below(seed, 2));
    struct opinion_command opinion = {id, 1 + below(seed, 2), below(seed, 2), S("")};
    struct kind_command kind = {id, str_c(kinds[below(seed, 4)])};
    struct language_command language = {id, str_c(languages[below(seed, 4)])};
    struct file_command file = {id, fixture_file(f, "x", (char)('a' + below(seed, 20)))};
    struct identity_command identity = {id, below(seed, 2) ? IDENTITY_PAPER : IDENTITY_CONTACT, S("құжат"),
                                        S("")};
    struct renew_command renew = {id, S("құжат")};
    struct contact_send_command contact = {id};
    struct contact_change_command change = {id, below(seed, 2) ? S("a@example.org") : S("b@example.org")};
    answer.blocks.outcome = str_printf(f->a, "%lld", (long long)below(seed, 3));
    answer.reason = S("Түзету.");
    f->now += below(seed, 4) * INT64_C(1800000);
    const struct {
        struct err *(*verb)(struct action *x);
        void *command;
        enum whose whose;
    } steps[] = {
        {reception_assign, &assign, REGISTRAR},
        {reception_assign, &assign, REGISTRAR},
        {reception_forward, &forward, REGISTRAR},
        {reception_forward, &forward, REGISTRAR},
        {reception_answer, &answer, EXECUTOR},
        {reception_say_opinion, &opinion, AUTHOR},
        {reception_correct_kind, &kind, REGISTRAR},
        {reception_correct_language, &language, AUTHOR},
        {reception_add_file, &file, AUTHOR},
        {reception_add_answer_file, &file, EXECUTOR},
        {reception_check_identity, &identity, REGISTRAR},
        {reception_renew_code, &renew, REGISTRAR},
        {reception_contact_send, &contact, AUTHOR},
        {reception_contact_change, &change, AUTHOR},
        {reception_contact_keep, &contact, AUTHOR},
        {reception_tick, NULL, REGISTRAR},
    };
    size_t at = (size_t)below(seed, (int64_t)(sizeof steps / sizeof steps[0]));
    return fixture_run(f, random_actor(f, seed, id, steps[at].whose), steps[at].verb, steps[at].command);
}

/* What an outsider with the public key finds: journal, log and facts agree. */
static void audit_finds_nothing(struct fixture *f)
{
    struct audit_report report;
    struct audit_options options = {.realm = 1, .vkey = log_key_public(f->site->keys->log)};
    assert_ok(audit(f->a, f->read, &options, &report));
    if (!report.is_sound)
        print_error("%.*s\n", STR_FMT(report.finding));
    assert_true(report.is_sound);
    assert_true(report.events > 300);
}

/* As after an upgrade: nothing is counted, which is known, until the clock's work counts it. */
static void check_catching_up(struct fixture *f)
{
    bool is_counted;
    struct month_count *counts;
    size_t n;
    (void)fixture_do(f, actor_operator(), reception_figures_drop, NULL);
    assert_ok(reception_figures_are_counted(f->a, f->read, 1, &is_counted));
    assert_false(is_counted);
    assert_ok(reception_load_months(f->a, f->read, 1, S("2000-01"), S("2100-12"), &counts, &n));
    assert_int_equal(n, 0);
    (void)fixture_do(f, actor_clock(), reception_tick, NULL);
    assert_ok(reception_figures_are_counted(f->a, f->read, 1, &is_counted));
    assert_true(is_counted);
    fixture_check(f);
}

static void every_history_keeps_the_invariants(void **state)
{
    struct fixture *f = fixture_new(*state, NULL);
    uint64_t seed = 7;
    bool reached[N_APPEAL_STATES] = {false};
    int n_done = 0;
    int64_t n_cases = 0;
    for (; n_cases < 24; n_cases++) {
        int64_t body = below(&seed, 3) ? f->at[below(&seed, N_F_BODIES)].body : 0;
        int64_t accused = below(&seed, 2) ? f->at[below(&seed, N_F_BODIES)].body : 0;
        (void)fixture_submit(f, body, accused);
    }
    for (int i = 0; i < 900; i++) {
        struct err *e = random_step(f, &seed, n_cases);
        if (e && e->code != ERR_INPUT)
            print_error("step %d: %s\n", i, err_text(f->a, e).p);
        assert_true(!e || e->code == ERR_INPUT); /* done, or refused; never a failure */
        n_done += !e;
        for (int64_t id = 1; i % 20 == 0 && id <= n_cases; id++)
            reached[fixture_appeal(f, id).state] = true;
        if (i % 100 == 99)
            fixture_check(f);
    }
    assert_true(n_done > 300);
    for (int i = 0; i < N_APPEAL_STATES; i++)
        assert_true(reached[i]);
    fixture_reopen(f, NULL);
    fixture_check(f);
    (void)fixture_do(f, actor_operator(), reception_rebuild, NULL);
    fixture_check(f);
    check_catching_up(f);
    audit_finds_nothing(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_tree_leads_a_case_to_the_body_complained_of),
        TEST(the_same_request_from_many_at_once_is_one_appeal),
        TEST(every_history_keeps_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

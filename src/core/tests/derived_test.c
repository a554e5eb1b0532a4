/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * derived_test.c - a value is worked out once for as long as its rows stay, and never outlives them.
 */
#include "core/derived.h"

#include "core/tests/state.h"

#define HOUR ((int64_t)3600 * 1000)

/* How often it was worked out is the value itself; of[0] says how large it is. */
static int64_t n_runs;
static int64_t late;
static bool is_failing;

static struct err *run(struct arena *a, struct arena *tmp, struct loop *loop, const struct derivation *d,
                       void **ret_value, int64_t *ret_late_ms)
{
    assert_non_null(loop->read);
    if (is_failing)
        return ERR(tmp, ERR_CORRUPT, "a row is wrong");
    int64_t *value = arena_array(a, 1 + (size_t)d->of[0], sizeof *value);
    *value = ++n_runs;
    *ret_late_ms = late;
    *ret_value = value;
    return NULL;
}

static struct loop loop_new(struct state *s)
{
    struct loop loop = {.site = s->site};
    assert_ok(db_reader(s->a, s->site->db, &loop.read));
    n_runs = 0;
    late = 0;
    is_failing = false;
    return loop;
}

static int64_t ask_in(struct state *s, struct loop *loop, int64_t size, int64_t which, int64_t now)
{
    struct site_versions v;
    void *value;
    assert_ok(loop_versions(s->a, loop, &v));
    struct derivation d = {.what = "test", .of = {size, which}, .version = v.figures, .now = now, .run = run};
    assert_ok(derived_of_loop(s->a, loop, &d, &value));
    return *(int64_t *)value;
}

/* The same in a page of its own. */
static int64_t ask(struct state *s, struct loop *loop, int64_t size, int64_t which, int64_t now)
{
    assert_ok(db_read_begin(s->a, loop->read));
    int64_t n = ask_in(s, loop, size, which, now);
    db_read_end(loop->read);
    return n;
}

static struct err *count_something(struct action *x)
{
    action_changes_figures(x);
    return NULL;
}

static struct err *count_and_fail(struct action *x)
{
    action_changes_figures(x);
    return ERR(x->a, ERR_CONFLICT, "no");
}

static void a_value_is_kept_until_something_is_counted(void **state)
{
    struct state *s = state_new(*state);
    struct loop loop = loop_new(s);
    (void)ask(s, &loop, 1, 0, 0);
    int64_t kept = ask(s, &loop, 1, 0, 0); /* the first one may have been read in an older transaction */
    for (int64_t i = 0; i < 5; i++)
        assert_int_equal(ask(s, &loop, 1, 0, i * HOUR), kept);
    assert_non_null(state_run(s, actor_operator(), count_and_fail, NULL)); /* undone: nothing changed */
    assert_int_equal(ask(s, &loop, 1, 0, 0), kept);
    assert_ok(db_read_begin(s->a, loop.read));
    assert_int_equal(ask_in(s, &loop, 1, 0, 0), kept);
    assert_ok(state_run(s, actor_operator(), count_something, NULL));
    assert_int_equal(ask_in(s, &loop, 1, 0, 0), kept); /* a page goes on with what it holds */
    db_read_end(loop.read);
    assert_int_equal(ask(s, &loop, 1, 0, 0), kept + 1);
    derived_free(&loop);
}

static void what_costs_much_may_be_late_for_its_time_and_no_longer(void **state)
{
    struct state *s = state_new(*state);
    struct loop loop = loop_new(s);
    late = 2000;
    int64_t first = ask(s, &loop, 1, 0, HOUR);
    assert_ok(state_run(s, actor_operator(), count_something, NULL));
    assert_int_equal(ask(s, &loop, 1, 0, HOUR + 1999), first);
    assert_int_equal(ask(s, &loop, 1, 0, HOUR + 2000), first + 1);
    assert_ok(state_run(s, actor_operator(), count_something, NULL));
    assert_int_equal(ask(s, &loop, 1, 0, HOUR - 1), first + 2); /* a clock that was set back says nothing */
    derived_free(&loop);
}

static void few_are_kept_and_few_bytes(void **state)
{
    struct state *s = state_new(*state);
    struct loop loop = loop_new(s);
    for (int64_t i = 0; i < 3 * DERIVED_KEPT; i++)
        assert_int_equal(ask(s, &loop, 1, i, i), i + 1); /* each another one */
    size_t n = 0;
    for (size_t i = 0; i < DERIVED_KEPT; i++)
        n += loop.derived[i].what != NULL;
    assert_int_equal(n, DERIVED_KEPT);
    int64_t half = (int64_t)(DERIVED_BYTES / sizeof(int64_t)) * 5 / 8;
    (void)ask(s, &loop, half, 100, HOUR);
    (void)ask(s, &loop, half, 101, HOUR + 1);
    size_t bytes = 0;
    for (size_t i = 0; i < DERIVED_KEPT; i++)
        bytes += loop.derived[i].what ? arena_used(loop.derived[i].a) : 0;
    assert_true(bytes <= DERIVED_BYTES);
    assert_true(bytes >= (size_t)half * sizeof(int64_t)); /* the newest stays */
    derived_free(&loop);
}

static void a_failure_is_told_and_leaves_nothing(void **state)
{
    struct state *s = state_new(*state);
    struct loop loop = loop_new(s);
    void *value;
    struct derivation d = {.what = "test", .version = 1, .run = run};
    is_failing = true;
    assert_ok(db_read_begin(s->a, loop.read));
    struct err *e = derived_of_loop(s->a, &loop, &d, &value);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CORRUPT);
    assert_true(str_find_str(err_text(s->a, e), S("a row is wrong")) != SIZE_MAX);
    is_failing = false;
    assert_ok(derived_of_loop(s->a, &loop, &d, &value));
    db_read_end(loop.read);
    derived_free(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_value_is_kept_until_something_is_counted),
        TEST(what_costs_much_may_be_late_for_its_time_and_no_longer),
        TEST(few_are_kept_and_few_bytes),
        TEST(a_failure_is_told_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

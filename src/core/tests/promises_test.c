/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * promises_test.c - the results that are linked in are whole, words for them are there, and nothing but results makes a
 * promise "proven".
 */
#include "tests/test.h"

#include "base/buf.h"
#include "core/promises.h"
#include "web/i18n.h"

static void test_linked_results_are_whole(void **state)
{
    (void)state;
    struct arena *a = arena_new("promises", 0);
    struct promises *all;
    assert_null(promises_read(a, (struct str){0}, &all));
    assert_true(all->version.n > 0);
    for (size_t i = 0; i < N_PROMISES; i++) {
        const struct promise *p = &all->items[i];
        assert_true(t_has(p->title_id) && t_has(p->how_id) && (!p->missing_id || t_has(p->missing_id)));
        for (size_t k = 0; k < p->n_figures; k++)
            assert_true(t_has(p->figures[k].text_id));
    }
    arena_free(a);
}

/* A file of twenty promises, the first with these tests. */
static struct str file_with(struct arena *a, const char *tests)
{
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    buf_printf(&b, "{\"version\":\"1\",\"on\":\"2026-11-25\",\"passed\":1,\"failed\":0,\"skipped\":0,\"promises\":[");
    for (int i = 1; i <= N_PROMISES; i++)
        buf_printf(&b, "%s{\"id\":\"P%d\",\"tests\":[%s],\"figures\":[]}", i > 1 ? "," : "", i, i == 1 ? tests : "");
    buf_printf(&b, "]}");
    return buf_view(&b);
}

static enum promise_state first_state(const char *tests)
{
    struct arena *a = arena_new("promises", 0);
    struct promises *all;
    assert_null(promises_read(a, file_with(a, tests), &all));
    enum promise_state state = all->items[0].state;
    assert_int_equal(all->items[1].state, PROMISE_OPEN);
    arena_free(a);
    return state;
}

#define PASSED "{\"name\":\"a\",\"outcome\":\"passed\",\"cases\":3}"

static void test_only_passed_tests_prove(void **state)
{
    (void)state;
    assert_int_equal(first_state(""), PROMISE_OPEN);
    assert_int_equal(first_state(PASSED), PROMISE_PROVEN);
    assert_int_equal(first_state(PASSED "," PASSED), PROMISE_PROVEN);
    assert_int_equal(first_state(PASSED ",{\"name\":\"b\",\"outcome\":\"failed\",\"cases\":0}"), PROMISE_IN_PART);
    assert_int_equal(first_state(PASSED ",{\"name\":\"b\",\"outcome\":\"skipped\",\"cases\":0}"), PROMISE_IN_PART);
    assert_int_equal(first_state(PASSED ",{\"name\":\"b\",\"outcome\":\"not run\",\"cases\":0}"), PROMISE_IN_PART);
    assert_int_equal(first_state("{\"name\":\"b\",\"outcome\":\"not run\",\"cases\":0}"), PROMISE_OPEN);
}

static void test_wrong_results_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new("promises", 0);
    struct promises *all;
    static const char *const wrong[] = {
        "{\"name\":\"a\",\"outcome\":\"splendid\",\"cases\":3}",
        "{\"name\":\"a\",\"outcome\":\"passed\",\"cases\":-1}",
        "{\"name\":\"a\",\"outcome\":\"passed\"}",
        "{\"name\":\"\",\"outcome\":\"passed\",\"cases\":1}",
        "1",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err *e = promises_read(a, file_with(a, wrong[i]), &all);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_CORRUPT);
    }
    assert_non_null(promises_read(a, S("{\"promises\":[]}"), &all));
    assert_non_null(promises_read(a, S(""), &all));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linked_results_are_whole),
        cmocka_unit_test(test_only_passed_tests_prove),
        cmocka_unit_test(test_wrong_results_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * arena_test.c - memory that is freed together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"

static void memory_is_zero_aligned_and_apart(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 0);
    for (size_t n = 1; n < 5000; n = n * 3 + 1) {
        char *p = arena_alloc(a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 'x', n);
    }
    arena_clear(a);
    char *p = arena_alloc(a, 64);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    arena_free(a);
}

static void growing_keeps_the_old_bytes(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 0);
    char *p = arena_alloc(a, 3);
    memcpy(p, "abc", 3);
    p = arena_grow(a, p, 3, 10);
    (void)arena_alloc(a, 1);
    p = arena_grow(a, p, 10, 9000);
    assert_memory_equal(p, "abc", 3);
    assert_int_equal(p[8999], 0);
    arena_free(a);
}

static int order[4];
static int n_order;

static void note(void *arg)
{
    order[n_order++] = *(int *)arg;
}

static void deferred_calls_run_last_in_first_out_and_once(void **state)
{
    (void)state;
    static int one = 1, two = 2, three = 3;
    n_order = 0;
    struct arena *a = arena_new("test", 0);
    arena_defer(a, note, &one);
    struct arena_mark m = arena_mark(a);
    arena_defer(a, note, &two);
    arena_defer(a, note, &three);
    arena_rewind(a, m);
    assert_int_equal(n_order, 2);
    assert_int_equal(order[0], 3);
    assert_int_equal(order[1], 2);
    arena_free(a);
    assert_int_equal(n_order, 3);
    assert_int_equal(order[2], 1);
}

static void rewinding_frees_what_came_after(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 0);
    char *keep = arena_alloc(a, 100);
    memcpy(keep, "keep", 5);
    size_t before = arena_used(a);
    struct arena_mark m = arena_mark(a);
    for (int i = 0; i < 50; i++)
        (void)arena_alloc(a, 1000);
    arena_rewind(a, m);
    assert_int_equal(arena_used(a), before);
    assert_string_equal(keep, "keep");
    arena_free(a);
}

static void the_soft_cap_is_asked_not_enforced(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 1000);
    assert_false(arena_is_full(a, 500));
    (void)arena_alloc(a, 600);
    assert_true(arena_is_full(a, 500));
    (void)arena_alloc(a, 500);
    assert_true(arena_is_full(a, 0));
    arena_clear(a);
    assert_false(arena_is_full(a, 500));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zero_aligned_and_apart),
        cmocka_unit_test(growing_keeps_the_old_bytes),
        cmocka_unit_test(deferred_calls_run_last_in_first_out_and_once),
        cmocka_unit_test(rewinding_frees_what_came_after),
        cmocka_unit_test(the_soft_cap_is_asked_not_enforced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

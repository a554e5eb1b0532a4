/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * test.h - what every unit test begins with: cmocka, a fresh arena per test, comparing strings.
 */
#ifndef BIRGE_TESTS_TEST_H
#define BIRGE_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

static inline int test_setup(void **state)
{
    *state = arena_new("test", 0);
    return 0;
}

static inline int test_teardown(void **state)
{
    arena_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

/* The bytes of `s` are those of the C string `c`. */
#define assert_str(s, c)                                                                           \
    do {                                                                                           \
        struct str assert_str_ = (s);                                                              \
        assert_non_null(assert_str_.p);                                                            \
        assert_int_equal(assert_str_.n, strlen(c));                                                \
        assert_memory_equal(assert_str_.p, (c), assert_str_.n);                                    \
    } while (0)

#endif

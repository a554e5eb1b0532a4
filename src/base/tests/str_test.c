/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * str_test.c - views of bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

static void absent_and_empty_differ(void **state)
{
    (void)state;
    struct str absent = {0};
    assert_false(str_eq(absent, S("")));
    assert_true(str_eq(absent, absent));
    assert_true(str_eq(S(""), S("")));
}

static void cutting_and_trimming(void **state)
{
    (void)state;
    struct str head, rest;
    assert_true(str_cut(S("key: value: x"), ':', &head, &rest));
    assert_true(str_eq(head, S("key")));
    assert_true(str_eq(str_trim(rest), S("value: x")));
    assert_false(str_cut(S("none"), ':', &head, &rest));
    assert_true(str_eq(head, S("none")));
    assert_null(rest.p);
    assert_int_equal(str_find_str(S("abcabd"), S("abd")), 3);
    assert_true(str_eq(str_slice(S("abc"), 2, 99), S("c")));
}

static void only_canonical_integers_are_read(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(str_to_int64(S("0"), &v) && v == 0);
    assert_true(str_to_int64(S("-12"), &v) && v == -12);
    assert_true(str_to_int64(S("9223372036854775807"), &v) && v == INT64_MAX);
    assert_true(str_to_int64(S("-9223372036854775808"), &v) && v == INT64_MIN);
    const char *bad[] = {"", "-", "-0", "+1", "01", " 1", "1 ", "1x", "9223372036854775808", "0x1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_to_int64(str_c(bad[i]), &v));
}

static void broken_utf8_is_found(void **state)
{
    (void)state;
    assert_true(str_is_utf8(S("Қазақ тілі, русский, English ₸ 😀")));
    const char *bad[] = {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "a\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_is_utf8(str_c(bad[i])));
    assert_int_equal(str_utf8_len(S("ҚаЗ₸")), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_and_empty_differ),
        cmocka_unit_test(cutting_and_trimming),
        cmocka_unit_test(only_canonical_integers_are_read),
        cmocka_unit_test(broken_utf8_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * buf_test.c - one growable byte buffer, made with its maximum.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

static void appends_grow_up_to_the_maximum_and_then_say_so(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 0);
    struct buf b;
    buf_init(&b, a, 200);
    for (int i = 0; i < 200; i++)
        buf_byte(&b, 'x');
    assert_null(buf_check(&b, "text"));
    buf_byte(&b, 'y');
    buf_c(&b, "dropped");
    assert_int_equal(buf_view(&b).n, 200);
    struct err *e = buf_check(&b, "text");
    assert_non_null(e);
    assert_int_equal(e->code, ERR_LIMIT);
    arena_free(a);
}

static void the_request_cap_bounds_a_buffer_too(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 4096);
    struct buf b;
    buf_init(&b, a, SIZE_MAX / 8);
    for (int i = 0; i < 100000; i++)
        buf_c(&b, "more");
    assert_true(b.overflow);
    arena_free(a);
}

static void numbers_and_code_points_are_written(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 0);
    struct buf b;
    buf_init(&b, a, 1000);
    buf_int(&b, INT64_MIN);
    buf_byte(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_byte(&b, ' ');
    buf_int(&b, 0);
    buf_utf8(&b, 0x4D9);
    buf_utf8(&b, 0x20B8);
    buf_utf8(&b, 0x1F600);
    buf_printf(&b, "-%d", 7);
    assert_string_equal(b.p, "-9223372036854775808 9223372036854775807 0ә₸😀-7");
    arena_free(a);
}

static void base64_round_trips_and_is_strict(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 0);
    /* RFC 4648, section 10 */
    const char *pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
                              {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct buf b;
        buf_init(&b, a, 100);
        buf_base64(&b, pairs[i][0], strlen(pairs[i][0]));
        assert_true(str_eq(buf_view(&b), str_c(pairs[i][1])));
        struct str out;
        assert_true(base64_decode(a, str_c(pairs[i][1]), &out));
        assert_true(str_eq(out, str_c(pairs[i][0])));
    }
    const char *bad[] = {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm-_", "Zg=a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct str out;
        assert_false(base64_decode(a, str_c(bad[i]), &out));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_grow_up_to_the_maximum_and_then_say_so),
        cmocka_unit_test(the_request_cap_bounds_a_buffer_too),
        cmocka_unit_test(numbers_and_code_points_are_written),
        cmocka_unit_test(base64_round_trips_and_is_strict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

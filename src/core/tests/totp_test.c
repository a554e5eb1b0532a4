/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * totp_test.c - codes against the vectors of RFC 6238, and what is no code.
 */
#include "tests/test.h"

#include "core/totp.h"

/* RFC 6238, appendix B: the secret of the SHA-1 vectors. */
static const uint8_t rfc_secret[TOTP_SECRET_BYTES] = "12345678901234567890";

static void codes_are_those_of_rfc_6238(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *code; /* the last six of the eight digits in the appendix */
    } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                   {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"}};
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char code[TOTP_DIGITS + 1];
        totp_code(rfc_secret, totp_step(vectors[i].seconds * 1000), code);
        assert_string_equal(code, vectors[i].code);
    }
}

static void a_code_is_good_for_its_step_and_one_on_either_side(void **state)
{
    (void)state;
    const int64_t at = INT64_C(1785733200000);
    const int64_t step = totp_step(at);
    for (int64_t off = -3; off <= 3; off++) {
        char code[TOTP_DIGITS + 1];
        int64_t found = 4711;
        bool is_near = off >= -TOTP_WINDOW && off <= TOTP_WINDOW;
        totp_code(rfc_secret, step + off, code);
        assert_int_equal(totp_check(rfc_secret, str_c(code), at, TOTP_NEVER, &found), is_near);
        assert_int_equal(found, is_near ? step + off : 4711);
    }
    /* The last millisecond of a step belongs to it, the next one to the next. */
    assert_int_equal(totp_step(step * 30000 + 29999), step);
    assert_int_equal(totp_step(step * 30000 + 30000), step + 1);
}

static void a_step_that_was_used_and_all_before_it_are_none(void **state)
{
    (void)state;
    const int64_t at = INT64_C(1785733200000);
    const int64_t step = totp_step(at);
    for (int64_t used = step - 2; used <= step + 2; used++) {
        for (int64_t off = -1; off <= 1; off++) {
            char code[TOTP_DIGITS + 1];
            int64_t found;
            totp_code(rfc_secret, step + off, code);
            assert_int_equal(totp_check(rfc_secret, str_c(code), at, used, &found), step + off > used);
        }
    }
}

static void the_first_seconds_of_time_have_no_step_before_them(void **state)
{
    (void)state;
    char code[TOTP_DIGITS + 1];
    int64_t found;
    totp_code(rfc_secret, 0, code);
    assert_true(totp_check(rfc_secret, str_c(code), 0, TOTP_NEVER, &found));
    assert_int_equal(found, 0);
}

static void what_is_no_code_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "28708", "2870820", "28708a", "-28708", "+28708", " 28708", "287 82",
                                      "٢٨٧٠٨٢", "94287082", "000000"};
    int64_t found = 4711;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(totp_check(rfc_secret, str_c(bad[i]), 59000, TOTP_NEVER, &found));
    assert_false(totp_check(rfc_secret, (struct str){"287082", 5}, 59000, TOTP_NEVER, &found));
    assert_false(totp_check(rfc_secret, (struct str){"28708\0", 6}, 59000, TOTP_NEVER, &found));
    assert_false(totp_check(rfc_secret, (struct str){0}, 59000, TOTP_NEVER, &found));
    assert_int_equal(found, 4711);
}

static void a_secret_can_be_typed(void **state)
{
    assert_str(totp_groups(*state, rfc_secret), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"); /* RFC 4648 base32 */
    static const uint8_t zero[TOTP_SECRET_BYTES];
    assert_str(totp_groups(*state, zero), "AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA");
    uint8_t ones[TOTP_SECRET_BYTES];
    memset(ones, 0xff, sizeof ones);
    assert_str(totp_groups(*state, ones), "7777 7777 7777 7777 7777 7777 7777 7777");
}

static void the_address_for_apps_escapes_names_and_stays_short(void **state)
{
    struct arena *a = *state;
    struct str uri = totp_uri(a, rfc_secret, S("a&b=c/d@e?f"), S("Акимат"));
    assert_str(uri, "otpauth://totp/a%26b%3Dc%2Fd%40e%3Ff?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                    "&issuer=%D0%90%D0%BA%D0%B8%D0%BC%D0%B0%D1%82");
    /* A long name is cut between characters, never within one. */
    struct str name = S("Қабылдау бөлмесі, қалалық және облыстық әкімдіктер");
    uri = totp_uri(a, rfc_secret, S("admin"), name);
    assert_true(uri.n < 300);
    size_t at = str_find_str(uri, S("&issuer="));
    struct str issuer = str_slice(uri, at + 8, uri.n);
    size_t bytes = 0;
    for (size_t i = 0; i < issuer.n; i += issuer.p[i] == '%' ? 3 : 1)
        bytes++;
    assert_true(bytes <= 48 && bytes > 40);
    assert_true(str_is_utf8(str_slice(name, 0, bytes)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(codes_are_those_of_rfc_6238),
        TEST(a_code_is_good_for_its_step_and_one_on_either_side),
        TEST(a_step_that_was_used_and_all_before_it_are_none),
        TEST(the_first_seconds_of_time_have_no_step_before_them),
        TEST(what_is_no_code_is_refused),
        TEST(a_secret_can_be_typed),
        TEST(the_address_for_apps_escapes_names_and_stays_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * password_test.c - which passwords are refused and why, and that hashing keeps its bounds.
 */
#include "tests/test.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "core/password.h"

static const char *judge(struct arena *a, struct str password)
{
    struct verdict v = password_check(a, password, S("a.seitkali"), S("Айгүл Сейтқали"));
    return v.allowed ? "yes" : v.code;
}

static void long_and_uncommon_passwords_are_taken(void **state)
{
    static const char *const good[] = {
        "tulpar kelip su ishti", "қоңыр аттың ізі мұзда", "three blue teapots", "Kx7#vQ2!mZpR", "ыжнэкудгрпсш",
        "снег лежит на крыше", "gusb ekyo pwfh mcdz", "7KQX-M2D9-V4TC-0RNB", "ⅷ㊙鮫が泳ぐ海の底で踊る",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const char *verdict = judge(*state, str_c(good[i]));
        if (strcmp(verdict, "yes") != 0)
            fail_msg("%s: %s", good[i], verdict);
    }
}

static void every_bad_password_is_refused_for_its_reason(void **state)
{
    static const struct {
        const char *password, *code;
    } bad[] = {
        {"", "PASSWORD_SHORT"},
        {"elevenchars", "PASSWORD_SHORT"},
        {"қысқасөз", "PASSWORD_SHORT"}, /* sixteen bytes, eight letters */
        {"aaaaaaaaaaaaaaaa", "PASSWORD_COMMON"},
        {"abababababababab", "PASSWORD_COMMON"},
        {"123456789012", "PASSWORD_COMMON"},
        {"210987654321", "PASSWORD_COMMON"},
        {"qwertyuiop123", "PASSWORD_COMMON"},
        {"poiuytrewq!!1", "PASSWORD_COMMON"},
        {"йцукенгшщзхъ", "PASSWORD_COMMON"},
        {"abcdefghijklmnop", "PASSWORD_COMMON"},
        {"Password1234", "PASSWORD_COMMON"},
        {"P@ssw0rd2026!", "PASSWORD_COMMON"},
        {"adminadmin123", "PASSWORD_COMMON"},
        {"correcthorsebatterystaple", "PASSWORD_COMMON"},
        {"Казахстан2026", "PASSWORD_COMMON"},
        {"құпиясөз12345", "PASSWORD_COMMON"},
        {"Пароль123456!", "PASSWORD_COMMON"},
        {"ＰＡＳＳＷＯＲＤ１２３４", "PASSWORD_COMMON"}, /* full-width letters fold to the same */
        {"a.seitkali99!", "PASSWORD_OWN"},
        {"СейтқалиАйгүл", "PASSWORD_OWN"},
        {"tab\tin the middle", "PASSWORD_BYTES"},
        {"\xff\xfe and more text", "PASSWORD_BYTES"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *verdict = judge(*state, str_c(bad[i].password));
        if (strcmp(verdict, bad[i].code) != 0)
            fail_msg("%s: %s, expected %s", bad[i].password, verdict, bad[i].code);
    }
}

static void nul_and_sheer_length_are_refused(void **state)
{
    assert_string_equal(judge(*state, S("twelve\0chars and more")), "PASSWORD_BYTES");
    char *big = arena_alloc(*state, 1024 * 1024);
    memset(big, 'x', 1024 * 1024);
    int64_t began = clock_monotonic();
    assert_string_equal(judge(*state, (struct str){big, 1024 * 1024}), "PASSWORD_LONG");
    assert_true(clock_monotonic() - began < 100);
}

static void a_hash_knows_its_password_and_no_other(void **state)
{
    struct str hash;
    bool rehash = true;
    assert_null(password_hash(*state, S("tulpar kelip su ishti"), &hash));
    assert_true(str_starts(hash, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(password_is(hash, S("tulpar kelip su ishti"), &rehash));
    assert_false(rehash);
    assert_false(password_is(hash, S("tulpar kelip su ishtj"), &rehash));
    assert_false(password_is(hash, S(""), &rehash));
    struct str again;
    assert_null(password_hash(*state, S("tulpar kelip su ishti"), &again));
    assert_false(str_eq(hash, again)); /* salted */
}

static void weaker_hashes_ask_to_be_renewed(void **state)
{
    char weak[crypto_pwhash_STRBYTES];
    bool rehash = false;
    (void)state;
    assert_int_equal(crypto_pwhash_str(weak, "three blue teapots", 18, 1, 8 * 1024 * 1024), 0);
    assert_true(password_is(str_c(weak), S("three blue teapots"), &rehash));
    assert_true(rehash);
    assert_false(password_is(str_c(weak), S("wrong"), &rehash));
    assert_false(rehash);
}

/* An unknown login must take as long as a wrong password: the same work is done for nobody. */
static void nobody_takes_as_long_as_somebody(void **state)
{
    struct str hash;
    bool rehash;
    int64_t somebody = 0;
    int64_t nobody = 0;
    assert_null(password_hash(*state, S("three blue teapots"), &hash));
    for (int i = 0; i < 4; i++) {
        int64_t t0 = clock_monotonic();
        assert_false(password_is(hash, S("wrong password"), &rehash));
        int64_t t1 = clock_monotonic();
        assert_false(password_is((struct str){0}, S("wrong password"), &rehash));
        somebody += t1 - t0;
        nobody += clock_monotonic() - t1;
    }
    assert_true(somebody > 0);
    assert_true(nobody * 3 > somebody && somebody * 3 > nobody); /* the work, not the microsecond */
}

static void garbage_in_the_place_of_a_hash_is_no_password(void **state)
{
    bool rehash;
    (void)state;
    assert_false(password_is(S("$argon2id$"), S("x"), &rehash));
    assert_false(password_is(S("$2b$10$abcdefghijklmnopqrstuv"), S("x"), &rehash));
    char longer[300];
    memset(longer, 'a', sizeof longer);
    assert_false(password_is((struct str){longer, sizeof longer}, S("x"), &rehash));
}

static void passwords_to_be_used_once_differ_and_would_be_taken(void **state)
{
    struct str one = password_once(*state);
    struct str two = password_once(*state);
    assert_int_equal(one.n, PASSWORD_ONCE_CHARS);
    assert_false(str_eq(one, two));
    assert_string_equal(judge(*state, one), "yes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(long_and_uncommon_passwords_are_taken),
        TEST(every_bad_password_is_refused_for_its_reason),
        TEST(nul_and_sheer_length_are_refused),
        TEST(a_hash_knows_its_password_and_no_other),
        TEST(weaker_hashes_ask_to_be_renewed),
        TEST(nobody_takes_as_long_as_somebody),
        TEST(garbage_in_the_place_of_a_hash_is_no_password),
        TEST(passwords_to_be_used_once_differ_and_would_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * text_test.c - fold, JSON writer, hashes and typed codes.
 */
#include "tests/test.h"

#include "base/fold.h"
#include "base/hash.h"
#include "base/json.h"

static void case_and_yo_do_not_matter(void **state)
{
    struct arena *a = *state;
    assert_str(fold(a, S("  ӘКІМ \t әКіМі ")), "әкім әкімі");
    assert_str(fold(a, S("Ёлка")), "елка");
    assert_str(fold(a, S("ҚАЗАҚСТАН Ұ Һ")), "қазақстан ұ һ");
    assert_str(fold(a, S("и\xcc\x86")), "й"); /* decomposed */
    assert_str(fold(a, S("до\xc2\xadрога\xe2\x80\x8b")), "дорога");
    assert_str(fold(a, S("")), "");
    assert_false(str_eq(fold(a, S("қала")), fold(a, S("кала"))));
    assert_null(fold(a, S("\xff")).p);
}

static void controls_are_found(void **state)
{
    (void)state;
    assert_true(has_control(S("a\nb")));
    assert_true(has_control(S("a\x7f")));
    assert_true(has_control(S("a\xc2\x85")));
    assert_false(has_control(S("Қайырлы күн — ")));
    assert_false(has_control_but_lines(S("a\n\tb")));
    assert_true(has_control_but_lines(S("a\rb")));
}

static void json_is_separated_and_escaped(void **state)
{
    struct buf b;
    buf_init(&b, *state, 4096);
    struct json j;
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "a\"b", S("x\n\x01\\\xffы"));
    json_key(&j, "list");
    json_array(&j);
    json_int(&j, -1);
    json_bool(&j, true);
    json_null(&j);
    json_object(&j);
    json_object_end(&j);
    json_array_end(&j);
    json_put_str(&j, "none", (struct str){0});
    json_object_end(&j);
    json_end(&j);
    assert_str(buf_view(&b), "{\"a\\\"b\":\"x\\n\\u0001\\\\\xef\xbf\xbdы\",\"list\":[-1,true,null,{}],\"none\":null}");
}

static void hashes_agree_with_published_vectors(void **state)
{
    struct arena *a = *state;
    struct hash h = HASH(S("a"), S("bc"));
    assert_str(str_hex(a, h.b, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    uint8_t key[32];
    memset(key, 0xaa, sizeof key);
    struct hash m = HMAC(key, S("abc"));
    struct hash again = hmac_parts(key, (const struct str[]){STR("ab"), STR("c")}, 2);
    assert_true(hash_eq(&m, &again));
    again.b[31] ^= 1;
    assert_false(hash_eq(&m, &again));
}

static void codes_survive_how_people_type_them(void **state)
{
    (void)state;
    uint8_t bytes[13] = {0xff, 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 1, 2, 3};
    char code[21];
    char back[21];
    crockford_encode(bytes, 20, code);
    assert_int_equal(strlen(code), 20);
    assert_true(crockford_clean(str_c(code), 20, back));
    assert_string_equal(code, back);
    assert_true(crockford_clean(S("oIl0-1abc defgh-jkmnp qr"), 20, back));
    assert_string_equal(back, "01101ABCDEFGHJKMNPQR");
    assert_false(crockford_clean(S("0123456789"), 20, back));
    assert_false(crockford_clean(S("U123456789012345678U"), 20, back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(case_and_yo_do_not_matter),
        TEST(controls_are_found),
        TEST(json_is_separated_and_escaped),
        TEST(hashes_agree_with_published_vectors),
        TEST(codes_survive_how_people_type_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

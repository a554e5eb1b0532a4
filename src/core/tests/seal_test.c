/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * seal_test.c - sealing and opening, and everything that is no sealed file.
 */
#include "core/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/buf.h"

struct world {
    struct arena *a;
    struct seal_secret secret;
    struct seal_key key;
    struct str answer; /* secret */
};

static int setup(void **state)
{
    struct arena *a = arena_new("seal_test", 256 * ARENA_MIB);
    struct world *w = ARENA_NEW(a, struct world);
    char letters[SEAL_SECRET_CHARS + 1];
    assert_true(sodium_init() >= 0);
    w->a = a;
    seal_secret_make(&w->secret);
    memcpy(w->key.key, w->secret.key, sizeof w->key.key);
    seal_id(w->key.key, w->key.id);
    w->key.name = S("Ombudsman");
    seal_answer_secret(letters);
    w->answer = str_dup(a, str_c(letters));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    arena_free(w->a);
    return 0;
}

static struct seal_content content_of(struct world *w, struct str text)
{
    struct seal_content c = {.subject = S("Тақырып"), .text = text, .contact = S("")};
    struct seal_secret pair;
    assert_true(seal_answer_pair(w->answer, &pair));
    memcpy(c.reply, pair.key, sizeof c.reply);
    return c;
}

static struct str sealed(struct world *w, const struct seal_content *c)
{
    struct str bytes;
    assert_null(seal_seal(w->a, &w->key, c, &bytes));
    return bytes;
}

static void what_was_sealed_comes_back(void **state)
{
    struct world *w = *state;
    struct seal_content c = content_of(w, S("Line\nend 0\n\x01\x02 ұзын"));
    c.contact = S("+7 700");
    c.files[0] = (struct seal_file){S("photo.jpg"), {"\0\1\2end\n", 7}};
    c.files[1] = (struct seal_file){S("empty"), S("")};
    c.n_files = 2;
    struct str bytes = sealed(w, &c);
    struct seal_content got;
    assert_int_equal(seal_open(w->a, bytes, &w->secret, &got), SEAL_FINE);
    assert_true(str_eq(got.subject, c.subject) && str_eq(got.text, c.text) && str_eq(got.contact, c.contact));
    assert_int_equal(got.n_files, 2);
    assert_true(str_eq(got.files[0].bytes, c.files[0].bytes) && str_eq(got.files[1].name, S("empty")));
    assert_memory_equal(got.reply, c.reply, sizeof c.reply);
}

static void nothing_of_it_stands_in_the_sealed_file(void **state)
{
    struct world *w = *state;
    struct seal_content c = content_of(w, S("CANARY-TEXT"));
    c.subject = S("CANARY-SUBJECT");
    struct str bytes = sealed(w, &c);
    assert_true(memmem(bytes.p, bytes.n, "CANARY", 6) == NULL);
}

static void lengths_fall_into_seven_sizes(void **state)
{
    struct world *w = *state;
    static const size_t texts[] = {0, 1, 700, 1000, 3000, 5000, 60000, 200000, 900000, 4000000};
    static const size_t sizes[] = {1024, 1024, 1024, 4096, 4096, 16384, 65536, 262144, 1048576, SEAL_CLASS_MAX};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *a = arena_new("one", 64 * ARENA_MIB);
        char *text = arena_alloc(a, texts[i] + 1);
        struct str bytes;
        memset(text, 'x', texts[i]);
        struct seal_content c = content_of(w, (struct str){text, texts[i]});
        assert_null(seal_seal(a, &w->key, &c, &bytes));
        assert_int_equal(bytes.n, SEAL_HEAD_BYTES + SEAL_BOX_BYTES + sizes[i]);
        arena_free(a);
    }
}

static void too_much_is_refused_before_sealing(void **state)
{
    struct world *w = *state;
    char *text = arena_alloc(w->a, SEAL_CLASS_MAX);
    struct str bytes;
    memset(text, 'x', SEAL_CLASS_MAX);
    struct seal_content c = content_of(w, (struct str){text, SEAL_CLASS_MAX});
    struct err *e = seal_seal(w->a, &w->key, &c, &bytes);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_LIMIT);
    c.text = S("");
    c.subject = S("two\nlines");
    e = seal_seal(w->a, &w->key, &c, &bytes);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_INPUT);
}

static void every_flipped_bit_is_noticed(void **state)
{
    struct world *w = *state;
    struct seal_content c = content_of(w, S("text"));
    struct str bytes = sealed(w, &c);
    for (size_t i = 0; i < bytes.n; i++) {
        struct arena *a = arena_new("one", 4 * ARENA_MIB);
        struct str changed = str_dup(a, bytes);
        struct seal_content got;
        ((char *)(uintptr_t)changed.p)[i] ^= (char)(1 << (i % 8));
        enum seal_finding f = seal_open(a, changed, &w->secret, &got);
        if (f == SEAL_FINE)
            fail_msg("bit %zu of byte %zu was not noticed", i % 8, i);
        arena_free(a);
    }
}

static void every_cut_is_noticed(void **state)
{
    struct world *w = *state;
    struct seal_content c = content_of(w, S("text"));
    struct str bytes = sealed(w, &c);
    struct seal_head h;
    for (size_t n = 0; n < bytes.n; n++)
        assert_int_not_equal(seal_look(str_slice(bytes, 0, n), &h), SEAL_FINE);
    struct buf b;
    buf_init(&b, w->a, SEAL_BYTES_MAX);
    buf_str(&b, bytes);
    buf_byte(&b, 'x');
    assert_int_equal(seal_look(buf_view(&b), &h), SEAL_CUT);
}

static void each_refusal_has_its_name(void **state)
{
    struct world *w = *state;
    struct seal_content c = content_of(w, S("text"));
    struct str bytes = sealed(w, &c);
    struct seal_content got;
    struct seal_head h;
    struct seal_secret other;
    seal_secret_make(&other);
    assert_int_equal(seal_open(w->a, bytes, &other, &got), SEAL_OTHER_KEY);
    assert_int_equal(seal_look(S("%PDF-1.4"), &h), SEAL_NOT_ONE);
    assert_int_equal(seal_look(S(""), &h), SEAL_NOT_ONE);
    assert_int_equal(seal_look(S("birge sealed v2\nanything"), &h), SEAL_VERSION);
    assert_int_equal(seal_look(S("birge sealed v1\n"), &h), SEAL_CUT);
    char *huge = arena_alloc(w->a, SEAL_BYTES_MAX + 1);
    memset(huge, 'x', SEAL_BYTES_MAX + 1);
    memcpy(huge, bytes.p, bytes.n);
    assert_int_equal(seal_look((struct str){huge, SEAL_BYTES_MAX + 1}, &h), SEAL_LARGE);
    /* a reply key of low order: the point 1 */
    char *weak = str_to_c(w->a, bytes);
    memcpy(weak + 68, "01", 2);
    memset(weak + 70, '0', 62);
    assert_int_equal(seal_look((struct str){weak, bytes.n}, &h), SEAL_WEAK);
}

/* A server that puts its own reply key on the outside must be found out. */
static void another_reply_key_outside_is_noticed(void **state)
{
    struct world *w = *state;
    struct seal_content c = content_of(w, S("text"));
    struct str bytes = sealed(w, &c);
    struct seal_secret other;
    struct seal_head h;
    struct seal_content got;
    seal_secret_make(&other);
    char *changed = str_to_c(w->a, bytes);
    memcpy(changed + 68, str_hex(w->a, other.key, SEAL_KEY_BYTES).p, 64);
    assert_int_equal(seal_look((struct str){changed, bytes.n}, &h), SEAL_FINE);
    assert_int_equal(seal_open(w->a, (struct str){changed, bytes.n}, &w->secret, &got), SEAL_BROKEN);
}

static void a_content_that_is_not_exact_is_not_read(void **state)
{
    struct world *w = *state;
    static const char *const wrong[] = {
        "", "birge sealed content v2\n", "birge sealed content v1\nto: 00\n", "text 3\nabc\n", "end\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct seal_content got;
        uint8_t plain[1024] = {0};
        char *bytes = arena_alloc(w->a, SEAL_HEAD_BYTES + SEAL_BOX_BYTES + sizeof plain);
        struct seal_content c = content_of(w, S("text"));
        memcpy(bytes, sealed(w, &c).p, SEAL_HEAD_BYTES);
        memcpy(plain, wrong[i], strlen(wrong[i]));
        assert_int_equal(crypto_box_seal((uint8_t *)bytes + SEAL_HEAD_BYTES, plain, sizeof plain, w->key.key), 0);
        struct str s = {bytes, SEAL_HEAD_BYTES + SEAL_BOX_BYTES + sizeof plain};
        assert_int_equal(seal_open(w->a, s, &w->secret, &got), SEAL_MALFORMED);
    }
}

static void an_answer_opens_with_the_secret_of_its_author(void **state)
{
    struct world *w = *state;
    struct seal_secret pair;
    struct seal_key k = {.is_reply = true, .name = S("author")};
    struct seal_content answer = {.subject = S("Answer"), .text = S("We looked into it."), .contact = S("")};
    struct seal_content got;
    struct str bytes;
    struct str typed = str_printf(w->a, " %.4s-%.*s ", w->answer.p, (int)w->answer.n - 4, w->answer.p + 4);
    assert_true(seal_answer_pair(typed, &pair));
    memcpy(k.key, pair.key, sizeof k.key);
    seal_id(k.key, k.id);
    assert_null(seal_seal(w->a, &k, &answer, &bytes));
    assert_int_equal(seal_open(w->a, bytes, &pair, &got), SEAL_FINE);
    assert_true(str_eq(got.text, answer.text));
    assert_false(seal_answer_pair(S("too short"), &pair));
}

static void key_files_are_read_as_they_are_written(void **state)
{
    struct world *w = *state;
    struct seal_key got;
    struct seal_secret opened;
    struct str text = seal_key_text(w->a, &w->key);
    struct str file;
    bool is_right = false;
    assert_null(seal_key_read(w->a, text, &got));
    assert_memory_equal(got.id, w->key.id, sizeof got.id);
    assert_non_null(seal_key_read(w->a, str_printf(w->a, "%.*s\n", STR_FMT(text)), &got));
    assert_non_null(seal_key_read(w->a, S("birge seal key v1\nname: x\nkey: 00\n"), &got));
    struct str zero = str_printf(w->a, "birge seal key v1\nname: x\nkey: %064d\n", 0);
    assert_non_null(seal_key_read(w->a, zero, &got));
    assert_null(seal_secret_text(w->a, &w->secret, S("correct horse battery"), &file));
    assert_true(memmem(file.p, file.n, str_hex(w->a, w->secret.secret, 32).p, 64) == NULL);
    assert_null(seal_secret_read(w->a, file, S("correct horse battery"), &is_right, &opened));
    assert_true(is_right);
    assert_memory_equal(opened.secret, w->secret.secret, sizeof opened.secret);
    assert_null(seal_secret_read(w->a, file, S("another"), &is_right, &opened));
    assert_false(is_right);
    assert_non_null(seal_secret_read(w->a, str_slice(file, 0, file.n - 1), S("x"), &is_right, &opened));
}

/* The fingerprint is part of the format: published ones must stay comparable. */
static void the_fingerprint_stays(void **state)
{
    struct world *w = *state;
    uint8_t key[SEAL_KEY_BYTES];
    uint8_t id[SEAL_ID_BYTES];
    memset(key, 9, sizeof key);
    seal_id(key, id);
    assert_true(str_eq(seal_fingerprint(w->a, id), S("29E5 F277 CB19 FA24 4199 5920 A6F2 7EE2 7CF4 1FBA")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_sealed_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_of_it_stands_in_the_sealed_file, setup, teardown),
        cmocka_unit_test_setup_teardown(lengths_fall_into_seven_sizes, setup, teardown),
        cmocka_unit_test_setup_teardown(too_much_is_refused_before_sealing, setup, teardown),
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(every_cut_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(each_refusal_has_its_name, setup, teardown),
        cmocka_unit_test_setup_teardown(another_reply_key_outside_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_content_that_is_not_exact_is_not_read, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_opens_with_the_secret_of_its_author, setup, teardown),
        cmocka_unit_test_setup_teardown(key_files_are_read_as_they_are_written, setup, teardown),
        cmocka_unit_test_setup_teardown(the_fingerprint_stays, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

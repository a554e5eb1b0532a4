/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * receipt_test.c - a receipt proves what it says, and nothing that was changed in it.
 */
#include "tests/test.h"

#include "algo/merkle.h"
#include "base/buf.h"
#include "core/receipt.h"

#define N_LEAVES 11
#define OWN_LEAF 6

/* A log in memory: the receipt's leaf among others. */
struct small_log {
    struct hash leaves[N_LEAVES];
    struct log_key *key;
    struct vkey vkey;
    struct str text; /* the receipt */
    struct receipt receipt;
};

static struct err *read_leaf(void *user, int level, uint64_t idx, struct hash *ret_hash)
{
    const struct small_log *log = user;
    struct merkle_frontier f = {0};
    for (uint64_t i = idx << level; i < (idx + 1) << level; i++)
        merkle_append(&f, &log->leaves[i]);
    *ret_hash = merkle_root(&f);
    return NULL;
}

static struct small_log *small_log_new(struct arena *a)
{
    const uint8_t seed[LOG_SEED_BYTES] = {5};
    struct small_log *log = ARENA_NEW(a, struct small_log);
    struct receipt *rc = &log->receipt;
    struct hash salt = HASH(STR("salt"));
    struct str lines;
    struct hash *hashes;
    assert_null(log_key_make(a, seed, S("birge.test/log"), &log->key));
    log->vkey = log_key_public(log->key);
    rc->number = S("2026-0000123-4");
    rc->registered_at = INT64_C(1774861200123);
    rc->body = S("Жол басқармасы (Roads department)");
    rc->salt = str_dup(a, hash_str(&salt));
    rc->content = receipt_content(rc->salt, S("Light"), S("The lamp is broken."));
    rc->leaf = OWN_LEAF;
    assert_null(receipt_lines(a, rc, &lines));
    for (int i = 0; i < N_LEAVES; i++)
        log->leaves[i] = HASH({(const char *)&i, sizeof i});
    struct hash commitment = log_commitment(rc->salt, S("appeal"), S("registered"), lines);
    log->leaves[OWN_LEAF] = log_leaf(&commitment);
    assert_null(merkle_prove(a, read_leaf, log, OWN_LEAF, N_LEAVES, &hashes, &rc->n_hashes));
    rc->hashes = hashes;
    struct tree_head head = {N_LEAVES, {{0}}};
    assert_null(merkle_range(read_leaf, log, 0, N_LEAVES, &head.root));
    rc->checkpoint = checkpoint_sign(a, log->key, &head);
    assert_null(receipt_text(a, rc, &log->text));
    return log;
}

static void a_receipt_reads_as_the_contract_says(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct receipt got;
    assert_true(str_starts(log->text, S("Birge receipt v1\nnumber: 2026-0000123-4\nregistered: 2026-03-30T09:00:00Z\n"
                                        "body: Жол басқармасы (Roads department)\ncontent: ")));
    assert_true(str_find_str(log->text, S("=\n\nc2sp.org/tlog-proof@v1\nindex 6\n")) != SIZE_MAX);
    assert_true(str_find_str(log->text, S("\n\nbirge.test/log\n11\n")) != SIZE_MAX);
    assert_null(receipt_verify(a, &log->vkey, log->text, &got));
    assert_str(got.number, "2026-0000123-4");
    assert_int_equal(got.registered_at, INT64_C(1774861200000));
    assert_int_equal(got.leaf, OWN_LEAF);
    assert_int_equal(got.n_hashes, log->receipt.n_hashes);
    struct hash content = receipt_content(got.salt, S("Light"), S("The lamp is broken."));
    assert_memory_equal(got.content.b, content.b, HASH_BYTES);
}

static void the_content_hash_is_that_of_the_contract(void **state)
{
    struct hash h = receipt_content(S("0123"), S("a"), S("b\n"));
    struct hash expected = HASH(STR("birge content v1\n0123a\nb\n"));
    (void)state;
    assert_memory_equal(h.b, expected.b, HASH_BYTES);
}

static bool verifies(const struct small_log *log, struct str text)
{
    struct arena *a = arena_new("verify", 0);
    struct err *e = receipt_verify(a, &log->vkey, text, NULL);
    bool ok = !e;
    if (e)
        MUST(e->code == ERR_INPUT);
    arena_free(a);
    return ok;
}

static void any_changed_byte_makes_it_fail(void **state)
{
    static const char others[] = {' ', '\n', '\r', '\t', '\0', '=', '+', '/', 'A', 'a', '0', '1', '\x7F', '\xFF', ':'};
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct str text = {str_to_c(a, log->text), log->text.n};
    char *p = str_to_c(a, log->text);
    text.p = p;
    assert_true(verifies(log, text));
    for (size_t i = 0; i < text.n; i++) {
        char old = p[i];
        for (int bit = 0; bit < 8; bit++) {
            p[i] = (char)(old ^ 1 << bit);
            if (verifies(log, text))
                fail_msg("byte %zu with bit %d flipped is accepted", i, bit);
        }
        for (size_t k = 0; k < sizeof others; k++) {
            p[i] = others[k];
            if (p[i] != old && verifies(log, text))
                fail_msg("byte %zu replaced by 0x%02x is accepted", i, (uint8_t)others[k]);
        }
        p[i] = old;
    }
    assert_true(verifies(log, text));
}

static void a_removed_doubled_or_added_byte_makes_it_fail(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct str t = log->text;
    for (size_t i = 0; i <= t.n; i++) {
        struct str head = str_slice(t, 0, i);
        struct str tail = str_slice(t, i, t.n);
        if (i < t.n) {
            assert_false(verifies(log, head)); /* cut off */
            struct str less = str_printf(a, "%.*s%.*s", STR_FMT(head), STR_FMT(str_slice(t, i + 1, t.n)));
            assert_false(verifies(log, less));
        }
        assert_false(verifies(log, str_printf(a, "%.*s\n%.*s", STR_FMT(head), STR_FMT(tail))));
        assert_false(verifies(log, str_printf(a, "%.*s\r%.*s", STR_FMT(head), STR_FMT(tail))));
        assert_false(verifies(log, str_printf(a, "%.*s %.*s", STR_FMT(head), STR_FMT(tail))));
    }
    assert_false(verifies(log, S("")));
}

static void line_ends_of_other_systems_are_refused(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct buf b;
    buf_init(&b, a, RECEIPT_MAX);
    for (size_t i = 0; i < log->text.n; i++) {
        if (log->text.p[i] == '\n')
            buf_byte(&b, '\r');
        buf_byte(&b, log->text.p[i]);
    }
    assert_false(verifies(log, buf_view(&b)));
}

static void lines_in_another_order_are_refused(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    size_t number = str_find_str(log->text, S("number: "));
    size_t registered = str_find_str(log->text, S("registered: "));
    size_t body = str_find_str(log->text, S("body: "));
    struct str swapped = str_printf(a, "%.*s%.*s%.*s%.*s", STR_FMT(str_slice(log->text, 0, number)),
                                    STR_FMT(str_slice(log->text, registered, body)),
                                    STR_FMT(str_slice(log->text, number, registered)),
                                    STR_FMT(str_slice(log->text, body, log->text.n)));
    assert_int_equal(swapped.n, log->text.n);
    assert_false(verifies(log, swapped));
}

static void cosignatures_may_follow_when_they_are_well_formed(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct str t = log->text;
    assert_true(verifies(log, str_printf(a, "%.*s\xE2\x80\x94 witness.example Vec3AAAAAAAAAAAAAAAAAAAA\n", STR_FMT(t))));
    assert_false(verifies(log, str_printf(a, "%.*s\xE2\x80\x94 witness.example Vec3AAAA", STR_FMT(t))));
    assert_false(verifies(log, str_printf(a, "%.*s\xE2\x80\x94 witness.example Vec3\n", STR_FMT(t))));
    assert_false(verifies(log, str_printf(a, "%.*s\xE2\x80\x94 witness.example Vec3AAAAAAAB==\n", STR_FMT(t))));
    assert_false(verifies(log, str_printf(a, "%.*s- witness.example Vec3AAAAAAAA\n", STR_FMT(t))));
    assert_false(verifies(log, str_printf(a, "%.*sthank you\n", STR_FMT(t))));
}

static void another_log_s_key_does_not_verify_it(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    const uint8_t seed[LOG_SEED_BYTES] = {6};
    struct log_key *other;
    assert_null(log_key_make(a, seed, S("birge.test/log"), &other));
    log->vkey = log_key_public(other);
    assert_false(verifies(log, log->text));
}

static void a_receipt_of_another_event_does_not_verify(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct receipt rc = log->receipt;
    struct str text;
    rc.leaf = OWN_LEAF + 1; /* a leaf that is there, but is not this one */
    assert_null(receipt_text(a, &rc, &text));
    assert_false(verifies(log, text));
    rc = log->receipt;
    rc.number = S("2026-0000124-2");
    assert_null(receipt_text(a, &rc, &text));
    assert_false(verifies(log, text));
    rc = log->receipt;
    rc.n_hashes--;
    assert_null(receipt_text(a, &rc, &text));
    assert_false(verifies(log, text));
}

static void a_name_that_breaks_the_lines_is_not_written(void **state)
{
    static const char *const bad[] = {"", "two\nlines", "tab\t", "\x7F", "\xC3"};
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    struct str text;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct receipt rc = log->receipt;
        rc.body = str_c(bad[i]);
        assert_int_equal(receipt_text(a, &rc, &text)->code, ERR_INPUT);
        rc = log->receipt;
        rc.number = str_c(bad[i]);
        assert_int_equal(receipt_text(a, &rc, &text)->code, ERR_INPUT);
    }
}

static void more_hashes_than_levels_are_refused(void **state)
{
    struct arena *a = *state;
    struct small_log *log = small_log_new(a);
    size_t at = str_find_str(log->text, S("index 6\n")) + 8;
    struct buf b;
    buf_init(&b, a, RECEIPT_MAX);
    buf_str(&b, str_slice(log->text, 0, at));
    for (int i = 0; i < 100; i++)
        buf_c(&b, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    buf_str(&b, str_slice(log->text, at, log->text.n));
    assert_false(verifies(log, buf_view(&b)));
    char *big = arena_alloc(a, RECEIPT_MAX + 2);
    memset(big, 'x', RECEIPT_MAX + 1);
    assert_false(verifies(log, (struct str){big, RECEIPT_MAX + 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_receipt_reads_as_the_contract_says),
        TEST(the_content_hash_is_that_of_the_contract),
        TEST(any_changed_byte_makes_it_fail),
        TEST(a_removed_doubled_or_added_byte_makes_it_fail),
        TEST(line_ends_of_other_systems_are_refused),
        TEST(lines_in_another_order_are_refused),
        TEST(cosignatures_may_follow_when_they_are_well_formed),
        TEST(another_log_s_key_does_not_verify_it),
        TEST(a_receipt_of_another_event_does_not_verify),
        TEST(a_name_that_breaks_the_lines_is_not_written),
        TEST(more_hashes_than_levels_are_refused),
    };
    return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}

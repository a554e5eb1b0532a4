/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log_test.c - keys, signed notes and checkpoints, against the examples of C2SP and a public log.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "algo/merkle.h"
#include "base/file.h"
#include "core/keys.h"
#include "core/log.h"

/* The example of the signed-note specification. */
static const char example_key[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char example_note[] =
    "This is an example message.\n\n"
    "\xE2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1"
    "Yu72IneyaQM=\n";

static struct log_key *test_key(struct arena *a, const char *origin)
{
    const uint8_t seed[LOG_SEED_BYTES] = {1, 2, 3};
    struct log_key *key;
    assert_null(log_key_make(a, seed, str_c(origin), &key));
    return key;
}

static void the_example_of_the_specification_verifies(void **state)
{
    struct arena *a = *state;
    struct vkey v;
    struct str text;
    assert_null(vkey_parse(a, str_c(example_key), &v));
    assert_str(v.name, "example.com/foo");
    assert_str(vkey_text(a, &v), example_key);
    assert_null(note_open(a, &v, str_c(example_note), &text));
    assert_str(text, "This is an example message.\n");
}

static void a_verification_key_is_read_strictly(void **state)
{
    static const char *const bad[] = {
        "", "\n", "name", "a+b", "a+b+c", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* id in capitals */
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* wrong id */
        "example.com/foz+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* wrong name */
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* algorithm 2 */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=", /* base64 */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n\n",
        "example.com/fo o+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    };
    struct arena *a = *state;
    struct vkey v;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err *e = vkey_parse(a, str_c(bad[i]), &v);
        if (!e)
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(e->code, ERR_INPUT);
    }
}

static void an_origin_is_a_key_name(void **state)
{
    static const char *const bad[] = {"", "two words", "a+b", "tab\there", "line\n", "\xC2\xA0", "\xE2\x80\x89x",
                                      "\xE3\x80\x80", "\xFF", "\x7F"};
    const uint8_t seed[LOG_SEED_BYTES] = {0};
    struct arena *a = *state;
    struct log_key *key;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(log_key_make(a, seed, str_c(bad[i]), &key));
    char *longest = arena_alloc(a, LOG_NAME_MAX + 2);
    memset(longest, 'x', LOG_NAME_MAX + 1);
    assert_non_null(log_key_make(a, seed, (struct str){longest, LOG_NAME_MAX + 1}, &key));
    assert_null(log_key_make(a, seed, (struct str){longest, LOG_NAME_MAX}, &key));
    assert_null(log_key_make(a, seed, S("birge.gov.kz/абай"), &key));
}

static void a_checkpoint_is_three_lines_and_one_signature(void **state)
{
    struct arena *a = *state;
    struct log_key *key = test_key(a, "birge.test/log");
    struct vkey v = log_key_public(key);
    struct tree_head head = {42, merkle_empty()};
    struct tree_head got;
    struct str origin;
    struct str note = checkpoint_sign(a, key, &head);
    assert_true(str_starts(note, S("birge.test/log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n")));
    assert_true(str_eq(note, checkpoint_sign(a, key, &head)));
    assert_null(checkpoint_open(a, &v, note, &got));
    assert_int_equal(got.size, 42);
    assert_memory_equal(got.root.b, head.root.b, HASH_BYTES);
    assert_null(checkpoint_read(a, note, &origin, &got));
    assert_str(origin, "birge.test/log");
    struct log_key *other = test_key(a, "birge.test/other");
    struct vkey vo = log_key_public(other);
    assert_non_null(checkpoint_open(a, &vo, note, &got));
}

/* A note with `text` signed by the key, whatever the text is. */
static struct str signed_text(struct arena *a, struct log_key *key, const char *text)
{
    /* log.h signs heads only; this is the one place that signs other things, by hand. */
    const uint8_t seed[LOG_SEED_BYTES] = {1, 2, 3};
    uint8_t pk[32];
    uint8_t sk[64];
    uint8_t bytes[68];
    char encoded[128];
    struct vkey v = log_key_public(key);
    crypto_sign_seed_keypair(pk, sk, seed);
    memcpy(bytes, v.id, 4);
    crypto_sign_detached(bytes + 4, NULL, (const uint8_t *)text, strlen(text), sk);
    sodium_bin2base64(encoded, sizeof encoded, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    return str_printf(a, "%s\n\xE2\x80\x94 %.*s %s\n", text, STR_FMT(v.name), encoded);
}

static void a_checkpoint_is_refused_although_signed_when_its_text_is_not_canonical(void **state)
{
    static const char *const texts[] = {
        "birge.test/log\n042\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "birge.test/log\n+42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "birge.test/log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "birge.test/log\n99999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "birge.test/log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", /* trailing bits */
        "birge.test/log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "birge.test/log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n",
        "birge.test/log\n42\n",
        "birge.test/log2\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        " birge.test/log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    };
    struct arena *a = *state;
    struct log_key *key = test_key(a, "birge.test/log");
    struct vkey v = log_key_public(key);
    struct tree_head head;
    struct str text;
    struct str good = signed_text(a, key, "birge.test/log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    assert_null(checkpoint_open(a, &v, good, &head));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str note = signed_text(a, key, texts[i]);
        assert_null(note_open(a, &v, note, &text)); /* the signature is good */
        if (!checkpoint_open(a, &v, note, &head))
            fail_msg("accepted: %s", texts[i]);
    }
}

static void signatures_of_others_are_ignored_only_when_well_formed(void **state)
{
    static const char *const good[] = {
        "\xE2\x80\x94 witness.example Vec3AAAAAAAAAAAAAAAAAAAA\n",
        "\xE2\x80\x94 birge.test/log Vec3AAAAAAAAAAAAAAAAAAAA\n", /* our name, another key id */
    };
    static const char *const bad[] = {
        "\xE2\x80\x94 witness.example \n", "\xE2\x80\x94 witness.example\n", "\xE2\x80\x94  AAAAAAAA\n",
        "- witness.example Vec3AAAA\n", "\xE2\x80\x94 wit+ness Vec3AAAAAAAA\n", "\xE2\x80\x94 w Vec3AAAA==\n",
        "\xE2\x80\x94 w Vec3\n",             /* nothing behind the key id: 3 bytes */
        "\xE2\x80\x94 w Vec3AA==\n",         /* 4 bytes */
        "\xE2\x80\x94 w Vec3AAAB==\n", "\xE2\x80\x94 w Vec3AAAAAAAA", "\xE2\x80\x94 w Vec3AAAAAAAA\r\n", "\n",
        "\xE2\x80\x94 w Vec3AAAAAAAA \n", "\xE2\x80\x94 w x Vec3AAAAAAAA\n", "text\n",
    };
    struct arena *a = *state;
    struct log_key *key = test_key(a, "birge.test/log");
    struct vkey v = log_key_public(key);
    struct tree_head head = {7, merkle_empty()};
    struct tree_head got;
    struct str note = checkpoint_sign(a, key, &head);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(checkpoint_open(a, &v, str_printf(a, "%.*s%s", STR_FMT(note), good[i]), &got));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!checkpoint_open(a, &v, str_printf(a, "%.*s%s", STR_FMT(note), bad[i]), &got))
            fail_msg("accepted: %s", bad[i]);
    /* Twice by the same key. */
    struct str own = str_slice(note, str_find_str(note, S("\n\n")) + 2, note.n);
    assert_non_null(checkpoint_open(a, &v, str_printf(a, "%.*s%.*s", STR_FMT(note), STR_FMT(own)), &got));
    /* At most so many. */
    struct str many = note;
    for (int i = 1; i < LOG_SIGNATURES_MAX; i++)
        many = str_printf(a, "%.*s%s", STR_FMT(many), good[0]);
    assert_null(checkpoint_open(a, &v, many, &got));
    assert_non_null(checkpoint_open(a, &v, str_printf(a, "%.*s%s", STR_FMT(many), good[0]), &got));
}

/* ---- a public log, made by other people's programs ---- */

static void the_checkpoints_of_a_public_log_verify_and_fit_its_entries(void **state)
{
    static const char *const entries[] = {"one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten",
                                          "ileven", "twelf", "threeten", "fourten", "fivten"};
    static const char log_dir[] = SHARED_DIR "/data/merkle/tessera-log/log";
    struct arena *a = *state;
    struct merkle_frontier tree = {0};
    struct vkey v;
    if (!file_exists(log_dir)) {
        print_message("skipped: %s is not here\n", log_dir);
        skip(); /* checkpoints of other logs lie outside the repository; our own are checked in any case */
    }
    assert_null(vkey_parse(a, S("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"), &v));
    for (int size = 0; size <= 15; size++) {
        struct str note;
        struct str tile;
        struct tree_head head;
        struct hash root;
        if (size > 0) {
            struct hash leaf = merkle_leaf(str_c(entries[size - 1]));
            merkle_append(&tree, &leaf);
            struct str path = str_printf(a, "%s/tile/0/000.p/%d", log_dir, size);
            assert_null(file_read(a, path.p, 65536, &tile));
            assert_int_equal(tile.n, size * HASH_BYTES);
            assert_memory_equal(tile.p + (size - 1) * HASH_BYTES, leaf.b, HASH_BYTES);
        }
        struct str path = str_printf(a, "%s/checkpoint.%d", log_dir, size);
        assert_null(file_read(a, path.p, LOG_NOTE_MAX, &note));
        assert_null(checkpoint_open(a, &v, note, &head));
        root = merkle_root(&tree);
        assert_int_equal(head.size, size);
        assert_memory_equal(head.root.b, root.b, HASH_BYTES);
        char *copy = str_to_c(a, note);
        for (size_t i = 0; i < note.n; i++) {
            copy[i] ^= 1;
            assert_non_null(checkpoint_open(a, &v, (struct str){copy, note.n}, &head));
            copy[i] ^= 1;
        }
    }
}

/* ---- entries ---- */

static void an_entry_has_one_shape(void **state)
{
    struct hash c = log_commitment(S("salt"), S("appeal"), S("registered"), S("number: 1\n"));
    struct hash same = HASH(STR("birge event v1\nsaltappeal.registered\nnumber: 1\n"));
    char entry[LOG_ENTRY_BYTES];
    struct str text;
    (void)state;
    assert_memory_equal(c.b, same.b, HASH_BYTES);
    log_entry(&c, entry);
    text = (struct str){entry, sizeof entry};
    assert_true(str_starts(text, S("birge v1\n")));
    assert_int_equal(entry[LOG_ENTRY_BYTES - 1], '\n');
    struct hash leaf = log_leaf(&c);
    struct hash expected = merkle_leaf(text);
    assert_memory_equal(leaf.b, expected.b, HASH_BYTES);
}

/* ---- keys of a folder ---- */

static void keys_are_made_once_read_back_and_kept_from_others(void **state)
{
    struct arena *a = *state;
    char dir[] = "/tmp/birge-keys-XXXXXX";
    struct str origin;
    struct str text;
    struct keys *k;
    struct vkey v;
    assert_non_null(mkdtemp(dir));
    const char *keys = str_printf(a, "%s/keys", dir).p;
    const char *vkey = str_printf(a, "%s/vkey", dir).p;
    assert_null(keys_make(a, keys, vkey, S(""), &origin));
    assert_null(keys_load(a, keys, origin, &k));
    assert_null(file_read(a, vkey, 4096, &text));
    assert_null(vkey_parse(a, text, &v));
    struct vkey of_log = log_key_public(k->log);
    assert_memory_equal(v.key, of_log.key, 32);
    struct str hex = str_hex(a, v.key, 4);
    assert_true(str_eq(origin, str_printf(a, "birge-%.*s", STR_FMT(hex))));

    assert_int_equal(keys_make(a, keys, vkey, S("x"), NULL)->code, ERR_CONFLICT);
    struct str log = str_printf(a, "%s/log", keys);
    struct stat st;
    assert_int_equal(stat(log.p, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(keys, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(chmod(log.p, 0640), 0);
    assert_int_equal(keys_load(a, keys, origin, &k)->code, ERR_CONFIG);
    assert_int_equal(chmod(log.p, 0600), 0);
    assert_int_equal(truncate(log.p, 31), 0);
    assert_int_equal(keys_load(a, keys, origin, &k)->code, ERR_CONFIG);
    assert_int_equal(unlink(log.p), 0);
    assert_int_equal(keys_load(a, keys, origin, &k)->code, ERR_CONFIG);
    for (const char *const *name = (const char *const[]){"code", "form", "pepper", NULL}; *name; name++)
        (void)unlink(str_printf(a, "%s/%s", keys, *name).p);
    (void)unlink(vkey);
    (void)rmdir(keys);
    (void)rmdir(dir);
}

static void a_secret_code_follows_from_number_and_request(void **state)
{
    struct keys k = {.code = {9}};
    struct keys other = {.code = {8}};
    char one[CODE_CHARS + 1];
    char again[CODE_CHARS + 1];
    char clean[CODE_CHARS + 1];
    (void)state;
    keys_code(&k, 1, S("2026-0000001-5"), S("key"), one);
    keys_code(&k, 1, S("2026-0000001-5"), S("key"), again);
    assert_string_equal(one, again);
    assert_int_equal(strlen(one), CODE_CHARS);
    assert_true(crockford_clean(str_c(one), CODE_CHARS, clean));
    assert_string_equal(one, clean);
    keys_code(&k, 1, S("2026-0000001-5"), S("kez"), again);
    assert_string_not_equal(one, again);
    keys_code(&k, 1, S("2026-0000001-5k"), S("ey"), again); /* the same bytes in a row */
    assert_string_not_equal(one, again);
    keys_code(&k, 2, S("2026-0000001-5"), S("key"), again);
    assert_string_not_equal(one, again);
    keys_code(&other, 1, S("2026-0000001-5"), S("key"), again);
    assert_string_not_equal(one, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_example_of_the_specification_verifies),
        TEST(a_verification_key_is_read_strictly),
        TEST(an_origin_is_a_key_name),
        TEST(a_checkpoint_is_three_lines_and_one_signature),
        TEST(a_checkpoint_is_refused_although_signed_when_its_text_is_not_canonical),
        TEST(signatures_of_others_are_ignored_only_when_well_formed),
        TEST(the_checkpoints_of_a_public_log_verify_and_fit_its_entries),
        TEST(an_entry_has_one_shape),
        TEST(keys_are_made_once_read_back_and_kept_from_others),
        TEST(a_secret_code_follows_from_number_and_request),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

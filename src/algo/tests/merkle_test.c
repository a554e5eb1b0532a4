/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * merkle_test.c - RFC 6962 trees, against a naive tree and against published vectors.
 */
#include "tests/test.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

#include "algo/merkle.h"
#include "base/buf.h"
#include "base/file.h"

#define LEAVES 300

static struct hash leaves[LEAVES];

static struct err *read_leaves(void *user, int level, uint64_t idx, struct hash *ret_hash)
{
    (void)user;
    if (level == 0) {
        *ret_hash = leaves[idx];
        return NULL;
    }
    struct hash l;
    struct hash r;
    TRY(read_leaves(user, level - 1, idx * 2, &l));
    TRY(read_leaves(user, level - 1, idx * 2 + 1, &r));
    *ret_hash = merkle_node(&l, &r);
    return NULL;
}

static void fill(struct arena *a)
{
    for (int i = 0; i < LEAVES; i++)
        leaves[i] = merkle_leaf(str_printf(a, "leaf %d", i));
}

static void the_frontier_gives_the_root_of_every_size(void **state)
{
    struct merkle_frontier f = {0};
    fill(*state);
    struct hash empty = merkle_root(&f);
    assert_str(str_hex(*state, empty.b, 32), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (uint64_t n = 1; n <= LEAVES; n++) {
        struct hash expected;
        merkle_append(&f, &leaves[n - 1]);
        assert_null(merkle_range(read_leaves, NULL, 0, n, &expected));
        struct hash root = merkle_root(&f);
        assert_true(hash_eq(&root, &expected));
    }
}

static void every_leaf_of_every_size_can_be_proven_and_no_other(void **state)
{
    fill(*state);
    for (uint64_t n = 1; n <= 70; n++) {
        struct hash root;
        assert_null(merkle_range(read_leaves, NULL, 0, n, &root));
        for (uint64_t i = 0; i < n; i++) {
            struct hash *proof;
            size_t n_proof;
            assert_null(merkle_prove(*state, read_leaves, NULL, i, n, &proof, &n_proof));
            assert_true(merkle_check(i, n, &leaves[i], proof, n_proof, &root));
            assert_false(merkle_check(i, n, &leaves[i + 1], proof, n_proof, &root));
            assert_false(merkle_check(i + 1, n, &leaves[i], proof, n_proof, &root));
            assert_false(merkle_check(i, n, &leaves[i], proof, n_proof + 1, &root));
            if (n_proof > 0) {
                proof[0].b[0] ^= 1;
                assert_false(merkle_check(i, n, &leaves[i], proof, n_proof, &root));
            }
        }
    }
}

static void every_pair_of_sizes_is_consistent(void **state)
{
    fill(*state);
    for (uint64_t n = 1; n <= 70; n++) {
        struct hash root;
        assert_null(merkle_range(read_leaves, NULL, 0, n, &root));
        for (uint64_t m = 1; m <= n; m++) {
            struct hash old;
            struct hash *proof;
            size_t n_proof;
            assert_null(merkle_range(read_leaves, NULL, 0, m, &old));
            assert_null(merkle_prove_consistency(*state, read_leaves, NULL, m, n, &proof, &n_proof));
            assert_true(merkle_check_consistency(m, n, &old, &root, proof, n_proof));
            old.b[5] ^= 1;
            assert_false(merkle_check_consistency(m, n, &old, &root, proof, n_proof));
        }
    }
}

/* A hash of 32 bytes; anything else makes the vector unsound, which is an error of its own. */
static struct hash hash_field(struct arena *a, json_t *o, const char *key, bool *sound)
{
    struct hash h = {0};
    struct str bytes;
    const char *text = json_string_value(json_object_get(o, key));
    if (text && base64_decode(a, str_c(text), &bytes) && bytes.n == HASH_BYTES)
        memcpy(h.b, bytes.p, HASH_BYTES);
    else {
        *sound = false;
        h = HASH(str_c(text ? text : "")); /* still different from another wrong one */
    }
    return h;
}

/* Run all vectors of one folder; returns how many. */
static int run_folder(struct arena *a, const char *folder, bool is_consistency)
{
    struct str dir = str_printf(a, "%s/data/merkle/transparency-dev-merkle/%s", SHARED_DIR, folder);
    int n = 0;
    struct str list = str_printf(a, "find %s -name '*.json' 2>/dev/null", dir.p);
    FILE *names = popen(list.p, "r");
    char path[512];
    while (names && fgets(path, sizeof path, names)) {
        path[strcspn(path, "\n")] = '\0';
        json_t *o = json_load_file(path, 0, NULL);
        if (!o) { /* numbers beyond 63 bits: the parser refuses, and the vector must want that */
            struct str text;
            assert_null(file_read(a, path, ARENA_MIB, &text));
            assert_true(str_find_str(text, S("\"wantErr\": true")) != SIZE_MAX);
            n++;
            continue;
        }
        json_t *list_of = json_object_get(o, "proof");
        size_t n_proof = json_array_size(list_of);
        struct hash *proof = ARENA_ARRAY(a, n_proof + 1, struct hash);
        bool is_sound = true;
        for (size_t i = 0; i < n_proof; i++) {
            struct str bytes;
            const char *text = json_string_value(json_array_get(list_of, i));
            is_sound = is_sound && text && base64_decode(a, str_c(text), &bytes) && bytes.n == HASH_BYTES;
            if (is_sound)
                memcpy(proof[i].b, bytes.p, HASH_BYTES);
        }
        bool wants_error = json_is_true(json_object_get(o, "wantErr"));
        bool ok;
        if (is_consistency) {
            bool has_roots = true; /* some vectors of equal sizes leave both out */
            struct hash old = hash_field(a, o, "root1", &has_roots);
            struct hash root = hash_field(a, o, "root2", &has_roots);
            ok = is_sound && merkle_check_consistency((uint64_t)json_integer_value(json_object_get(o, "size1")),
                                                      (uint64_t)json_integer_value(json_object_get(o, "size2")),
                                                      &old, &root, proof, n_proof);
        } else {
            struct hash leaf = hash_field(a, o, "leafHash", &is_sound);
            struct hash root = hash_field(a, o, "root", &is_sound);
            ok = is_sound && merkle_check((uint64_t)json_integer_value(json_object_get(o, "leafIdx")),
                                          (uint64_t)json_integer_value(json_object_get(o, "treeSize")), &leaf,
                                          proof, n_proof, &root);
        }
        if (ok == wants_error)
            print_message("%s: expected %s\n", path, wants_error ? "an error" : "success");
        assert_int_equal(ok, !wants_error);
        json_decref(o);
        n++;
    }
    if (names)
        (void)pclose(names);
    return n;
}

static void published_vectors_hold(void **state)
{
    int inclusion = run_folder(*state, "inclusion", false);
    int consistency = run_folder(*state, "consistency", true);
    if (inclusion + consistency == 0) {
        print_message("# SKIP vectors of transparency-dev/merkle are not there\n");
        skip(); /* the published vectors lie outside the repository; the naive tree is compared in any case */
    }
    print_message("%d inclusion and %d consistency vectors\n", inclusion, consistency);
    assert_true(inclusion >= 98 && consistency >= 98);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_frontier_gives_the_root_of_every_size),
        TEST(every_leaf_of_every_size_can_be_proven_and_no_other),
        TEST(every_pair_of_sizes_is_consistent),
        TEST(published_vectors_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

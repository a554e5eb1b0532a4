/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * merkle.c - RFC 6962 trees.
 */
#include "algo/merkle.h"

struct hash merkle_leaf(struct str entry)
{
    return HASH({"\0", 1}, entry);
}

struct hash merkle_node(const struct hash *left, const struct hash *right)
{
    return HASH({"\1", 1}, hash_str(left), hash_str(right));
}

struct hash merkle_empty(void)
{
    return HASH(STR(""));
}

int merkle_append_path(struct merkle_frontier *f, const struct hash *leaf, struct hash path[MERKLE_MAX_LEVEL + 1])
{
    int level = 0;
    path[0] = *leaf;
    for (; f->size >> level & 1; level++)
        path[level + 1] = merkle_node(&f->part[level], &path[level]);
    f->part[level] = path[level];
    f->size++;
    return level;
}

void merkle_append(struct merkle_frontier *f, const struct hash *leaf)
{
    struct hash path[MERKLE_MAX_LEVEL + 1];
    (void)merkle_append_path(f, leaf, path);
}

struct hash merkle_root(const struct merkle_frontier *f)
{
    if (f->size == 0)
        return merkle_empty();
    int level = __builtin_ctzll(f->size);
    struct hash h = f->part[level];
    for (level++; level <= MERKLE_MAX_LEVEL && f->size >> level; level++)
        if (f->size >> level & 1)
            h = merkle_node(&f->part[level], &h);
    return h;
}

/* Largest power of two smaller than n; n > 1. */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

struct err *merkle_range(merkle_reader *read, void *user, uint64_t from, uint64_t to, struct hash *ret_hash)
{
    uint64_t n = to - from;
    MUST(n > 0);
    if ((n & (n - 1)) == 0 && from % n == 0)
        return read(user, __builtin_ctzll(n), from / n, ret_hash);
    uint64_t k = split(n);
    struct hash left;
    struct hash right;
    TRY(merkle_range(read, user, from, from + k, &left));
    TRY(merkle_range(read, user, from + k, to, &right));
    *ret_hash = merkle_node(&left, &right);
    return NULL;
}

struct err *merkle_prove(struct arena *a, merkle_reader *read, void *user, uint64_t leaf, uint64_t size,
                         struct hash **ret_hashes, size_t *ret_n)
{
    MUST(leaf < size);
    struct hash *path = ARENA_ARRAY(a, MERKLE_MAX_LEVEL + 1, struct hash);
    size_t n = 0;
    uint64_t from = 0;
    uint64_t to = size;
    while (to - from > 1) { /* from the root down; turned round at the end */
        uint64_t k = from + split(to - from);
        bool is_left = leaf < k;
        TRY(merkle_range(read, user, is_left ? k : from, is_left ? to : k, &path[n++]));
        if (is_left)
            to = k;
        else
            from = k;
    }
    for (size_t i = 0; i < n / 2; i++) {
        struct hash h = path[i];
        path[i] = path[n - 1 - i];
        path[n - 1 - i] = h;
    }
    *ret_hashes = path;
    *ret_n = n;
    return NULL;
}

struct err *merkle_prove_consistency(struct arena *a, merkle_reader *read, void *user, uint64_t old_size,
                                     uint64_t size, struct hash **ret_hashes, size_t *ret_n)
{
    struct hash *path = ARENA_ARRAY(a, MERKLE_MAX_LEVEL + 2, struct hash);
    size_t n = 0;
    *ret_hashes = path;
    *ret_n = 0;
    if (old_size == 0 || old_size >= size)
        return NULL;
    uint64_t from = 0;
    uint64_t to = size;
    while (old_size != to) {
        uint64_t k = from + split(to - from);
        bool is_left = old_size <= k;
        TRY(merkle_range(read, user, is_left ? k : from, is_left ? to : k, &path[n++]));
        if (is_left)
            to = k;
        else
            from = k;
    }
    if (from > 0) /* the old tree's own root is known; another subtree must be given */
        TRY(merkle_range(read, user, from, to, &path[n++]));
    for (size_t i = 0; i < n / 2; i++) {
        struct hash h = path[i];
        path[i] = path[n - 1 - i];
        path[n - 1 - i] = h;
    }
    *ret_n = n;
    return NULL;
}

/* Source: RFC 9162, section 2.1.3.2. */
bool merkle_check(uint64_t leaf, uint64_t size, const struct hash *leaf_hash, const struct hash *proof,
                  size_t n, const struct hash *root)
{
    if (leaf >= size)
        return false;
    uint64_t fn = leaf;
    uint64_t sn = size - 1;
    struct hash r = *leaf_hash;
    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            r = merkle_node(&proof[i], &r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = merkle_node(&r, &proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_eq(&r, root);
}

/* Source: RFC 9162, section 2.1.4.2. */
bool merkle_check_consistency(uint64_t old_size, uint64_t size, const struct hash *old_root,
                              const struct hash *root, const struct hash *proof, size_t n)
{
    if (old_size == 0 || old_size > size)
        return false; /* every tree begins with the empty one: a proof of it says nothing */
    if (old_size == size)
        return n == 0 && hash_eq(old_root, root);
    if (n == 0)
        return false;
    uint64_t fn = old_size - 1;
    uint64_t sn = size - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    size_t i = 0;
    struct hash fr = (old_size & (old_size - 1)) == 0 ? *old_root : proof[i++];
    struct hash sr = fr;
    for (; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            fr = merkle_node(&proof[i], &fr);
            sr = merkle_node(&proof[i], &sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = merkle_node(&sr, &proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_eq(&fr, old_root) && hash_eq(&sr, root);
}

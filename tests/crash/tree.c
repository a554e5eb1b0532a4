/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * tree.c - the tree of RFC 6962, kept whole, so that the root of any size is a few hashes away.
 */
#include "crash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void sha256_of(const void *a, size_t na, const void *b, size_t nb, uint8_t *out)
{
    crypto_hash_sha256_state s;
    (void)crypto_hash_sha256_init(&s);
    (void)crypto_hash_sha256_update(&s, a, na);
    if (nb > 0)
        (void)crypto_hash_sha256_update(&s, b, nb);
    (void)crypto_hash_sha256_final(&s, out);
}

static void join(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
    uint8_t both[1 + 2 * CRASH_HASH] = {1};
    memcpy(both + 1, left, CRASH_HASH);
    memcpy(both + 1 + CRASH_HASH, right, CRASH_HASH);
    sha256_of(both, sizeof both, NULL, 0, out);
}

static void put(struct tree *t, int level, int64_t i, const uint8_t *hash)
{
    if (i >= t->room[level]) {
        t->room[level] = t->room[level] ? 2 * t->room[level] : 64;
        t->level[level] = realloc(t->level[level], (size_t)t->room[level] * CRASH_HASH);
        if (!t->level[level])
            broken("no memory for the tree");
    }
    memcpy(t->level[level][i], hash, CRASH_HASH);
}

void tree_append(struct tree *t, const uint8_t *leaf)
{
    uint8_t hash[CRASH_HASH];
    int64_t i = t->size++;
    int level = 0;
    memcpy(hash, leaf, CRASH_HASH);
    put(t, 0, i, hash);
    for (; i & 1; i >>= 1) {
        join(t->level[level][i - 1], hash, hash);
        put(t, ++level, i >> 1, hash);
    }
}

void tree_root(const struct tree *t, int64_t size, uint8_t *out)
{
    bool has = false;
    if (size == 0)
        sha256_of("", 0, NULL, 0, out);
    for (int level = 0; size >> level; level++) {
        int64_t i = size >> level;
        if (!(i & 1))
            continue;
        if (has)
            join(t->level[level][i - 1], out, out); /* the larger subtree stands to the left */
        else
            memcpy(out, t->level[level][i - 1], CRASH_HASH);
        has = true;
    }
}

void tree_clear(struct tree *t)
{
    for (int i = 0; i < CRASH_LEVELS; i++)
        free(t->level[i]);
    *t = (struct tree){0};
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_read.c - proofs and tiles, read from the database by any thread.
 *
 * What they may show is bounded by the newest signed head, not by what the tables hold.
 */
#include "core/journal_private.h"

#include <string.h>

/* == heads == */

struct err *journal_head_of_leaf(struct arena *a, struct journal *j, struct db_read *r, int64_t leaf,
                                 int64_t *ret_size)
{
    struct core_q_head_covering_row row;
    bool found = false;
    if (leaf >= 0)
        TRY(core_q_head_covering(a, r, j->realm, leaf, &row, &found));
    if (!found)
        return ERR(a, ERR_NOT_FOUND, "no head covers leaf %lld", (long long)leaf);
    *ret_size = row.size;
    return NULL;
}

/* == proofs and tiles == */

struct err *journal_proof(struct arena *a, struct journal *j, struct db_read *r, int64_t leaf, int64_t size,
                          struct hash **ret_hashes, size_t *ret_n)
{
    if (size > journal_size(j))
        TRY(journal_follow(a, j, r));
    if (leaf < 0 || leaf >= size || size > journal_size(j))
        return ERR(a, ERR_NOT_FOUND, "leaf %lld is not in a known tree of %lld leaves", (long long)leaf,
                   (long long)size);
    struct tree_reader *t = ARENA_NEW(a, struct tree_reader);
    tree_reader_init(t, a, r, j->realm, size, &j->tiles);
    return merkle_prove(a, tree_read, t, (uint64_t)leaf, (uint64_t)size, ret_hashes, ret_n);
}

/* Is there a tile `idx` of `width` at `level` in the tree that is known? */
static bool is_known_tile(struct journal *j, int level, int64_t idx, int width)
{
    const int max_level = 7; /* 256^8 leaves are more than an int64 counts */
    if (level < 0 || level > max_level || idx < 0 || width < 1 || width > MERKLE_TILE ||
        idx > INT64_MAX / MERKLE_TILE - 1)
        return false;
    return idx * MERKLE_TILE + width <= journal_size(j) >> (8 * level);
}

/* The same, also when another server made it. */
static struct err *find_tile(struct arena *a, struct journal *j, struct db_read *r, int level, int64_t idx, int width)
{
    if (is_known_tile(j, level, idx, width))
        return NULL;
    TRY(journal_follow(a, j, r));
    return is_known_tile(j, level, idx, width) ? NULL : ERR(a, ERR_NOT_FOUND, "no such tile");
}

struct err *journal_tile(struct arena *a, struct journal *j, struct db_read *r, int level, int64_t idx, int width,
                         struct str *ret_tile)
{
    TRY(find_tile(a, j, r, level, idx, width));
    struct tree_reader *t = ARENA_NEW(a, struct tree_reader);
    tree_reader_init(t, a, r, j->realm, (idx * MERKLE_TILE + width) << (8 * level), &j->tiles);
    TRY(tree_load(t, level, idx));
    *ret_tile = (struct str){(const char *)t->tile.nodes, (size_t)width * HASH_BYTES};
    return NULL;
}

struct err *journal_entries(struct arena *a, struct journal *j, struct db_read *r, int64_t idx, int width,
                            struct str *ret_bundle)
{
    struct core_q_entries_row *rows;
    size_t n;
    TRY(find_tile(a, j, r, 0, idx, width));
    int64_t from = idx * MERKLE_TILE;
    TRY(core_q_entries(a, r, j->realm, from, from + width, &rows, &n));
    char *bytes = arena_alloc(a, (size_t)width * (2 + LOG_ENTRY_BYTES));
    if (n != (size_t)width)
        return ERR(a, ERR_CORRUPT, "journal_entry: a leaf from %lld on is missing", (long long)from);
    for (size_t i = 0; i < n; i++) {
        char *at = bytes + i * (2 + LOG_ENTRY_BYTES);
        struct hash commitment;
        if (rows[i].commitment.n != HASH_BYTES)
            return ERR(a, ERR_CORRUPT, "journal_entry: leaf %lld is no hash", (long long)rows[i].leaf);
        memcpy(commitment.b, rows[i].commitment.p, HASH_BYTES);
        at[0] = 0; /* length, big-endian */
        at[1] = LOG_ENTRY_BYTES;
        log_entry(&commitment, at + 2);
    }
    *ret_bundle = (struct str){bytes, (size_t)width * (2 + LOG_ENTRY_BYTES)};
    return NULL;
}

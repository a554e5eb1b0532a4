/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * merkle.h - the tree of RFC 6962: hashes, frontier, proofs, and the tiles that C2SP cuts it into.
 *
 * A tree of n leaves is the largest perfect tree left of it plus the rest. Level 0 are leaf hashes. A
 * tile holds 256 hashes of one level (level 8 * L), so 256 leaves are one hash of the tile above.
 *
 * Pure. Source: RFC 6962 section 2.1, RFC 9162 section 2.1, C2SP tlog-tiles.
 */
#ifndef BIRGE_ALGO_MERKLE_H
#define BIRGE_ALGO_MERKLE_H

#include "base/err.h"
#include "base/hash.h"

#define MERKLE_TILE 256
#define MERKLE_MAX_LEVEL 63

/* SHA-256(0x00 || entry). */
struct hash merkle_leaf(struct str entry);
/* SHA-256(0x01 || left || right). */
struct hash merkle_node(const struct hash *left, const struct hash *right);
/* Root of the empty tree: SHA-256 of nothing. */
struct hash merkle_empty(void);

/* The roots of the perfect subtrees of a tree, largest first: enough to append and to give the root. */
struct merkle_frontier {
    uint64_t size;                          /* leaves */
    struct hash part[MERKLE_MAX_LEVEL + 1]; /* part[l]: root of the perfect subtree of 2^l leaves, if bit l */
};

/* Add a leaf hash; and the root of all leaves so far (SHA-256 of nothing for none). */
void merkle_append(struct merkle_frontier *f, const struct hash *leaf);
/* As merkle_append, and tell which perfect subtrees the leaf completed: path[l] is the root of that of 2^l leaves,
 * for l up to the returned level. */
int merkle_append_path(struct merkle_frontier *f, const struct hash *leaf, struct hash path[MERKLE_MAX_LEVEL + 1]);
struct hash merkle_root(const struct merkle_frontier *f);

/* Gives the hash of the perfect subtree `idx` of `level` (2^level leaves from idx << level). */
typedef struct err *merkle_reader(void *user, int level, uint64_t idx, struct hash *ret_hash);

/* Root of the leaves [from, to), of any shape, read through `read`. */
struct err *merkle_range(merkle_reader *read, void *user, uint64_t from, uint64_t to, struct hash *ret_hash)
    WARN_UNUSED;
/* Inclusion proof of `leaf` in the tree of `size` leaves, leaf's sibling first, in `a`. */
struct err *merkle_prove(struct arena *a, merkle_reader *read, void *user, uint64_t leaf, uint64_t size,
                         struct hash **ret_hashes, size_t *ret_n) WARN_UNUSED;
/* Consistency proof between the trees of `old_size` and `size`, in `a`. */
struct err *merkle_prove_consistency(struct arena *a, merkle_reader *read, void *user, uint64_t old_size,
                                     uint64_t size, struct hash **ret_hashes, size_t *ret_n) WARN_UNUSED;

/* Does the proof show that `leaf_hash` is leaf `leaf` of the tree of `size` leaves with `root`? */
bool merkle_check(uint64_t leaf, uint64_t size, const struct hash *leaf_hash, const struct hash *proof,
                  size_t n, const struct hash *root);
/* Does it show that the tree of `size` leaves begins with that of `old_size`? */
bool merkle_check_consistency(uint64_t old_size, uint64_t size, const struct hash *old_root,
                              const struct hash *root, const struct hash *proof, size_t n);

#endif

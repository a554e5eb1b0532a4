/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * near.h - which of many texts say the same in nearly the same words.
 *
 * A text is the set of its shingles: every three stems in a row, hashed; very short ones by five letters. Two texts
 * are near when the Jaccard coefficient of their sets reaches a threshold. MinHash signatures in bands of four find
 * candidates among 500,000 texts without comparing all; every candidate is then verified by the exact coefficient,
 * so chance finds pairs and never makes one. A group is held together by its medoid: who is not near it leaves,
 * since chains of likeness join strangers.
 *
 * Keeps:  the same texts in the same order give the same groups, on every machine; no pair below the threshold with
 *         its medoid is in a group.
 * Source: algorithms.md, section 2; Broder 1997 (resemblance), Indyk and Motwani 1998 (LSH).
 */
#ifndef BIRGE_ALGO_NEAR_H
#define BIRGE_ALGO_NEAR_H

#include "algo/language.h"
#include "algo/stem.h"
#include "algo/words.h"

/* The shingles of one text: hashes, ascending, each once. */
struct shingles {
    const uint32_t *hashes;
    size_t n;
};

/* The shingles of `text`, its stems by its language, in `a`; none for a text without a word. At most `max_words` words
 * are looked at (0: all). Linear, and a sort. */
struct shingles shingles_of(struct arena *a, const struct word_tables *tables, struct stemmer *stemmer, struct str text,
                            size_t max_words);
/* Common shingles divided by all of both, from 0 to 1; two empty sets are not near: 0. Linear. */
double shingles_likeness(struct shingles x, struct shingles y);

#define NEAR_FUNCTIONS 128 /* minima in a signature */
#define NEAR_BANDS 32      /* of four minima each: half of all pairs at 0.4 meet, 87 % at 0.5, 99 % at 0.6 */

struct near_signature {
    uint32_t minima[NEAR_FUNCTIONS];
};

/* The signature of a set; a fixed seed. Cost: 128 a shingle. */
void near_sign(struct shingles s, struct near_signature *ret);
/* What two signatures have to share in one of their bands for the texts to meet. */
uint32_t near_band(const struct near_signature *s, int band);

struct near_member {
    size_t text;     /* index of the text */
    double likeness; /* with the medoid; the medoid's own is 1 */
};

struct near_group {
    size_t medoid;
    struct near_member *members; /* the medoid among them; by index */
    size_t n;
};

/* Told now and then how far it is: `done` of `all` steps. May be NULL. */
typedef void near_progress(void *user, size_t done, size_t all);

/* The groups of two and more among `n` sets, by the index of their first member. `threshold` from 0.1 to 1.
 * Memory: `a` for the groups; some 700 bytes a text beside it while it runs.
 * Cost: 128 a shingle, sorts of n, and one likeness a candidate; at most 64 candidates a text and band. */
void near_groups(struct arena *a, const struct shingles *sets, size_t n, double threshold, near_progress *progress,
                 void *user, struct near_group **ret_groups, size_t *ret_n);

#endif

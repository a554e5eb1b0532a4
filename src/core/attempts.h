/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * attempts.h - a growing delay for tries at one secret: a login, a person's password.
 *
 * Four tries are free; after that each must wait longer than the one before, up to five minutes, and an hour
 * of rest forgets them. A try is counted when it begins, so two hundred at once are not two hundred guesses.
 * The table is of fixed size and in memory: whoever needs a place takes the one that rested longest.
 *
 * The key is an HMAC, so nobody can choose logins that push another's count out of its place. Unknown logins
 * are counted like known ones: the delay tells nothing.
 *
 * Source: trust.md section 7 ("then growing delay").
 */
#ifndef BIRGE_CORE_ATTEMPTS_H
#define BIRGE_CORE_ATTEMPTS_H

#include <pthread.h>
#include <stdint.h>

#include "base/hash.h"

#define ATTEMPTS_FREE 4
#define ATTEMPTS_LONGEST_S 300
#define ATTEMPTS_SETS 256
#define ATTEMPTS_WAYS 8

/* One secret that is being tried. */
struct attempts_slot {
    struct hash key; /* all zero: free */
    int64_t n;       /* tries since the last success or rest */
    int64_t at;      /* ms UTC of the last one */
    int64_t next_at; /* not before */
};

/* Zeroed memory is an empty table. */
struct attempts {
    pthread_mutex_t lock;
    struct attempts_slot slots[ATTEMPTS_SETS][ATTEMPTS_WAYS];
};

/* Begin a try at `now`: 0, or the seconds to wait before one is taken; a try that must wait is not counted.
 * Any thread. */
int64_t attempts_take(struct attempts *t, const struct hash *key, int64_t now);
/* The try succeeded: forget the key. Any thread. */
void attempts_forget(struct attempts *t, const struct hash *key);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * attempts.c - counting tries.
 */
#include "core/attempts.h"

#include "base/err.h"

#define REST_MS INT64_C(3600000)

/* The slot of `key`, or the one of its set that rested longest. Called with the lock held. */
static struct attempts_slot *slot_for(struct attempts *t, const struct hash *key)
{
    struct attempts_slot *set = t->slots[key->b[0] % ATTEMPTS_SETS];
    struct attempts_slot *oldest = &set[0];
    for (size_t i = 0; i < ATTEMPTS_WAYS; i++) {
        if (hash_eq(&set[i].key, key))
            return &set[i];
        if (set[i].at < oldest->at)
            oldest = &set[i];
    }
    *oldest = (struct attempts_slot){.key = *key};
    return oldest;
}

/* Seconds to wait after the n-th try: 1, 2, 4 ... once the free ones are used. */
static int64_t delay_s(int64_t n)
{
    if (n < ATTEMPTS_FREE)
        return 0;
    int64_t over = n - ATTEMPTS_FREE;
    return over >= 8 || INT64_C(1) << over > ATTEMPTS_LONGEST_S ? ATTEMPTS_LONGEST_S : INT64_C(1) << over;
}

int64_t attempts_take(struct attempts *t, const struct hash *key, int64_t now)
{
    int64_t wait = 0;
    MUST(pthread_mutex_lock(&t->lock) == 0);
    struct attempts_slot *slot = slot_for(t, key);
    if (now - slot->at > REST_MS)
        slot->n = slot->next_at = 0;
    if (now < slot->next_at) {
        wait = (slot->next_at - now + 999) / 1000;
    } else {
        slot->n++;
        slot->at = now;
        slot->next_at = now + delay_s(slot->n) * 1000;
    }
    MUST(pthread_mutex_unlock(&t->lock) == 0);
    return wait;
}

void attempts_forget(struct attempts *t, const struct hash *key)
{
    MUST(pthread_mutex_lock(&t->lock) == 0);
    struct attempts_slot *slot = slot_for(t, key);
    *slot = (struct attempts_slot){0};
    MUST(pthread_mutex_unlock(&t->lock) == 0);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * snapshot.h - when a snapshot that a loop keeps may still be used, and when it must be read again.
 *
 * Writers raise a version once a change is durable. A page reads in one transaction, and that may have
 * begun before the change, though the version it sees now is already raised: rows read in it are not surely
 * those of the version. So such a load serves its own transaction only, and the next one reads again; and
 * within one transaction the snapshot never changes, since the page holds pointers into it.
 *
 * Keeps: one transaction, one snapshot; a change that is durable is seen by every transaction begun after
 * it.
 */
#ifndef BIRGE_CORE_SNAPSHOT_H
#define BIRGE_CORE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

struct snapshot {
    bool is_loaded;
    bool is_settled;  /* its rows are those of `version` or newer */
    uint64_t version; /* what the version was before it was read */
    uint64_t round;   /* db_read.round when it was read or last found good */
};

/* May it be used at this version, in this round? Odd rounds are transactions. */
static inline bool snapshot_is_good(struct snapshot *s, uint64_t version, uint64_t round)
{
    if (!s->is_loaded)
        return false;
    if ((round & 1) && s->round == round)
        return true;
    if (s->version != version || !s->is_settled)
        return false;
    s->round = round;
    return true;
}

/* It was read in the very transaction that told `version`. */
static inline void snapshot_was_loaded_with(struct snapshot *s, uint64_t version, uint64_t round)
{
    *s = (struct snapshot){.is_loaded = true, .is_settled = true, .version = version, .round = round};
}

/* It was read just now; `version` had been asked before. */
static inline void snapshot_was_loaded(struct snapshot *s, uint64_t version, uint64_t round)
{
    bool began_later = s->is_loaded && s->version == version && s->round != round;
    *s = (struct snapshot){
        .is_loaded = true,
        .is_settled = (round & 1) == 0 || began_later,
        .version = version,
        .round = round,
    };
}

#endif

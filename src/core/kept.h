/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * kept.h - what every verb reads and few change, kept by the writer from job to job: bodies, calendar.
 *
 * A region has thousands of bodies, and each appeal asks for them on the one thread that writes. So the copy that one
 * job read serves the next, until a verb says that it changes them: from then on every job reads anew, and a copy is
 * kept again once that verb's job is done, durable or undone.
 *
 * Keeps: a job sees the changes of the jobs before it and its own; a copy lives as long as any job that was given it.
 */
#ifndef BIRGE_CORE_KEPT_H
#define BIRGE_CORE_KEPT_H

#include <stdatomic.h>

#include "base/err.h"
#include "db/db.h"

struct kept_copy; /* kept.c */

/* One thing that is kept. Zeroed at first. Only the writer's thread looks at `copy`. */
struct kept {
    struct kept_copy *copy; /* NULL: none */
    _Atomic int changing;   /* jobs that changed it and are not done */
    bool is_registered;     /* with db_at_close */
};

/* Reads the thing into `a`. */
typedef struct err *kept_load(struct arena *a, struct db_read *r, int64_t realm, void **ret_value);

/* The thing as the transaction sees it: kept, or read by `load`. Good until `a` is freed. Writer's thread. */
struct err *kept_get(struct arena *a, struct kept *k, struct db *db, struct db_tx *tx, int64_t realm, kept_load *load,
                     void **ret_value) WARN_UNUSED;
/* Another server changed it: read it anew for the next job. Writer's thread. */
void kept_forget(struct kept *k);
/* The running job changes it. Writer's thread, once a job. */
void kept_change(struct kept *k);
/* That job is done, durable or not. Any thread, once for each kept_change. */
void kept_settle(struct kept *k);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * derived.h - what pages work out from many rows, kept by a loop thread until those rows change.
 *
 * Worked out by a page inside its read transaction, used by the pages after it on the same thread, so nothing is
 * locked. Snapshots (core/snapshot.h) say when it may be used; a version that writers raise says when the rows
 * changed.
 *
 * Keeps: within one transaction the value does not change; what is kept is bounded in number and in bytes, and what was
 *        not used for longest goes first.
 */
#ifndef BIRGE_CORE_DERIVED_H
#define BIRGE_CORE_DERIVED_H

#include "base/arena.h"
#include "base/err.h"
#include "core/snapshot.h"
#include "db/db.h"

#define DERIVED_KEPT 8                  /* values of one loop */
#define DERIVED_BYTES (16 * ARENA_MIB)  /* all of them; one alone may be larger, and is then the only one */

struct loop; /* core/site.h */

/* What is wanted. */
struct derivation {
    const char *what;  /* static: "reception.figures" */
    int64_t of[2];     /* which of them: a year, a day */
    uint64_t version;  /* of the rows, as loop_versions told it in this transaction */
    int64_t now;       /* ms UTC, of the request */
    /* Work it out: the value in `a`; `tmp` for everything else, errors too. *ret_late_ms (0 at first): for so long the
     * value may be used although the rows changed; for what costs much. */
    struct err *(*run)(struct arena *a, struct arena *tmp, struct loop *loop, const struct derivation *d,
                       void **ret_value, int64_t *ret_late_ms);
};

/* One value that a loop keeps; zeroed at first. Own. */
struct derived {
    const char *what; /* NULL: none */
    int64_t of[2];
    struct snapshot use;
    int64_t good_until; /* ms UTC: used until then whatever changed */
    int64_t used_at;    /* ms UTC */
    struct arena *a;
    void *value;
};

/* The value, kept or worked out now; good until the transaction ends. On the loop's own thread, inside its read
 * transaction. Memory: the loop's; errors in `a`. */
struct err *derived_of_loop(struct arena *a, struct loop *loop, const struct derivation *d, void **ret_value) WARN_UNUSED;
/* Free what the loop keeps. */
void derived_free(struct loop *loop);

#endif

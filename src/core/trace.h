/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * trace.h - the graph from a citizen's words to what became of them, and back.
 *
 * Every institution adds edges: an appeal is `held_by` a body, `answered_by` an answer, an answer `rests_on` a
 * rule. A projection: `birge rebuild` has each institution add its edges again.
 *
 * Source: architecture.md section 1.
 */
#ifndef BIRGE_CORE_TRACE_H
#define BIRGE_CORE_TRACE_H

#include "db/db.h"

/* A thing that edges join. */
struct trace_end {
    struct str noun; /* "appeal" */
    int64_t id;
};

struct trace_edge {
    struct str edge;      /* "held_by" */
    struct trace_end end; /* the other one */
    int64_t at;           /* ms UTC */
};

/* Add `from` -edge-> `to`; an edge that is there already stays as it is. */
struct err *trace_add(struct arena *a, struct db_tx *tx, int64_t realm, struct trace_end from, struct str edge,
                      struct trace_end to, int64_t at) WARN_UNUSED;
/* Edges that go out from `from`, by edge and end; and those that lead to `to`. In `a`. */
struct err *trace_from(struct arena *a, struct db_read *r, int64_t realm, struct trace_end from,
                       struct trace_edge **ret_edges, size_t *ret_n) WARN_UNUSED;
struct err *trace_to(struct arena *a, struct db_read *r, int64_t realm, struct trace_end to,
                     struct trace_edge **ret_edges, size_t *ret_n) WARN_UNUSED;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_search.h - events by thing, verb, period and body, newest first, reading a bounded number of rows.
 *
 * The journal has no index for any of these: it would cost every action a write. A period is found by bisecting the
 * heads; within it rows are read backwards and judged, at most JOURNAL_SEARCH_ROWS for one page. Where that ends without
 * a full page, the reader goes on from there.
 */
#ifndef BIRGE_CORE_JOURNAL_SEARCH_H
#define BIRGE_CORE_JOURNAL_SEARCH_H

#include "core/directory.h"
#include "gen/core_queries.h"

#define JOURNAL_SEARCH_ROWS 5000

struct journal_query {
    struct str noun, verb;  /* empty: any */
    int64_t from_at, to_at; /* ms UTC, [from, to); 0 and INT64_MAX: unbounded */
    int64_t body_id;        /* done in an office of this body; 0: any */
    int64_t before;         /* events below this number; INT64_MAX: from the newest */
};

struct journal_found {
    struct core_q_events_before_row *rows;
    size_t n;
    bool has_more;  /* older ones may match */
    int64_t before; /* go on from here; has_more only */
    bool is_cut;    /* the bound of rows was reached before the page was full */
};

/* Up to `max` events of `realm`. `d` knows which office belongs to which body. Memory: `a`.
 * Cost: at most JOURNAL_SEARCH_ROWS rows, and two bisections of the heads. */
struct err *journal_search(struct arena *a, struct db_read *r, int64_t realm, const struct directory *d,
                           const struct journal_query *q, size_t max, struct journal_found *ret_found) WARN_UNUSED;

#endif

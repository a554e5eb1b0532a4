/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * trace.c - edges as rows.
 */
#include "core/trace.h"

#include "gen/core_queries.h"

struct err *trace_add(struct arena *a, struct db_tx *tx, int64_t realm, struct trace_end from, struct str edge,
                      struct trace_end to, int64_t at)
{
    struct core_q_trace_add_args args = {
        .realm = realm,
        .from_noun = from.noun,
        .from_id = from.id,
        .edge = edge,
        .to_noun = to.noun,
        .to_id = to.id,
        .at = at,
    };
    return core_q_trace_add(a, tx, &args, NULL);
}

struct err *trace_from(struct arena *a, struct db_read *r, int64_t realm, struct trace_end from,
                       struct trace_edge **ret_edges, size_t *ret_n)
{
    struct core_q_trace_from_row *rows;
    size_t n;
    TRY(core_q_trace_from(a, r, realm, from.noun, from.id, &rows, &n));
    struct trace_edge *edges = ARENA_ARRAY(a, n, struct trace_edge);
    for (size_t i = 0; i < n; i++)
        edges[i] = (struct trace_edge){rows[i].edge, {rows[i].to_noun, rows[i].to_id}, rows[i].at};
    *ret_edges = edges;
    *ret_n = n;
    return NULL;
}

struct err *trace_to(struct arena *a, struct db_read *r, int64_t realm, struct trace_end to,
                     struct trace_edge **ret_edges, size_t *ret_n)
{
    struct core_q_trace_to_row *rows;
    size_t n;
    TRY(core_q_trace_to(a, r, realm, to.noun, to.id, &rows, &n));
    struct trace_edge *edges = ARENA_ARRAY(a, n, struct trace_edge);
    for (size_t i = 0; i < n; i++)
        edges[i] = (struct trace_edge){rows[i].edge, {rows[i].from_noun, rows[i].from_id}, rows[i].at};
    *ret_edges = edges;
    *ret_n = n;
    return NULL;
}

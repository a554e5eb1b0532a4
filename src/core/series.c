/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * series.c - taking the next number.
 */
#include "core/series.h"

#include "gen/core_queries.h"

struct err *series_take(struct action *x, struct str name, int64_t n, int64_t *ret_first)
{
    struct core_q_series_last_row row = {0};
    bool found = false;
    MUST(n > 0);
    TRY(core_q_series_last(x->a, db_tx_read(x->tx), x->site->realm, name, &row, &found));
    int64_t first = found ? row.last + 1 : 1;
    TRY(core_q_series_set(x->a, x->tx, x->site->realm, name, first + n - 1, NULL));
    *ret_first = first;
    return NULL;
}

struct err *series_next(struct action *x, struct str name, int64_t *ret)
{
    return series_take(x, name, 1, ret);
}

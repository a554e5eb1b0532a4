/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * suppress.h - which cells of a published table of counts must be hidden, so that no small count can be read from it
 * or computed from what is shown.
 *
 * A table has rows (bodies) times steps (months) times columns (measures). The last row may be the sum of the
 * others, the last step too; columns may be bound to each other (closed = in time + late), which the caller says by
 * moves: changes of columns that keep every such sum, each column by -1, 0 or +1.
 *
 * A count from 1 to k - 1 is hidden. Hiding it alone is not enough: what is hidden is what is missing in a sum. So
 * for each of them a whole exchange is hidden: a set of cells that can grow and shrink together, by at least k - 1,
 * without changing any sum that is shown, any cell that is shown, or making a cell negative. Then k different
 * values of the small count fit what is shown, and nothing in the table tells which is true.
 *
 * Zero is shown: that nothing happened is no one's secret. Hidden cells all look alike; which of them are small and
 * which only protect is not told.
 *
 * Does not protect against: comparing the table before and after somebody adds one case (figures are live); two
 * tables that share a sum but are not given together. So a case is counted in one table only, and sums over what
 * stands in several are not published.
 *
 * Source: cell suppression by exchange cycles: Hundepool and others, "Statistical Disclosure Control" (2012),
 * chapter 4; rules.md, "suppression below k".
 */
#ifndef BIRGE_ALGO_SUPPRESS_H
#define BIRGE_ALGO_SUPPRESS_H

#include "base/arena.h"

#include <stdint.h>

#define SUPPRESS_COLUMNS 12

struct suppress_move {
    int8_t by[SUPPRESS_COLUMNS]; /* -1, 0, +1 for each column */
};

struct suppress_table {
    size_t n_rows, n_steps, n_columns; /* totals included */
    bool has_row_total;                /* the last row is the sum of the others */
    bool has_step_total;               /* the last step is the sum of the others */
    const int64_t *values;             /* [row][step][column], none negative */
    const bool *unpublished;           /* the same shape: cells that are never shown; NULL: all might be */
    const struct suppress_move *moves; /* each column must be moved by one at least */
    size_t n_moves;
    bool *hidden; /* out: the same shape */
};

/* Place of a cell in values and hidden. */
static inline size_t suppress_at(const struct suppress_table *t, size_t row, size_t step, size_t column)
{
    return (row * t->n_steps + step) * t->n_columns + column;
}

/* Fill t->hidden. The same table gives the same answer. `tmp`: scratch.
 * Cost: small counts times k times at most 13 rows and the steps; the moves only where they could be better than
 * what was found. Exchanges that are shared cost nothing again. */
void suppress(struct arena *tmp, const struct suppress_table *t, int64_t k);

/* The smallest value v such that at least `percent` of the observations are v or less (nearest rank); values
 * ascending, counts above 0. -1 for no observations. */
int64_t histogram_quantile(const int64_t *values, const int64_t *counts, size_t n, int64_t percent);

#endif

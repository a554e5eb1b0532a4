/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * suppress.c - small counts, and an exchange for each of them.
 *
 * An exchange is the product of three changes: of the row (this one up, another one down; or this one and the total
 * up together), of the step likewise, and a move of columns. Every sum along an axis stays as it is, so only cells
 * of the exchange change, and all of them get hidden. With both totals and a move that only adds there is always
 * one that can grow without end.
 */
#include "algo/suppress.h"

#include "base/err.h"

#include <string.h>

#define CANDIDATE_ROWS 12 /* largest rows tried as partners, besides the total */
#define CELLS (4 * SUPPRESS_COLUMNS)
#define ENDLESS (INT64_MAX / 4)

/* One axis of an exchange: this place +1, the partner's by `sign`; no partner when the axis has no total. */
struct side {
    size_t at[2];
    int sign[2];
    size_t n;
};

struct exchange {
    size_t cell[CELLS];
    int sign[CELLS];
    size_t n;
};

struct search {
    const struct suppress_table *t;
    int64_t k;
    size_t *rows; /* candidates, best first */
    size_t n_rows;
    struct side last_row, last_step; /* what worked last, tried first */
    bool has_last;
};

static struct side side_of(size_t at, size_t partner, size_t total)
{
    bool adds = at == total || partner == total;
    return (struct side){.at = {at, partner}, .sign = {1, adds ? 1 : -1}, .n = 2};
}

static struct side side_alone(size_t at)
{
    return (struct side){.at = {at, 0}, .sign = {1, 0}, .n = 1};
}

static void product(const struct suppress_table *t, const struct side *row, const struct side *step,
                    const struct suppress_move *move, int direction, struct exchange *ret)
{
    ret->n = 0;
    for (size_t r = 0; r < row->n; r++)
        for (size_t s = 0; s < step->n; s++)
            for (size_t c = 0; c < t->n_columns; c++)
                if (move->by[c] != 0) {
                    ret->cell[ret->n] = suppress_at(t, row->at[r], step->at[s], c);
                    ret->sign[ret->n++] = row->sign[r] * step->sign[s] * move->by[c] * direction;
                }
}

/* How many values the first cell's column can take: what can be taken from the cells that shrink, both ways. */
static int64_t range_of(const struct suppress_table *t, const struct exchange *x)
{
    int64_t up = ENDLESS;
    int64_t down = ENDLESS;
    for (size_t i = 0; i < x->n; i++) {
        int64_t v = t->values[x->cell[i]];
        if (x->sign[i] > 0 && v < down)
            down = v;
        if (x->sign[i] < 0 && v < up)
            up = v;
    }
    return up + down;
}

/* What hiding it costs: cells that are shown yet, sums more than others. */
static int64_t cost_of(const struct suppress_table *t, const struct exchange *x)
{
    int64_t cost = 0;
    for (size_t i = 0; i < x->n; i++) {
        size_t step = x->cell[i] / t->n_columns % t->n_steps;
        size_t row = x->cell[i] / t->n_columns / t->n_steps;
        if (t->hidden[x->cell[i]])
            continue;
        cost += 1;
        if (t->has_row_total && row == t->n_rows - 1)
            cost += 6;
        if (t->has_step_total && step == t->n_steps - 1)
            cost += 6;
    }
    return cost;
}

struct best {
    struct exchange x;
    struct side row, step;
    int64_t cost; /* -1: none yet */
};

/* Try all moves of `column` with these two sides. True when an exchange costs nothing. */
static bool try_sides(const struct search *s, size_t column, const struct side *row, const struct side *step,
                      struct best *best)
{
    for (size_t m = 0; m < s->t->n_moves; m++) {
        struct exchange x;
        int by = s->t->moves[m].by[column];
        if (by == 0)
            continue;
        product(s->t, row, step, &s->t->moves[m], by, &x);
        if (range_of(s->t, &x) < s->k - 1)
            continue;
        int64_t cost = cost_of(s->t, &x);
        if (best->cost < 0 || cost < best->cost)
            *best = (struct best){.x = x, .row = *row, .step = *step, .cost = cost};
        if (cost == 0)
            return true;
    }
    return false;
}

static bool try_steps(const struct search *s, size_t step, size_t column, const struct side *row, struct best *best)
{
    const struct suppress_table *t = s->t;
    if (!t->has_step_total) {
        struct side alone = side_alone(step);
        return try_sides(s, column, row, &alone, best);
    }
    for (size_t i = 0; i < t->n_steps; i++) {
        struct side side = side_of(step, i, t->n_steps - 1);
        if (i != step && try_sides(s, column, row, &side, best))
            return true;
    }
    return false;
}

static void protect(struct search *s, size_t row, size_t step, size_t column)
{
    const struct suppress_table *t = s->t;
    struct best best = {.cost = -1};
    bool is_done = false;
    if (s->has_last && s->last_row.at[0] == row && s->last_step.at[0] == step)
        is_done = try_sides(s, column, &s->last_row, &s->last_step, &best);
    if (!t->has_row_total && !is_done) {
        struct side alone = side_alone(row);
        is_done = try_steps(s, step, column, &alone, &best);
    }
    for (size_t i = 0; t->has_row_total && !is_done && i < s->n_rows; i++) {
        struct side side = side_of(row, s->rows[i], t->n_rows - 1);
        if (s->rows[i] != row)
            is_done = try_steps(s, step, column, &side, &best);
    }
    MUST(best.cost >= 0); /* a move that only adds, together with the totals, always does */
    for (size_t i = 0; i < best.x.n; i++)
        t->hidden[best.x.cell[i]] = true;
    s->last_row = best.row;
    s->last_step = best.step;
    s->has_last = true;
}

/* Rows by their sum, largest first, the total before all; few enough to try each. */
static void choose_rows(struct arena *tmp, struct search *s)
{
    const struct suppress_table *t = s->t;
    int64_t *sums = ARENA_ARRAY(tmp, t->n_rows, int64_t);
    size_t n_parts = t->has_row_total ? t->n_rows - 1 : t->n_rows;
    s->rows = ARENA_ARRAY(tmp, CANDIDATE_ROWS + 1, size_t);
    for (size_t r = 0; r < n_parts; r++)
        for (size_t i = 0; i < t->n_steps * t->n_columns; i++)
            sums[r] += t->values[suppress_at(t, r, 0, 0) + i];
    for (size_t r = 0; r < n_parts; r++) {
        size_t at = s->n_rows < CANDIDATE_ROWS ? s->n_rows++ : CANDIDATE_ROWS;
        for (; at > 0 && sums[r] > sums[s->rows[at - 1]]; at--)
            if (at < CANDIDATE_ROWS)
                s->rows[at] = s->rows[at - 1];
        if (at < CANDIDATE_ROWS)
            s->rows[at] = r;
    }
    if (t->has_row_total)
        s->rows[s->n_rows++] = t->n_rows - 1;
}

void suppress(struct arena *tmp, const struct suppress_table *t, int64_t k)
{
    struct search s = {.t = t, .k = k};
    size_t n = t->n_rows * t->n_steps * t->n_columns;
    MUST(t->n_columns <= SUPPRESS_COLUMNS);
    choose_rows(tmp, &s);
    for (size_t i = 0; i < n; i++) {
        MUST(t->values[i] >= 0);
        t->hidden[i] = t->values[i] > 0 && t->values[i] < k;
    }
    for (size_t i = 0; i < n; i++)
        if (t->values[i] > 0 && t->values[i] < k)
            protect(&s, i / t->n_columns / t->n_steps, i / t->n_columns % t->n_steps, i % t->n_columns);
}

int64_t histogram_quantile(const int64_t *values, const int64_t *counts, size_t n, int64_t percent)
{
    int64_t all = 0;
    int64_t below = 0;
    for (size_t i = 0; i < n; i++)
        all += counts[i];
    int64_t rank = (all * percent + 99) / 100;
    for (size_t i = 0; i < n; i++) {
        below += counts[i];
        if (below >= (rank > 0 ? rank : 1))
            return values[i];
    }
    return -1;
}

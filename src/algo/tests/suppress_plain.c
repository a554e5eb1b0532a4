/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * suppress_plain.c - the search of algo/suppress.c without its shortcuts: every exchange is written out and weighed.
 *
 * Slow and short. The real one must hide exactly what this one hides.
 */
#include "algo/tests/suppress_plain.h"

#include "base/err.h"

#define CANDIDATE_ROWS 12 /* largest rows tried as partners, besides the total */
#define CELLS (4 * SUPPRESS_COLUMNS)
#define SUPPRESS_ROUNDS 64 /* k at most */
#define SUM_COST 40 /* hiding a sum is as bad as hiding so many cells */
#define ENDLESS (INT64_MAX / 512)

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
    int64_t need; /* values that the count at hand still lacks */
    size_t *rows; /* candidates, best first */
    size_t n_rows;
    int64_t *taken_forwards;  /* of each cell, by the exchanges of the count at hand */
    int64_t *taken_backwards;
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

/* By how much the exchange can still run forwards (cells with -1 shrink) or backwards, beside those already taken.
 * Cells that grow in one are not counted as room for another: less than is true, never more. */
static int64_t room_of(const struct search *s, const struct exchange *x, bool is_forwards)
{
    const int64_t *taken = is_forwards ? s->taken_forwards : s->taken_backwards;
    int64_t room = ENDLESS;
    for (size_t i = 0; i < x->n; i++)
        if ((x->sign[i] < 0) == is_forwards && s->t->values[x->cell[i]] - taken[x->cell[i]] < room)
            room = s->t->values[x->cell[i]] - taken[x->cell[i]];
    return room;
}

static void take(struct search *s, const struct exchange *x, int64_t forwards, int64_t backwards)
{
    for (size_t i = 0; i < x->n; i++) {
        if (x->sign[i] < 0)
            s->taken_forwards[x->cell[i]] += forwards;
        else
            s->taken_backwards[x->cell[i]] += backwards;
    }
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
        int64_t one = 1;
        if (t->has_row_total && row == t->n_rows - 1)
            one *= SUM_COST;
        if (t->has_step_total && step == t->n_steps - 1)
            one *= SUM_COST;
        cost += one;
    }
    return cost;
}

struct best {
    struct exchange x;
    int64_t gain; /* further values; 0: none yet */
    int64_t cost;
};

/* Try all moves of `column` with these two sides; fewest hidden cells for each value gained. True when what is
 * needed costs nothing. */
static bool try_sides(const struct search *s, size_t column, const struct side *row, const struct side *step,
                      struct best *best)
{
    for (size_t m = 0; m < s->t->n_moves; m++) {
        struct exchange x;
        int by = s->t->moves[m].by[column];
        if (by == 0)
            continue;
        product(s->t, row, step, &s->t->moves[m], by, &x);
        int64_t gain = room_of(s, &x, true) + room_of(s, &x, false);
        if (gain <= 0)
            continue;
        if (gain > s->need)
            gain = s->need;
        int64_t cost = cost_of(s->t, &x);
        if (best->gain == 0 || (cost + 1) * best->gain < (best->cost + 1) * gain)
            *best = (struct best){.x = x, .gain = gain, .cost = cost};
        if (cost == 0 && gain == s->need)
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

/* The best exchange for a cell, beside those already taken. */
static struct best best_for(const struct search *s, size_t row, size_t step, size_t column)
{
    const struct suppress_table *t = s->t;
    struct best best = {.gain = 0};
    bool is_done = false;
    if (!t->has_row_total) {
        struct side alone = side_alone(row);
        (void)try_steps(s, step, column, &alone, &best);
        return best;
    }
    for (size_t i = 0; !is_done && i < s->n_rows; i++) {
        struct side side = side_of(row, s->rows[i], t->n_rows - 1);
        if (s->rows[i] != row)
            is_done = try_steps(s, step, column, &side, &best);
    }
    return best;
}

static void protect(struct search *s, size_t row, size_t step, size_t column)
{
    struct exchange used[SUPPRESS_ROUNDS];
    int64_t forwards[SUPPRESS_ROUNDS];
    int64_t backwards[SUPPRESS_ROUNDS];
    size_t n = 0;
    s->need = s->k - 1;
    while (s->need > 0) {
        struct best best = best_for(s, row, step, column);
        MUST(best.gain > 0 && n < SUPPRESS_ROUNDS); /* with both totals and a move that only adds: endless room */
        for (size_t i = 0; i < best.x.n; i++)
            s->t->hidden[best.x.cell[i]] = true;
        forwards[n] = room_of(s, &best.x, true);
        backwards[n] = room_of(s, &best.x, false);
        take(s, &best.x, forwards[n], backwards[n]);
        s->need -= best.gain;
        used[n++] = best.x;
    }
    while (n-- > 0)
        take(s, &used[n], -forwards[n], -backwards[n]);
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

void suppress_plain(struct arena *tmp, const struct suppress_table *t, int64_t k)
{
    struct search s = {.t = t, .k = k};
    size_t n = t->n_rows * t->n_steps * t->n_columns;
    MUST(t->n_columns <= SUPPRESS_COLUMNS);
    MUST(k <= SUPPRESS_ROUNDS);
    s.taken_forwards = ARENA_ARRAY(tmp, n, int64_t);
    s.taken_backwards = ARENA_ARRAY(tmp, n, int64_t);
    choose_rows(tmp, &s);
    for (size_t i = 0; i < n; i++) {
        MUST(t->values[i] >= 0);
        t->hidden[i] = (t->values[i] > 0 && t->values[i] < k) || (t->unpublished && t->unpublished[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (t->values[i] > 0 && t->values[i] < k)
            protect(&s, i / t->n_columns / t->n_steps, i / t->n_columns % t->n_steps, i % t->n_columns);
}

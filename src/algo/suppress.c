/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * suppress.c - small counts, and an exchange for each of them.
 *
 * An exchange is the product of three changes: of the row (this one up, another one down; or this one and the total
 * up together), of the step likewise, and a move of columns. Every sum along an axis stays as it is, so only cells
 * of the exchange change, and all of them get hidden. Several small exchanges do as well as a large one, when none
 * takes what another took. With both totals and a move that only adds there is always one that can grow without
 * end.
 */
#include "algo/suppress.h"

#include "base/err.h"

#include <string.h>

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

/* The columns that a move changes, in their order. */
struct columns {
    uint8_t at[SUPPRESS_COLUMNS];
    int8_t by[SUPPRESS_COLUMNS];
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
    const struct columns *moves; /* as many as the table has */
    int64_t *cost; /* of each cell: what hiding it costs, 0 once it is hidden; sums more than others */
    int64_t *left_forwards;  /* of each cell: what the exchanges of the count at hand leave of it when they shrink it */
    int64_t *left_backwards; /* running the other way */
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

/* The corners that both sides make: place of their column 0, and the sign there. */
struct corners {
    size_t at[4];
    int sign[4];
    size_t n;
};

static struct corners corners_of(const struct suppress_table *t, const struct side *row, const struct side *step)
{
    struct corners k = {.n = 0};
    for (size_t r = 0; r < row->n; r++)
        for (size_t s = 0; s < step->n; s++) {
            k.at[k.n] = suppress_at(t, row->at[r], step->at[s], 0);
            k.sign[k.n++] = row->sign[r] * step->sign[s];
        }
    return k;
}

static void product(const struct corners *k, const struct columns *move, int direction, struct exchange *ret)
{
    ret->n = 0;
    for (size_t i = 0; i < k->n; i++)
        for (size_t c = 0; c < move->n; c++) {
            ret->cell[ret->n] = k->at[i] + move->at[c];
            ret->sign[ret->n++] = k->sign[i] * move->by[c] * direction;
        }
}

/* What an exchange, or one column of it, can do and costs. Cells that grow in one exchange are not counted as room
 * for another: less than is true, never more. */
struct worth {
    int64_t forwards; /* by how much it can still run so: cells with -1 shrink */
    int64_t backwards;
    int64_t cost;
};

/* Take one column of all corners into account; `by` is its sign in the exchange. */
static void weigh(const struct search *s, const struct corners *k, size_t column, int by, struct worth *w)
{
    for (size_t i = 0; i < k->n; i++) {
        size_t cell = k->at[i] + column;
        bool shrinks = k->sign[i] * by < 0;
        int64_t *room = shrinks ? &w->forwards : &w->backwards;
        int64_t left = shrinks ? s->left_forwards[cell] : s->left_backwards[cell];
        if (left < *room)
            *room = left;
        w->cost += s->cost[cell];
    }
}

static int64_t gain_of(const struct search *s, const struct worth *w)
{
    int64_t gain = w->forwards + w->backwards;
    return gain > s->need ? s->need : gain;
}

static void take(struct search *s, const struct exchange *x, int64_t forwards, int64_t backwards)
{
    for (size_t i = 0; i < x->n; i++) {
        if (x->sign[i] < 0)
            s->left_forwards[x->cell[i]] -= forwards;
        else
            s->left_backwards[x->cell[i]] -= backwards;
    }
}

struct best {
    struct corners corners;
    const struct columns *move;
    int direction;
    struct worth worth;
    int64_t gain; /* further values; 0: none yet */
};

/* Would so much gain at that cost be chosen before the best one? */
static bool is_better(const struct best *best, int64_t gain, int64_t cost)
{
    return gain > 0 && (best->gain == 0 || (cost + 1) * best->gain < (best->worth.cost + 1) * gain);
}

/* Try all moves of `column` with these two sides; fewest hidden cells for each value gained. True when what is
 * needed costs nothing.
 *
 * Every one of them changes `column` at all corners: none gains more than that column alone lets it, none costs less.
 * So when even that would not be better, no move has to be looked at, and likewise while the columns of one move are
 * added up. */
static bool try_sides(const struct search *s, size_t column, const struct side *row, const struct side *step,
                      struct best *best)
{
    struct corners k = corners_of(s->t, row, step);
    struct worth alone = {.forwards = ENDLESS, .backwards = ENDLESS};
    weigh(s, &k, column, 1, &alone);
    if (!is_better(best, gain_of(s, &alone), alone.cost))
        return false;
    for (size_t m = 0; m < s->t->n_moves; m++) {
        const struct columns *move = &s->moves[m];
        struct worth w = alone;
        int direction = s->t->moves[m].by[column];
        bool is_open = direction != 0;
        for (size_t c = 0; is_open && c < move->n; c++)
            if (move->at[c] != column) {
                weigh(s, &k, move->at[c], move->by[c] * direction, &w);
                is_open = is_better(best, gain_of(s, &w), w.cost);
            }
        if (!is_open || !is_better(best, gain_of(s, &w), w.cost))
            continue;
        *best = (struct best){
            .corners = k, .move = move, .direction = direction, .worth = w, .gain = gain_of(s, &w)};
        if (w.cost == 0 && best->gain == s->need)
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
    struct side here = side_alone(step);
    struct corners shared = corners_of(t, row, &here);
    struct worth most = {.forwards = ENDLESS, .backwards = ENDLESS};
    weigh(s, &shared, column, 1, &most); /* these corners every step has */
    if (!is_better(best, gain_of(s, &most), most.cost))
        return false;
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
    struct worth done[SUPPRESS_ROUNDS];
    size_t n = 0;
    s->need = s->k - 1;
    while (s->need > 0) {
        struct best best = best_for(s, row, step, column);
        MUST(best.gain > 0 && n < SUPPRESS_ROUNDS); /* with both totals and a move that only adds: endless room */
        product(&best.corners, best.move, best.direction, &used[n]);
        for (size_t i = 0; i < used[n].n; i++) {
            s->t->hidden[used[n].cell[i]] = true;
            s->cost[used[n].cell[i]] = 0;
        }
        take(s, &used[n], best.worth.forwards, best.worth.backwards);
        s->need -= best.gain;
        done[n++] = best.worth;
    }
    while (n-- > 0)
        take(s, &used[n], -done[n].forwards, -done[n].backwards);
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

static const struct columns *columns_of_moves(struct arena *tmp, const struct suppress_table *t)
{
    struct columns *moves = ARENA_ARRAY(tmp, t->n_moves, struct columns);
    for (size_t m = 0; m < t->n_moves; m++)
        for (size_t c = 0; c < t->n_columns; c++)
            if (t->moves[m].by[c] != 0) {
                moves[m].at[moves[m].n] = (uint8_t)c;
                moves[m].by[moves[m].n++] = t->moves[m].by[c];
            }
    return moves;
}

/* What hiding a cell costs that is shown. */
static int64_t cost_of(const struct suppress_table *t, size_t cell)
{
    size_t step = cell / t->n_columns % t->n_steps;
    size_t row = cell / t->n_columns / t->n_steps;
    bool is_row_sum = t->has_row_total && row == t->n_rows - 1;
    bool is_step_sum = t->has_step_total && step == t->n_steps - 1;
    return (is_row_sum ? SUM_COST : 1) * (is_step_sum ? SUM_COST : 1);
}

void suppress(struct arena *tmp, const struct suppress_table *t, int64_t k)
{
    struct search s = {.t = t, .k = k};
    size_t n = t->n_rows * t->n_steps * t->n_columns;
    MUST(t->n_columns <= SUPPRESS_COLUMNS);
    MUST(k <= SUPPRESS_ROUNDS);
    s.cost = ARENA_ARRAY(tmp, n, int64_t);
    s.left_forwards = ARENA_ARRAY(tmp, n, int64_t);
    s.left_backwards = ARENA_ARRAY(tmp, n, int64_t);
    s.moves = columns_of_moves(tmp, t);
    choose_rows(tmp, &s);
    for (size_t i = 0; i < n; i++) {
        MUST(t->values[i] >= 0);
        t->hidden[i] = (t->values[i] > 0 && t->values[i] < k) || (t->unpublished && t->unpublished[i]);
        s.cost[i] = t->hidden[i] ? 0 : cost_of(t, i);
        s.left_forwards[i] = t->values[i];
        s.left_backwards[i] = t->values[i];
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

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * suppress_test.c - somebody who knows every sum tries to compute what was hidden.
 *
 * The attacker writes down all sums (over rows, over steps, between columns) with what is shown filled in, and does
 * two things: solve the equations (what has one solution only is known), and narrow every hidden cell between
 * bounds that follow from the sums, again and again, until nothing changes.
 */
#include "algo/suppress.h"
#include "algo/tests/suppress_plain.h"
#include "tests/test.h"

#include <stdio.h>

#define ROWS 6
#define STEPS 5
#define COLUMNS 7
#define CELLS (ROWS * STEPS * COLUMNS)
#define EQUATIONS 800
#define PRIME 2147483647
#define K 5

/* registered | closed = on_time + late = solved + not_solved + silent */
enum { REGISTERED, CLOSED, ON_TIME, LATE, SOLVED, NOT_SOLVED, SILENT };

static const struct suppress_move moves[] = {
    {{1}},
    {{0, 0, 1, -1}},
    {{0, 0, 0, 0, 1, -1}},
    {{0, 0, 0, 0, 1, 0, -1}},
    {{0, 0, 0, 0, 0, 1, -1}},
    {{0, 1, 1, 0, 1}},
    {{0, 1, 1, 0, 0, 1}},
    {{0, 1, 1, 0, 0, 0, 1}},
    {{0, 1, 0, 1, 1}},
    {{0, 1, 0, 1, 0, 1}},
    {{0, 1, 0, 1, 0, 0, 1}},
};

struct equation {
    int cells[16];
    int by[16];
    int n;
};

struct attack {
    struct suppress_table t;
    int64_t values[CELLS];
    bool hidden[CELLS];
    struct equation e[EQUATIONS];
    int n_e;
    int64_t low[CELLS], high[CELLS];
    bool is_solved[CELLS];
};

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(2685821657736338717);
}

static int64_t below(uint64_t *seed, int64_t n)
{
    return (int64_t)(next(seed) % (uint64_t)n);
}

static int at(const struct attack *x, size_t r, size_t s, size_t c)
{
    return (int)suppress_at(&x->t, r, s, c);
}

/* A random table: many zeros, many small counts, some large ones. */
static void fill(struct attack *x, uint64_t *seed)
{
    size_t rows = (size_t)(2 + below(seed, ROWS - 1));
    size_t steps = (size_t)(2 + below(seed, STEPS - 1));
    x->t = (struct suppress_table){.n_rows = rows, .n_steps = steps, .n_columns = COLUMNS, .has_row_total = true,
                                   .has_step_total = true, .values = x->values, .moves = moves,
                                   .n_moves = sizeof moves / sizeof moves[0], .hidden = x->hidden};
    memset(x->values, 0, sizeof x->values);
    for (size_t r = 0; r + 1 < rows; r++) {
        for (size_t s = 0; s + 1 < steps; s++) {
            int64_t *v = &x->values[suppress_at(&x->t, r, s, 0)];
            int64_t size = below(seed, 3) == 0 ? 60 : below(seed, 2) ? 8 : 3;
            v[REGISTERED] = below(seed, size);
            v[ON_TIME] = below(seed, size);
            v[LATE] = below(seed, 4) ? 0 : below(seed, 6);
            v[CLOSED] = v[ON_TIME] + v[LATE];
            v[SOLVED] = below(seed, v[CLOSED] + 1);
            v[NOT_SOLVED] = below(seed, v[CLOSED] - v[SOLVED] + 1);
            v[SILENT] = v[CLOSED] - v[SOLVED] - v[NOT_SOLVED];
            const size_t to[][2] = {{r, steps - 1}, {rows - 1, s}, {rows - 1, steps - 1}};
            for (int i = 0; i < 3; i++)
                for (int c = 0; c < COLUMNS; c++)
                    x->values[suppress_at(&x->t, to[i][0], to[i][1], (size_t)c)] += v[c];
        }
    }
}

static struct equation *new_equation(struct attack *x)
{
    assert_true(x->n_e < EQUATIONS);
    x->e[x->n_e] = (struct equation){0};
    return &x->e[x->n_e++];
}

static void term(struct equation *e, int cell, int by)
{
    e->cells[e->n] = cell;
    e->by[e->n++] = by;
}

static void write_equations(struct attack *x)
{
    size_t rows = x->t.n_rows, steps = x->t.n_steps;
    x->n_e = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        for (size_t s = 0; s < steps; s++) {
            struct equation *e = new_equation(x);
            for (size_t r = 0; r < rows; r++)
                term(e, at(x, r, s, c), r + 1 < rows ? 1 : -1);
        }
        for (size_t r = 0; r < rows; r++) {
            struct equation *e = new_equation(x);
            for (size_t s = 0; s < steps; s++)
                term(e, at(x, r, s, c), s + 1 < steps ? 1 : -1);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t s = 0; s < steps; s++) {
            struct equation *e = new_equation(x);
            term(e, at(x, r, s, CLOSED), -1);
            term(e, at(x, r, s, ON_TIME), 1);
            term(e, at(x, r, s, LATE), 1);
            e = new_equation(x);
            term(e, at(x, r, s, CLOSED), -1);
            for (size_t c = SOLVED; c <= SILENT; c++)
                term(e, at(x, r, s, c), 1);
        }
    }
}

/* == narrowing == */

static bool narrow_by(struct attack *x, const struct equation *e)
{
    bool changed = false;
    for (int i = 0; i < e->n; i++) {
        int64_t low = 0, high = 0; /* of the sum of the others times their signs */
        int cell = e->cells[i];
        for (int k = 0; k < e->n; k++) {
            if (k == i)
                continue;
            low += e->by[k] > 0 ? x->low[e->cells[k]] : -x->high[e->cells[k]];
            high += e->by[k] > 0 ? x->high[e->cells[k]] : -x->low[e->cells[k]];
        }
        int64_t from = e->by[i] > 0 ? -high : low;
        int64_t to = e->by[i] > 0 ? -low : high;
        if (from > x->low[cell]) {
            x->low[cell] = from;
            changed = true;
        }
        if (to < x->high[cell]) {
            x->high[cell] = to;
            changed = true;
        }
    }
    return changed;
}

static void narrow(struct attack *x)
{
    bool changed = true;
    for (int i = 0; i < CELLS; i++) {
        x->low[i] = x->hidden[i] ? 0 : x->values[i];
        x->high[i] = x->hidden[i] ? 100000 : x->values[i];
    }
    for (int round = 0; changed && round < 200; round++) {
        changed = false;
        for (int i = 0; i < x->n_e; i++)
            changed |= narrow_by(x, &x->e[i]);
    }
}

/* == solving == */

static int64_t power(int64_t b, int64_t e)
{
    int64_t p = 1;
    for (; e; e >>= 1, b = b * b % PRIME)
        if (e & 1)
            p = p * b % PRIME;
    return p;
}

/* Gauss and Jordan over a prime field; a row with one unknown left gives it away. */
static void solve(struct arena *a, struct attack *x)
{
    int unknown[CELLS], n = 0, rank = 0;
    size_t cells = x->t.n_rows * x->t.n_steps * x->t.n_columns;
    for (size_t i = 0; i < cells; i++) {
        x->is_solved[i] = false;
        if (x->hidden[i])
            unknown[n++] = (int)i;
    }
    int64_t(*m)[CELLS] = arena_array(a, EQUATIONS, sizeof *m);
    for (int i = 0; i < x->n_e; i++)
        for (int k = 0; k < x->e[i].n; k++)
            for (int u = 0; u < n; u++)
                if (unknown[u] == x->e[i].cells[k])
                    m[i][u] = x->e[i].by[k] > 0 ? 1 : PRIME - 1;
    for (int u = 0; u < n && rank < x->n_e; u++) {
        int p = rank;
        while (p < x->n_e && m[p][u] == 0)
            p++;
        if (p == x->n_e)
            continue;
        int64_t swap[CELLS];
        memcpy(swap, m[p], sizeof swap);
        memcpy(m[p], m[rank], sizeof swap);
        int64_t inverse = power(swap[u], PRIME - 2);
        for (int c = 0; c < n; c++)
            m[rank][c] = swap[c] * inverse % PRIME;
        for (int i = 0; i < x->n_e; i++) {
            int64_t f = i == rank ? 0 : m[i][u];
            for (int c = 0; f && c < n; c++)
                m[i][c] = (m[i][c] + (PRIME - f) * m[rank][c]) % PRIME;
        }
        rank++;
    }
    for (int i = 0; i < rank; i++) {
        int left = 0, which = 0;
        for (int u = 0; u < n; u++)
            if (m[i][u]) {
                left++;
                which = u;
            }
        if (left == 1)
            x->is_solved[unknown[which]] = true;
    }
}

/* How many small counts does the attacker learn more of than "fewer than k"? */
static int learnt(struct arena *a, struct attack *x)
{
    int n = 0;
    struct arena_mark mark = arena_mark(a);
    write_equations(x);
    narrow(x);
    solve(a, x);
    for (size_t i = 0; i < x->t.n_rows * x->t.n_steps * x->t.n_columns; i++)
        if (x->values[i] > 0 && x->values[i] < K)
            n += !x->hidden[i] || x->is_solved[i] || x->high[i] - x->low[i] < K - 1;
    arena_rewind(a, mark);
    return n;
}

static void test_nothing_small_is_learnt(void **state)
{
    struct arena *a = *state;
    struct attack *x = ARENA_NEW(a, struct attack);
    uint64_t seed = 20261125;
    int64_t n_shown = 0, n_cells = 0;
    for (int round = 0; round < 120; round++) {
        struct arena_mark mark = arena_mark(a);
        fill(x, &seed);
        suppress(a, &x->t, K);
        int n = learnt(a, x);
        if (n)
            fail_msg("round %d: %d small counts are not hidden", round, n);
        for (size_t i = 0; i < x->t.n_rows * x->t.n_steps * x->t.n_columns; i++, n_cells++)
            n_shown += !x->hidden[i];
        arena_rewind(a, mark);
    }
    assert_true(n_shown * 4 > n_cells); /* and not everything is hidden */
}

/* The attack is good: hiding the small counts alone does not resist it. */
static void test_hiding_alone_is_not_enough(void **state)
{
    struct arena *a = *state;
    struct attack *x = ARENA_NEW(a, struct attack);
    uint64_t seed = 20261125;
    int n = 0;
    for (int round = 0; round < 40; round++) {
        fill(x, &seed);
        for (int i = 0; i < CELLS; i++)
            x->hidden[i] = x->values[i] > 0 && x->values[i] < K;
        n += learnt(a, x);
    }
    assert_true(n > 100);
}

/* == the shortcuts of the search == */

/* A table of `rows` and `steps` with its sums, and some cells that are never published. */
static struct suppress_table random_table(struct arena *a, uint64_t *seed, size_t rows, size_t steps)
{
    size_t n = rows * steps * COLUMNS;
    int64_t *values = ARENA_ARRAY(a, n, int64_t);
    bool *unpublished = ARENA_ARRAY(a, n, bool);
    struct suppress_table t = {.n_rows = rows, .n_steps = steps, .n_columns = COLUMNS, .has_row_total = true,
                               .has_step_total = steps > 1, .values = values, .moves = moves,
                               .n_moves = sizeof moves / sizeof moves[0], .hidden = ARENA_ARRAY(a, n, bool)};
    size_t n_steps = steps > 1 ? steps - 1 : 1;
    int64_t calm = 1 + below(seed, 6);
    for (size_t r = 0; r + 1 < rows; r++)
        for (size_t s = 0; s < n_steps; s++) {
            int64_t v[COLUMNS] = {0};
            int64_t size = below(seed, 4) == 0 ? 200 : below(seed, 2) ? 12 : 2;
            if (below(seed, calm) == 0) {
                v[REGISTERED] = below(seed, size);
                v[ON_TIME] = below(seed, size);
                v[LATE] = below(seed, 3) ? 0 : below(seed, 6);
                v[CLOSED] = v[ON_TIME] + v[LATE];
                v[SOLVED] = below(seed, v[CLOSED] + 1);
                v[NOT_SOLVED] = below(seed, v[CLOSED] - v[SOLVED] + 1);
                v[SILENT] = v[CLOSED] - v[SOLVED] - v[NOT_SOLVED];
            }
            for (size_t c = 0; c < COLUMNS; c++) {
                values[suppress_at(&t, r, s, c)] = v[c];
                values[suppress_at(&t, rows - 1, s, c)] += v[c];
                if (steps > 1) {
                    values[suppress_at(&t, r, steps - 1, c)] += v[c];
                    values[suppress_at(&t, rows - 1, steps - 1, c)] += v[c];
                }
            }
        }
    for (size_t i = 0; i < n; i++)
        unpublished[i] = i % COLUMNS >= SOLVED && below(seed, 3) > 0;
    t.unpublished = below(seed, 2) ? unpublished : NULL;
    return t;
}

/* Exactly the same cells are hidden as by the search that weighs every exchange. */
static void test_shortcuts_change_nothing(void **state)
{
    struct arena *a = *state;
    uint64_t seed = 11;
    for (int round = 0; round < 400; round++) {
        struct arena_mark mark = arena_mark(a);
        bool is_large = round % 50 == 0;
        size_t rows = (size_t)(2 + below(&seed, is_large ? 24 : 6));
        size_t steps = (size_t)(1 + below(&seed, is_large ? 13 : 5));
        struct suppress_table t = random_table(a, &seed, rows, steps);
        int64_t k = 2 + below(&seed, 14);
        bool *plain = ARENA_ARRAY(a, rows * steps * COLUMNS, bool);
        struct suppress_table other = t;
        other.hidden = plain;
        suppress(a, &t, k);
        suppress_plain(a, &other, k);
        assert_memory_equal(t.hidden, plain, rows * steps * COLUMNS);
        arena_rewind(a, mark);
    }
}

/* One body, one month: the total says the same as the part, so both go. */
static void test_total_of_one(void **state)
{
    int64_t values[4] = {3, 3, 3, 3};
    bool hidden[4];
    const struct suppress_move only[] = {{{1}}};
    struct suppress_table t = {.n_rows = 2, .n_steps = 2, .n_columns = 1, .has_row_total = true,
                               .has_step_total = true, .values = values, .moves = only, .n_moves = 1,
                               .hidden = hidden};
    suppress(*state, &t, 5);
    for (int i = 0; i < 4; i++)
        assert_true(hidden[i]);
}

/* A list with a total: one more region is hidden, the smallest loss; zeros stay. */
static void test_list(void **state)
{
    int64_t values[] = {40, 2, 0, 9, 51};
    bool hidden[5];
    const struct suppress_move only[] = {{{1}}};
    struct suppress_table t = {.n_rows = 5, .n_steps = 1, .n_columns = 1, .has_row_total = true, .values = values,
                               .moves = only, .n_moves = 1, .hidden = hidden};
    suppress(*state, &t, 5);
    assert_true(hidden[1] && (hidden[0] ^ hidden[3]));
    assert_false(hidden[2] || hidden[4]);
    const int64_t calm[] = {40, 0, 0, 9, 49};
    t.values = calm;
    suppress(*state, &t, 5);
    for (int i = 0; i < 5; i++)
        assert_false(hidden[i]);
}

static void test_quantiles(void **state)
{
    (void)state;
    const int64_t days[] = {1, 3, 10, 40};
    const int64_t n[] = {5, 4, 1, 0};
    assert_int_equal(histogram_quantile(days, n, 3, 50), 1);
    assert_int_equal(histogram_quantile(days, n, 3, 51), 3);
    assert_int_equal(histogram_quantile(days, n, 3, 90), 3);
    assert_int_equal(histogram_quantile(days, n, 3, 91), 10);
    assert_int_equal(histogram_quantile(days, n, 3, 0), 1);
    assert_int_equal(histogram_quantile(days, n, 3, 100), 10);
    assert_int_equal(histogram_quantile(days, n, 0, 50), -1);
}

/* Against the naive way: all observations in a row, sorted, the rank counted off. */
static void test_quantiles_are_exact(void **state)
{
    uint64_t seed = 3;
    (void)state;
    for (int round = 0; round < 500; round++) {
        int64_t days[6], n[6], all[200];
        int size = 0;
        for (int i = 0; i < 6; i++) {
            days[i] = i * 7 + below(&seed, 7);
            n[i] = 1 + below(&seed, 30);
            for (int64_t k = 0; k < n[i]; k++)
                all[size++] = days[i];
        }
        for (int64_t percent = 1; percent <= 100; percent++) {
            int rank = 1;
            while (rank * 100 < percent * size)
                rank++;
            assert_int_equal(histogram_quantile(days, n, 6, percent), all[rank - 1]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_small_is_learnt), TEST(test_hiding_alone_is_not_enough),
        TEST(test_shortcuts_change_nothing), TEST(test_total_of_one),
        TEST(test_list), TEST(test_quantiles), TEST(test_quantiles_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

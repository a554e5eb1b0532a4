/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * simplify_test.c - fewer points, and none of those left out too far from the line that remains.
 */
#include "algo/simplify.h"
#include "tests/test.h"

static void test_what_lies_on_a_line_goes(void **state)
{
    const struct point line[] = {{0, 0}, {10, 10}, {20, 20}, {30, 31}, {40, 40}};
    struct point out[5];
    assert_int_equal(simplify(*state, line, 5, 1, out), 2);
    assert_int_equal(out[1].x, 40);
    assert_int_equal(simplify(*state, line, 5, 0, out), 4);
    assert_int_equal(simplify(*state, line, 1, 9, out), 1);
    assert_int_equal(simplify(*state, line, 0, 9, out), 0);
}

static void test_rings_stay_closed(void **state)
{
    const struct point ring[] = {{0, 0}, {100, 1}, {200, 0}, {201, 100}, {200, 200}, {0, 200}, {0, 0}};
    struct point out[7];
    size_t n = simplify(*state, ring, 7, 5, out);
    assert_int_equal(n, 5);
    assert_int_equal(out[0].x, out[n - 1].x);
    assert_int_equal(out[0].y, out[n - 1].y);
    const struct point far[] = {{-180000000, -90000000}, {180000000, 90000000}, {180000000, -90000000}};
    assert_int_equal(simplify(*state, far, 3, 1000, out), 3);
}

/* Distance to the nearest of the segments that remain, by doubles. */
static double nearest(struct point p, const struct point *line, size_t n)
{
    double best = 1e30;
    for (size_t i = 0; i + 1 < n; i++) {
        double dx = line[i + 1].x - line[i].x, dy = line[i + 1].y - line[i].y;
        double t = dx == 0 && dy == 0 ? 0 : ((p.x - line[i].x) * dx + (p.y - line[i].y) * dy) / (dx * dx + dy * dy);
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        double x = line[i].x + t * dx - p.x, y = line[i].y + t * dy - p.y;
        if (x * x + y * y < best)
            best = x * x + y * y;
    }
    return best;
}

static void test_nothing_is_too_far(void **state)
{
    uint64_t seed = 5;
    struct point line[400], out[400];
    for (int round = 0; round < 60; round++) {
        struct arena_mark mark = arena_mark(*state);
        struct point at = {0, 0};
        for (size_t i = 0; i < 400; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            at.x += (int32_t)(seed >> 40) % 2000 - 700;
            at.y += (int32_t)(seed >> 20 & 0xFFFFF) % 2000 - 1000;
            line[i] = at;
        }
        size_t n = simplify(*state, line, 400, 3000, out);
        assert_true(n >= 2 && n < 300);
        for (size_t i = 0; i < 400; i++)
            assert_true(nearest(line[i], out, n) <= 3000.0 * 3000.0 + 1);
        arena_rewind(*state, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_what_lies_on_a_line_goes), TEST(test_rings_stay_closed),
                                       TEST(test_nothing_is_too_far)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

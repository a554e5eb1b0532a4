/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * simplify.h - a line with fewer points that looks the same: Douglas and Peucker.
 *
 * Keeps: first and last point stay; no point that was left out is further from the new line than the tolerance.
 * Source: Douglas, Peucker, "Algorithms for the reduction of the number of points ..." (1973).
 */
#ifndef BIRGE_ALGO_SIMPLIFY_H
#define BIRGE_ALGO_SIMPLIFY_H

#include "base/arena.h"

#include <stdint.h>

struct point {
    int32_t x, y; /* at most 400,000,000 either way: millionths of a degree */
};

/* Copy the points that matter into `ret` (room for n); how many. A closed ring (first = last) stays closed.
 * `tmp`: scratch. Cost: n log n as a rule, n squared at worst. */
size_t simplify(struct arena *tmp, const struct point *points, size_t n, int64_t tolerance, struct point *ret);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * simplify.c - the point furthest from the line between two that stay is kept when it is too far, and then both
 * halves are looked at. With a list of halves to do instead of recursion: a coast has thousands of points.
 */
#include "algo/simplify.h"

#include <stdbool.h>
#include <string.h>

/* Is the square of the distance of `p` to the segment a-b, times its length squared, larger than that of the best?
 * Distances are compared as fractions over the same segment, so no root and no division is needed. */
static __int128 distance2(struct point p, struct point a, struct point b, int64_t length2)
{
    int64_t dx = (int64_t)b.x - a.x, dy = (int64_t)b.y - a.y;
    int64_t px = (int64_t)p.x - a.x, py = (int64_t)p.y - a.y;
    __int128 along = (__int128)px * dx + (__int128)py * dy;
    if (length2 == 0 || along <= 0)
        return ((__int128)px * px + (__int128)py * py) * (length2 ? length2 : 1);
    if (along >= length2) {
        int64_t qx = (int64_t)p.x - b.x, qy = (int64_t)p.y - b.y;
        return ((__int128)qx * qx + (__int128)qy * qy) * length2;
    }
    __int128 cross = (__int128)px * dy - (__int128)py * dx;
    return cross * cross;
}

struct part {
    size_t from, to;
};

/* The furthest point between the ends of a part, when it is beyond the tolerance; else its first. */
static size_t furthest(const struct point *points, struct part part, int64_t tolerance)
{
    struct point a = points[part.from], b = points[part.to];
    int64_t dx = (int64_t)b.x - a.x, dy = (int64_t)b.y - a.y;
    int64_t length2 = dx * dx + dy * dy;
    __int128 most = (__int128)tolerance * tolerance * (length2 ? length2 : 1);
    size_t at = part.from;
    for (size_t i = part.from + 1; i < part.to; i++) {
        __int128 d = distance2(points[i], a, b, length2);
        if (d > most) {
            most = d;
            at = i;
        }
    }
    return at;
}

size_t simplify(struct arena *tmp, const struct point *points, size_t n, int64_t tolerance, struct point *ret)
{
    if (n < 3) {
        memcpy(ret, points, n * sizeof *points);
        return n;
    }
    bool *keeps = ARENA_ARRAY(tmp, n, bool);
    struct part *todo = ARENA_ARRAY(tmp, n, struct part);
    size_t n_todo = 0, n_kept = 0;
    keeps[0] = keeps[n - 1] = true;
    todo[n_todo++] = (struct part){0, n - 1};
    while (n_todo > 0) {
        struct part part = todo[--n_todo];
        size_t at = furthest(points, part, tolerance);
        if (at == part.from)
            continue;
        keeps[at] = true;
        todo[n_todo++] = (struct part){part.from, at};
        todo[n_todo++] = (struct part){at, part.to};
    }
    for (size_t i = 0; i < n; i++)
        if (keeps[i])
            ret[n_kept++] = points[i];
    return n_kept;
}

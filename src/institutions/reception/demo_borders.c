/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * demo_borders.c - the borders of a region that does not exist, in the middle of an ocean.
 *
 * Corners are a table; the line between two of them is bent the same way for both neighbours, always in the same way.
 *
 * Keeps:  neighbours share their line to the last point; no chance and no clock: two demonstrations look the same.
 */
#include "institutions/reception/demo_private.h"

#include "core/border.h"

#define WEST (-150000000)
#define SOUTH 42000000
#define STEPS 16   /* pieces of a line; a power of two */
#define CORNERS 9  /* of an outline at most, the first again at its end */
#define N_OUTLINES (1 + DEMO_DISTRICTS)

/* Corners in hundredths of a degree: eight around, two within, four around the city. */
static const struct point corners[] = {{0, 220},   {120, 380}, {310, 400}, {500, 360}, {600, 200}, {520, 40}, {300, 0},
                                       {100, 60},  {210, 225}, {410, 205}, {262, 228}, {305, 262}, {348, 222}, {305, 188}};

/* The region, then the districts in the order of demo_territory.c. */
static const struct {
    size_t n;
    uint8_t corners[CORNERS];
} outlines[N_OUTLINES] = {
    {9, {0, 1, 2, 3, 4, 5, 6, 7, 0}}, {5, {10, 11, 12, 13, 10}},      {7, {0, 1, 2, 11, 10, 8, 0}},
    {7, {2, 3, 4, 9, 12, 11, 2}},     {7, {4, 5, 6, 13, 12, 9, 4}},   {6, {6, 7, 8, 10, 13, 6}},
    {4, {7, 0, 8, 7}},
};

static struct point corner(uint8_t no)
{
    return (struct point){WEST + corners[no].x * 10000, SOUTH + corners[no].y * 10000};
}

/* The line from corner `from` to a later one: middles are moved to the side, by at most a seventh of the length. */
static void bend(uint8_t from, uint8_t to, struct point ret[STEPS + 1])
{
    uint32_t dice = 7919U * from + 104729U * to;
    ret[0] = corner(from);
    ret[STEPS] = corner(to);
    for (size_t step = STEPS; step > 1; step /= 2)
        for (size_t i = 0; i < STEPS; i += step) {
            struct point a = ret[i];
            struct point b = ret[i + step];
            dice = dice * 1664525U + 1013904223U;
            int32_t side = (int32_t)(dice >> 24) - 128; /* -128 to 127 */
            ret[i + step / 2] = (struct point){(a.x + b.x) / 2 - (b.y - a.y) / 900 * side,
                                               (a.y + b.y) / 2 + (b.x - a.x) / 900 * side};
        }
}

static struct border *border_of(struct arena *a, size_t outline)
{
    size_t n_lines = outlines[outline].n - 1;
    struct point *points = ARENA_ARRAY(a, n_lines * STEPS + 1, struct point);
    struct border_ring *ring = ARENA_NEW(a, struct border_ring);
    struct border *border = ARENA_NEW(a, struct border);
    for (size_t k = 0; k < n_lines; k++) {
        struct point line[STEPS + 1];
        uint8_t from = outlines[outline].corners[k];
        uint8_t to = outlines[outline].corners[k + 1];
        bend(from < to ? from : to, from < to ? to : from, line);
        for (size_t i = 0; i <= STEPS; i++)
            points[k * STEPS + i] = line[from < to ? i : STEPS - i];
    }
    *ring = (struct border_ring){points, n_lines * STEPS + 1};
    *border = (struct border){ring, 1};
    return border;
}

struct err *demo_borders_make(struct action *x, const struct demo_region *region)
{
    struct border_item items[N_OUTLINES];
    struct borders_command c = {.items = items, .n = N_OUTLINES, .source = S("Birge")};
    for (size_t i = 0; i < N_OUTLINES; i++)
        items[i] = (struct border_item){i > 0 ? region->districts[i - 1] : region->place, border_of(x->a, i), NULL};
    void *before = x->command;
    x->command = &c;
    struct err *e = borders_take(x);
    x->command = before;
    return e;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border.h - borders of places: rings of points, how they are stored, and taking them in.
 *
 * A border is a set of closed rings; what lies inside an odd number of them is inside (a lake or an enclave is a ring
 * within a ring). It is stored twice: as it came, and with fewer points, which is what maps draw (core/map.h).
 *
 * Stored form: of each ring the number of its points, then x and y of each, all as 32 bits, the lowest byte first;
 * x is longitude and y latitude in millionths of a degree, WGS 84. The last point is the first.
 *
 * Keeps:  a stored border can be read back, or nothing is drawn of it; a place has one border.
 * Source: RFC 7946 for what a ring is; ADR 0039.
 */
#ifndef BIRGE_CORE_BORDER_H
#define BIRGE_CORE_BORDER_H

#include "algo/simplify.h"
#include "core/action.h"
#include "core/place.h"

#define BORDER_POINTS_MAX 500000 /* of one border, and of one file of them */

struct border_ring {
    const struct point *points; /* the last is the first */
    size_t n;                   /* 4 and more */
};

struct border {
    const struct border_ring *rings;
    size_t n;
};

/* The stored form; memory: `a`. */
struct str border_bytes(struct arena *a, const struct border *b);
/* Read a stored form back; false for bytes that are none. Memory: `a`. Linear. */
bool border_read(struct arena *a, struct str bytes, struct border *ret_border);
/* A border with fewer points that looks the same on a map a few times as wide as the place: none that is left out is
 * further away than a 400th of its longer side. Rings that are smaller than that are left out, the largest never.
 * Memory: `a`. Cost: linear in the points as a rule, a thousand times that at worst. */
void border_simplify(struct arena *a, const struct border *b, struct border *ret_border);

/* A border as maps draw it. */
struct border_drawn {
    int64_t place_id;
    struct border border;
    struct str source; /* whose it is: "geoBoundaries, CC BY 4.0" */
};

/* Borders of places that exist directly below `parent_id` (0: those at the top), by place; at most `n`. What cannot be
 * read back is left out. Memory: `a`. */
struct err *borders_below(struct arena *a, struct db_read *r, int64_t realm, int64_t parent_id, size_t n,
                          struct border_drawn **ret_borders, size_t *ret_n) WARN_UNUSED;
/* Is this what is stored for the place? *ret_has: there is a border at all. */
struct err *border_compare(struct arena *a, struct db_read *r, int64_t realm, int64_t place_id, struct str rings,
                           struct str source, bool *ret_has, bool *ret_same) WARN_UNUSED;

struct border_item {
    int64_t place_id;
    const struct border *border;
    const struct border *drawn; /* of border_simplify; NULL: made by the verb, while others wait for the writer */
};

struct borders_command {
    const struct border_item *items;
    size_t n;
    struct str source; /* 1 to 200 characters */
    /* out */
    size_t n_added, n_changed, n_same;
};
/* Take borders in: one event border.taken for each that is new or another than before.
 * Verdict: POLICY_... (MAY_CHANGE_BODIES). */
struct err *borders_take(struct action *x) WARN_UNUSED;

#endif

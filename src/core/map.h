/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * map.h - figures of places as a map: each place in the pattern of its class, a link to its row in the table.
 *
 * The numbers are those of a chart (core/chart.h): its first series, its words, its hidden values. A map adds where
 * the points lie. At most four classes hold about equally many places; 0 is a class of its own.
 *
 * Degrees become lengths by one factor, the cosine of the middle latitude: shapes are right where the map is, and no
 * projection is needed for a country.
 *
 * Keeps:  what is hidden is drawn as hidden, whatever its value; nothing is said by colour alone: classes have patterns
 *         and a legend of words; no script; without a single border there is no map.
 * Source: experience.md section 3.
 */
#ifndef BIRGE_CORE_MAP_H
#define BIRGE_CORE_MAP_H

#include "core/border.h"
#include "core/chart.h"

#define MAP_CLASSES 5 /* 0, and four more */

struct map {
    struct str id;                      /* ASCII letters, digits and '-' */
    struct str title;
    struct str description;             /* a sentence for those who do not see it */
    const struct chart *chart;          /* the numbers; points with an `id` are linked */
    const struct border *const *borders; /* of the first n_areas points; NULL: it has none */
    size_t n_areas;
    struct str source;                  /* as shown; absent: nobody is named */
};

/* Upper limits of the classes above 0, ascending; how many there are. Hidden values do not count. */
size_t map_classes(struct arena *a, const struct map *m, int64_t ret_limits[MAP_CLASSES - 1]);
/* The picture; absent when no area has a border. Memory: `a`. Linear in the points of the borders. */
struct safe_html map_svg(struct arena *a, const struct lang *l, const struct map *m);
/* All that the part core.map draws; false when there is nothing to draw. Memory: `a`. */
bool map_view(struct arena *a, const struct lang *l, const struct map *m, struct core_map *ret_map);

#endif

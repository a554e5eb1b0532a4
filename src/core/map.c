/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * map.c - classes and legend of a map; map_svg.c draws it.
 */
#include "core/map.h"

#include <stdlib.h>

#include "base/buf.h"
#include "core/map_private.h"

static struct chart_value value_of(const struct map *m, size_t area)
{
    return m->chart->values[area * m->chart->n_series];
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Each limit is a value that stands on the map, so a class is never empty. */
size_t map_classes(struct arena *a, const struct map *m, int64_t ret_limits[MAP_CLASSES - 1])
{
    int64_t *known = ARENA_ARRAY(a, m->n_areas + 1, int64_t);
    size_t n = 0;
    size_t n_limits = 0;
    for (size_t i = 0; i < m->n_areas; i++)
        if (m->borders[i] && value_of(m, i).mark == CHART_KNOWN && value_of(m, i).n > 0)
            known[n++] = value_of(m, i).n;
    qsort(known, n, sizeof known[0], by_number);
    for (size_t c = 1; n > 0 && c < MAP_CLASSES; c++) {
        int64_t limit = known[(n * c + MAP_CLASSES - 2) / (MAP_CLASSES - 1) - 1];
        if (n_limits == 0 || limit > ret_limits[n_limits - 1])
            ret_limits[n_limits++] = limit;
    }
    return n_limits;
}

struct str map_class_of(struct chart_value v, const int64_t *limits, size_t n_limits)
{
    static const struct str names[MAP_CLASSES] = {STR("c0"), STR("c1"), STR("c2"), STR("c3"), STR("c4")};
    size_t c = 0;
    if (v.mark == CHART_HIDDEN)
        return S("hidden");
    while (c < n_limits && v.n > (c == 0 ? 0 : limits[c - 1]))
        c++;
    /* With fewer than four classes the darkest stay: "much" looks the same on every map. */
    return c == 0 ? names[0] : names[c + MAP_CLASSES - 1 - n_limits];
}

/* == legend == */

static struct str range_words(struct arena *a, const struct lang *l, const struct map *m, int64_t from, int64_t upto)
{
    struct str low = chart_text(a, l, m->chart, chart_known(from));
    struct str high = chart_text(a, l, m->chart, chart_known(upto));
    return from == upto ? low : str_printf(a, "%.*s–%.*s", STR_FMT(low), STR_FMT(high));
}

static bool shows(const struct map *m, enum chart_mark mark, bool is_zero)
{
    for (size_t i = 0; i < m->n_areas; i++) {
        struct chart_value v = value_of(m, i);
        if (m->borders[i] && v.mark == mark && (mark != CHART_KNOWN || (v.n == 0) == is_zero))
            return true;
    }
    return false;
}

/* The lines of the legend, from little to much; only what is on the map. */
static void legend(struct arena *a, const struct lang *l, const struct map *m, struct core_map *ret_map)
{
    int64_t limits[MAP_CLASSES - 1];
    size_t n_limits = map_classes(a, m, limits);
    struct core_chart_key *keys = ARENA_ARRAY(a, MAP_CLASSES + 1, struct core_chart_key);
    size_t n = 0;
    if (shows(m, CHART_KNOWN, true))
        keys[n++] = (struct core_chart_key){chart_text(a, l, m->chart, chart_known(0)), S("c0")};
    for (size_t c = 0; c < n_limits; c++)
        keys[n++] = (struct core_chart_key){range_words(a, l, m, c > 0 ? limits[c - 1] + 1 : 1, limits[c]),
                                            map_class_of(chart_known(limits[c]), limits, n_limits)};
    if (shows(m, CHART_HIDDEN, false))
        keys[n++] = (struct core_chart_key){m->chart->hidden, S("hidden")};
    ret_map->keys = keys;
    ret_map->n_keys = n;
}

static struct str missing(struct arena *a, const struct map *m)
{
    struct buf b;
    buf_init(&b, a, 64 * ARENA_KIB);
    for (size_t i = 0; i < m->n_areas; i++) {
        if (m->borders[i])
            continue;
        buf_c(&b, b.n > 0 ? ", " : "");
        buf_str(&b, m->chart->points[i].name);
    }
    return buf_view(&b);
}

bool map_view(struct arena *a, const struct lang *l, const struct map *m, struct core_map *ret_map)
{
    struct safe_html picture = map_svg(a, l, m);
    if (picture.made_by_html_c.n == 0)
        return false;
    *ret_map = (struct core_map){.id = m->id, .title = m->title, .picture = picture, .source = m->source,
                                 .legend = m->chart->series[0].name, .missing = missing(a, m)};
    legend(a, l, m, ret_map);
    return true;
}

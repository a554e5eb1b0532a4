/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * views_chart.h - what figures in pictures are drawn from. Part of views.h; include that.
 *
 * Filled by chart_view (core/chart.h) and map_view (core/map.h), never by hand: picture, table and file come
 * from one struct.
 */
#ifndef BIRGE_CORE_VIEWS_CHART_H
#define BIRGE_CORE_VIEWS_CHART_H

/* One line of a legend. */
struct core_chart_key {
    struct str name;
    struct str kind; /* "1" ... "4": series; "c0" ... "c5": class of a map; "hidden" */
};

/* views/chart.html: {{> core.chart chart=m.by_month level="3"}} */
struct core_chart {
    struct str id;
    struct str title;
    struct safe_html wide, narrow; /* one of the two is shown, by the width of the window */
    const struct core_chart_key *keys;
    size_t n_keys;
    struct core_view_table table;
    struct str csv_href; /* absent: no file */
};

/* views/map.html: {{> core.map map=m.map}}. The table of the same numbers stands beside it: it is its text. */
struct core_map {
    struct str id;
    struct str title;
    struct safe_html picture;
    struct str legend;  /* what the numbers of the legend count */
    const struct core_chart_key *keys;
    size_t n_keys;
    struct str source;  /* whose borders they are; absent: nobody is named */
    struct str missing; /* names of what has no border; absent: all have one */
};

struct core_view_map {
    const struct core_map *map;
};

struct core_view_chart {
    const struct core_chart *chart;
    struct str level; /* of its heading: "2" or "3"; absent: 2 */
    bool table_open;  /* the table is unfolded */
};

#endif

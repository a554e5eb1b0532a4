/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * chart.h - figures as a picture, a table and a file, all three drawn from one struct.
 *
 * A chart is points (months, bodies, regions) times series (measures). chart_svg draws it without script,
 * chart_table gives the same numbers for core.table, chart_csv as a file; chart_view does all three for the
 * part core.chart. None of them knows anything but the struct, so they cannot differ.
 *
 *     struct chart c = {.kind = CHART_BARS, .id = S("by-month"), .title = ..., .points = ..., .values = ...};
 *     chart_view(a, lang, &c, csv_href, &m.by_month);           {{> core.chart chart=m.by_month}}
 *
 * Keeps:  what is hidden (a small count) is in none of the three; nothing is said by colour alone: series have
 *         names, textures and marks; no script, no style attribute.
 * Source: experience.md section 3.
 */
#ifndef BIRGE_CORE_CHART_H
#define BIRGE_CORE_CHART_H

#include "core/views.h"

#define CHART_POINTS_MAX 400
#define CHART_SERIES_MAX 4 /* more colours than these are not told apart */

enum chart_kind {
    CHART_BARS,    /* one bar per series, side by side; on phones one below the other */
    CHART_STACKED, /* series on top of each other: parts of a whole */
    CHART_LINES,   /* a line per series, with marks; gaps where nothing is known */
    CHART_ROWS,    /* bars from left to right with their names above: for long names */
};

enum chart_unit {
    CHART_COUNT,    /* whole numbers */
    CHART_PERMILLE, /* 941 is shown as 94,1 %; in the file as 94.1 */
    CHART_DAYS,     /* whole days */
};

enum chart_mark {
    CHART_EMPTY,  /* there is no such figure: a month to come, a share of nothing */
    CHART_KNOWN,
    CHART_HIDDEN, /* too small to be shown, or it would give away one that is */
};

struct chart_value {
    enum chart_mark mark;
    int64_t n; /* in the chart's unit; 0 unless known */
};

struct chart_point {
    struct str code;       /* in the file: "2026-03" */
    struct str name;       /* in table and tooltips: "March 2026" */
    struct str short_name; /* at the axis: "Mar"; absent: `name` */
    struct str href;       /* in the table; absent: no link */
    struct str id;         /* of its row in the table, where a map leads; absent: none */
};

struct chart_series {
    struct str code; /* column of the file: "registered" */
    struct str name; /* "Registered" */
};

struct chart {
    enum chart_kind kind;
    enum chart_unit unit;
    struct str id;          /* of ASCII letters, digits and '-'; one of its kind on the page */
    struct str title;       /* what is shown */
    struct str description; /* a sentence: what one sees in it, for those who do not see it; absent: the title */
    struct str point_code;  /* first column of the file: "month" */
    struct str point_title; /* first column of the table: "Month" */
    struct str hidden;      /* what stands in place of a hidden value: "fewer than 5" */
    const struct chart_point *points;
    size_t n_points;
    const struct chart_series *series;
    size_t n_series; /* 1 to CHART_SERIES_MAX for a picture; any number for table and file */
    const struct chart_value *values; /* n_points rows of n_series */
};

/* A known value; a hidden one; one that is not there. */
static inline struct chart_value chart_known(int64_t n)
{
    return (struct chart_value){CHART_KNOWN, n};
}
static inline struct chart_value chart_hidden(void)
{
    return (struct chart_value){CHART_HIDDEN, 0};
}
static inline struct chart_value chart_empty(void)
{
    return (struct chart_value){CHART_EMPTY, 0};
}

/* `part` of `whole` in permille, rounded half up; empty for a share of nothing, hidden when one of them is. */
struct chart_value chart_share(struct chart_value part, struct chart_value whole);

/* A value as people read it: "31", "94,1 %", the chart's word for hidden, "" for empty. Memory: `a`, or the chart's. */
struct str chart_text(struct arena *a, const struct lang *l, const struct chart *c, struct chart_value v);

/* The picture: `is_narrow` for 360 px, else for 540 and more. Every mark has a <title> "point, series: value".
 * Memory: `a`. Aborts on more series than CHART_SERIES_MAX; draws the first CHART_POINTS_MAX points. */
struct safe_html chart_svg(struct arena *a, const struct lang *l, const struct chart *c, bool is_narrow);
/* The same numbers as a table; its caption is the title. Memory: `a`. */
void chart_table(struct arena *a, const struct lang *l, const struct chart *c, struct core_view_table *ret_table);
/* The same as CSV (core/csv.h) with the codes as header; hidden values are `hidden`, empty ones nothing.
 * Memory: `a`. */
struct str chart_csv(struct arena *a, const struct chart *c);
/* All that the part core.chart draws. `csv_href` absent: no file is offered. Memory: `a`. */
void chart_view(struct arena *a, const struct lang *l, const struct chart *c, struct str csv_href,
                struct core_chart *ret_chart);

#endif

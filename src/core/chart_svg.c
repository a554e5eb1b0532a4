/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * chart_svg.c - pictures of figures: bars, stacked bars, lines, rows.
 *
 * Two pictures of each: 540 units wide, and 328 for phones, where bars lie on their side under their names and
 * lines keep their shape with fewer words. Coordinates are whole units, text is 13. Colours come from classes
 * (assets/css/_chart.scss) with a fill of their own beneath, so that a picture saved alone still shows.
 *
 * Keeps:  every mark says its point, series and value in a <title>; a hidden value is a dashed stub of fixed
 *         size, whatever it is; parts of a whole are divided by white lines and have textures.
 */
#include "core/chart.h"

#define WIDE 540
#define NARROW 328
#define HEIGHT 280      /* of pictures with a time axis */
#define TEXT 13
#define TOP 22
#define LEFT 52
#define BOTTOM 34
#define ROW 40          /* of one row: its name and its bars */
#define STUB 10         /* a hidden value */
#define LETTER 7        /* mean width of a letter */

struct canvas {
    struct html h;
    struct arena *a;
    const struct lang *l;
    const struct chart *c;
    struct str id; /* of this picture of the two */
    int64_t width, height;
    int64_t left, right, top, bottom; /* the field of the values */
    int64_t limit;                    /* value at its upper end, above 0 */
    size_t n_points;
};

static const char *const fills[CHART_SERIES_MAX] = {"#0a5661", "#e6a02e", "#9cc3c7", "#6a4395"};

static struct chart_value value_of(const struct canvas *k, size_t point, size_t series)
{
    return k->c->values[point * k->c->n_series + series];
}

static bool is_stacked(const struct chart *c)
{
    return c->kind == CHART_STACKED;
}

/* == scale == */

static int64_t sum_of(const struct canvas *k, size_t point)
{
    int64_t sum = 0;
    for (size_t s = 0; s < k->c->n_series; s++)
        sum += value_of(k, point, s).n;
    return sum;
}

static int64_t highest(const struct canvas *k)
{
    int64_t high = 0;
    for (size_t p = 0; p < k->n_points; p++) {
        for (size_t s = 0; s < k->c->n_series; s++)
            if (value_of(k, p, s).n > high)
                high = value_of(k, p, s).n;
        if (is_stacked(k->c) && sum_of(k, p) > high)
            high = sum_of(k, p);
    }
    return high;
}

/* Distance of the lines of the grid: 1, 2 or 5 times a power of ten, at most five lines up to `high`. */
static int64_t grid_step(int64_t high)
{
    int64_t step = 1;
    for (int i = 0; step * 5 < high && step < INT64_MAX / 10; i++)
        step = i % 3 == 1 ? step / 2 * 5 : step * 2; /* 1 2 5 10 20 50 */
    return step;
}

static int64_t scaled(const struct canvas *k, int64_t value, int64_t length)
{
    return (int64_t)(((__int128)value * length + k->limit / 2) / k->limit);
}

/* == words == */

static struct str number(const struct canvas *k, int64_t n)
{
    return chart_text(k->a, k->l, k->c, chart_known(n));
}

static int64_t width_of(struct str s)
{
    return (int64_t)str_utf8_len(s) * LETTER;
}

static void label(struct canvas *k, int64_t x, int64_t y, const char *anchor, const char *class, struct str text)
{
    html_open(&k->h, "text");
    html_attr_int(&k->h, "x", x);
    html_attr_int(&k->h, "y", y);
    html_attr(&k->h, "text-anchor", str_c(anchor));
    html_attr(&k->h, "class", str_c(class));
    html_say(&k->h, text);
    html_close(&k->h, "text");
}

/* "March 2026, Registered: 31" */
static struct str words_of(struct canvas *k, size_t point, size_t series)
{
    struct str value = chart_text(k->a, k->l, k->c, value_of(k, point, series));
    return str_printf(k->a, "%.*s, %.*s: %.*s", STR_FMT(k->c->points[point].name),
                      STR_FMT(k->c->series[series].name), STR_FMT(value));
}

static void close_with_title(struct canvas *k, const char *element, size_t point, size_t series)
{
    html_open(&k->h, "title");
    html_say(&k->h, words_of(k, point, series));
    html_close(&k->h, "title");
    html_close(&k->h, element);
}

/* == marks == */

struct box {
    int64_t x, y, w, h;
};

static void rect(struct canvas *k, struct box b, const char *class, const char *fill)
{
    html_open(&k->h, "rect");
    html_attr_int(&k->h, "x", b.x);
    html_attr_int(&k->h, "y", b.y);
    html_attr_int(&k->h, "width", b.w);
    html_attr_int(&k->h, "height", b.h);
    html_attr(&k->h, "class", str_c(class));
    html_attr(&k->h, "fill", str_c(fill));
}

/* A bar of series `series`; parts of a whole get their texture above the colour. */
static void bar(struct canvas *k, struct box b, size_t point, size_t series)
{
    const char *class = str_printf(k->a, "b-chart__s%zu", series + 1).p;
    rect(k, b, class, fills[series]);
    close_with_title(k, "rect", point, series);
    if (k->c->n_series > 1 && series > 0 && b.w > 0 && b.h > 0) {
        const char *fill = str_printf(k->a, "url(#%.*s-t%zu)", STR_FMT(k->id), series + 1).p;
        rect(k, b, "b-chart__texture", fill);
        html_close(&k->h, "rect");
    }
}

static void stub(struct canvas *k, struct box b, size_t point, size_t series)
{
    rect(k, b, "b-chart__hidden", "none");
    html_attr(&k->h, "stroke", S("#4a5e62"));
    html_attr(&k->h, "stroke-dasharray", S("3 2"));
    close_with_title(k, "rect", point, series);
}

static void line(struct canvas *k, struct box from_to, const char *class)
{
    html_open(&k->h, "line");
    html_attr_int(&k->h, "x1", from_to.x);
    html_attr_int(&k->h, "y1", from_to.y);
    html_attr_int(&k->h, "x2", from_to.w);
    html_attr_int(&k->h, "y2", from_to.h);
    html_attr(&k->h, "class", str_c(class));
    html_attr(&k->h, "stroke", S("#cfdcdd"));
    html_close(&k->h, "line");
}

/* Textures of the second to fourth series: strokes one way, the other way, dots. */
static void textures(struct canvas *k)
{
    static const char *const paths[] = {"M-2 2l4 -4M0 8l8 -8M6 10l4 -4", "M-2 6l4 4M0 0l8 8M6 -2l4 4",
                                        "M2 2h2v2h-2zM6 6h2v2h-2z"};
    html_open(&k->h, "defs");
    for (size_t s = 1; s < k->c->n_series; s++) {
        html_open(&k->h, "pattern");
        html_attr(&k->h, "id", str_printf(k->a, "%.*s-t%zu", STR_FMT(k->id), s + 1));
        html_attr_int(&k->h, "width", 8);
        html_attr_int(&k->h, "height", 8);
        html_attr(&k->h, "patternUnits", S("userSpaceOnUse"));
        html_open(&k->h, "path");
        html_attr(&k->h, "d", str_c(paths[s - 1]));
        html_attr(&k->h, "fill", S("none"));
        html_attr(&k->h, "stroke", S("#16282c"));
        html_attr(&k->h, "stroke-opacity", S("0.45"));
        html_close(&k->h, "path");
        html_close(&k->h, "pattern");
    }
    html_close(&k->h, "defs");
}

/* == the picture's frame == */

static void begin(struct canvas *k, const char *suffix)
{
    k->id = str_printf(k->a, "%.*s-%s", STR_FMT(k->c->id), suffix);
    html_open(&k->h, "svg");
    html_attr(&k->h, "viewBox", str_printf(k->a, "0 0 %lld %lld", (long long)k->width, (long long)k->height));
    html_attr_int(&k->h, "width", k->width);
    html_attr_int(&k->h, "height", k->height);
    html_attr(&k->h, "class", S("b-chart__picture"));
    html_attr(&k->h, "role", S("img"));
    html_attr(&k->h, "aria-labelledby", str_printf(k->a, "%.*s-title %.*s-desc", STR_FMT(k->id), STR_FMT(k->id)));
    html_attr(&k->h, "font-size", S("13"));
    html_open(&k->h, "title");
    html_attr(&k->h, "id", str_printf(k->a, "%.*s-title", STR_FMT(k->id)));
    html_say(&k->h, k->c->title);
    html_close(&k->h, "title");
    html_open(&k->h, "desc");
    html_attr(&k->h, "id", str_printf(k->a, "%.*s-desc", STR_FMT(k->id)));
    html_say(&k->h, k->c->description.n > 0 ? k->c->description : k->c->title);
    html_close(&k->h, "desc");
    if (k->c->n_series > 1 && k->c->kind != CHART_LINES)
        textures(k);
}

static void grid(struct canvas *k)
{
    int64_t step = grid_step(k->limit);
    for (int64_t v = 0; v <= k->limit && v >= 0; v = v > k->limit - step ? -1 : v + step) {
        int64_t y = k->bottom - scaled(k, v, k->bottom - k->top);
        line(k, (struct box){k->left, y, k->right, y}, v == 0 ? "b-chart__base" : "b-chart__grid");
        label(k, k->left - 6, y + 4, "end", "b-chart__axis", number(k, v));
    }
}

static struct str short_name(const struct canvas *k, size_t point)
{
    const struct chart_point *p = &k->c->points[point];
    return p->short_name.p ? p->short_name : p->name;
}

/* Left end of the column of a point; `point` may be n_points: the right end of the last. */
static int64_t column_at(const struct canvas *k, size_t point)
{
    return k->left + (k->right - k->left) * (int64_t)point / (int64_t)k->n_points;
}

/* Names below the columns: as many as there is room for, at equal distances. */
static void axis_names(struct canvas *k)
{
    int64_t widest = 1;
    for (size_t p = 0; p < k->n_points; p++)
        if (width_of(short_name(k, p)) + LETTER > widest)
            widest = width_of(short_name(k, p)) + LETTER;
    int64_t column = (k->right - k->left) / (int64_t)k->n_points;
    size_t every = (size_t)((widest + column) / (column > 0 ? column : 1));
    if (column >= widest)
        every = 1;
    for (size_t p = 0; p < k->n_points; p += every)
        label(k, (column_at(k, p) + column_at(k, p + 1)) / 2, k->bottom + 20, "middle", "b-chart__axis",
              short_name(k, p));
}

/* == columns == */

static void column_stacked(struct canvas *k, size_t point, int64_t x, int64_t w)
{
    int64_t y = k->bottom;
    int64_t below = 0;
    bool is_whole = true;
    for (size_t s = 0; s < k->c->n_series; s++) {
        struct chart_value v = value_of(k, point, s);
        if (v.mark == CHART_HIDDEN) {
            y -= STUB;
            stub(k, (struct box){x, y, w, STUB - 2}, point, s);
            is_whole = false;
        } else if (v.mark == CHART_KNOWN) {
            int64_t height = scaled(k, below + v.n, k->bottom - k->top) - scaled(k, below, k->bottom - k->top);
            y -= height;
            below += v.n;
            bar(k, (struct box){x, y, w, height}, point, s);
        }
    }
    struct str total = number(k, below);
    if (is_whole && below > 0 && width_of(total) <= w + 8)
        label(k, x + w / 2, y - 5, "middle", "b-chart__value", total);
}

static void column_bars(struct canvas *k, size_t point, int64_t x, int64_t w)
{
    int64_t n = (int64_t)k->c->n_series;
    for (size_t s = 0; s < k->c->n_series; s++) {
        struct chart_value v = value_of(k, point, s);
        int64_t from = x + w * (int64_t)s / n;
        int64_t width = x + w * ((int64_t)s + 1) / n - from - (n > 1 ? 1 : 0);
        if (v.mark == CHART_HIDDEN)
            stub(k, (struct box){from, k->bottom - STUB, width, STUB}, point, s);
        if (v.mark != CHART_KNOWN)
            continue;
        int64_t height = scaled(k, v.n, k->bottom - k->top);
        bar(k, (struct box){from, k->bottom - height, width, height}, point, s);
        struct str text = number(k, v.n);
        if (width_of(text) <= width + 10)
            label(k, from + width / 2, k->bottom - height - 5, "middle", "b-chart__value", text);
    }
}

static void columns(struct canvas *k)
{
    grid(k);
    for (size_t p = 0; p < k->n_points; p++) {
        int64_t x = column_at(k, p);
        int64_t w = column_at(k, p + 1) - x;
        int64_t gap = w > 12 ? w / 6 : 1;
        if (is_stacked(k->c))
            column_stacked(k, p, x + gap, w - 2 * gap);
        else
            column_bars(k, p, x + gap, w - 2 * gap);
    }
    axis_names(k);
}

/* == lines == */

/* A mark of its own shape per series, so that lines are told apart without colour. */
static void mark(struct canvas *k, int64_t x, int64_t y, size_t point, size_t series)
{
    static const char *const shapes[CHART_SERIES_MAX] = {
        "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "M-4 -4h8v8h-8z", "M0 -5l5 9h-10z", "M-5 0l5 -5l5 5l-5 5z"};
    html_open(&k->h, "path");
    html_attr(&k->h, "d", str_c(shapes[series]));
    html_attr(&k->h, "transform", str_printf(k->a, "translate(%lld %lld)", (long long)x, (long long)y));
    html_attr(&k->h, "class", str_printf(k->a, "b-chart__s%zu", series + 1));
    html_attr(&k->h, "fill", str_c(fills[series]));
    close_with_title(k, "path", point, series);
}

static void one_line(struct canvas *k, size_t series)
{
    static const char *const dashes[CHART_SERIES_MAX] = {"none", "8 3", "2 3", "10 3 2 3"};
    struct buf d;
    bool is_on = false;
    buf_init(&d, k->a, ARENA_MIB);
    for (size_t p = 0; p < k->n_points; p++) {
        struct chart_value v = value_of(k, p, series);
        int64_t x = (column_at(k, p) + column_at(k, p + 1)) / 2;
        int64_t y = k->bottom - scaled(k, v.n, k->bottom - k->top);
        if (v.mark == CHART_KNOWN)
            buf_printf(&d, "%s%lld %lld", is_on ? "L" : "M", (long long)x, (long long)y);
        is_on = v.mark == CHART_KNOWN;
    }
    html_open(&k->h, "path");
    html_attr(&k->h, "d", d.n > 0 ? buf_view(&d) : S("M0 0"));
    html_attr(&k->h, "class", str_printf(k->a, "b-chart__line b-chart__l%zu", series + 1));
    html_attr(&k->h, "fill", S("none"));
    html_attr(&k->h, "stroke", str_c(fills[series]));
    html_attr(&k->h, "stroke-dasharray", str_c(dashes[series]));
    html_close(&k->h, "path");
}

static void lines(struct canvas *k)
{
    grid(k);
    for (size_t s = 0; s < k->c->n_series; s++) {
        one_line(k, s);
        for (size_t p = 0; p < k->n_points; p++) {
            struct chart_value v = value_of(k, p, s);
            int64_t x = (column_at(k, p) + column_at(k, p + 1)) / 2;
            if (v.mark == CHART_HIDDEN)
                stub(k, (struct box){x - 4, k->bottom - STUB, 8, STUB}, p, s);
            if (v.mark == CHART_KNOWN)
                mark(k, x, k->bottom - scaled(k, v.n, k->bottom - k->top), p, s);
        }
    }
    axis_names(k);
}

/* == rows == */

static int64_t row_height(const struct chart *c)
{
    return c->kind == CHART_STACKED || c->n_series == 1 ? ROW : 24 + 14 * (int64_t)c->n_series;
}

static void row_stacked(struct canvas *k, size_t point, int64_t y)
{
    int64_t x = k->left;
    int64_t sum = 0;
    bool is_whole = true;
    for (size_t s = 0; s < k->c->n_series; s++) {
        struct chart_value v = value_of(k, point, s);
        if (v.mark == CHART_HIDDEN) {
            stub(k, (struct box){x + 1, y, STUB, 14}, point, s);
            x += STUB + 2;
            is_whole = false;
        } else if (v.mark == CHART_KNOWN) {
            int64_t w = scaled(k, sum + v.n, k->right - k->left) - scaled(k, sum, k->right - k->left);
            bar(k, (struct box){x, y, w, 14}, point, s);
            sum += v.n;
            x += w;
        }
    }
    if (is_whole && k->c->n_series > 0)
        label(k, x + 5, y + 12, "start", "b-chart__value", number(k, sum));
}

static void row_bars(struct canvas *k, size_t point, int64_t y)
{
    for (size_t s = 0; s < k->c->n_series; s++, y += 14) {
        struct chart_value v = value_of(k, point, s);
        int64_t w = v.mark == CHART_KNOWN ? scaled(k, v.n, k->right - k->left) : STUB;
        if (v.mark == CHART_EMPTY)
            continue;
        if (v.mark == CHART_HIDDEN)
            stub(k, (struct box){k->left, y, w, 12}, point, s);
        else
            bar(k, (struct box){k->left, y, w, 12}, point, s);
        label(k, k->left + w + 5, y + 11, "start", "b-chart__value", chart_text(k->a, k->l, k->c, v));
    }
}

static void rows(struct canvas *k)
{
    int64_t height = row_height(k->c);
    for (size_t p = 0; p < k->n_points; p++) {
        int64_t y = (int64_t)p * height;
        label(k, k->left, y + 15, "start", "b-chart__name", k->c->points[p].name);
        if (is_stacked(k->c))
            row_stacked(k, p, y + 20);
        else
            row_bars(k, p, y + 20);
    }
}

/* == all == */

/* Room to the right of the longest row for the words at its end. */
static int64_t room_for_values(const struct canvas *k, int64_t high)
{
    int64_t room = width_of(number(k, high)) + 12;
    for (size_t i = 0; i < k->n_points * k->c->n_series; i++)
        if (k->c->values[i].mark == CHART_HIDDEN && !is_stacked(k->c) && width_of(k->c->hidden) + 12 > room + 40)
            room = width_of(k->c->hidden) - 28;
    return room < k->width / 2 ? room : k->width / 2;
}

static void lay_out(struct canvas *k, bool as_rows)
{
    int64_t high = highest(k);
    k->limit = high > 0 ? high : 1;
    k->left = as_rows ? 0 : LEFT;
    k->top = TOP;
    k->height = as_rows ? (int64_t)k->n_points * row_height(k->c) + 4 : HEIGHT;
    k->bottom = k->height - BOTTOM;
    k->right = k->width - (as_rows ? room_for_values(k, high) : 6);
    if (!as_rows && k->c->unit == CHART_PERMILLE && k->limit < 1000)
        k->limit = 1000;
}

struct safe_html chart_svg(struct arena *a, const struct lang *l, const struct chart *c, bool is_narrow)
{
    MUST(c->n_series >= 1 && c->n_series <= CHART_SERIES_MAX);
    if (c->n_points == 0)
        return (struct safe_html){0};
    struct canvas *k = ARENA_NEW(a, struct canvas);
    *k = (struct canvas){.a = a, .l = l, .c = c, .width = is_narrow ? NARROW : WIDE};
    k->n_points = c->n_points < CHART_POINTS_MAX ? c->n_points : CHART_POINTS_MAX;
    bool as_rows = c->kind == CHART_ROWS || (is_narrow && c->kind != CHART_LINES);
    html_init(&k->h, a, l, NULL, 0);
    lay_out(k, as_rows);
    begin(k, is_narrow ? "narrow" : "wide");
    if (as_rows)
        rows(k);
    else if (c->kind == CHART_LINES)
        lines(k);
    else
        columns(k);
    html_close(&k->h, "svg");
    return html_take(&k->h);
}

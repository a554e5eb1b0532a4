/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * map_svg.c - borders as paths, in units of which the picture is WIDTH wide; to a tenth of one.
 *
 * One picture for all windows: it has no letters, so it may shrink. Fills are patterns in two lightnesses; colours
 * stand in the picture too, so that it shows when it is saved alone. Places that come out too small to be hit get a
 * disc, and are drawn last.
 */
#include "core/map.h"

#include <math.h>

#include "base/buf.h"
#include "core/map_private.h"

#define WIDTH 480
#define TENTHS 10
#define EDGE 8        /* around the map */
#define SMALL 12      /* a place that is smaller both ways gets a disc */
#define DISC 6        /* its radius */
#define MICRODEGREE_TO_RADIAN (3.14159265358979323846 / 180.0 / 1000000.0)

struct box {
    struct point low, high;
};

struct drawing {
    struct html h;
    struct arena *a;
    const struct lang *l;
    const struct map *m;
    struct box box;
    double narrower; /* of a degree of longitude: the cosine of the middle latitude */
    double scale;    /* tenths of a unit in a millionth of a degree of latitude */
    int64_t height;  /* units */
    int64_t limits[MAP_CLASSES - 1];
    size_t n_limits;
};

/* == where things are == */

static void stretch(struct box *box, const struct border *b)
{
    for (size_t i = 0; i < b->n; i++)
        for (size_t k = 0; k < b->rings[i].n; k++) {
            struct point p = b->rings[i].points[k];
            box->low = (struct point){p.x < box->low.x ? p.x : box->low.x, p.y < box->low.y ? p.y : box->low.y};
            box->high = (struct point){p.x > box->high.x ? p.x : box->high.x, p.y > box->high.y ? p.y : box->high.y};
        }
}

static struct box empty_box(void)
{
    return (struct box){{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
}

/* Scale and height from the box of all borders; false when there is none. */
static bool lay_out(struct drawing *d)
{
    d->box = empty_box();
    for (size_t i = 0; i < d->m->n_areas; i++)
        if (d->m->borders[i])
            stretch(&d->box, d->m->borders[i]);
    if (d->box.low.x > d->box.high.x)
        return false;
    double middle = ((double)d->box.low.y + d->box.high.y) / 2.0;
    d->narrower = cos(middle * MICRODEGREE_TO_RADIAN);
    double wide = ((double)d->box.high.x - d->box.low.x) * d->narrower;
    double tall = (double)d->box.high.y - d->box.low.y;
    double longer = wide > tall ? wide : tall;
    d->scale = longer > 0 ? (WIDTH - 2 * EDGE) * TENTHS / longer : 0;
    d->height = (int64_t)ceil(tall * d->scale / TENTHS) + 2 * EDGE;
    return true;
}

/* A place on the picture, in tenths. */
static struct point place_of(const struct drawing *d, struct point p)
{
    double x = ((double)p.x - d->box.low.x) * d->narrower * d->scale;
    double y = ((double)d->box.high.y - p.y) * d->scale;
    return (struct point){(int32_t)lround(x) + EDGE * TENTHS, (int32_t)lround(y) + EDGE * TENTHS};
}

static struct box box_of(const struct drawing *d, const struct border *b)
{
    struct box box = empty_box();
    stretch(&box, b);
    struct point low = place_of(d, (struct point){box.low.x, box.high.y});
    struct point high = place_of(d, (struct point){box.high.x, box.low.y});
    return (struct box){low, high};
}

static bool is_small(const struct drawing *d, const struct border *b)
{
    struct box box = box_of(d, b);
    return box.high.x - box.low.x < SMALL * TENTHS && box.high.y - box.low.y < SMALL * TENTHS;
}

/* == paths == */

static void put_tenths(struct buf *b, int32_t v)
{
    buf_int(b, v / TENTHS); /* never negative: everything lies within the box */
    if (v % TENTHS != 0) {
        buf_byte(b, '.');
        buf_int(b, v % TENTHS);
    }
}

/* Points that fall together are drawn once. */
static void put_ring(const struct drawing *d, struct buf *b, const struct border_ring *ring)
{
    struct point last = {-1, -1};
    bool is_first = true;
    for (size_t k = 0; k + 1 < ring->n; k++) {
        struct point p = place_of(d, ring->points[k]);
        if (p.x == last.x && p.y == last.y)
            continue;
        buf_byte(b, is_first ? 'M' : 'L');
        put_tenths(b, p.x);
        buf_byte(b, ' ');
        put_tenths(b, p.y);
        last = p;
        is_first = false;
    }
    buf_byte(b, 'Z');
}

static struct str path_of(struct drawing *d, const struct border *border)
{
    struct buf b;
    buf_init(&b, d->a, 8 * ARENA_MIB);
    for (size_t i = 0; i < border->n; i++)
        put_ring(d, &b, &border->rings[i]);
    return buf_view(&b);
}

/* == marks == */

static void shade(struct drawing *d, struct str class)
{
    html_attr(&d->h, "class", str_printf(d->a, "b-map__area b-map__area--%.*s", STR_FMT(class)));
    html_attr(&d->h, "fill", str_printf(d->a, "url(#%.*s-%.*s)", STR_FMT(d->m->id), STR_FMT(class)));
    html_attr(&d->h, "stroke", S("#16282c"));
    if (str_eq(class, S("hidden")))
        html_attr(&d->h, "stroke-dasharray", S("3 2"));
}

static void shape(struct drawing *d, const struct border *border, struct str class)
{
    if (is_small(d, border)) {
        struct box box = box_of(d, border);
        html_open(&d->h, "circle");
        html_attr_fixed(&d->h, "cx", (box.low.x + box.high.x) / 2, 1);
        html_attr_fixed(&d->h, "cy", (box.low.y + box.high.y) / 2, 1);
        html_attr_int(&d->h, "r", DISC);
        shade(d, class);
        html_close(&d->h, "circle");
        return;
    }
    html_open(&d->h, "path");
    html_attr(&d->h, "d", path_of(d, border));
    html_attr(&d->h, "fill-rule", S("evenodd"));
    shade(d, class);
    html_close(&d->h, "path");
}

static void area(struct drawing *d, size_t i)
{
    const struct chart *c = d->m->chart;
    struct chart_value v = c->values[i * c->n_series];
    struct str value = chart_text(d->a, d->l, c, v);
    struct str words = str_printf(d->a, "%.*s: %.*s", STR_FMT(c->points[i].name), STR_FMT(value));
    bool is_link = c->points[i].id.n > 0;
    const char *element = is_link ? "a" : "g";
    html_open(&d->h, element);
    if (is_link) {
        html_attr(&d->h, "href", str_printf(d->a, "#%.*s", STR_FMT(c->points[i].id)));
        html_attr(&d->h, "class", S("b-map__link"));
        html_attr(&d->h, "aria-label", words);
    }
    html_open(&d->h, "title");
    html_say(&d->h, words);
    html_close(&d->h, "title");
    shape(d, d->m->borders[i], map_class_of(v, d->limits, d->n_limits));
    html_close(&d->h, element);
}

/* == patterns == */

struct pattern {
    struct str name;
    const char *ground, *path, *stroke;
};

/* From light and nearly empty to dark: strokes one way, both ways, white ones on dark. */
static const struct pattern patterns[] = {
    {STR("c0"), "#ffffff", NULL, NULL},
    {STR("c1"), "#d9e8e9", "M2 2h1.2v1.2h-1.2zM6 6h1.2v1.2h-1.2z", "#16282c"},
    {STR("c2"), "#9cc3c7", "M-2 2l4 -4M0 8l8 -8M6 10l4 -4", "#16282c"},
    {STR("c3"), "#3f8a94", "M0 0l8 8M0 8l8 -8", "#ffffff"},
    {STR("c4"), "#0a3f47", NULL, NULL},
    {STR("hidden"), "#f4f4f2", "M0 4h3", "#4a5e62"},
};

static void define(struct drawing *d, const struct pattern *p)
{
    html_open(&d->h, "pattern");
    html_attr(&d->h, "id", str_printf(d->a, "%.*s-%.*s", STR_FMT(d->m->id), STR_FMT(p->name)));
    html_attr_int(&d->h, "width", 8);
    html_attr_int(&d->h, "height", 8);
    html_attr(&d->h, "patternUnits", S("userSpaceOnUse"));
    html_open(&d->h, "rect");
    html_attr_int(&d->h, "width", 8);
    html_attr_int(&d->h, "height", 8);
    html_attr(&d->h, "fill", str_c(p->ground));
    html_close(&d->h, "rect");
    if (p->path) {
        html_open(&d->h, "path");
        html_attr(&d->h, "d", str_c(p->path));
        html_attr(&d->h, "fill", S("none"));
        html_attr(&d->h, "stroke", str_c(p->stroke));
        html_attr(&d->h, "stroke-opacity", S("0.55"));
        html_close(&d->h, "path");
    }
    html_close(&d->h, "pattern");
}

/* == all == */

static void begin(struct drawing *d)
{
    const struct map *m = d->m;
    html_open(&d->h, "svg");
    html_attr(&d->h, "viewBox", str_printf(d->a, "0 0 %d %lld", WIDTH, (long long)d->height));
    html_attr_int(&d->h, "width", WIDTH);
    html_attr_int(&d->h, "height", d->height);
    html_attr(&d->h, "class", S("b-chart__picture"));
    html_attr(&d->h, "role", S("group"));
    html_attr(&d->h, "aria-labelledby", str_printf(d->a, "%.*s-title %.*s-desc", STR_FMT(m->id), STR_FMT(m->id)));
    html_open(&d->h, "title");
    html_attr(&d->h, "id", str_printf(d->a, "%.*s-title", STR_FMT(m->id)));
    html_say(&d->h, m->title);
    html_close(&d->h, "title");
    html_open(&d->h, "desc");
    html_attr(&d->h, "id", str_printf(d->a, "%.*s-desc", STR_FMT(m->id)));
    html_say(&d->h, m->description.n > 0 ? m->description : m->title);
    html_close(&d->h, "desc");
    html_open(&d->h, "defs");
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        define(d, &patterns[i]);
    html_close(&d->h, "defs");
}

struct safe_html map_svg(struct arena *a, const struct lang *l, const struct map *m)
{
    struct drawing *d = ARENA_NEW(a, struct drawing);
    *d = (struct drawing){.a = a, .l = l, .m = m};
    if (!lay_out(d))
        return (struct safe_html){0};
    d->n_limits = map_classes(a, m, d->limits);
    html_init(&d->h, a, l, NULL, 0);
    begin(d);
    for (int small = 0; small < 2; small++)
        for (size_t i = 0; i < m->n_areas; i++)
            if (m->borders[i] && is_small(d, m->borders[i]) == (small == 1))
                area(d, i);
    html_close(&d->h, "svg");
    return html_take(&d->h);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border_geojson.c - jansson parses, this file believes nothing of it.
 *
 * A bracket costs jansson some hundred bytes, so a file of 64 MiB of brackets would cost gigabytes: they are counted
 * first. A position is one bracket, which makes this the limit of points too.
 */
#include "core/border_geojson.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#define BRACKETS_MAX (BORDER_POINTS_MAX + BORDER_POINTS_MAX / 4)
#define BRACES_MAX (8 * GEOJSON_FEATURES_MAX)
#define COMMAS_MAX (6 * BORDER_POINTS_MAX)
#define RING_MIN 4
#define MILLION 1000000.0
#define NAME_CHARS 200

/* The properties that are names and codes, as those who publish borders call them; the first that are there count. */
static const char *const name_keys[] = {"name", "name_kk", "name_ru", "name_en", "name:kk", "name:ru", "name:en",
                                        "shapeName", "NAME_1", "NAME_2", "ADM1_RU", "ADM2_RU", "NAME", NULL};
static const char *const code_keys[] = {"code", "kato", "KATO", "kato_code", "KATO_CODE", NULL};

/* == before parsing == */

/* Count what costs memory, outside of strings. */
static struct err *check_size(struct arena *a, struct str bytes)
{
    size_t brackets = 0, braces = 0, commas = 0;
    bool in_string = false;
    if (bytes.n > GEOJSON_BYTES_MAX)
        return ERR(a, ERR_LIMIT, "%zu bytes; at most %zu are read", bytes.n, GEOJSON_BYTES_MAX);
    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.p[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string) {
            brackets += c == '[';
            braces += c == '{';
            commas += c == ',';
        }
    }
    if (brackets > BRACKETS_MAX)
        return ERR(a, ERR_LIMIT, "more than %d points; expected fewer: let a map program simplify the borders first",
                   BORDER_POINTS_MAX);
    if (braces > BRACES_MAX || commas > COMMAS_MAX)
        return ERR(a, ERR_LIMIT, "too many properties for borders; expected at most %d features", GEOJSON_FEATURES_MAX);
    return NULL;
}

/* == one feature == */

struct geo {
    struct arena *a;
    size_t n_points; /* of the file so far */
    struct border_ring *rings;
    size_t n_rings, cap_rings;
};

static const char *say(struct geo *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static const char *say(struct geo *r, const char *fmt, ...)
{
    char text[300];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return n < 0 ? "expected another border" : str_to_c(r->a, str_c(text));
}

/* A position in millionths of a degree; a height behind it is allowed and left out. */
static const char *read_point(struct geo *r, const json_t *position, size_t ring, size_t at, struct point *ret)
{
    const json_t *x = json_array_get(position, 0);
    const json_t *y = json_array_get(position, 1);
    if (!json_is_number(x) || !json_is_number(y) || json_array_size(position) > 4)
        return say(r, "ring %zu, point %zu: expected [longitude, latitude]", ring + 1, at + 1);
    double lon = json_number_value(x);
    double lat = json_number_value(y);
    if (!isfinite(lon) || lon < -180 || lon > 180)
        return say(r, "ring %zu, point %zu: longitude %.6g; expected -180 to 180 degrees (WGS 84)", ring + 1, at + 1, lon);
    if (!isfinite(lat) || lat < -90 || lat > 90)
        return say(r, "ring %zu, point %zu: latitude %.6g; expected -90 to 90 degrees, behind the longitude", ring + 1,
                   at + 1, lat);
    *ret = (struct point){(int32_t)lround(lon * MILLION), (int32_t)lround(lat * MILLION)};
    return NULL;
}

/* Twice the area; 0 for a line that goes and comes back. */
static __int128 area2(const struct point *p, size_t n)
{
    __int128 sum = 0;
    for (size_t i = 0; i + 1 < n; i++)
        sum += (__int128)p[i].x * p[i + 1].y - (__int128)p[i + 1].x * p[i].y;
    return sum < 0 ? -sum : sum;
}

static const char *read_ring(struct geo *r, const json_t *list)
{
    size_t n = json_array_size(list);
    size_t ring = r->n_rings;
    if (!json_is_array(list) || n < RING_MIN)
        return say(r, "ring %zu: expected a list of at least four points", ring + 1);
    if (n > BORDER_POINTS_MAX - r->n_points)
        return say(r, "expected at most %d points in all features", BORDER_POINTS_MAX);
    r->n_points += n;
    struct point *points = ARENA_ARRAY(r->a, n, struct point);
    for (size_t i = 0; i < n; i++) {
        const char *why = read_point(r, json_array_get(list, i), ring, i, &points[i]);
        if (why)
            return why;
    }
    if (points[0].x != points[n - 1].x || points[0].y != points[n - 1].y)
        return say(r, "ring %zu is open: expected its last point to be its first", ring + 1);
    if (area2(points, n) == 0)
        return say(r, "ring %zu encloses nothing: expected an area", ring + 1);
    if (r->n_rings == r->cap_rings) {
        size_t cap = r->cap_rings ? 2 * r->cap_rings : 8;
        r->rings = arena_grow(r->a, r->rings, r->cap_rings * sizeof *r->rings, cap * sizeof *r->rings);
        r->cap_rings = cap;
    }
    r->rings[r->n_rings++] = (struct border_ring){points, n};
    return NULL;
}

static const char *read_polygon(struct geo *r, const json_t *rings)
{
    if (!json_is_array(rings) || json_array_size(rings) == 0)
        return "expected a polygon to be a list of rings";
    for (size_t i = 0; i < json_array_size(rings); i++) {
        const char *why = read_ring(r, json_array_get(rings, i));
        if (why)
            return why;
    }
    return NULL;
}

static bool says(const json_t *value, const char *word)
{
    return json_is_string(value) && strcmp(json_string_value(value), word) == 0;
}

static const char *read_geometry(struct geo *r, const json_t *geometry, struct border_feature *f)
{
    const json_t *type = json_object_get(geometry, "type");
    const json_t *coordinates = json_object_get(geometry, "coordinates");
    bool is_multi = says(type, "MultiPolygon");
    const char *why = NULL;
    r->rings = NULL;
    r->n_rings = r->cap_rings = 0;
    if (!is_multi && !says(type, "Polygon"))
        return "expected a geometry of the type Polygon or MultiPolygon";
    if (!json_is_array(coordinates) || json_array_size(coordinates) == 0)
        return "expected coordinates";
    for (size_t i = 0; is_multi && !why && i < json_array_size(coordinates); i++)
        why = read_polygon(r, json_array_get(coordinates, i));
    if (!is_multi)
        why = read_polygon(r, coordinates);
    if (why)
        return why;
    f->border = (struct border){r->rings, r->n_rings};
    for (size_t i = 0; i < r->n_rings; i++)
        f->n_points += r->rings[i].n;
    return NULL;
}

/* == properties == */

/* A text of one line, or "". */
static struct str line_of(struct arena *a, const json_t *value)
{
    struct buf b;
    size_t chars = 0;
    if (json_is_integer(value))
        return str_printf(a, "%lld", (long long)json_integer_value(value));
    if (!json_is_string(value))
        return S("");
    struct str s = str_trim((struct str){json_string_value(value), json_string_length(value)});
    buf_init(&b, a, 4 * NAME_CHARS + 8);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        chars += (c & 0xc0) != 0x80;
        if (chars > NAME_CHARS)
            break;
        buf_byte(&b, c < ' ' || c == 0x7f ? ' ' : (char)c);
    }
    return str_dup(a, buf_view(&b));
}

static void read_properties(struct geo *r, const json_t *feature, struct border_feature *f)
{
    const json_t *properties = json_object_get(feature, "properties");
    f->code = S("");
    for (size_t i = 0; code_keys[i] && f->code.n == 0; i++)
        f->code = line_of(r->a, json_object_get(properties, code_keys[i]));
    for (size_t i = 0; name_keys[i] && f->n_names < GEOJSON_NAMES; i++) {
        struct str name = line_of(r->a, json_object_get(properties, name_keys[i]));
        bool is_new = name.n > 0;
        for (size_t k = 0; k < f->n_names; k++)
            is_new = is_new && !str_eq(f->names[k], name);
        if (is_new)
            f->names[f->n_names++] = name;
    }
}

static void read_feature(struct geo *r, const json_t *feature, struct border_feature *f)
{
    *f = (struct border_feature){0};
    read_properties(r, feature, f);
    f->problem = says(json_object_get(feature, "type"), "Feature")
                     ? read_geometry(r, json_object_get(feature, "geometry"), f)
                     : "expected an object of the type Feature";
}

/* == the file == */

/* Old files name their reference system; only WGS 84 with longitude first is understood. */
static bool is_wgs84(const json_t *root)
{
    static const char *const names[] = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84",
                                        "urn:ogc:def:crs:EPSG::4326", "EPSG:4326", NULL};
    const json_t *crs = json_object_get(root, "crs");
    const json_t *name = json_object_get(json_object_get(crs, "properties"), "name");
    bool is_known = !crs || json_is_null(crs);
    for (size_t i = 0; names[i] && !is_known; i++)
        is_known = says(name, names[i]);
    return is_known;
}

static struct err *read_root(struct arena *a, const json_t *root, struct border_file *ret_file)
{
    const json_t *list = json_object_get(root, "features");
    if (!says(json_object_get(root, "type"), "FeatureCollection") || !json_is_array(list))
        return ERR(a, ERR_INPUT, "expected a GeoJSON object of the type FeatureCollection with a list of features");
    if (!is_wgs84(root))
        return ERR(a, ERR_INPUT, "the file names another reference system; expected longitude and latitude in WGS 84");
    size_t n = json_array_size(list);
    if (n > GEOJSON_FEATURES_MAX)
        return ERR(a, ERR_LIMIT, "%zu features; expected at most %d", n, GEOJSON_FEATURES_MAX);
    struct geo r = {.a = a};
    struct border_feature *features = ARENA_ARRAY(a, n, struct border_feature);
    for (size_t i = 0; i < n; i++)
        read_feature(&r, json_array_get(list, i), &features[i]);
    *ret_file = (struct border_file){features, n};
    return NULL;
}

struct err *geojson_read(struct arena *a, struct str bytes, struct border_file *ret_file)
{
    json_error_t why;
    TRY(check_size(a, bytes));
    if (str_starts(bytes, S("\xEF\xBB\xBF")))
        bytes = str_slice(bytes, 3, bytes.n);
    json_t *root = json_loadb(bytes.p ? bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return ERR(a, ERR_INPUT, "line %d, column %d: expected JSON: %s", why.line, why.column, why.text);
    struct err *e = read_root(a, root, ret_file);
    json_decref(root);
    return e;
}

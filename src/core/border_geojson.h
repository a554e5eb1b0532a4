/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * border_geojson.h - borders from a file of the form GeoJSON.
 *
 * Expected is a FeatureCollection of Polygons and MultiPolygons in WGS 84. What is wrong with the file as a whole is
 * an error; what is wrong with one feature is said with that feature, and the others are read.
 *
 * Keeps:  every border that is given has closed rings of at least four points on Earth that enclose something; memory
 *         is bounded before anything is parsed: by bytes, and by brackets and commas.
 *         Whether a ring crosses itself is not looked at.
 * Source: RFC 7946.
 */
#ifndef BIRGE_CORE_BORDER_GEOJSON_H
#define BIRGE_CORE_BORDER_GEOJSON_H

#include "core/border.h"

#define GEOJSON_BYTES_MAX (64 * ARENA_MIB)
#define GEOJSON_FEATURES_MAX 20000
#define GEOJSON_NAMES 4

struct border_feature {
    struct str names[GEOJSON_NAMES]; /* as its properties say, without repeats; one line each, at most 200 characters */
    size_t n_names;
    struct str code;                 /* of its properties; "" for none */
    struct border border;            /* no rings when there is a problem */
    size_t n_points;
    const char *problem;             /* English, "expected ..."; NULL: none */
};

struct border_file {
    struct border_feature *features; /* in the order of the file */
    size_t n;
};

/* Read a file. Memory: `a`, and while it runs some hundred bytes a point beside it. Linear.
 * Errors: ERR_INPUT (no JSON, with line and column; not such a collection; another reference system), ERR_LIMIT. */
struct err *geojson_read(struct arena *a, struct str bytes, struct border_file *ret_file) WARN_UNUSED;

#endif

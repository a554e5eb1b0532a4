/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_borders.c - borders of other programs (GeoJSON): what comes out is closed rings on Earth, everything else is
 * refused in words, and memory stays bounded.
 */
#include "core/border_geojson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_feature(const struct border_feature *f)
{
    MUST(f->n_names <= GEOJSON_NAMES);
    for (size_t i = 0; i < f->n_names; i++)
        MUST(f->names[i].n > 0 && str_is_utf8(f->names[i]) && str_find(f->names[i], '\n') == SIZE_MAX);
    MUST(f->problem ? f->problem[0] != '\0' : f->n_points >= 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 256 * ARENA_MIB);
    struct border_file file;
    struct err *e = geojson_read(a, str_dup(a, (struct str){(const char *)data, size}), &file);
    MUST(!e || e->code == ERR_INPUT || e->code == ERR_LIMIT);
    for (size_t i = 0; !e && i < file.n; i++)
        check_feature(&file.features[i]);
    arena_free(a);
    return 0;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_private.h - what the files of the import share.
 */
#ifndef BIRGE_CORE_IMPORT_PRIVATE_H
#define BIRGE_CORE_IMPORT_PRIVATE_H

#include "core/import.h"

#define NO_COLUMN SIZE_MAX

/* Which column fills which field. */
struct import_map {
    const struct import_kind *kind;
    struct str *header;                  /* as the file says */
    size_t n_header;
    size_t column[IMPORT_FIELDS];        /* of each field; NO_COLUMN: none */
    struct import_value constant[IMPORT_FIELDS]; /* of --set; absent text: none */
    bool is_html[IMPORT_FIELDS];
    struct str empty;                    /* means "no value"; absent: only an empty field does */
    bool is_month_first;
    const struct zone *zone;             /* of times without an offset */
};

/* Make the mapping of an order from the header. Memory: `a`.
 * Errors: ERR_INPUT naming the column or field, with the nearest known name. */
struct err *import_map_make(struct arena *a, const struct import_order *order, struct str *header, size_t n_header,
                            const struct zone *zone, struct import_map *ret_map) WARN_UNUSED;
/* The mapping as JSON, in `a`: {"column":"field"|null}. */
struct str import_map_json(struct arena *a, const struct import_map *map);
/* Where the words of an IMPORT_WORD field's list begin and end: the first word of "answered=closed". */
struct str import_word(const char *entry);

/* Read one field from the text of its column. NULL when it went well, else why not, English, in `a`. */
const char *import_parse(struct arena *a, const struct import_map *map, size_t field, struct str text,
                         struct import_value *ret_value);

/* The text of an HTML fragment: tags dropped, block ends as line ends, entities decoded. Memory: `a`. */
struct str import_html_text(struct arena *a, struct str html);

#endif

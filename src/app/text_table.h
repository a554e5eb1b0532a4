/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * text_table.h - columns of a CSV file, for the commands that compute on files.
 *
 * Source: contract.md (Command line: RFC 4180, UTF-8, with a header; file, line and field of what is wrong).
 */
#ifndef BIRGE_APP_TEXT_TABLE_H
#define BIRGE_APP_TEXT_TABLE_H

#include "base/err.h"

/* The asked columns of all rows: cells[row * n_columns + column]. */
struct text_table {
    struct str *cells;
    size_t n_rows;
    size_t n_columns;
};

/* Read `names` (the header's words) of the file at `path` into `a`. All rows lie in memory: twice the file at most.
 * Errors: ERR_INPUT naming file, line and what was expected: a column that is missing (with those that there are), a
 * row that is not well-formed or has another number of fields; ERR_IO. */
struct err *text_table_read(struct arena *a, const char *path, const char *const *names, size_t n_names,
                            struct text_table *ret_table) WARN_UNUSED;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * csv.h - rows of a separated text file, one after another, in bounded memory.
 *
 * RFC 4180, read strictly: a field is quoted whole or not at all, a quote inside is doubled, quoted fields may hold
 * separators and line ends. Allowed beside it: a UTF-8 byte order mark, LF as well as CRLF, and ';' or tab as
 * separator, found from the first line. What is wrong with a row is said of that row (line, column, what was
 * expected), and reading goes on behind it: one broken quote costs its own lines, not the file.
 *
 * Text comes out as UTF-8. A file in another declared encoding is decoded field by field through ICU; a field that is
 * no text of that encoding, or that is plainly UTF-8 in a file that claims another one, makes its row a bad one.
 *
 * Keeps:  no field is longer than max_field, no row than max_row, whatever the file holds; reading is linear.
 * Source: RFC 4180; RFC 3629.
 */
#ifndef BIRGE_BASE_CSV_H
#define BIRGE_BASE_CSV_H

#include "base/err.h"

#define CSV_COLUMNS 256 /* fields of a row at most */

/* Fill `bytes` with at most `max` of what follows; 0 in `ret_n` at the end. */
typedef struct err *csv_source(void *user, char *bytes, size_t max, size_t *ret_n);

struct csv_options {
    char separator;       /* 0: ',' ';' or tab, whichever the first line holds most of outside quotes */
    const char *encoding; /* a name that ICU knows ("windows-1251"); NULL: UTF-8 */
    size_t max_field;     /* bytes as they lie in the file; 0: 256 KiB */
    size_t max_row;       /* bytes; 0: 1 MiB */
};

/* A row. Its memory is that of csv_next, but `raw`, which lasts until the next call. */
struct csv_row {
    int64_t line;        /* where it begins, from 1 */
    int64_t n_lines;     /* lines that it takes */
    struct str *fields;  /* UTF-8; none when the row is a bad one */
    size_t n_fields;
    struct str raw;      /* its bytes as they lie in the file, without the line end; perhaps cut at max_row */
    const char *problem; /* NULL: the row is well-formed; else one English sentence */
    int64_t problem_line;   /* line and column (bytes from 1) of the problem */
    int64_t problem_column;
    size_t problem_field;   /* which field, from 0; SIZE_MAX when it is not one field's */
};

struct csv_reader;

/* Begin to read. Memory: `a`, at most max_row and a buffer of 64 KiB; `source` is asked by csv_next.
 * Errors: ERR_CONFIG for an encoding that ICU does not know or whose letters could hold a separator (UTF-16 ...). */
struct err *csv_open(struct arena *a, csv_source *source, void *user, const struct csv_options *options,
                     struct csv_reader **ret_csv) WARN_UNUSED;
/* The next row into `row`, its fields in `a`; false in `ret_more` behind the last. An empty line is no row.
 * The number of fields is compared with nothing: that is the caller's affair.
 * Errors: those of the source; ERR_INPUT when the file begins as UTF-16 or holds no text at all. */
struct err *csv_next(struct arena *a, struct csv_reader *csv, struct csv_row *row, bool *ret_more) WARN_UNUSED;
/* The separator in use; 0 before the first row. */
char csv_separator(const struct csv_reader *csv);
/* Bytes taken from the source for the rows read so far. */
int64_t csv_offset(const struct csv_reader *csv);

struct buf;
/* Append one field to a line that is being written, quoted when it must be; `is_first`: no separator before it.
 * A field that a spreadsheet would take for a formula is written as it is: the file is for machines. */
void csv_put(struct buf *b, bool is_first, struct str field);
/* End the line (CRLF). */
void csv_put_end(struct buf *b);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * csv.h - writing CSV: RFC 4180, UTF-8 with a byte order mark for spreadsheets, a header line first.
 *
 * Keeps:  a text never becomes a formula: what begins with = + - @, tab or CR gets an apostrophe.
 * Source: contract.md (exports), experience.md section 7 (CSV); OWASP, CSV injection.
 */
#ifndef BIRGE_CORE_CSV_H
#define BIRGE_CORE_CSV_H

#include "base/buf.h"

struct csv {
    struct buf *b;
    bool has_cell; /* a comma is due */
};

/* Begin a file in `b`. */
void csv_begin(struct csv *c, struct buf *b);
void csv_text(struct csv *c, struct str s); /* absent: an empty cell */
void csv_int(struct csv *c, int64_t v);
/* Fixed point: 941 with one decimal is 94.1; 0 to 9 decimals. */
void csv_fixed(struct csv *c, int64_t v, int decimals);
/* End of the line. */
void csv_line(struct csv *c);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * number.h - the number of a case, with a digit that catches typing errors: 2026-0000123-4.
 *
 * Year, sequence within the year (seven digits, more when needed), check digit over both.
 * Source: ISO/IEC 7064:2003, MOD 11,10: every single error and nearly every swap of neighbours is found.
 */
#ifndef BIRGE_ALGO_NUMBER_H
#define BIRGE_ALGO_NUMBER_H

#include "base/str.h"

struct arena;

/* Check digit '0'..'9' of a string of decimal digits. */
char number_check_digit(struct str digits);
/* "2026-0000123-4", in `a`. */
struct str number_make(struct arena *a, int32_t year, int64_t sequence);

enum number_fault {
    NUMBER_OK,
    NUMBER_SHAPE, /* not year, hyphen, seven digits or more, hyphen, digit */
    NUMBER_CHECK, /* the check digit does not fit: a typing error */
};

/* Read what a person typed: spaces around it and missing hyphens are forgiven; the canonical form goes to
 * `ret_number`, in `a`. */
enum number_fault number_read(struct arena *a, struct str typed, struct str *ret_number);

#endif

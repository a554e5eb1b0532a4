/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * workdays.h - counting days over a calendar of working days. Pure.
 *
 * A day is a day number (base/clock.h). A calendar is a week pattern and the days that differ from it.
 */
#ifndef BIRGE_ALGO_WORKDAYS_H
#define BIRGE_ALGO_WORKDAYS_H

#include "base/str.h"

/* A day that differs from the week. */
struct workday_exception {
    int32_t day;
    bool is_work;
    const void *about; /* the caller's; what the day is called */
};

struct workdays {
    bool week[7];                               /* from Monday: works */
    const struct workday_exception *exceptions; /* by day, each day once */
    size_t n_exceptions;
};

/* Is `day` a working day? Logarithmic. */
bool workdays_is(const struct workdays *w, int32_t day);
/* The exception of `day`, or NULL. */
const struct workday_exception *workdays_exception(const struct workdays *w, int32_t day);
/* The first working day on or after `day`. */
int32_t workdays_on_or_after(const struct workdays *w, int32_t day);
/* The `n`-th working day after `day` (which itself does not count); n = 0 gives `day`. Linear in n. */
int32_t workdays_add(const struct workdays *w, int32_t day, int32_t n);
/* Working days in (from, to]; negative when `to` is before `from`. */
int32_t workdays_between(const struct workdays *w, int32_t from, int32_t to);
/* The week must have a working day and the exceptions must be in order. */
bool workdays_is_valid(const struct workdays *w);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * workdays.c - counting working days.
 *
 * Keeps: a count never runs away: without a working day in 3,660 days the calendar itself is wrong, and
 *        the day is taken as it is.
 */
#include "algo/workdays.h"

#include "base/clock.h"

#define SEARCH_DAYS 3660

const struct workday_exception *workdays_exception(const struct workdays *w, int32_t day)
{
    size_t low = 0;
    size_t high = w->n_exceptions;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (w->exceptions[mid].day == day)
            return &w->exceptions[mid];
        if (w->exceptions[mid].day < day)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

bool workdays_is(const struct workdays *w, int32_t day)
{
    const struct workday_exception *e = workdays_exception(w, day);
    return e ? e->is_work : w->week[day_weekday(day) - 1];
}

int32_t workdays_on_or_after(const struct workdays *w, int32_t day)
{
    for (int32_t d = day; d < day + SEARCH_DAYS; d++)
        if (workdays_is(w, d))
            return d;
    return day;
}

int32_t workdays_add(const struct workdays *w, int32_t day, int32_t n)
{
    for (; n > 0; n--)
        day = workdays_on_or_after(w, day + 1);
    return day;
}

int32_t workdays_between(const struct workdays *w, int32_t from, int32_t to)
{
    int32_t n = 0;
    for (int32_t d = from + 1; d <= to; d++)
        n += workdays_is(w, d);
    for (int32_t d = from; d > to; d--)
        n -= workdays_is(w, d);
    return n;
}

bool workdays_is_valid(const struct workdays *w)
{
    bool works = false;
    for (int i = 0; i < 7; i++)
        works = works || w->week[i];
    for (size_t i = 1; i < w->n_exceptions; i++)
        if (w->exceptions[i].day <= w->exceptions[i - 1].day)
            return false;
    return works;
}

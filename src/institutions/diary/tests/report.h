/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * report.h - the counters of the report as a fixture: how many entries of each kind a diary gets.
 *
 * Source: report "Kazakhstan. Tokayev. Reboot", S80, S97, S101; 2019-03-20 to 2019-12-31. Test data, in no demo.
 */
#ifndef BIRGE_DIARY_TESTS_REPORT_H
#define BIRGE_DIARY_TESTS_REPORT_H

#include "institutions/diary/tests/story.h"

#define REPORT_FROM "2019-03-20"
#define REPORT_TO "2019-12-31"

struct report_figure {
    enum diary_counter counter;
    enum diary_kind kind;
    bool is_abroad;
    int64_t n;
    int64_t n_part; /* "of which": meetings inside events; meetings with heads of state and government */
};
static const struct report_figure report_figures[] = {
    {DIARY_EVENTS_HOME, DIARY_EVENT, false, 178, 20},   /* S80 */
    {DIARY_MEETINGS_HOME, DIARY_MEETING, false, 163, 0}, /* S80 */
    {DIARY_TRIPS_HOME, DIARY_TRIP, false, 25, 0},       /* S80 */
    {DIARY_TRIPS_ABROAD, DIARY_TRIP, true, 12, 0},      /* S97 */
    {DIARY_MEETINGS_ABROAD, DIARY_MEETING, true, 129, 37}, /* S97 */
    {DIARY_CALLS_ABROAD, DIARY_CALL, true, 34, 0},      /* S97 */
    {DIARY_EVENTS_ABROAD, DIARY_EVENT, true, 28, 0},    /* S97 */
    {DIARY_INTERVIEWS, DIARY_INTERVIEW, false, 16, 0},  /* S101 */
};
#define N_REPORT_FIGURES (sizeof report_figures / sizeof report_figures[0])

/* Fill the diary of the city's head: each entry written, held and published by the verbs. */
void report_fill(struct state *s);

#endif

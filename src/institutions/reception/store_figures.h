/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_figures.h - figures for the public: counted when something happens, never by walking over cases.
 *
 * What counts where (each once a case at most; months are civil months of the realm):
 *
 *     registered   the body it was registered for, month of registration
 *     forwarded    the body that passed it on, month of passing on (a case passed on twice counts twice)
 *     on_time      the body that closed it, month of the first answer or refusal; within the last day
 *     late         the same, after the last day
 *     answered     the same; closed by an answer
 *     refused      the same; closed by a reasoned refusal
 *     solved       the same month and body; the author says so of the answer that holds
 *     not_solved   the same; the author says no
 *
 * So in every month and body on_time + late = answered + refused = closed, and solved + not_solved <= closed.
 * Days to an answer are calendar days from the day of registration to the day of the first answer: working days
 * would change with a later change of the calendar, and a figure that was published must not.
 *
 * Keeps:  every projection equals a recount from the facts after each job; a test of random histories compares.
 */
#ifndef BIRGE_RECEPTION_STORE_FIGURES_H
#define BIRGE_RECEPTION_STORE_FIGURES_H

#include "core/action.h"
#include "institutions/reception/model.h"

enum measure {
    MEASURE_REGISTERED,
    MEASURE_FORWARDED,
    MEASURE_ON_TIME,
    MEASURE_LATE,
    MEASURE_ANSWERED,
    MEASURE_REFUSED,
    MEASURE_SOLVED,
    MEASURE_NOT_SOLVED,
    N_MEASURES,
};
/* Stored names: "registered" ...; static. */
struct str measure_name(enum measure m);

#define DAYS_LIMIT 999 /* the last number of days stands for all above it too */

/* ---- while something happens; inside a verb ---- */

/* A fresh case was stored. */
struct err *reception_figures_registered(struct action *x, const struct appeal *p) WARN_UNUSED;
/* `p` is about to become `state`, held by `body_id`; closed_at and is_late are set already when this closes it
 * (`is_closing`). */
struct err *reception_figures_moved(struct action *x, const struct appeal *p, enum appeal_state state,
                                    int64_t body_id, bool is_closing) WARN_UNUSED;
/* The last day of `p` is about to become `due_on`. */
struct err *reception_figures_due(struct action *x, const struct appeal *p, struct str due_on) WARN_UNUSED;

/* ---- from the facts; inside a verb ---- */

/* Count all cases again, states included. Linear in the cases; memory in the distinct rows of figures. */
struct err *reception_figures_recount(struct action *x) WARN_UNUSED;
/* Add the cases with ids in (after, upto], which were stored without being counted: an import. Linear in them. */
struct err *reception_figures_count(struct action *x, int64_t after, int64_t upto) WARN_UNUSED;
/* The figures hold no more: throw them away until they are counted again. For what stores many cases by itself. */
struct err *reception_figures_drop(struct action *x) WARN_UNUSED;
/* Count again if they were dropped, or never counted: the clock's work after an upgrade. */
struct err *reception_figures_catch_up(struct action *x) WARN_UNUSED;

/* ---- reading; memory in `a` ---- */

/* One counter of a month and body. */
struct month_count {
    struct str month; /* "2026-03" */
    int64_t body_id;
    enum measure measure;
    int64_t n;
};
/* All of the months `first` to `last`, in order of month and body. Cost: their rows. */
struct err *reception_load_months(struct arena *a, struct db_read *r, int64_t realm, struct str first,
                                  struct str last, struct month_count **ret_counts, size_t *ret_n) WARN_UNUSED;
/* So many first answers of a month and body took so many days. */
struct days_count {
    struct str month;
    int64_t body_id;
    int64_t days;
    int64_t n;
};
struct err *reception_load_days(struct arena *a, struct db_read *r, int64_t realm, struct str first,
                                struct str last, struct days_count **ret_counts, size_t *ret_n) WARN_UNUSED;
/* So many cases registered in a year name exactly this place. */
struct place_count {
    int64_t place_id;
    int64_t n;
};
struct err *reception_load_places(struct arena *a, struct db_read *r, int64_t realm, struct str year,
                                  struct place_count **ret_counts, size_t *ret_n) WARN_UNUSED;
/* The first month with figures; "" when there is none. */
struct err *reception_load_first_month(struct arena *a, struct db_read *r, int64_t realm,
                                       struct str *ret_month) WARN_UNUSED;
/* Were all cases counted? False between an upgrade and the clock's first work. */
struct err *reception_figures_are_counted(struct arena *a, struct db_read *r, int64_t realm,
                                          bool *ret_counted) WARN_UNUSED;

#endif

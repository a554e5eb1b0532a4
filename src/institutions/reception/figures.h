/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * figures.h - what the public is told about the work on appeals: counted live, small counts hidden.
 *
 * Two tables, each hidden as a whole (algo/suppress.h), and every page, file and tile takes its numbers from them:
 *
 *     a year      bodies and all together, months and the whole year, by the measures of store_figures.h
 *     the moment  bodies and all together: open cases, those still in time, those overdue
 *
 * A year is a calendar year and its tables do not overlap with others': no running total of all times is published,
 * since the difference of two such totals would tell a small month.
 *
 * Keeps:  what bodies did (in time, late) and what people say of it (solved) are counted apart; who says nothing is
 *         counted as saying nothing.
 * Source: rules.md, "Misuse" (closing to look good), suppression below k; S15, S33.
 */
#ifndef BIRGE_RECEPTION_FIGURES_H
#define BIRGE_RECEPTION_FIGURES_H

#include "core/chart.h"
#include "core/directory.h"
#include "core/site.h"

enum figure {
    FIGURE_REGISTERED,
    FIGURE_FORWARDED,
    FIGURE_CLOSED, /* answered or refused for the first time */
    FIGURE_ON_TIME,
    FIGURE_LATE,
    FIGURE_ANSWERED,
    FIGURE_REFUSED,
    FIGURE_SOLVED,
    FIGURE_NOT_SOLVED,
    FIGURE_SILENT, /* closed, and the author says nothing of the answer that holds */
    N_FIGURES,
};
/* "registered" ...: column of the file, part of the ids of its texts; static. */
const char *figure_name(enum figure f);

#define FIGURES_MONTHS 12
#define FIGURES_YEAR FIGURES_MONTHS /* the month that stands for the whole year */
#define FIGURES_FIRST_YEAR 1970
#define FIGURES_LAST_YEAR 9000

struct figures {
    int32_t year;
    int64_t k;                 /* counts below it are hidden */
    const int64_t *body_ids;   /* bodies with any figure this year, ascending; the row behind them is all together */
    size_t n_bodies;
    size_t first_month;        /* months to show: from the first one with figures in the first year of all */
    size_t n_months;           /* up to the present one, or the last one with figures; not a count */
    const int64_t *values;     /* own: the table of suppress.h */
    const bool *hidden;        /* own */
    const int16_t *days;       /* own: by body and month, as enum figure_days */
};

/* Counts below it are hidden, today. */
int64_t figures_k(const struct site *site, int32_t today);
/* The figures of a year. Memory: `a`; `tmp` for errors and the rest. Cost: bodies times months, never the cases; see
 * suppress.h. */
struct err *figures_load(struct arena *a, struct arena *tmp, struct db_read *r, const struct site *site, int32_t year,
                         int32_t today, struct figures **ret_figures) WARN_UNUSED;
/* The same, worked out once for as long as no counter changes (core/derived.h). With more than FIGURES_LARGE bodies it
 * may be up to FIGURES_LATE_MS late, so that pages cost the same while appeals come in. Inside a page. */
#define FIGURES_LARGE 100
#define FIGURES_LATE_MS 2000
struct err *figures_of_loop(struct arena *a, struct loop *loop, int64_t now, int32_t year, int32_t today,
                            const struct figures **ret_figures) WARN_UNUSED;
/* The row of a body; n_bodies (all together) for 0; SIZE_MAX when it has no figures. Logarithmic. */
size_t figures_row(const struct figures *f, int64_t body_id);
/* One number; `month` from 0, or FIGURES_YEAR. Empty for a month that is not shown, and for what is not published of
 * one body in one month: answered, refused and what people say are, by body for the year, and by month of all. */
struct chart_value figures_at(const struct figures *f, size_t row, size_t month, enum figure what);
/* Calendar days from registration to the first answer that half of the answers (nine of ten) did not exceed; empty
 * without answers, hidden when their number is. */
enum figure_days {
    DAYS_MEDIAN,
    DAYS_P90,
    N_FIGURE_DAYS,
};
struct chart_value figures_days(const struct figures *f, size_t row, size_t month, enum figure_days what);

/* ---- the moment ---- */

enum open_figure {
    OPEN_ALL,
    OPEN_WAITING, /* the last day has not passed */
    OPEN_OVERDUE,
    N_OPEN_FIGURES,
};
struct open_figures {
    int64_t k;
    const int64_t *body_ids; /* as above */
    size_t n_bodies;
    const int64_t *values;
    const bool *hidden;
};
/* Memory as figures_load. Cost: bodies, and days with open cases. */
struct err *figures_load_open(struct arena *a, struct arena *tmp, struct db_read *r, const struct site *site,
                              int32_t today, struct open_figures **ret_figures) WARN_UNUSED;
/* The same, kept as figures_of_loop. */
struct err *figures_open_of_loop(struct arena *a, struct loop *loop, int64_t now, int32_t today,
                                 const struct open_figures **ret_figures) WARN_UNUSED;
/* One number of a body, or of all together (0). A body without any has zeros. */
struct chart_value figures_open(const struct open_figures *f, int64_t body_id, enum open_figure what);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * figures.h - what people are told about the work on appeals, of all bodies or of one.
 */
#ifndef BIRGE_RECEPTION_FIGURES_H
#define BIRGE_RECEPTION_FIGURES_H

#include "institutions/reception/pages.h"

/* Sums over bodies. */
struct figures {
    int64_t received, open, closed;
    int64_t overdue; /* open ones whose last day has passed */
    int64_t late;    /* closed ones whose first answer came too late */
    int64_t solved;  /* the author said so */
    int64_t said;    /* the author said anything */
};

/* Add the cases of one body. */
void figures_add(struct figures *f, const struct body_counts *c);
/* The figures as tiles. Memory: p->a. */
size_t figures_stats(struct page *p, const struct figures *f, const struct core_stat **ret_stats);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_figures.h - tiles of figures for pages that are about something else: home, a body.
 */
#ifndef BIRGE_RECEPTION_PAGES_FIGURES_H
#define BIRGE_RECEPTION_PAGES_FIGURES_H

#include "institutions/reception/figures.h"
#include "institutions/reception/pages.h"

extern const struct route_table reception_routes_figures; /* the pages and the file */

/* The tiles of a body, or of all together (0), for the present year and the moment. *ret_stats gets 5 tiles, or none
 * when nothing was ever counted this year and nothing is open. Memory: p->a. */
struct err *figures_stats(struct page *p, int64_t body_id, const struct core_stat **ret_stats,
                          size_t *ret_n) WARN_UNUSED;
/* The year in the query, or the present one. */
int32_t figures_asked_year(struct page *p);
/* What "not shown" means, and by which rules. Memory: p->a. */
struct str figures_hidden_note(struct page *p, int64_t k);
/* A number as a tile or cell shows it: hidden ones as the words for it. Memory: p->a. */
struct str figures_text(struct page *p, struct chart_value v);
/* "32 of 34", or "" when one of them is not known. Memory: p->a. */
struct str figures_of(struct page *p, struct chart_value part, struct chart_value whole);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_places.h - places on pages: choosing the one that an appeal is about, and naming it.
 */
#ifndef BIRGE_RECEPTION_PAGES_PLACES_H
#define BIRGE_RECEPTION_PAGES_PLACES_H

#include "core/place.h"
#include "institutions/reception/pages.h"

extern const struct route_table reception_routes_places; /* choosing one; cases by place */

/* What was chosen before the place was asked for: codes, "" or absent for none. */
struct place_choice {
    struct str kind, body, about, place;
};

/* Are there places at all? Without a territory nobody is asked for one. */
struct err *pages_has_territory(struct page *p, bool *ret_has) WARN_UNUSED;
/* "Village, District, Region" of a place; "" for an id that is none. Memory: p->a. */
struct err *pages_place(struct page *p, int64_t place_id, struct str *ret_name) WARN_UNUSED;
/* The page that asks for the place, among those within `in` (code; absent: from the top). Memory: p->a. */
struct str pages_place_href(struct page *p, struct place_choice c, struct str in);

#endif

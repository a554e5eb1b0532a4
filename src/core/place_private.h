/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place_private.h - what the files about places share.
 */
#ifndef BIRGE_CORE_PLACE_PRIVATE_H
#define BIRGE_CORE_PLACE_PRIVATE_H

#include "core/place.h"

/* Every place, those that ended too, by region and id. Memory: `a`. */
struct err *places_all(struct arena *a, struct db_read *r, int64_t realm, struct place **ret_places,
                       size_t *ret_n) WARN_UNUSED;
/* The names by which a place is found, anew. */
struct err *place_names_keep(struct action *x, int64_t place_id, const struct text3 *name) WARN_UNUSED;

#endif

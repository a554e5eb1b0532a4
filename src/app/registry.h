/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * registry.h - the list of institutions, the only place that knows all of them.
 */
#ifndef BIRGE_APP_REGISTRY_H
#define BIRGE_APP_REGISTRY_H

#include "core/institution.h"

/* All slices, core first; static. */
const struct institution *const *registry(size_t *ret_n);
/* Their policy rows as one table, in `a`. */
struct policy registry_policy(struct arena *a);
/* Their route tables, as web_options wants them, in `a`. */
void registry_routes(struct arena *a, const struct web_route *const **ret_tables, const size_t **ret_sizes,
                     size_t *ret_n);

#endif

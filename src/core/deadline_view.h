/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline_view.h - from a stored trace to what its page is drawn from.
 *
 * Nothing is computed anew: a day is marked because a step says so.
 */
#ifndef BIRGE_CORE_DEADLINE_VIEW_H
#define BIRGE_CORE_DEADLINE_VIEW_H

#include "core/deadline.h"
#include "core/views_deadline.h"

/* Fill `ret_view` from `d` in the language. Memory: `a`; static texts are shared. */
void core_deadline_view(struct arena *a, const struct lang *l, const struct deadline *d,
                        struct core_view_deadline *ret_view);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * map_private.h - what legend and picture of a map share.
 */
#ifndef BIRGE_CORE_MAP_PRIVATE_H
#define BIRGE_CORE_MAP_PRIVATE_H

#include "core/map.h"

/* "c0" ... "c4", or "hidden": the class of a value, as styles and legend call it. */
struct str map_class_of(struct chart_value v, const int64_t *limits, size_t n_limits);

#endif

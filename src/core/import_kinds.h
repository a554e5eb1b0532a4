/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_kinds.h - what core itself takes in bulk: bodies, the days of the calendar, places, borders.
 *
 * All but borders are taken whole or not at all; all may be taken again: what is stored already counts as the same.
 */
#ifndef BIRGE_CORE_IMPORT_KINDS_H
#define BIRGE_CORE_IMPORT_KINDS_H

#include "core/import.h"

extern const struct import_kind core_import_bodies;
extern const struct import_kind core_import_calendar;
extern const struct import_kind core_import_territory;
extern const struct import_kind core_import_borders;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * core.h - the manifest of core itself: sign-in, administration, and what else every institution stands on.
 */
#ifndef BIRGE_CORE_CORE_H
#define BIRGE_CORE_CORE_H

#include "core/institution.h"

extern const struct institution core_institution;

#endif

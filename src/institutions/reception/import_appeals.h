/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_appeals.h - `birge import appeals`.
 */
#ifndef BIRGE_RECEPTION_IMPORT_APPEALS_H
#define BIRGE_RECEPTION_IMPORT_APPEALS_H

#include "core/import.h"

extern const struct import_kind reception_import_appeals;

#endif

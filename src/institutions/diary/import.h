/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import.h - entries in bulk: `birge import diary FILE.csv|FILE.ics --set office=ID`.
 */
#ifndef BIRGE_DIARY_IMPORT_H
#define BIRGE_DIARY_IMPORT_H

#include "core/import.h"

/* For Institution.imports. */
extern const struct import_kind diary_import;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * series.h - numbers handed out in order: ids of rows, numbers of cases.
 *
 * A series is a row of core_series; its next number is taken inside the transaction that uses it, so a job
 * that is undone gives its number back.
 */
#ifndef BIRGE_CORE_SERIES_H
#define BIRGE_CORE_SERIES_H

#include "core/action.h"

/* The next number of series `name` ("core_body.id", "reception_appeal.2026"), 1 at first. In a verb. */
struct err *series_next(struct action *x, struct str name, int64_t *ret) WARN_UNUSED;
/* The next `n` numbers at once, from *ret_first on. In a verb. */
struct err *series_take(struct action *x, struct str name, int64_t n, int64_t *ret_first) WARN_UNUSED;

#endif

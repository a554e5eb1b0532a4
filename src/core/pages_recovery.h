/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_recovery.h - what other pages show of requests to let somebody in again. Private to core.
 */
#ifndef BIRGE_CORE_PAGES_RECOVERY_H
#define BIRGE_CORE_PAGES_RECOVERY_H

#include "core/page.h"

/* The newest requests for this person, as a table. Memory: the request's arena. */
struct err *recovery_rows_of(struct web_request *req, int64_t person_id, const struct core_table_row **ret_rows,
                             size_t *ret_n, const struct core_column **ret_columns, size_t *ret_n_columns) WARN_UNUSED;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * core.c - the manifest of core.
 */
#include "core/core.h"

#include "core/policy_rows.h"
#include "core/session.h"

const struct institution core_institution = {
    .name = "core",
    .policy_rows = core_policy_rows,
    .n_policy_rows = CORE_POLICY_ROWS,
    .tick = session_sweep,
};

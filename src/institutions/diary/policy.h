/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy.h - the rows of the diary in the policy table, for the manifest and tests.
 */
#ifndef BIRGE_DIARY_POLICY_H
#define BIRGE_DIARY_POLICY_H

#include "core/policy.h"

#define N_DIARY_POLICY_ROWS 18
extern const struct policy_row diary_policy_rows[];

#endif

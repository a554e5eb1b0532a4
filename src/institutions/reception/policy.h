/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy.h - the rows of reception in the policy table; the manifest hands them to app, pages show them.
 */
#ifndef BIRGE_RECEPTION_POLICY_H
#define BIRGE_RECEPTION_POLICY_H

#include "core/policy.h"

#define N_RECEPTION_POLICY_ROWS 51
extern const struct policy_row reception_policy_rows[];

#endif

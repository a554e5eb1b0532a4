/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy_rows.h - what core itself lets people do: the names of its actions, and who may.
 *
 * Administrators read no cases and auditors change nothing: neither has a row of another institution, and the
 * other roles have none here but for their own account.
 *
 * Heads have one more: they may be the second person when somebody of their body is to be let in again.
 *
 * Source: trust.md section 6 (privilege creep: no all-powerful role).
 */
#ifndef BIRGE_CORE_POLICY_ROWS_H
#define BIRGE_CORE_POLICY_ROWS_H

#include "core/policy.h"

/* All are asked for things without states, whatever body they belong to. */
#define MAY_SEE_ADMIN "core.admin"         /* the overview of administration */
#define MAY_CHANGE_BODIES "core.bodies"
#define MAY_CHANGE_OFFICES "core.offices"  /* offices and appointments */
#define MAY_CHANGE_PEOPLE "core.people"
#define MAY_CHANGE_REALM "core.realm"
#define MAY_SEE_LETTERS "core.letters"     /* where letters are, not what they say; and try again */
#define MAY_RECOVER "core.recovery"        /* open, hand over and withdraw a request to let somebody in again */
#define MAY_CONFIRM_RECOVERY "core.recovery_confirm" /* be its second person */
#define MAY_SEE_JOURNAL "core.journal"     /* events without personal data */
#define MAY_KEEP_OWN "core.self"           /* own password, own sessions */
/* CALENDAR_CHANGE stands in core/calendar.h. */

#define CORE_POLICY_ROWS 24
extern const struct policy_row core_policy_rows[CORE_POLICY_ROWS];

#endif

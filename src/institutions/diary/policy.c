/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy.c - who may do what with an entry of the diary.
 *
 * Staff of the body enter and correct; publishing takes a registrar or the head, and the rules take care that it is
 * another person than the one who wrote (rules.h, diary_rules_publish). Withdrawn consent may be written down by any
 * of them in any state, since it must never wait. Administrators and auditors see what everybody sees.
 *
 * Source: trust.md section 6; rules.md, "Misuse" (diary).
 */
#include "institutions/diary/diary.h"

#include "institutions/diary/model.h"
#include "institutions/diary/policy.h"

#define ALL DIARY_ALL_BITS
/* A cancelled entry is over; everything else may still be written to. */
#define WRITABLE (ALL & ~DIARY_BIT(DIARY_CANCELLED))
/* Planned: announcing. Held: publishing. Published: publishing a correction, or striking out. Postponed: cancelling. */
#define SHOWABLE WRITABLE

const struct policy_row diary_policy_rows[] = {
    {ROLE_REGISTRAR, DIARY_DESK, SCOPE_OWN_BODY, POLICY_STATELESS},
    {ROLE_REGISTRAR, DIARY_OPEN, SCOPE_OWN_BODY, ALL},
    {ROLE_REGISTRAR, DIARY_WRITE, SCOPE_OWN_BODY, WRITABLE | POLICY_STATELESS},
    {ROLE_REGISTRAR, DIARY_PUBLISH, SCOPE_OWN_BODY, SHOWABLE},
    {ROLE_REGISTRAR, DIARY_CONSENT, SCOPE_OWN_BODY, ALL},

    {ROLE_EXECUTOR, DIARY_DESK, SCOPE_OWN_BODY, POLICY_STATELESS},
    {ROLE_EXECUTOR, DIARY_OPEN, SCOPE_OWN_BODY, ALL},
    {ROLE_EXECUTOR, DIARY_WRITE, SCOPE_OWN_BODY, WRITABLE | POLICY_STATELESS},
    {ROLE_EXECUTOR, DIARY_CONSENT, SCOPE_OWN_BODY, ALL},

    {ROLE_HEAD, DIARY_DESK, SCOPE_OWN_BODY, POLICY_STATELESS},
    {ROLE_HEAD, DIARY_OPEN, SCOPE_OWN_BODY, ALL},
    {ROLE_HEAD, DIARY_WRITE, SCOPE_OWN_BODY, WRITABLE | POLICY_STATELESS},
    {ROLE_HEAD, DIARY_PUBLISH, SCOPE_OWN_BODY, SHOWABLE},
    {ROLE_HEAD, DIARY_CONSENT, SCOPE_OWN_BODY, ALL},

    {ROLE_OPERATOR, DIARY_IMPORT, SCOPE_ANY, POLICY_STATELESS},
    {ROLE_OPERATOR, DIARY_OPEN, SCOPE_ANY, ALL},
    {ROLE_OPERATOR, DIARY_WRITE, SCOPE_ANY, WRITABLE | POLICY_STATELESS},
    {ROLE_OPERATOR, DIARY_CONSENT, SCOPE_ANY, ALL},
};
_Static_assert(sizeof diary_policy_rows / sizeof diary_policy_rows[0] == N_DIARY_POLICY_ROWS,
               "policy.h counts the rows for the manifest");

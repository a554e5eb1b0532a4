/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * diary.c - the manifest of the diary.
 */
#include "institutions/diary/diary.h"

#include "institutions/diary/actions.h"
#include "institutions/diary/policy.h"

const struct institution diary_institution = {
    .name = "diary",
    .policy_rows = diary_policy_rows,
    .n_policy_rows = N_DIARY_POLICY_ROWS,
    .rebuild = diary_rebuild,
};

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * suppress_plain.h - what suppress() must be equal to.
 */
#ifndef BIRGE_ALGO_TESTS_SUPPRESS_PLAIN_H
#define BIRGE_ALGO_TESTS_SUPPRESS_PLAIN_H

#include "algo/suppress.h"

/* As suppress(), with no shortcut. Cost: small counts times k times 13 rows, the steps, the moves and their cells. */
void suppress_plain(struct arena *tmp, const struct suppress_table *t, int64_t k);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_private.h - what the files of rules share: how a "no" is written.
 */
#ifndef BIRGE_RECEPTION_RULES_PRIVATE_H
#define BIRGE_RECEPTION_RULES_PRIVATE_H

#include "institutions/reception/rules.h"

/* A "no" by the law `law` (absent: no law, a bound or a right). `id` is the code in small letters. */
#define NO(code, id, law) verdict_no((code), "verdict.reception." id, "verdict.reception." id ".next", (law))
#define NO_LAW ((struct str){0})

#endif

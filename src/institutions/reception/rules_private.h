/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_private.h - what the files of rules share: how a "no" is written, and small questions about texts.
 */
#ifndef BIRGE_RECEPTION_RULES_PRIVATE_H
#define BIRGE_RECEPTION_RULES_PRIVATE_H

#include "institutions/reception/rules.h"

/* A "no" by the law `law` (absent: no law, a bound or a right). `id` is the code in small letters. */
#define NO(code, id, law) verdict_no((code), "verdict.reception." id, "verdict.reception." id ".next", (law))
#define NO_LAW ((struct str){0})

/* Nothing but white space, or nothing at all. */
bool text_is_blank(struct str s);
/* Valid UTF-8 of at most `max` characters without U+0000. Absent counts as empty. */
bool text_fits(struct str s, size_t max);
/* Add a number as a fact. */
void verdict_fact_int(struct arena *a, struct verdict *v, const char *name, int64_t value);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * verdict.c - a "yes" or a reasoned "no".
 */
#include "base/verdict.h"

#include "base/err.h"

struct verdict verdict_yes(void)
{
    return (struct verdict){.allowed = true};
}

struct verdict verdict_no(const char *code, const char *text_id, const char *next_id, struct str law)
{
    return (struct verdict){.code = code, .text_id = text_id, .next_id = next_id, .law = law};
}

void verdict_fact(struct verdict *v, const char *name, struct str value)
{
    MUST(v->n_facts < VERDICT_FACTS);
    v->facts[v->n_facts++] = (struct fact){.name = name, .value = value};
}

void verdict_fact_int(struct arena *a, struct verdict *v, const char *name, int64_t value)
{
    verdict_fact(v, name, str_printf(a, "%lld", (long long)value));
}

/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * reception.c - the manifest of reception.
 */
#include "institutions/reception/reception.h"

#include "institutions/reception/actions.h"
#include "institutions/reception/pages.h"
#include "institutions/reception/policy.h"
#include "institutions/reception/rules_private.h"
#include "institutions/reception/store_private.h"

/* A body that still holds open cases keeps its duty. */
static struct verdict may_close_body(struct action *x, int64_t body_id)
{
    int64_t n = 1;
    struct err *e = reception_store_open_of_body(x->a, db_tx_read(x->tx), x->site->realm, body_id, &n);
    if (!e && n == 0)
        return verdict_yes();
    struct verdict v = NO("BODY_HAS_CASES", "body_has_cases", NO_LAW);
    verdict_fact_int(x->a, &v, "n", n);
    return v;
}

const struct institution reception_institution = {
    .name = "reception",
    .policy_rows = reception_policy_rows,
    .n_policy_rows = N_RECEPTION_POLICY_ROWS,
    .rebuild = reception_rebuild,
    .objects = reception_objects,
    .may_close_body = may_close_body,
    .tick = reception_tick,
};

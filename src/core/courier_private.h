/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_private.h - rows that both halves of the courier's book-keeping load and store.
 */
#ifndef BIRGE_CORE_COURIER_PRIVATE_H
#define BIRGE_CORE_COURIER_PRIVATE_H

#include "core/courier.h"
#include "gen/core_queries.h"

typedef struct core_q_mail_domain_of_row domain_row;

/* One letter while something about it is recorded, inside a job. */
struct recording {
    struct arena *a;
    struct db_tx *tx;
    int64_t realm;
    const struct mail_settings *m; /* NULL where no pause is computed */
    struct str said;               /* the answer, fit to be kept */
    int64_t now;
    struct core_q_delivery_of_row row;
};

/* What is known of `domain`: zeros when nothing is yet. */
struct err *courier_load_domain(struct arena *a, struct db_read *r, int64_t realm, struct str domain, domain_row *ret)
    WARN_UNUSED;
struct err *courier_store_domain(struct arena *a, struct db_tx *tx, int64_t realm, const domain_row *d) WARN_UNUSED;
/* Write g->row back. */
struct err *courier_store_row(const struct recording *g) WARN_UNUSED;

#endif

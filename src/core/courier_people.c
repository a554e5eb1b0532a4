/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_people.c - the outbox as people see it: numbers, what is in trouble, trying again, counting anew.
 */
#include "core/courier_private.h"

#include "core/people.h"
#include "core/policy_rows.h"

#define TROUBLES_SHOWN 5

/* ---- for people ---- */

struct err *courier_status(struct arena *a, struct db_read *r, int64_t realm, struct courier_status *ret_status)
{
    struct core_q_mail_totals_row totals = {0};
    struct core_q_delivery_oldest_open_row oldest = {0};
    domain_row relay;
    bool found = false;
    bool waits = false;
    TRY(core_q_mail_totals(a, r, realm, &totals, &found));
    TRY(core_q_delivery_oldest_open(a, r, realm, &oldest, &waits));
    TRY(courier_load_domain(a, r, realm, DOMAIN_RELAY, &relay));
    *ret_status = (struct courier_status){
        .waiting = totals.waiting,
        .sent = totals.sent,
        .failed = totals.failed,
        .oldest_at = waits ? oldest.at : 0,
        .relay_failures = relay.failures,
        .relay_tried_at = relay.tried_at,
        .relay_answer = relay.answer,
    };
    return NULL;
}

struct err *courier_trouble_of(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t noun_id,
                               struct courier_trouble **ret_troubles, size_t *ret_n)
{
    struct core_q_deliveries_in_trouble_of_row *rows;
    size_t n;
    TRY(core_q_deliveries_in_trouble_of(a, r, realm, noun, noun_id, TROUBLES_SHOWN, &rows, &n));
    struct courier_trouble *troubles = ARENA_ARRAY(a, n, struct courier_trouble);
    for (size_t i = 0; i < n; i++)
        troubles[i] = (struct courier_trouble){
            .id = rows[i].id,
            .kind = rows[i].kind,
            .recipient = rows[i].recipient,
            .at = rows[i].at,
            .tried_at = rows[i].tried_at.v,
            .is_given_up = str_eq(rows[i].state, S("failed")),
            .problem = rows[i].problem,
        };
    *ret_troubles = troubles;
    *ret_n = n;
    return NULL;
}

/* ---- try again now ---- */

static struct err *forgive(struct action *x, struct str domain, int reopened)
{
    domain_row d;
    TRY(courier_load_domain(x->a, db_tx_read(x->tx), x->site->realm, domain, &d));
    d.pause_until = 0;
    d.failures = 0;
    d.waiting += reopened;
    d.failed -= reopened;
    return courier_store_domain(x->a, x->tx, x->site->realm, &d);
}

static struct err *letter_again(struct action *x, int64_t id)
{
    struct recording g = {.a = x->a, .tx = x->tx, .realm = x->site->realm, .now = x->now};
    bool found = false;
    TRY(core_q_delivery_of(x->a, db_tx_read(x->tx), x->site->realm, id, &g.row, &found));
    if (!found)
        return action_refuse(x, verdict_no("LETTER_UNKNOWN", "verdict.letter_unknown", "verdict.letter_unknown.next",
                                           (struct str){0}));
    if (str_eq(g.row.state, S("sent")))
        return action_refuse(x, verdict_no("LETTER_SENT", "verdict.letter_sent", "verdict.letter_sent.next",
                                           (struct str){0}));
    if (g.row.expires_at.has && g.row.expires_at.v <= x->now)
        return action_refuse(x, verdict_no("LETTER_EXPIRED", "verdict.letter_expired", "verdict.letter_expired.next",
                                           (struct str){0}));
    if (str_eq(g.row.state, S("taken")))
        return NULL; /* it is on its way */
    int reopened = g.row.is_open ? 0 : 1;
    g.row.state = S("waiting");
    g.row.is_open = true;
    g.row.next_at = x->now;
    g.row.first_try_at = (struct opt_int){0}; /* its time begins anew */
    TRY(courier_store_row(&g));
    TRY(forgive(x, g.row.domain, reopened));
    return forgive(x, DOMAIN_RELAY, 0);
}

struct err *courier_again(struct action *x)
{
    const struct courier_again_command *c = x->command;
    TRY(admin_may(x, MAY_SEE_LETTERS));
    if (c->id != 0)
        return letter_again(x, c->id);
    if (!str_eq(c->domain, DOMAIN_RELAY)) {
        bool found = false;
        domain_row d;
        TRY(core_q_mail_domain_of(x->a, db_tx_read(x->tx), x->site->realm, c->domain, &d, &found));
        if (!found)
            return action_refuse(x, verdict_no("LETTER_UNKNOWN", "verdict.letter_unknown",
                                               "verdict.letter_unknown.next", (struct str){0}));
        TRY(core_q_deliveries_hurry(x->a, x->tx, x->now, x->site->realm, c->domain, NULL));
        TRY(forgive(x, c->domain, 0));
    }
    return forgive(x, DOMAIN_RELAY, 0);
}

struct err *courier_rebuild(struct action *x)
{
    struct core_q_deliveries_counted_row *rows;
    size_t n;
    TRY(core_q_mail_domains_clear(x->a, x->tx, x->site->realm, NULL));
    TRY(core_q_deliveries_counted(x->a, db_tx_read(x->tx), x->site->realm, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        domain_row d;
        TRY(courier_load_domain(x->a, db_tx_read(x->tx), x->site->realm, rows[i].domain, &d));
        d.waiting = rows[i].waiting;
        d.sent = rows[i].sent;
        d.failed = rows[i].failed;
        TRY(courier_store_domain(x->a, x->tx, x->site->realm, &d));
    }
    return NULL;
}

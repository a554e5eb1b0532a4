/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * realm.c - the first two events of every journal: a realm, and its calendar.
 */
#include "core/realm.h"

#include "core/calendar.h"
#include "core/journal.h"
#include "gen/core_queries.h"

struct err *realm_create(struct action *x, const struct realm_command *c)
{
    int64_t realm = x->site->realm;
    struct core_q_realm_row row;
    bool exists = false;
    MUST(x->who.kind == ACTOR_OPERATOR);
    TRY(core_q_realm(x->a, db_tx_read(x->tx), realm, &row, &exists));
    if (exists)
        return ERR(x->a, ERR_CONFLICT, "realm %lld exists already", (long long)realm);
    struct core_q_realm_add_args args = {
        .realm = realm,
        .name_kk = c->name.kk,
        .name_ru = c->name.ru,
        .name_en = c->name.en,
        .profile = c->profile,
        .zone = c->zone,
        .is_demo = c->is_demo,
        .created_at = x->now,
    };
    TRY(core_q_realm_add(x->a, x->tx, &args, NULL));
    struct event *e = ARENA_NEW(x->a, struct event);
    *e = (struct event){.noun = S("realm"), .noun_id = realm, .verb = S("created"), .actor = x->who,
                        .profile = S(""), .detail = S("{}")};
    TRY(journal_append(x->site->journal, x->tx, e));
    return calendar_install(x, c->calendar);
}

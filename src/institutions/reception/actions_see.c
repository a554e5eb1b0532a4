/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_see.c - who wrote, kept apart: the author's wish, and its opening by two persons.
 *
 * Keeps:  nothing is opened by one person; the second is never of the body complained of; the author has a letter and a
 *         line of the history in the same transaction, and sees names, offices and ground on the page of the case.
 * Source: trust.md section 6 (identity apart, opened by two, logged); rules.md "Misuse" (a reason code, logged and
 *         shown to the person); docs/adr/0062-names-kept-apart.md.
 */
#include "institutions/reception/actions_private.h"

#include "core/profile.h"
#include "core/two_persons.h"
#include "institutions/reception/rules_private.h"

struct err *reception_set_apart(struct action *x)
{
    const struct apart_command *c = x->command;
    struct applicant *who;
    struct work w;
    TRY(reception_work(x, c->appeal_id, RECEPTION_SET_APART, &w));
    TRY(reception_load_applicant_closed(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &who));
    ALLOW(x, reception_rules_apart(&w.appeal, who, c->is_apart));
    if (c->is_apart)
        TRY(reception_store_keep_apart(x, &w.appeal, "asked"));
    else
        TRY(reception_store_join(x, &w.appeal));
    return reception_event(x, &w.appeal, c->is_apart ? "kept_apart" : "told", NULL);
}

/* The detail of each event of an opening: ids alone, names are looked up when the author reads. */
static struct err *opening_event(struct action *x, const struct appeal *p, const char *verb,
                                 const struct two_persons *t)
{
    struct detail d;
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "request", t->id);
    json_put_str(j, "ground", t->ground);
    return reception_event(x, p, verb, &d);
}

struct err *reception_ask_identity(struct action *x)
{
    struct opening_command *c = x->command;
    struct applicant *who;
    struct work w;
    TRY(reception_work(x, c->appeal_id, RECEPTION_ASK_IDENTITY, &w));
    TRY(reception_load_applicant_closed(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &who));
    ALLOW(x, reception_rules_opening(w.profile, &w.appeal, who, c->ground, c->note));
    struct two_persons t = {.noun = APPEAL_NOUN, .noun_id = c->appeal_id, .ground = c->ground, .note = c->note};
    TRY(two_persons_ask(x, &reception_opening, &t));
    c->request_id = t.id;
    return opening_event(x, &w.appeal, "opening_asked", &t);
}

/* The request, and its case as the second person may be asked about it. */
static struct err *load_opening(struct action *x, struct opening_command *c, struct two_persons *ret, struct work *w)
{
    bool found;
    TRY(two_persons_load(x->a, db_tx_read(x->tx), x->site->realm, c->request_id, ret, &found));
    if (!found || !str_eq(ret->kind, str_c(reception_opening.name)) || !str_eq(ret->noun, APPEAL_NOUN))
        return action_refuse(x, verdict_no("TWO_PERSONS_UNKNOWN", "verdict.two_persons.unknown", NULL, NO_LAW));
    c->appeal_id = ret->noun_id;
    return reception_work(x, c->appeal_id, RECEPTION_CONFIRM_IDENTITY, w);
}

struct err *reception_confirm_identity(struct action *x)
{
    struct opening_command *c = x->command;
    struct two_persons t;
    struct work w;
    TRY(load_opening(x, c, &t, &w));
    TRY(two_persons_confirm(x, &reception_opening, c->request_id, &t));
    TRY(opening_event(x, &w.appeal, "opened", &t));
    return reception_notify(x, &w.appeal, "identity_opened");
}

struct err *reception_refuse_identity(struct action *x)
{
    struct opening_command *c = x->command;
    struct two_persons t;
    struct work w;
    bool found;
    TRY(two_persons_load(x->a, db_tx_read(x->tx), x->site->realm, c->request_id, &t, &found));
    bool is_own = found && x->who.kind == ACTOR_STAFF && t.asked_by == x->who.person_id;
    if (is_own)
        TRY(reception_work(x, t.noun_id, RECEPTION_ASK_IDENTITY, &w));
    else
        TRY(load_opening(x, c, &t, &w));
    c->appeal_id = t.noun_id;
    TRY(two_persons_end(x, c->request_id, is_own ? S("withdrawn") : S("refused")));
    return opening_event(x, &w.appeal, "opening_ended", &t);
}

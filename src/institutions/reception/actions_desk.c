/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_desk.c - what the desk does with a case: give it to an office, pass it on, correct its kind, check
 * who wrote, renew a lost code.
 *
 * Keeps:  the body complained of never gets it; correcting a kind never makes the due date later and never
 *         starts the clock again; with a renewed code the old one and every session it opened are dead, and
 *         the author is told.
 * Source: rules.md A1, A3, A4; issue "a lost code is renewed by a clerk with the paper"; trust.md section 6.
 */
#include "institutions/reception/actions_private.h"

#include "base/hash.h"
#include "core/keys.h"
#include "core/session.h"

/* == assigning == */

struct err *reception_assign(struct action *x)
{
    const struct assign_command *c = x->command;
    struct work w;
    struct detail d;
    TRY(reception_work(x, c->appeal_id, RECEPTION_ASSIGN, &w));
    struct assign_facts facts = {
        .appeal = &w.appeal,
        .directory = w.directory,
        .office_id = c->office_id,
        .reason = c->reason,
        .today = w.today,
    };
    ALLOW(x, reception_rules_assign(x->a, &facts));
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "from_office", w.appeal.holder_office_id);
    json_put_int(j, "to_office", c->office_id);
    json_put_str(j, "reason", c->reason.p ? c->reason : S(""));
    struct move m = {
        .kind = S("assign"),
        .from_body_id = w.appeal.holder_body_id,
        .to_body_id = w.appeal.holder_body_id,
        .to_office_id = c->office_id,
        .reason = c->reason,
    };
    TRY(reception_move(x, &w.appeal, m));
    TRY(reception_store_progress(x, &w.appeal, APPEAL_ASSIGNED, w.appeal.holder_body_id, c->office_id));
    TRY(reception_event(x, &w.appeal, "assigned", &d));
    return reception_trace(x, w.appeal.id, "assigned_to", S("office"), c->office_id, x->now);
}

/* == passing on == */

/* Civil day on which the present holder got the case: its registration, or the last forwarding. */
static int32_t arrived_on(struct action *x, const struct appeal *p, const struct move *moves, size_t n)
{
    int32_t day;
    MUST(day_parse(p->registered_on, &day));
    for (size_t i = 0; i < n; i++)
        if (str_eq(moves[i].kind, S("forward")))
            day = site_today(x->site, moves[i].at);
    return day;
}

/* The clock at the body that now holds it, where the profile starts it again. */
static struct err *clock_of_forwarded(struct action *x, struct work *w)
{
    const struct profile_kind *kind = profile_kind(w->profile, w->appeal.kind);
    struct deadline due;
    bool restarts;
    if (!kind)
        return ERR(x->a, ERR_CONFIG, "the profile has lost the kind %.*s", STR_FMT(w->appeal.kind));
    TRY(deadline_of_forwarded(x->a, w->profile, w->calendar, x->site->tz, x->site->zone, kind, x->now,
                              &restarts, &due));
    return restarts ? reception_set_deadline(x, &w->appeal, "forwarded", &due) : NULL;
}

struct err *reception_forward(struct action *x)
{
    const struct forward_command *c = x->command;
    struct work w;
    struct move *moves;
    struct detail d;
    struct verdict v;
    size_t n;
    TRY(reception_work(x, c->appeal_id, RECEPTION_FORWARD, &w));
    TRY(reception_load_moves(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &moves, &n));
    struct forward_facts facts = {
        .appeal = &w.appeal,
        .directory = w.directory,
        .profile = w.profile,
        .calendar = w.calendar,
        .to_body_id = c->to_body_id,
        .reason = c->reason,
        .moves = moves,
        .n_moves = n,
        .arrived_on = arrived_on(x, &w.appeal, moves, n),
        .today = w.today,
    };
    TRY(reception_rules_forward(x->a, &facts, &v));
    ALLOW(x, v);
    struct move m = {
        .kind = S("forward"),
        .from_body_id = w.appeal.holder_body_id,
        .to_body_id = c->to_body_id,
        .reason = c->reason,
        .law = profile_law(w.profile, "routing.forward_term", facts.arrived_on),
    };
    TRY(reception_move(x, &w.appeal, m));
    TRY(reception_store_progress(x, &w.appeal, APPEAL_FORWARDED, c->to_body_id, 0));
    TRY(clock_of_forwarded(x, &w));
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "from_body", m.from_body_id);
    json_put_int(j, "to_body", c->to_body_id);
    json_put_str(j, "reason", c->reason);
    json_put_str(j, "law", m.law.p ? m.law : S(""));
    json_put_str(j, "due_on", w.appeal.due_on);
    TRY(reception_event(x, &w.appeal, "forwarded", &d));
    TRY(reception_trace(x, w.appeal.id, "held_by", S("body"), c->to_body_id, x->now));
    return reception_notify(x, &w.appeal, "forwarded");
}

/* == the kind == */

/* The term of the new kind from the day that started the running one; it holds only when it is earlier. */
static struct err *clock_of_kind(struct action *x, struct work *w, const struct profile_kind *kind)
{
    struct move *moves;
    size_t n;
    int64_t from = 0;
    struct deadline due;
    bool restarts = false;
    int32_t old_due;
    TRY(reception_load_moves(x->a, db_tx_read(x->tx), x->site->realm, w->appeal.id, &moves, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(moves[i].kind, S("forward")))
            from = moves[i].at;
    if (from != 0)
        TRY(deadline_of_forwarded(x->a, w->profile, w->calendar, x->site->tz, x->site->zone, kind, from,
                                  &restarts, &due));
    if (!restarts)
        TRY(deadline_of_appeal(x->a, w->profile, w->calendar, x->site->tz, x->site->zone, kind,
                               w->appeal.received_at, &due));
    MUST(day_parse(w->appeal.due_on, &old_due));
    if (deadline_in_favour(DEADLINE_OF_BODY, old_due, due.due_on) == old_due)
        return NULL;
    return reception_set_deadline(x, &w->appeal, "kind", &due);
}

struct err *reception_correct_kind(struct action *x)
{
    const struct kind_command *c = x->command;
    struct work w;
    struct detail d;
    TRY(reception_work(x, c->appeal_id, RECEPTION_CORRECT_KIND, &w));
    ALLOW(x, reception_rules_kind_change(x->a, w.profile, &w.appeal, c->kind));
    struct json *j = detail_begin(x, &d);
    json_put_str(j, "from", w.appeal.kind);
    json_put_str(j, "to", c->kind);
    TRY(reception_store_set_kind(x, &w.appeal, c->kind));
    TRY(clock_of_kind(x, &w, profile_kind(w.profile, c->kind)));
    json_put_str(j, "due_on", w.appeal.due_on);
    return reception_event(x, &w.appeal, "kind_corrected", &d);
}

/* == who wrote == */

struct err *reception_check_identity(struct action *x)
{
    const struct identity_command *c = x->command;
    struct work w;
    struct applicant *applicant;
    struct detail d;
    TRY(reception_work(x, c->appeal_id, RECEPTION_CHECK_IDENTITY, &w));
    TRY(reception_load_applicant(x->a, db_tx_read(x->tx), x->site, c->appeal_id, &applicant));
    ALLOW(x, reception_rules_identity(x->a, &w.appeal, applicant, c->level, c->name, c->note));
    if (applicant) {
        struct str name = c->name.n > 0 ? c->name : applicant->name;
        TRY(reception_store_set_checked(x, &w.appeal, name, x->who.office_id));
    } else {
        struct applicant named = {.name = c->name, .checked_at = x->now, .checked_by = x->who.office_id};
        TRY(reception_store_add_applicant(x, &w.appeal, &named));
    }
    struct json *j = detail_begin(x, &d);
    json_put_str(j, "from", appeal_identity_name(w.appeal.identity));
    json_put_str(j, "to", appeal_identity_name(c->level));
    json_put_str(j, "note", c->note);
    TRY(reception_store_set_identity(x, &w.appeal, c->level));
    return reception_event(x, &w.appeal, "identity_checked", &d);
}

struct err *reception_renew_code(struct action *x)
{
    const struct renew_command *c = x->command;
    struct work w;
    struct applicant *applicant;
    struct detail d;
    TRY(reception_work(x, c->appeal_id, RECEPTION_RENEW_CODE, &w));
    TRY(reception_load_applicant(x->a, db_tx_read(x->tx), x->site, c->appeal_id, &applicant));
    ALLOW(x, reception_rules_renew(x->a, applicant, c->note));
    char code[CODE_CHARS + 1];
    struct str random = random_str(x->a, KEY_BYTES);
    crockford_encode((const uint8_t *)random.p, CODE_CHARS, code);
    struct renew_result *result = ARENA_NEW(x->a, struct renew_result);
    *result = (struct renew_result){.number = w.appeal.number, .code = str_dup(x->a, str_c(code))};
    x->result = result;
    struct hash *h = ARENA_NEW(x->a, struct hash);
    *h = HASH(result->code);
    TRY(reception_store_set_code(x, &w.appeal, hash_str(h)));
    TRY(session_end_of_noun(x, APPEAL_NOUN, c->appeal_id));
    struct json *j = detail_begin(x, &d);
    json_put_str(j, "note", c->note);
    TRY(reception_event(x, &w.appeal, "code_renewed", &d));
    return reception_notify(x, &w.appeal, "code_renewed");
}

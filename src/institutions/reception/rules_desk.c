/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_desk.c - to which office a case may be given, to which body it may be passed on, and who could open
 * it.
 *
 * Pure:   facts, profile, directory and today go in.
 * Keeps:  a case is passed on once, in time, with a reason, never back, never to the body complained of and
 *         never to one that the chain of superiors ties to it.
 * Source: rules.md A3 (65, 76(2), 97(2)); report, "Virtual Reception Office" (S7).
 */
#include "institutions/reception/reception.h"
#include "institutions/reception/rules_private.h"

static bool office_is_open(const struct office *o, int32_t today)
{
    int32_t from;
    int32_t to;
    if (day_parse(o->from_on, &from) && today < from)
        return false;
    return !(o->to_on.n > 0 && day_parse(o->to_on, &to) && today > to);
}

struct verdict reception_rules_assign(struct arena *a, const struct assign_facts *facts)
{
    const struct appeal *appeal = facts->appeal;
    const struct office *o = directory_office(facts->directory, facts->office_id);
    bool fits = o && o->body_id == appeal->holder_body_id && office_is_open(o, facts->today) &&
                (o->role == ROLE_EXECUTOR || o->role == ROLE_HEAD);
    if (!fits)
        return NO("ASSIGN_OFFICE", "assign_office", NO_LAW);
    if (appeal->holder_office_id == facts->office_id)
        return NO("ASSIGN_SAME", "assign_same", NO_LAW);
    if (appeal->holder_office_id != 0 && text_is_blank(facts->reason))
        return NO("ASSIGN_REASON", "assign_reason", NO_LAW);
    if (!text_fits(facts->reason, REASON_CHARS)) {
        struct verdict v = NO("ASSIGN_REASON_LONG", "assign_reason_long", NO_LAW);
        verdict_fact_int(a, &v, "limit", REASON_CHARS);
        return v;
    }
    return verdict_yes();
}

/* == passing on == */

static bool held_before(const struct forward_facts *f)
{
    for (size_t i = 0; i < f->n_moves; i++)
        if (f->moves[i].to_body_id == f->to_body_id)
            return true;
    return false;
}

static int64_t hops(const struct forward_facts *f)
{
    int64_t n = 0;
    for (size_t i = 0; i < f->n_moves; i++)
        n += str_eq(f->moves[i].kind, S("forward"));
    return n;
}

static struct verdict check_target(const struct forward_facts *f)
{
    const struct appeal *appeal = f->appeal;
    const struct body *to = directory_body(f->directory, f->to_body_id);
    if (!to || to->is_closed)
        return NO("FORWARD_BODY", "forward_body", NO_LAW);
    if (f->to_body_id == appeal->holder_body_id)
        return NO("FORWARD_SAME", "forward_same", NO_LAW);
    /* When nobody stands above the body complained of, every body may stand under it; it itself stays
     * barred. */
    bool is_accused = appeal->accused_body_id != 0 &&
                      (f->to_body_id == appeal->accused_body_id ||
                       (!appeal->accused_decides &&
                        reception_rules_is_under(f->directory, f->to_body_id, appeal->accused_body_id)));
    if (is_accused)
        return NO("FORWARD_ACCUSED", "forward_accused",
                  profile_law(f->profile, "routing.forbid_forward_to_subject", f->today));
    if (held_before(f))
        return NO("FORWARD_BACK", "forward_back", NO_LAW);
    return verdict_yes();
}

/* The last day for passing on, or INT32_MAX when the profile sets none. */
static struct err *last_day(struct arena *a, const struct forward_facts *f, int32_t *ret_day)
{
    *ret_day = INT32_MAX;
    if (!profile_rule(f->profile, "routing.forward_term", f->arrived_on))
        return NULL;
    struct deadline d;
    TRY(deadline_of_rule(a, f->profile, f->calendar, "routing.forward_term", f->arrived_on, &d));
    *ret_day = d.due_on;
    return NULL;
}

static struct verdict check_reason(struct arena *a, struct str reason, struct str law)
{
    if (text_is_blank(reason))
        return NO("FORWARD_REASON", "forward_reason", law);
    if (!text_fits(reason, REASON_CHARS)) {
        struct verdict v = NO("FORWARD_REASON_LONG", "forward_reason_long", NO_LAW);
        verdict_fact_int(a, &v, "limit", REASON_CHARS);
        return v;
    }
    return verdict_yes();
}

struct err *reception_rules_forward(struct arena *a, const struct forward_facts *facts,
                                    struct verdict *ret_verdict)
{
    const struct profile *p = facts->profile;
    int32_t until;
    TRY(last_day(a, facts, &until));
    if (!profile_has_step(p, "appeal", "forward")) {
        *ret_verdict = NO("FORWARD_ABSENT", "forward_absent", NO_LAW);
        return NULL;
    }
    struct verdict v = check_target(facts);
    if (v.allowed && hops(facts) >= profile_value(p, "routing.max_forward_hops", facts->today, 1))
        v = NO("FORWARD_SECOND_TIME", "forward_second_time",
               profile_law(p, "routing.max_forward_hops", facts->today));
    if (v.allowed && facts->today > until) {
        v = NO("FORWARD_TOO_LATE", "forward_too_late",
               profile_law(p, "routing.forward_term", facts->arrived_on));
        verdict_fact(&v, "until", day_text(a, until));
    }
    if (v.allowed)
        v = check_reason(a, facts->reason, profile_law(p, "routing.forward_term", facts->arrived_on));
    *ret_verdict = v;
    return NULL;
}

/* == who will see it == */

/* Could this office open the case, and see who wrote it? */
static bool could_open(const struct policy *policy, const struct office *o,
                       const struct policy_subject *subject, bool is_apart, bool *ret_sees_applicant)
{
    struct actor who = {
        .kind = ACTOR_STAFF, .role = o->role, .person_id = 1, .office_id = o->id, .body_id = o->body_id};
    const char *person = is_apart ? RECEPTION_SEE_APART : RECEPTION_SEE_APPLICANT;
    *ret_sees_applicant = policy_ask(policy, &who, person, subject).allowed;
    return policy_ask(policy, &who, RECEPTION_OPEN, subject).allowed;
}

/* By body, then by office. */
static bool stands_before(const struct audience *x, const struct audience *y)
{
    return x->body_id != y->body_id ? x->body_id < y->body_id : x->office_id < y->office_id;
}

void reception_rules_audience(struct arena *a, const struct policy *policy, const struct directory *d,
                              const struct policy_subject *subject, bool is_apart, int32_t today,
                              struct audience **ret_audience, size_t *ret_n)
{
    struct audience *list = ARENA_ARRAY(a, d->n_offices, struct audience);
    size_t n = 0;
    for (size_t i = 0; i < d->n_offices; i++) {
        const struct office *o = &d->offices[i];
        if (!office_is_open(o, today))
            continue;
        struct audience one = {.office_id = o->id, .body_id = o->body_id, .role = o->role};
        bool sees = could_open(policy, o, subject, is_apart, &one.sees_applicant);
        if (!sees && o->body_id == subject->body_id) {
            struct policy_subject assigned = *subject;
            assigned.office_id = o->id;
            one.is_if_assigned = true;
            sees = could_open(policy, o, &assigned, is_apart, &one.sees_applicant);
        }
        if (!sees)
            continue;
        size_t at = n++;
        for (; at > 0 && stands_before(&one, &list[at - 1]); at--)
            list[at] = list[at - 1];
        list[at] = one;
    }
    *ret_audience = list;
    *ret_n = n;
}

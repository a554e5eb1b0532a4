/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy.h - one table of who may do what: actor x action x state -> verdict.
 *
 * Every path asks it: page, list, attachment, API, command line. A row allows; what no row allows is
 * refused, with the ground and what the person can do next. Each slice declares its rows beside its
 * routes; `app` joins them into one policy at start. Asking is pure: no database, no clock.
 *
 * Source: trust.md, section 5: the second path that forgets the check is the field's commonest hole.
 */
#ifndef BIRGE_CORE_POLICY_H
#define BIRGE_CORE_POLICY_H

#include "base/verdict.h"
#include "core/actor.h"

/* How near the actor must be to what is acted upon. */
enum policy_scope {
    SCOPE_ANY,        /* no relation needed: public things, and the administration of a realm */
    SCOPE_OWN_CASE,   /* the applicant who showed number and code of this very case */
    SCOPE_OWN_BODY,   /* staff of the body that holds the case now */
    SCOPE_OWN_OFFICE, /* the very office that the case is assigned to */
    SCOPE_OPENED,     /* the very person, of the body that holds it, for whom two persons opened it */
    SCOPE_SHOWN,      /* staff of the body complained of, when the holder shows it what stands in it */
};

/* States are bits, so that a row names several; a thing without states is asked with POLICY_STATELESS. */
#define POLICY_STATELESS (1u << 31)
#define POLICY_EVERY_STATE (~0u)

struct policy_row {
    enum role role;
    const char *action; /* "reception.answer"; static */
    enum policy_scope scope;
    uint32_t states; /* bits of the states in which the action exists */
};

/* What is acted upon, as it is now. */
struct policy_subject {
    struct str noun;         /* "appeal"; absent when there is no single thing */
    int64_t noun_id;
    int64_t body_id;         /* the body that holds it */
    int64_t office_id;       /* the office it is assigned to; 0 for none */
    int64_t accused_body_id; /* the body complained of; 0 for none. Its staff is never near enough */
    int64_t opened_person_id; /* for whom two persons opened it, and their time is not over; 0: nobody */
    int64_t shown_body_id;   /* the body complained of, once it is shown a redacted case; 0 otherwise */
    uint32_t state;          /* one bit, or POLICY_STATELESS */
};

struct policy {
    const struct policy_row *rows; /* all slices' rows, joined */
    size_t n_rows;
};

/* Join the slices' tables into one. Memory: `a`, the rows are copied. */
struct policy policy_join(struct arena *a, const struct policy_row *const *tables, const size_t *sizes,
                          size_t n_tables);

/* May `who` do `action` to `subject`?
 *
 * Yes when one row fits in role, action, scope and state.
 * Verdict: POLICY_SIGN_IN (nobody is signed in, and somebody signed in could), POLICY_ROLE (no row for
 * the role), POLICY_ACCUSED (staff of the body complained of), POLICY_NOT_YOURS (role fits, the case is
 * another's), POLICY_STATE (all fits but the state).
 * Cost: linear in the rows. */
struct verdict policy_ask(const struct policy *p, const struct actor *who, const char *action,
                          const struct policy_subject *subject);

/* The coarse question before anything is loaded: is there any row for this role and action?
 * Verdict: POLICY_SIGN_IN or POLICY_ROLE. */
struct verdict policy_ask_coarse(const struct policy *p, const struct actor *who, const char *action);

#endif

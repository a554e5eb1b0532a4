/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actor.h - who is asking: the one struct that every permission, event and reading names.
 *
 * Staff act in an office, never as a private person: the same person in two offices is two actors.
 * An applicant is whoever showed the number and code of a case; nothing else is known of them.
 */
#ifndef BIRGE_CORE_ACTOR_H
#define BIRGE_CORE_ACTOR_H

#include "base/str.h"

enum actor_kind {
    ACTOR_VISITOR,   /* nobody yet */
    ACTOR_APPLICANT, /* showed number and code of one case */
    ACTOR_STAFF,     /* signed in, acting in an office */
    ACTOR_OPERATOR,  /* the command line, on the machine itself */
    ACTOR_CLOCK,     /* time alone: terms that run out */
};

enum role {
    ROLE_VISITOR,
    ROLE_APPLICANT,
    ROLE_REGISTRAR,     /* registers, assigns, forwards for a body */
    ROLE_EXECUTOR,      /* prepares and gives the answer */
    ROLE_HEAD,          /* responsible for the body in person */
    ROLE_ADMINISTRATOR, /* bodies, offices, people, calendar; reads no case */
    ROLE_AUDITOR,       /* the journal, not the cases */
    ROLE_OPERATOR,
    ROLE_CLOCK,
    N_ROLES,
};

struct actor {
    enum actor_kind kind;
    enum role role;
    int64_t person_id; /* staff; 0 otherwise */
    int64_t office_id; /* staff; 0 otherwise */
    int64_t body_id;   /* body of the office; 0 otherwise */
    struct str noun;   /* applicant: what was opened, "appeal"; absent otherwise */
    int64_t noun_id;   /* applicant: which one; 0 otherwise */
};

/* Names as stored and shown in tables: "visitor", "registrar" ...; static. */
struct str role_name(enum role role);
/* The role of a stored name; false for an unknown one. */
bool role_of_name(struct str name, enum role *ret_role);
/* "applicant", "staff", "operator" or "clock", as journal_event.actor keeps it; static. */
struct str actor_kind_name(enum actor_kind kind);

/* An actor that nobody is signed in as, and the two that are no persons. */
struct actor actor_visitor(void);
struct actor actor_operator(void);
struct actor actor_clock(void);

#endif

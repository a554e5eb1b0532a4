/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actor.c - names of roles and the actors that are no persons.
 */
#include "core/actor.h"

#include "base/err.h"

static const struct str role_names[N_ROLES] = {
    [ROLE_VISITOR] = STR("visitor"),     [ROLE_APPLICANT] = STR("applicant"),
    [ROLE_REGISTRAR] = STR("registrar"), [ROLE_EXECUTOR] = STR("executor"),
    [ROLE_HEAD] = STR("head"),           [ROLE_ADMINISTRATOR] = STR("administrator"),
    [ROLE_AUDITOR] = STR("auditor"),     [ROLE_OPERATOR] = STR("operator"),
    [ROLE_CLOCK] = STR("clock"),
};

struct str role_name(enum role role)
{
    MUST(role >= 0 && role < N_ROLES);
    return role_names[role];
}

bool role_of_name(struct str name, enum role *ret_role)
{
    for (int i = 0; i < N_ROLES; i++) {
        if (str_eq(role_names[i], name)) {
            *ret_role = (enum role)i;
            return true;
        }
    }
    return false;
}

struct str actor_kind_name(enum actor_kind kind)
{
    switch (kind) {
    case ACTOR_APPLICANT:
        return S("applicant");
    case ACTOR_STAFF:
        return S("staff");
    case ACTOR_OPERATOR:
        return S("operator");
    case ACTOR_CLOCK:
        return S("clock");
    case ACTOR_VISITOR:
        break;
    }
    return S("applicant"); /* a visitor who acts becomes the applicant of what they send */
}

struct actor actor_visitor(void)
{
    return (struct actor){.kind = ACTOR_VISITOR, .role = ROLE_VISITOR};
}

struct actor actor_operator(void)
{
    return (struct actor){.kind = ACTOR_OPERATOR, .role = ROLE_OPERATOR};
}

struct actor actor_clock(void)
{
    return (struct actor){.kind = ACTOR_CLOCK, .role = ROLE_CLOCK};
}

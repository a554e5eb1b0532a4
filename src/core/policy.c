/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * policy.c - asking the one table.
 *
 * Pure:   a table, an actor and a subject go in, a verdict comes out.
 * Keeps:  what no row allows is refused; staff of the body complained of never reaches the case.
 */
#include "core/policy.h"

#include "base/err.h"

struct policy policy_join(struct arena *a, const struct policy_row *const *tables, const size_t *sizes,
                          size_t n_tables)
{
    size_t n = 0;
    for (size_t i = 0; i < n_tables; i++)
        n += sizes[i];
    struct policy_row *rows = ARENA_ARRAY(a, n, struct policy_row);
    size_t at = 0;
    for (size_t i = 0; i < n_tables; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            rows[at++] = tables[i][k];
    return (struct policy){.rows = rows, .n_rows = n};
}

static bool in_scope(enum policy_scope scope, const struct actor *who, const struct policy_subject *s)
{
    switch (scope) {
    case SCOPE_ANY:
        return true;
    case SCOPE_OWN_CASE:
        return who->kind == ACTOR_APPLICANT && who->noun_id == s->noun_id && str_eq(who->noun, s->noun);
    case SCOPE_OWN_BODY:
        return who->kind == ACTOR_STAFF && who->body_id != 0 && who->body_id == s->body_id;
    case SCOPE_OWN_OFFICE:
        return who->kind == ACTOR_STAFF && who->office_id != 0 && who->office_id == s->office_id;
    case SCOPE_OPENED:
        return who->kind == ACTOR_STAFF && who->person_id != 0 && who->person_id == s->opened_person_id &&
               who->body_id == s->body_id;
    case SCOPE_SHOWN:
        return who->kind == ACTOR_STAFF && who->body_id != 0 && who->body_id == s->shown_body_id;
    }
    return false;
}

static struct verdict no(const char *code, const char *text_id, const char *next_id)
{
    return verdict_no(code, text_id, next_id, (struct str){0});
}

/* Why a role without a row is refused: a visitor may sign in, everybody else has the wrong office. */
static struct verdict no_row(const struct policy *p, const struct actor *who, const char *action)
{
    if (who->kind == ACTOR_VISITOR) {
        for (size_t i = 0; i < p->n_rows; i++) {
            if (str_eq(str_c(p->rows[i].action), str_c(action)) && p->rows[i].role == ROLE_APPLICANT)
                return no("POLICY_CODE", "verdict.policy.code", "verdict.policy.code.next");
        }
        return no("POLICY_SIGN_IN", "verdict.policy.sign_in", "verdict.policy.sign_in.next");
    }
    return no("POLICY_ROLE", "verdict.policy.role", "verdict.policy.role.next");
}

struct verdict policy_ask_coarse(const struct policy *p, const struct actor *who, const char *action)
{
    for (size_t i = 0; i < p->n_rows; i++) {
        const struct policy_row *row = &p->rows[i];
        if (row->role == who->role && str_eq(str_c(row->action), str_c(action)))
            return verdict_yes();
    }
    return no_row(p, who, action);
}

struct verdict policy_ask(const struct policy *p, const struct actor *who, const char *action,
                          const struct policy_subject *subject)
{
    MUST(subject->state != 0);
    bool has_row = false;
    bool near = false;
    for (size_t i = 0; i < p->n_rows; i++) {
        const struct policy_row *row = &p->rows[i];
        if (row->role != who->role || !str_eq(str_c(row->action), str_c(action)))
            continue;
        has_row = true;
        if (!in_scope(row->scope, who, subject))
            continue;
        near = true;
        bool is_accused = who->kind == ACTOR_STAFF && row->scope != SCOPE_SHOWN &&
                          subject->accused_body_id != 0 && who->body_id == subject->accused_body_id;
        if (is_accused)
            return no("POLICY_ACCUSED", "verdict.policy.accused", "verdict.policy.accused.next");
        if (row->states & subject->state)
            return verdict_yes();
    }
    if (!has_row)
        return no_row(p, who, action);
    if (!near)
        return no("POLICY_NOT_YOURS", "verdict.policy.not_yours", "verdict.policy.not_yours.next");
    return no("POLICY_STATE", "verdict.policy.state", "verdict.policy.state.next");
}
